// A helper's telephone at the door. Each code is checked by the server; without a connection it is looked for in a list of
// salted digests, written down here, and handed over when the line is back. Handed over twice it changes nothing.

const door = document.querySelector("#door");
const form = document.querySelector("#door-form");
const field = form.elements.code;
const told = document.querySelector("#door-told");
const anyway = document.querySelector("#door-anyway");
const offline = document.querySelector("#door-offline");
const list = document.querySelector(".door-last");
const waiting = document.querySelector("#door-waiting");
const others = document.querySelector("#door-others");
const came = document.querySelector("#door-came");
const fresh = JSON.parse(document.querySelector("#door-kept").textContent);
const STORE = `rimay-door-${fresh.door}`;
const SHOWN = 10;
const PATIENCE = 8000;
const AGAIN = 15000;

// {queue: [{code, undo}], last: [{code, at, state}], others: a count that waits or null, salt, listed, came, counted}
const store = { queue: [], last: [], others: null, ...read() };
let sending = false;
let refused = null; // a code that stands in no list here, and may be written down all the same

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

function keep() {
  localStorage.setItem(STORE, JSON.stringify(store));
}

function codeIn(typed) {
  const letters = [...typed.split("#").pop().toUpperCase()].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  const fits = letters.length === Number(door.dataset.length) && letters.every((letter) => door.dataset.letters.includes(letter));
  return fits ? letters.join("") : null;
}

// true, false, or null where this browser cannot tell
async function isListed(code) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(store.salt + code));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return store.listed.includes(hex.slice(0, 5));
}

// talking with the server

async function freshToken() {
  const page = await fetch("/door", { headers: { accept: "text/html" }, cache: "no-store" });
  const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrf]");
  form.elements.csrf.value = found.value;
}

async function post(address, fields, again = true) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, ...fields });
  const answer = await fetch(address, {
    method: "POST",
    body,
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.status === 403 && again) {
    await freshToken();
    return post(address, fields, false);
  }
  if (answer.status === 404) return { outcome: "ended", text: words("ended") };
  if (!answer.ok) throw new TypeError("no answer");
  return answer.json();
}

function words(name) {
  return document.querySelector(`#told-${name}`).content.textContent;
}

function tell(outcome, text = words(outcome)) {
  const line = document.createElement("p");
  line.className = `told ${outcome}`;
  line.textContent = text;
  told.replaceChildren(line);
  anyway.hidden = outcome !== "unlisted";
  if (["came", "offline", "unchecked"].includes(outcome)) navigator.vibrate?.(80);
}

// one code

async function take(typed) {
  const code = codeIn(typed);
  if (!code) return tell("short");
  field.value = "";
  field.focus();
  if (store.last.some((each) => each.code === code && each.state !== "unknown")) return tell("again");
  if (!store.queue.length) {
    try {
      const said = await post("/door/codes", { code });
      offline.hidden = true;
      if (["came", "before"].includes(said.outcome)) note(code, said.outcome);
      if (said.outcome === "came") came.textContent = store.came += 1;
      return tell(said.outcome, said.text);
    } catch {
      offline.hidden = false;
    }
  }
  const fits = await isListed(code);
  if (fits === false) {
    refused = code;
    return tell("unlisted");
  }
  return write(code, fits ? "offline" : "unchecked");
}

function write(code, outcome) {
  store.queue.push({ code });
  note(code, "waiting");
  tell(outcome);
}

function note(code, state) {
  const at = new Date().toTimeString().slice(0, 5);
  store.last = [{ code, at, state }, ...store.last.filter((each) => each.code !== code)].slice(0, SHOWN);
  keep();
  show();
}

function undo(code) {
  const waits = store.queue.findIndex((each) => each.code === code && !each.undo);
  if (waits >= 0 && !sending) store.queue.splice(waits, 1); // else it may be on its way: taken back after it
  else store.queue.push({ code, undo: true });
  store.last = store.last.filter((each) => each.code !== code);
  keep();
  show();
  tell("undone");
  flush();
}

