"""One form of a word for comparing: people write with and without accents and capitals."""

import unicodedata


class _Letters(dict[int, str]):
    """What each letter folds to, worked out the first time it is met."""

    def __missing__(self, code: int) -> str:
        self[code] = unicodedata.normalize("NFD", chr(code).lower())[0]
        return self[code]


_LETTERS = _Letters({0x131: "i", 0x17F: "s"})
"""Dotless i and long s have no accent to lose, but patterns take them for "i" and "s" where case is ignored."""


def fold(text: str) -> str:
    """Lower case without accents, letter for letter: positions stay those of the NFC text."""
    return text.translate(_LETTERS)
