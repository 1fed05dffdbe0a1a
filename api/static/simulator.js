// The simulator: one stream for all telephones; the server sends finished messages.

const people = document.querySelector(".people");
const phones = new Map([...document.querySelectorAll("[data-chat]")].map((phone) => [phone.dataset.chat, phone]));

function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function messagesOf(phone) {
  return phone.querySelector(".messages");
}

function toTheEnd(phone) {
  const list = messagesOf(phone);
  list.scrollTop = list.scrollHeight;
}

// Who reads the end goes on reading the end; who has scrolled up stays there.
function keepingTheEnd(phone, change) {
  const list = messagesOf(phone);
  const atTheEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  change();
  if (atTheEnd) toTheEnd(phone);
}

// Replacing a message must not take the keyboard's place away: the same button of the new one is focused.
function replace(old, fresh) {
  const value = old.contains(document.activeElement) ? document.activeElement.value : null;
  old.replaceWith(fresh);
  if (value === null) return;
  const same = [...fresh.querySelectorAll("button")].find((button) => button.value === value);
  (same ?? fresh.querySelector("button") ?? fresh.closest(".messages")).focus();
}

// As on a telephone, it passes; long enough to be read, and to be said by a screen reader without haste.
const passing = new WeakMap();

function showToast(phone, text) {
  const toast = phone.querySelector(".toast");
  clearTimeout(passing.get(toast));
  toast.textContent = text;
  passing.set(toast, setTimeout(() => toast.replaceChildren(), 8000));
}

const events = {
  message(phone, { id, html }) {
    const fresh = element(html);
    const old = messagesOf(phone).querySelector(`[data-message="${id}"]`);
    if (old) replace(old, fresh);
    else messagesOf(phone).append(fresh);
    toTheEnd(phone);
  },
  edit(phone, { id, html }) {
    const old = messagesOf(phone).querySelector(`[data-message="${id}"]`);
    if (old) keepingTheEnd(phone, () => replace(old, element(html)));
  },
  delete(phone, { id }) {
    messagesOf(phone).querySelector(`[data-message="${id}"]`)?.remove();
  },
  snapshot(phone, { html }) {
    const list = messagesOf(phone);
    if (list.contains(document.activeElement)) list.focus();
    list.innerHTML = html;
    toTheEnd(phone);
  },
  keyboard(phone, { html }) {
    replace(phone.querySelector(".keyboard"), element(html));
    toTheEnd(phone);
  },
  toast(phone, { text }) {
    showToast(phone, text);
  },
};

function connect() {
  const source = new EventSource("/simulator/events");
  for (const [name, act] of Object.entries(events)) {
    source.addEventListener(name, (event) => {
      const data = JSON.parse(event.data);
      const phone = phones.get(String(data.chat));
      if (phone) act(phone, data);
    });
  }
}

async function send(form, submitter) {
  const given = new FormData(form, submitter);
  const body = form.enctype === "multipart/form-data" ? given : new URLSearchParams(given);
  const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
  if (answer.status === 401) location.reload();
  if (answer.status === 413) events.toast(form.closest("[data-chat]"), { text: (await answer.json()).message });
  const text = form.querySelector("input[type=text], input[type=file]");
  if (answer.ok && form.matches(".starter")) {
    form.parentElement.querySelector(".composer input[type=text]").focus();
    form.remove(); // as on a telephone: once begun, one writes
  }
  if (answer.ok && text) {
    text.value = "";
    text.focus();
  }
}

people?.addEventListener("submit", (event) => {
  if (!event.target.closest("[data-chat]") || event.target.dataset.plain !== undefined) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

phones.forEach(toTheEnd);
if (phones.size) connect();
