// A rehearsal while it goes on. The server sends finished sentences and pieces of the page; here they are put in place.
// Closing the stream stops the rehearsal: what was found by then stays.

const form = document.querySelector("[data-rehearsal]");
const running = document.querySelector("[data-running]");
const progress = running.querySelector("progress");
const said = running.querySelector("[data-said]");
const found = document.querySelector("[data-found]");
let source = null;

function notice(name) {
  for (const each of document.querySelectorAll("[data-notice]")) each.hidden = each.dataset.notice !== name;
}

function end(name) {
  source?.close();
  source = null;
  running.hidden = true;
  form.querySelector("button").disabled = false;
  notice(name);
}

function put(html) {
  found.innerHTML = html;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = new URLSearchParams(new FormData(form));
  source?.close();
  notice("");
  found.replaceChildren();
  said.textContent = "";
  progress.removeAttribute("value");
  running.hidden = false;
  form.querySelector("button").disabled = true;
  running.querySelector("[data-stop]").focus();
  source = new EventSource(`${form.dataset.rehearsal}?${asked}`);
  source.addEventListener("progress", (event) => {
    const { value, max, text } = JSON.parse(event.data);
    progress.max = max;
    progress.value = value;
    if (said.textContent !== text) said.textContent = text;
  });
  source.addEventListener("found", (event) => put(JSON.parse(event.data).html));
  source.addEventListener("busy", () => end("busy"));
  source.addEventListener("over", (event) => {
    put(JSON.parse(event.data).html);
    end("");
    found.querySelector("[data-result]")?.focus();
  });
  source.addEventListener("error", () => end("broken")); // connecting again would begin again
});

running.querySelector("[data-stop]").addEventListener("click", () => {
  end("stopped");
  form.querySelector("button").focus();
});
