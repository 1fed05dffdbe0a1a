"""One form of a word for comparing: people write with and without accents and capitals."""

import unicodedata


def fold(text: str) -> str:
    """Lower case without accents, letter for letter: positions stay those of the NFC text."""
    return "".join(unicodedata.normalize("NFD", each.lower())[0] for each in text)