function show() {
  document.querySelector("#door-taken").hidden = !store.last.length && !store.queue.length;
  waiting.textContent = store.queue.length ? waiting.dataset.some.replace("{count}", store.queue.length) : waiting.dataset.none;
  list.replaceChildren(
    ...store.last.map(({ code, at, state }) => {
      const line = document.createElement("li");
      const name = list.dataset.ending.replace("{ending}", code.slice(-2));
      line.append(`…${code.slice(-2)} · ${at} · ${list.dataset[state]}`);
      if (["came", "waiting"].includes(state)) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button quiet";
        button.textContent = list.dataset.undo;
        button.setAttribute("aria-label", `${list.dataset.undo}: ${name}`);
        button.addEventListener("click", () => undo(code));
        line.append(button);
      }
      return line;
    }),
  );
  const people = store.others ?? store.counted;
  others.querySelector("output").textContent = people;
  const [less, more] = others.querySelectorAll("button");
  less.value = Math.max(0, people - 1);
  more.value = people + 1;
}

// what waits is handed over in its order; what the server says of it stands in the list

async function flush() {
  if (sending) return;
  sending = true;
  try {
    while (store.queue.length) {
      const item = store.queue[0];
      const said = await post("/door/codes", { code: item.code, ...(item.undo ? { undo: "yes" } : {}) });
      if (["wait", "ended", "early"].includes(said.outcome)) {
        tell(said.outcome, said.text); // it stays written down
        break;
      }
      store.queue = store.queue.filter((each) => each !== item);
      const line = store.last.find((each) => each.code === item.code);
      if (line && !item.undo) line.state = said.outcome === "unknown" ? "unknown" : said.outcome;
      keep();
    }
    const people = store.others;
    if (people !== null && (await post("/door/others", { people })).outcome === "counted" && store.others === people) {
      [store.others, store.counted] = [null, people];
    }
    await refresh();
    offline.hidden = true;
  } catch {
    offline.hidden = false;
  } finally {
    sending = false;
    keep();
    show();
  }
}

async function refresh() {
  const answer = await fetch("/door/state", { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status >= 500) throw new TypeError("no answer");
  const said = answer.ok ? await answer.json() : { outcome: "ended" };
  if (said.outcome === "ended") return tell("ended");
  return learn(said);
}

function learn(said) {
  Object.assign(store, { salt: said.salt, listed: said.listed, came: said.came, counted: said.others });
  came.textContent = said.came;
}

// what the helper does

form.addEventListener("submit", (event) => {
  event.preventDefault();
  take(field.value);
});
form.addEventListener("code", (event) => take(event.detail));
anyway.addEventListener("click", () => write(refused, "unchecked"));
others.addEventListener("submit", (event) => {
  event.preventDefault();
  store.others = Number(event.submitter.value);
  keep();
  show();
  flush();
});
document.querySelector("#door-leave").addEventListener("submit", (event) => {
  if ((store.queue.length || store.others !== null) && !confirm(event.target.dataset.sure)) return event.preventDefault();
  localStorage.removeItem(STORE); // nothing of the door stays behind
  caches?.open("rimay-entry").then((shelf) => shelf.delete("/door"));
});

// the page was opened by a link: that of a door, or a code that the telephone's own camera has read
function arrive() {
  const said = location.hash.slice(1);
  if (!said) return;
  history.replaceState(null, "", location.pathname);
  if (codeIn(said) || said.length < 40) return take(said);
  if (store.queue.length) return tell("busy");
  const enter = document.querySelector("#door-enter");
  enter.elements.secret.value = said;
  enter.requestSubmit();
}

// one page at a time writes on a telephone: two would lose what the other has written down

function alone(act) {
  if (!navigator.locks) return act();
  return navigator.locks.request(STORE, { ifAvailable: true }, (lock) => {
    if (!lock) {
      form.hidden = others.hidden = true;
      document.querySelector("#door-elsewhere").hidden = false;
      return undefined;
    }
    act();
    return new Promise(() => {});
  });
}

async function stayAtHand() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/door-worker.js", { scope: "/door" });
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const shelf = await caches.open("rimay-entry");
  await shelf.addAll([location.pathname, ...files.map((file) => file.href || file.src)]);
}

alone(() => {
  // a page off the shelf may be older than what is kept here
  if (navigator.onLine || !store.salt) learn(fresh);
  keep();
  show();
  arrive();
  flush();
  addEventListener("online", flush);
  addEventListener("hashchange", arrive);
  setInterval(flush, AGAIN);
});
stayAtHand().catch(() => {}); // the page works without it while there is a connection
