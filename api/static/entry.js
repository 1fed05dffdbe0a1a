// A facilitator's tablet. Every answer is written down here first and handed to the server next, in order and numbered:
// handed over twice it changes nothing. The server alone says what comes next and what is wrong. Without a connection
// the questions are asked in their order, unchecked, until the server can be asked again.

const place = document.querySelector("#entry");
const form = document.querySelector("#entry-form");
const screen = document.querySelector("#entry-screen");
const banner = document.querySelector("#entry-offline");
const trouble = document.querySelector("#entry-trouble");
const leave = document.querySelector("#entry-leave");
const shelf = document.querySelector("#entry-kept");
const consultation = place.dataset.consultation;
const outline = JSON.parse(document.querySelector("#entry-outline").textContent);
const STORE = `rimay-entry-${consultation}`;
const PATIENCE = 15000;
const AGAIN = 15000;

// what is kept on the tablet: {current: key, entries: {key: entry}}
// entry: {language, writes: [[number, path, value]], taken, typed, at, done, faulty, quote, begun}
// or {language, writes: [], taken: 0, gone: true} where the consent was taken back and the server has not heard of it
let store = read();
let busy = false;

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? { current: null, entries: {} };
  } catch {
    return { current: null, entries: {} };
  }
}

function keep() {
  if (Object.keys(store.entries).length) localStorage.setItem(STORE, JSON.stringify(store));
  else localStorage.removeItem(STORE); // nothing of anybody stays behind
}

function current() {
  return store.entries[store.current] ?? null;
}

function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function begin(language) {
  store.current = freshKey();
  store.entries[store.current] = { language, writes: [], taken: 0, typed: null, begun: new Date().toISOString() };
  keep();
}

function write(entry, path, value) {
  entry.writes.push([(entry.writes.at(-1)?.[0] ?? 0) + 1, path, value]);
  entry.typed = null;
  keep();
}

function written(entry) {
  return Object.fromEntries(entry.writes.map(([, path, value]) => [path, value]));
}

// what stands in the fields of a screen: one text, or a list where several can be chosen

function valueOn(part) {
  const fields = [...part.querySelectorAll('[name="value"]')];
  const several = fields.length > 1 && fields[0].type !== "radio";
  const chosen = fields.filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked);
  const values = chosen.map((field) => field.value.trim()).filter(Boolean);
  return several ? [...new Set(values)] : values[0] ?? "";
}

function fill(part, value) {
  const values = [value].flat();
  part.querySelectorAll('[name="value"]').forEach((field, index) => {
    if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
    else field.value = values[index] ?? "";
  });
}

// talking with the server

class SignedOut extends Error {}
class Refused extends Error {}

async function freshToken() {
  const page = await fetch(location.pathname, { headers: { accept: "text/html" }, cache: "no-store" });
  const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#entry-form [name=csrf]");
  if (!found) throw new SignedOut();
  form.elements.csrf.value = found.value;
}

async function post(key, entry, wish = {}, again = true) {
  const pending = entry.writes.filter(([number]) => number > entry.taken);
  const fields = { key, language: entry.language, consent: "yes", writes: JSON.stringify(pending), ...wish };
  const body = new FormData();
  for (const [name, value] of Object.entries({ csrf: form.elements.csrf.value, ...fields })) body.append(name, value);
  const answer = await fetch(form.action, {
    method: "POST",
    body,
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(wish.file ? PATIENCE * 8 : PATIENCE),
  });
  if (answer.status === 401) throw new SignedOut();
  if (answer.status === 403 && again) {
    await freshToken(); // signed in anew meanwhile
    return post(key, entry, wish, false);
  }
  if (answer.status >= 500) throw new TypeError("no answer");
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.message);
  const last = entry.writes.at(-1)?.[0] ?? 0;
  entry.taken = said.number;
  if (said.kind !== "sent") keep();
  if (said.number < last && said.kind !== "sent" && again) return post(key, entry, wish, false); // it had lost some
  if (said.kind === "behind") throw new TypeError("not all"); // next time everything is handed over
  return said;
}

function tell(id, text) {
  trouble.replaceChildren(document.querySelector(id).content.cloneNode(true));
  if (text) trouble.firstElementChild.textContent = text;
  trouble.hidden = false;
}

