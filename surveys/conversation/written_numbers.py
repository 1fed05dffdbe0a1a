"""Numbers as people type them: in digits, or as a number word up to 999 in Spanish or Kichwa."""

import re
import unicodedata
from collections.abc import Iterable

from surveys.conversation.written_words import fold

_ONES = {word: number for number, word in enumerate(
    ("uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"), 1,
)} | {"un": 1, "una": 1}  # fmt: skip
_TENS = {word: 10 * number for number, word in enumerate(
    ("diez", "veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"), 1,
)} | {"diec": 10, "veint": 20}  # fmt: skip
"""Also as they stand before an i: "dieciséis", "veintidós"."""
_ELEVEN_ON = {"once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15}
_HUNDREDS = {"ciento": 100} | {stem + ending: 100 * number for ending in ("os", "as") for number, stem in enumerate(
    ("doscient", "trescient", "cuatrocient", "quinient", "seiscient", "setecient", "ochocient", "novecient"), 2,
)}  # fmt: skip
_SPANISH = _ONES | _TENS | _ELEVEN_ON | _HUNDREDS
_KICHWA = {word: number for number, word in enumerate(
    ("shuk", "ishkay", "kimsa", "chusku", "pichka", "sukta", "kanchis", "pusak", "iskun"), 1,
)}  # fmt: skip
_ALONE = {"cero": 0, "illak": 0, "cien": 100}


def _any_of(words: Iterable[str]) -> str:
    return f"({'|'.join(words)})"


_IN_SPANISH = re.compile(
    f"{_any_of(_HUNDREDS)}?(?:{_any_of(_TENS)}(?:[yi]{_any_of(_ONES)})?|{_any_of(_ONES | _ELEVEN_ON)})?"
)
_IN_KICHWA = re.compile("(?:{0}?(patsak))?(?:{0}?(chunka))?{0}?".format(_any_of(_KICHWA)))
_NOTHING_BETWEEN = re.compile(r"\W*[^\W\d_]+(?:\s+[^\W\d_]+)*\W*")
"""Words and no sign between two of them: "ishkay-chunka" may be from two to ten."""

_UNIT = re.compile(r"\s+(a[nñ]os?|wata(kuna)?|personas?|runa(kuna)?)$", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)")
_WITH_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}([. ][0-9]{3})+")


def read_whole(text: str) -> str | None:
    """A number typed where a whole one is asked: "1.200" is twelve hundred, as Ecuador writes it."""
    typed = _without_unit(text)
    if _WITH_THOUSANDS.fullmatch(typed):
        return re.sub(r"[. ]", "", typed).lstrip("+")
    return _read(typed)


def read_decimal(text: str) -> str | None:
    """A number in canonical form, a point before the decimals and no zeros too many: "3,50" → "3.5"."""
    return _read(_without_unit(text))


def _read(typed: str) -> str | None:
    if (number := _in_words(typed)) is not None:
        return str(number)
    if not _NUMBER.fullmatch(typed):
        return None
    sign = "-" if typed.startswith("-") else ""
    whole, _, decimals = typed.lstrip("+-").replace(",", ".").partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    if whole == "0" and not decimals:
        return "0"
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def _in_words(typed: str) -> int | None:
    """Each number has one spelling when the blanks are gone: people write them together and apart."""
    word = fold(typed).replace(" ", "") if _NOTHING_BETWEEN.fullmatch(typed) else ""
    if not word or word in _ALONE:
        return _ALONE.get(word)
    if found := _IN_SPANISH.fullmatch(word):
        return sum(_SPANISH[part] for part in found.groups() if part)
    if found := _IN_KICHWA.fullmatch(word):
        hundreds, hundred, tens, ten, ones = found.groups()
        return (
            (100 * _KICHWA.get(hundreds, 1) if hundred else 0)
            + (10 * _KICHWA.get(tens, 1) if ten else 0)
            + _KICHWA.get(ones, 0)
        )
    return None


def _without_unit(text: str) -> str:
    """Turn "34 años" into "34". Any other word stays, so that "2 meses" is not taken for two years."""
    return _UNIT.sub("", unicodedata.normalize("NFKC", text).strip())
