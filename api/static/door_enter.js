// The link of a door holds its secret behind a #, which no server reads: it is handed over in a form, and wiped away.

const form = document.querySelector("#door-enter");
const own = document.querySelector("#door-own-code");

function arrive() {
  const said = location.hash.slice(1);
  if (!said) return;
  history.replaceState(null, "", location.pathname);
  if (/^[A-Za-z0-9_-]{43}$/.test(said)) {
    form.elements.secret.value = said;
    form.requestSubmit();
  } else {
    own.hidden = ![...said.toUpperCase()].every((letter) => own.dataset.letters.includes(letter)); // their own code
  }
}

arrive();
addEventListener("hashchange", arrive);