// the questions in their order, for as long as nobody can say which of them apply

function* walk(nodes, above, has) {
  for (const node of nodes) {
    const path = above + node.path.split("/").at(-1);
    if (!node.nodes) yield path;
    else if (!node.repeats) yield* walk(node.nodes, `${path}/`, has);
    else {
      for (let member = 1; ; member += 1) {
        yield* walk(node.nodes, `${path}[${member}]/`, has);
        yield `${path}[${member + 1}]`;
        if (has[`${path}[${member + 1}]`] !== "yes") break;
      }
    }
  }
}

function sheet(language, path, kind) {
  const plain = path.replaceAll(/\[[0-9]+\]/g, "");
  const named = [...document.querySelectorAll(`template[data-language="${language}"]`)];
  return named.find((each) => (kind ? each.dataset.kind === kind : each.dataset.path === plain && plain));
}

function showOffline(entry, back) {
  const has = written(entry);
  const all = [...walk(outline, "", has)];
  const here = all.indexOf(screen.firstElementChild?.dataset.path ?? "");
  const at = back ? Math.max(0, (here < 0 ? all.length : here) - 1) : all.findIndex((path, index) => index > here && !(path in has));
  banner.hidden = false;
  if (at < 0) return swap(sheet(entry.language, "", "written").content.cloneNode(true));
  const part = sheet(entry.language, all[at]).content.cloneNode(true);
  part.firstElementChild.dataset.path = all[at];
  if (all[at] in has) fill(part, has[all[at]]);
  return swap(part);
}

function swap(part) {
  screen.replaceChildren(part);
  const entry = current();
  const shown = screen.firstElementChild.dataset;
  if (entry?.typed && entry.typed.path === shown.path) fill(screen, entry.typed.value);
  leave.hidden = !entry;
  screen.querySelector("h2")?.focus({ preventScroll: false });
  showShelf();
}

function html(text) {
  const template = document.createElement("template");
  template.innerHTML = text;
  return template.content;
}

function showConsent(language) {
  store.current = null;
  keep();
  swap(sheet(language, "", "consent").content.cloneNode(true));
}

// one move of the facilitator: written down, handed over, and what comes next is shown

async function goOn(wish = {}) {
  const key = store.current;
  const entry = current();
  busy = true;
  try {
    const said = await post(key, entry, wish);
    banner.hidden = trouble.hidden = true;
    if (said.kind === "discarded") {
      delete store.entries[key];
      return showConsent(entry.language);
    }
    if (said.kind === "sent") {
      delete store.entries[key]; // it is there now: here it is erased
      store.current = null;
      keep();
    }
    swap(html(said.html));
  } catch (error) {
    if (error instanceof Refused) return tell("#entry-failed", error.message);
    if (error instanceof SignedOut) tell("#entry-signed-out");
    else if (wish.file) tell("#entry-no-file");
    else trouble.hidden = true;
    showOffline(entry, wish.go === "back");
  } finally {
    busy = false;
  }
}

function moveOn(button) {
  const shown = screen.firstElementChild;
  const language = new FormData(form).get("language");
  if (button.name === "consent") {
    begin(language);
    return goOn();
  }
  const entry = current();
  const { path } = shown.dataset;
  entry.language = language ?? entry.language;
  entry.quote = new FormData(form).get("may_quote") ?? entry.quote ?? "";
  if (button.name === "at") return goOn({ at: button.value });
  switch (button.value) {
    case "next":
      if (shown.querySelector("[type=file]")) return attach(shown, path);
      write(entry, path, valueOn(shown));
      return goOn();
    case "skip":
      write(entry, path, "");
      return goOn();
    case "yes":
    case "no":
      write(entry, path, button.value);
      return goOn();
    case "back":
      entry.typed = null;
      return goOn(path ? { go: "back", path } : { go: "back" });
    case "send":
      return goOn({ go: "send", may_quote: entry.quote });
    default: // kept until there is a connection
      entry.done = true;
      showConsent(entry.language);
      return flush();
  }
}

