// Coding by keyboard. Each key presses what the page shows anyway; without script nothing is missing.

const KEPT = "rimay-coding-keys";
const begin = document.querySelector("[data-begin]");
const choice = document.querySelector("[data-keys]");
const box = choice.querySelector("input");

// Who dictates or types with one hand can turn the keys off.
box.checked = localStorage.getItem(KEPT) !== "off";
box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
choice.hidden = false;

// After each answer the page is another: a screen reader goes on at its heading, or at what went wrong.
const told = document.querySelector("[role=alert]");
if (told) {
  told.tabIndex = -1;
  told.focus();
} else if (new URL(location.href).searchParams.has("done")) {
  begin.focus();
}

// An answer is coded once, however fast the key is pressed.
let pressed = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (!box.checked || event.repeat || pressed) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.tagName === "SUMMARY") {
    target.parentElement.open = !target.parentElement.open;
    target.focus();
    return;
  }
  pressed = true;
  target.click();
});
