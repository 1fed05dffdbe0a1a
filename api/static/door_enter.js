// The link of a door holds its secret behind a #, which no server reads: it is handed over in a form, and wiped away.

const said = decodeURIComponent(location.hash.slice(1));
const form = document.querySelector("#door-enter");
const own = document.querySelector("#door-own-code");

if (said) history.replaceState(null, "", location.pathname);
if (/^[A-Za-z0-9_-]{43}$/.test(said)) {
  form.elements.secret.value = said;
  form.requestSubmit();
} else if (said && [...said.toUpperCase()].every((letter) => own.dataset.letters.includes(letter))) {
  own.hidden = false; // somebody has scanned their own code
}
