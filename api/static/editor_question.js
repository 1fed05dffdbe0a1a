// The form of a question: a value is picked from the choices of the question that was picked; choices grow by themselves.

document.addEventListener("change", (event) => {
  const select = event.target.closest("[data-subject]");
  if (!select) return;
  const value = select.closest(".test").querySelector("input[type=text]");
  const list = `offers-${select.value}`;
  if (select.value && document.getElementById(list)) value.setAttribute("list", list);
  else value.removeAttribute("list");
});

// One spare row is always there: writing into the last one adds another.
document.addEventListener("input", (event) => {
  const row = event.target.closest(".choice-row");
  if (!row || row.nextElementSibling) return;
  const fresh = row.cloneNode(true);
  const number = Number(row.dataset.number) + 1;
  fresh.dataset.number = number;
  for (const field of fresh.querySelectorAll("input")) {
    field.name = field.name.replace(/^(choice_(?:was|value|label))_\d+/, `$1_${number}`);
    field.value = "";
  }
  for (const told of fresh.querySelectorAll(".choice-head .unseen")) told.textContent = ` ${number + 1}`;
  row.after(fresh);
});

// Leaving with something unsaved is asked about, once.
const form = document.querySelector(".question-form");
let touched = false;
form.addEventListener("input", () => (touched = true));
form.addEventListener("submit", () => (touched = false));
window.addEventListener("beforeunload", (event) => {
  if (touched) event.preventDefault();
});
