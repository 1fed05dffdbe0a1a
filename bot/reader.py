"""What an author wrote, read in the person's language, or else in another one, which is then said."""

from i18n.localized import SOURCE, Localized, pick
from i18n.translator import Translator


class Reader:
    """Reads texts one after the other and notes whether one of them was not in the person's language.

    otherwise  the language that the author wrote in, for what is not translated
    """

    def __init__(self, language: str, otherwise: str) -> None:
        self.language = language
        self.otherwise = otherwise
        self._others: set[str] = set()

    def __call__(self, text: Localized) -> str:
        """The text, in the best language that there is."""
        found = pick(text, self.language, self.otherwise)
        if found.fell_back and _speaks(text, found.text):
            self._others.add(next(name for name, words in text.items() if words.strip() == found.text))
        return found.text

    def mark(self, translator: Translator) -> str:
        """A sentence that says so where something was read in another language; empty where nothing was."""
        if not self._others:
            return ""
        only_spanish = self._others == {SOURCE}
        return translator.text(
            "chat.shown_in_spanish" if only_spanish else "chat.shown_in_other", self.language
        )


def _speaks(text: Localized, found: str) -> bool:
    """Whether it is words of a language: a number is not, nor a name that is the same in all of several."""
    in_all = len(text) > 1 and len({words.strip() for words in text.values()}) == 1
    return not in_all and any(character.isalpha() for character in found)
