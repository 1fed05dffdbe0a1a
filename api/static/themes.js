// Dragging an answer to a theme: the same as choosing it in the list below the answer, and sending that.

const targets = document.querySelector("[data-targets]");

function take(answer) {
  const form = answer.querySelector("form.move");
  if (!form) return;
  answer.draggable = true;
  answer.addEventListener("dragstart", (event) => {
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", form.elements.voice.value);
    targets.classList.add("waiting");
  });
  answer.addEventListener("dragend", () => targets.classList.remove("waiting"));
}

function put(target, voice) {
  const field = document.querySelector(`form.move input[name="voice"][value="${CSS.escape(voice)}"]`);
  if (!field) return;
  field.form.elements.into.value = target.dataset.target;
  field.form.requestSubmit();
}

function receive(target) {
  target.addEventListener("dragover", (event) => {
    event.preventDefault();
    target.classList.add("over");
  });
  target.addEventListener("dragleave", () => target.classList.remove("over"));
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    put(target, event.dataTransfer.getData("text/plain"));
  });
}

// Where a finger scrolls there is nothing to drag with: the lists are enough.
if (targets && matchMedia("(pointer: fine)").matches) {
  document.querySelectorAll("[data-answer]").forEach(take);
  targets.querySelectorAll("[data-target]").forEach(receive);
  targets.hidden = false;
}
