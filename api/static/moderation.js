// The desk of moderation by keyboard. Each key presses what the page shows anyway; without script nothing is missing.

const KEPT = "rimay-moderation-keys";
const begin = document.querySelector("[data-begin]");
const choice = document.querySelector("[data-keys]");
const box = choice.querySelector("input");

// Who dictates or types with one hand can turn the keys off.
box.checked = localStorage.getItem(KEPT) !== "off";
box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
choice.hidden = false;

// After an act the page is another: a screen reader goes on at the statement, or at what went wrong.
const told = document.querySelector("[role=alert]");
if (told) {
  told.tabIndex = -1;
  told.focus();
} else if (new URL(location.href).searchParams.has("done")) {
  begin.focus();
}

function types(target) {
  return target.matches("input:not([type=checkbox], [type=radio]), textarea, select") || target.isContentEditable;
}

// A folded part opens, and its first field takes the focus.
function unfold(summary) {
  const part = summary.parentElement;
  part.open = true;
  (part.querySelector("form button, textarea, select, input:not([type=hidden])") ?? summary).focus();
  const field = part.querySelector("textarea");
  if (field) field.focus();
}

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.tagName === "SUMMARY") unfold(target);
  else target.click();
  return true;
}

// The digits stand for reasons only while the reasons are in front of one.
function reason(key) {
  const button = document.activeElement.closest("#reject[open]")?.querySelector(`[data-digit="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

function fold() {
  const part = document.activeElement.closest("details[open]");
  if (!part) return false;
  part.open = false;
  part.querySelector("summary").focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.key === "Escape") {
    if (fold()) event.preventDefault();
    return;
  }
  if (!box.checked || event.repeat || types(event.target)) return;
  if (/^[1-6]$/.test(event.key) ? reason(event.key) : press(event.key)) event.preventDefault();
});
