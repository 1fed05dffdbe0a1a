"""Names of languages as authors write them → codes: "Español (es)" → "es"."""

import re
import unicodedata
from collections.abc import Iterable

UNNAMED = "default"
"""What pyxform calls the language of a column that names none."""
HOUSE = "es"
"""A workbook that names no language is taken to be in the language of the house."""

KNOWN = {
    "espanol": "es",
    "castellano": "es",
    "spanish": "es",
    "kichwa": "qu",
    "quichua": "qu",
    "quechua": "qu",
    "runashimi": "qu",
    "ingles": "en",
    "english": "en",
    "frances": "fr",
    "francais": "fr",
    "french": "fr",
    "portugues": "pt",
    "portuguese": "pt",
    "creole": "ht",
    "kreyol": "ht",
}
KICHWA = frozenset({"qu", "que", "qug", "qvi", "qvo", "qvj", "qwe"})
"""Codes under which Ecuador's Kichwa is written; qvi is that of Imbabura."""
THREE_LETTERS = {"spa": "es", "eng": "en", "fra": "fr", "por": "pt", "hat": "ht"}


def language_code(name: str) -> str:
    """The code of a language by its name; a name that nobody knows becomes a code of its own."""
    if name == UNNAMED:
        return HOUSE
    if match := re.search(r"\(\s*([A-Za-z]{2,3})(?:[-_]\w+)*\s*\)\s*$", name):
        return _short(match.group(1).lower())
    plain = _plain(name)
    return KNOWN.get(plain.replace("-", "")) or _short(plain) or UNNAMED


def language_codes(names: Iterable[str], *, unnamed_is_one: bool = False) -> dict[str, str]:
    """Name → code, each code once.

    What an author left without a language goes with the first that has a name; where it is a language of its
    own beside those that have names, with that of the house.
    """
    codes: dict[str, str] = {}
    named = [name for name in names if name != UNNAMED]
    for name in named:
        code = language_code(name)
        codes[name] = code if code not in codes.values() else _plain(name)
    if unnamed_is_one or not named:
        return {UNNAMED: HOUSE if HOUSE not in codes.values() else UNNAMED} | codes
    return codes | {UNNAMED: codes[named[0]]}


def _short(code: str) -> str:
    main = code.partition("-")[0] if len(code.partition("-")[0]) in {2, 3} and "-" in code else code
    if main in KICHWA:
        return "qu"
    return THREE_LETTERS.get(main, main if main != code and len(main) == 2 else code)


def _plain(name: str) -> str:
    """Lower case, no accents, words joined by hyphens."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return re.sub(r"[^\w]+", "-", letters).strip("-")
