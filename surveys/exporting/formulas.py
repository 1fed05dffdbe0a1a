"""Texts that a spreadsheet would run, made harmless. Pure."""

import re
from unicodedata import normalize

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")
_FORMULA = frozenset("=+-@\t\r\n")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before it. Numbers stay numbers."""
    return "'" + text if may_run(text) else text


def may_run(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    first = text[:1]
    if first.isalnum():
        return False
    # The wide signs of East Asian keyboards begin a formula as well: normalised they are the plain ones.
    return normalize("NFKC", first) in _FORMULA and not _NUMBER.fullmatch(text)
