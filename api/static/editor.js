// The list of questions: moved by dragging or by Alt and an arrow; the telephone beside it follows each change.

let moved = null;

function draft() {
  return document.getElementById("draft");
}

function press(card, deed) {
  moved = card.querySelector("[data-key]").dataset.key;
  card.querySelector(`button[value="${deed}"]`).click();
}

document.addEventListener("keydown", (event) => {
  const deed = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const link = event.target.closest?.("[data-key]");
  if (!event.altKey || !deed || !link) return;
  event.preventDefault();
  press(link.closest(".row-card"), deed);
});

// Dragging, with mouse, pen or finger: the grip is held, the line shows where the question will stand.

let held = null;

function cardAt(event) {
  return document.elementFromPoint(event.clientX, event.clientY)?.closest(".row-card");
}

function unmark() {
  for (const marked of draft().querySelectorAll(".before, .after")) marked.classList.remove("before", "after");
}

function mark(card, event) {
  unmark();
  const list = card.parentElement;
  const box = card.getBoundingClientRect();
  const next = event.clientY > box.top + box.height / 2 ? card.nextElementSibling : card;
  held.before = next ? Number(next.dataset.row) : Number(list.lastElementChild.dataset.end) + 1;
  if (next) next.classList.add("before");
  else list.classList.add("after");
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.(".grip");
  if (!grip) return;
  event.preventDefault();
  held = { card: grip.closest(".row-card"), before: 0 };
  held.card.classList.add("dragged");
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const card = cardAt(event);
  if (card) mark(card, event);
});

function letGo(drops) {
  if (!held) return;
  const { card, before } = held;
  held = null;
  unmark();
  card.classList.remove("dragged");
  if (!drops || !before) return;
  moved = card.querySelector("[data-key]").dataset.key;
  const form = card.querySelector(".row-acts");
  const values = { do: "move", before: String(lastEnd(before)) };
  for (const field of form.querySelectorAll("input")) values[field.name] = field.value;
  htmx.ajax("POST", form.getAttribute("hx-post"), { target: "#draft", swap: "outerHTML show:none", values });
}

// Behind the last question means behind whatever closes last.
function lastEnd(before) {
  const ends = [...draft().querySelectorAll(".row-card")].map((card) => Number(card.dataset.end) + 1);
  const last = Math.max(...ends);
  const isRow = draft().querySelector(`.row-card[data-row="${before}"]`);
  return isRow ? before : last;
}

document.addEventListener("pointerup", () => letGo(true));
document.addEventListener("pointercancel", () => letGo(false));

// After a change: the question that moved keeps the keyboard, and the telephone plays the new questionnaire.

function settle() {
  for (const grip of draft().querySelectorAll(".grip")) grip.hidden = false;
}

let typing = null;

// A refresh must not take away what is being typed into the telephone.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "preview" || event.detail.requestConfig.elt.id !== "preview-refresh") return;
  const field = document.querySelector("#preview input[name=text]");
  typing = field && { text: field.value, focused: field === document.activeElement };
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "preview") {
    const field = document.querySelector("#preview input[name=text]");
    if (typing && field) {
      field.value = typing.text;
      if (typing.focused) field.focus();
    }
    typing = null;
    const from = event.detail.requestConfig.elt;
    if (from.classList.contains("composer")) field?.focus();
    if (from.classList.contains("keys")) (document.querySelector("#preview .keys button") ?? field)?.focus();
    const screen = document.querySelector("#preview .messages");
    if (screen) screen.scrollTop = screen.scrollHeight;
    return;
  }
  if (event.detail.target.id !== "draft") return;
  settle();
  if (moved !== null) {
    const link = [...draft().querySelectorAll("[data-key]")].find((each) => each.dataset.key === moved);
    moved = null;
    if (link) {
      link.focus();
      link.closest(".row-card").classList.add("here");
      document.getElementById("said").textContent = draft().dataset.moved;
    }
  }
  const refresh = document.getElementById("preview-refresh");
  if (refresh) htmx.ajax("POST", refresh.getAttribute("hx-post"), { source: refresh, target: "#preview", swap: "outerHTML show:none" });
});

settle();
