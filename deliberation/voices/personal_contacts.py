"""E-mail addresses, links and names on social networks."""

import re
from collections.abc import Iterator

from deliberation.voices.findings import Finding, Kind, matches

EMAIL = re.compile(
    r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+"
    r"|[\w.+-]+\s+\(?arroba\)?\s+[\w-]+(?:\s*(?:\.|punto)\s*[\w-]+)+",
    re.IGNORECASE,
)
LINK = re.compile(
    r"(?:https?://|www\.)\S+[^\s.,;:!?)»\"]"
    r"|\b(?:t|wa|fb|m)\.me/[\w+./-]+"
    r"|(?<![@\w])[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.(?:com|org|net|info|gob|edu|io|app|ec|ly)(?:\.[a-z]{2})?\b(?:/\S*)?",
    re.IGNORECASE,
)
HANDLE = re.compile(r"(?<![\w@])@[\w.]{2,}")
INNER_DOT = re.compile(r"\w\.\w")
"""Nearly no answer has one: looking for it first saves looking for addresses at every word."""
NETWORK = re.compile(
    r"\b(?:facebook|face|fb|instagram|insta|ig|tik\s?tok|telegram|twitter|messenger|skype)\b"
    r"(?:\s*:\s*|\s+(?:es|soy|como|estoy\s+como|me\s+encuentran?\s+como)\s+:?\s*)"
    r"(?P<found>@?[\w.]{3,}(?:(?-i:\s[A-ZÁÉÍÓÚÑ])\w+)*)",
    re.IGNORECASE,
)


def find_contacts(text: str) -> Iterator[Finding]:
    """Where a person can be reached on the net."""
    if "@" in text or "arroba" in text.lower():
        yield from matches(Kind.EMAIL, EMAIL, text)
        yield from matches(Kind.HANDLE, HANDLE, text)
    if INNER_DOT.search(text) or "://" in text or ".me/" in text:
        yield from matches(Kind.LINK, LINK, text)
    yield from matches(Kind.HANDLE, NETWORK, text)
