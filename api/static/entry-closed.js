// The consultation is over: what still lies on this tablet counts no more, and is erased when the facilitator says so.

const rest = document.querySelector("#entry-rest");
const STORE = `rimay-entry-${rest.dataset.consultation}`;

const kept = JSON.parse(localStorage.getItem(STORE))?.entries ?? {};
rest.hidden = Object.values(kept).every((entry) => entry.gone);
if (rest.hidden) localStorage.removeItem(STORE);
rest.querySelector("button").addEventListener("click", () => {
  localStorage.removeItem(STORE);
  rest.hidden = true;
});
