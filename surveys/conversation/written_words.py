"""Words as people type them, made comparable: no accents, no capitals, no signs, one space."""

import re
import unicodedata

_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGNS = re.compile(r"[^\w\s]|_", re.UNICODE)


def clean(text: str) -> str:
    """The text without the characters that no document can hold, and without blanks around it."""
    return _NOT_IN_XML.sub("", text).strip()


def fold(text: str) -> str:
    """For comparison only: "¡Sí, Educación!" → "si educacion"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(_SIGNS.sub(" ", plain).split())
