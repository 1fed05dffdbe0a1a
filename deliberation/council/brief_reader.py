"""Reads what was written in several languages, for the brief in one of them."""

from i18n.localized import Localized, pick


class Reader:
    """Reads content in one language and remembers whether any of it was missing."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.fell_back = False

    def __call__(self, localized: Localized) -> str:
        """The text in the language, else the one that there is."""
        picked = pick(localized, self.language)
        self.fell_back |= picked.fell_back
        return picked.text