// a file is handed over at once or not at all: a tablet keeps none
function attach(shown, path) {
  const [file] = shown.querySelector("[type=file]").files;
  if (file) return goOn({ file, path, go: "next" });
  if (!shown.querySelector(".mark")) write(current(), path, "");
  return goOn();
}

// forms that wait on the tablet

async function flush() {
  for (const [key, entry] of Object.entries(store.entries)) {
    if (!(entry.done || entry.gone) || busy) continue;
    try {
      const said = await post(key, entry, entry.gone ? { go: "discard" } : { go: "send", may_quote: entry.quote ?? "" });
      if (store.entries[key] !== entry) continue; // the consent was taken back meanwhile
      if (["sent", "discarded"].includes(said.kind)) delete store.entries[key];
      else Object.assign(entry, { done: false, faulty: true });
      banner.hidden = true;
      keep();
    } catch (error) {
      if (error instanceof SignedOut) tell("#entry-signed-out");
      if (!(error instanceof Refused)) break;
      if (entry.gone) delete store.entries[key]; // at the closing the server has erased it itself
      else Object.assign(entry, { done: false, faulty: true }); // the consultation is over, say
      keep();
      if (entry.gone) continue;
      tell("#entry-failed", error.message);
    }
  }
  showShelf();
}

function showShelf() {
  const others = Object.entries(store.entries).filter(([key, entry]) => key !== store.current && !entry.gone);
  shelf.hidden = !others.length;
  shelf.querySelector("ul").replaceChildren(
    ...others.map(([key, entry]) => {
      const line = document.createElement("li");
      const state = entry.done ? "waiting" : entry.faulty ? "faulty" : "begun";
      const hour = new Date(entry.begun).toLocaleTimeString("es-EC", { hour: "2-digit", minute: "2-digit" });
      line.append(`${hour} · ${place.dataset[state]} `);
      const open = document.createElement("button");
      Object.assign(open, { type: "button", className: "button quiet", textContent: `${place.dataset.open} ${hour}` });
      open.addEventListener("click", () => {
        store.current = key;
        Object.assign(entry, { done: false, faulty: false });
        keep();
        goOn();
      });
      line.append(open);
      return line;
    }),
  );
}

leave.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  const entry = current();
  if (!button || !entry || busy) return;
  if (button.dataset.act === "discard") {
    if (!confirm(button.dataset.sure)) return;
    // The answers go at once; the key stays until the server has erased them too.
    store.entries[store.current] = { language: entry.language, writes: [], taken: 0, gone: true };
    showConsent(entry.language);
    flush();
    return;
  }
  showConsent(entry.language);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("button");
  if (!busy) moveOn(button);
});

form.addEventListener("input", (event) => {
  const entry = current();
  if (event.target.name !== "value" || !entry) return;
  const shown = screen.firstElementChild;
  entry.typed = { path: shown.dataset.path, value: valueOn(shown) };
  keep();
});

form.addEventListener("change", (event) => {
  const entry = current();
  if (event.target.name !== "language" || busy) return;
  if (!entry) return swap(sheet(event.target.value, "", "consent").content.cloneNode(true));
  const shown = screen.firstElementChild.dataset;
  entry.language = event.target.value;
  keep();
  return goOn(shown.kind === "ask" ? { at: shown.path } : {});
});

screen.addEventListener("click", (event) => {
  if (!event.target.closest("[data-new]")) return;
  event.preventDefault();
  showConsent(form.elements.language.value);
});

// one page at a time writes on a tablet: two would number their answers alike

async function alone(act) {
  if (!navigator.locks) return act();
  return navigator.locks.request(STORE, { ifAvailable: true }, (lock) => {
    if (!lock) {
      form.hidden = true;
      return tell("#entry-elsewhere");
    }
    act();
    return new Promise(() => {});
  });
}

async function stayAtHand() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/entry-worker.js", { scope: location.pathname });
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const cache = await caches.open("rimay-entry");
  await cache.addAll([location.pathname, ...files.map((file) => file.href || file.src)]);
}

alone(() => {
  showShelf();
  if (current()) goOn();
  flush();
  addEventListener("online", flush);
  setInterval(flush, AGAIN);
});
stayAtHand().catch(() => {}); // the page works without it while there is a connection
