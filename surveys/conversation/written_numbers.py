"""Numbers as people type them: in digits, or as a small number word in Spanish or Kichwa."""

import re
import unicodedata

from surveys.conversation.written_words import fold

_SPANISH = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "once", "doce", "trece", "catorce", "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte",
)  # fmt: skip
_KICHWA = (
    "illak", "shuk", "ishkay", "kimsa", "chusku", "pichka", "sukta", "kanchis", "pusak", "iskun", "chunka",
)  # fmt: skip

WORDS = {word: number for words in (_SPANISH, _KICHWA) for number, word in enumerate(words)} | {
    "un": 1,
    "una": 1,
}
"""Number words up to twenty in Spanish and up to ten in Kichwa, without accents."""

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
    if (number := WORDS.get(fold(typed))) is not None:
        return str(number)
    if not _NUMBER.fullmatch(typed):
        return None
    sign = "-" if typed.startswith("-") else ""
    whole, _, decimals = typed.lstrip("+-").replace(",", ".").partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    if whole == "0" and not decimals:
        return "0"
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def _without_unit(text: str) -> str:
    """Turn "34 años" into "34". Any other word stays, so that "2 meses" is not taken for two years."""
    return _UNIT.sub("", unicodedata.normalize("NFKC", text).strip())
