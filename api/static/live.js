// Figures that change in place. The server sends finished sentences; here they are only put where they belong.

function put(place, name, text) {
  const target = place.querySelector(`[data-figure="${name}"]`);
  if (target && target.textContent !== text) target.textContent = text; // only a change is announced
}

// The state changed: another step is the current one now, other buttons are needed, and the last notice is old.
function makeAnew() {
  const here = new URL(location.href);
  if (!here.searchParams.has("done")) return location.reload();
  here.searchParams.delete("done");
  location.replace(here);
}

function open(place) {
  const source = new EventSource(place.dataset.live);
  const state = place.querySelector("[data-live-state]");
  source.addEventListener("open", () => state?.classList.add("live"));
  source.addEventListener("error", () => state?.classList.remove("live")); // the browser reconnects by itself
  source.addEventListener("figures", (event) => {
    const { texts, bars } = JSON.parse(event.data);
    for (const [name, text] of Object.entries(texts)) put(place, name, text);
    for (const [name, percent] of Object.entries(bars)) {
      place.querySelector(`[data-bar="${name}"]`)?.setAttribute("width", `${percent}%`);
    }
  });
  source.addEventListener("over", () => {
    source.close();
    makeAnew();
  });
  return source;
}

function follow(place) {
  let source = document.hidden ? null : open(place);
  document.addEventListener("visibilitychange", () => {
    source?.close(); // nobody looks at a hidden page: the server need not read for it
    source = document.hidden ? null : open(place);
  });
}

document.querySelectorAll("[data-live]").forEach(follow);
