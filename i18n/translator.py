"""Sentences of the catalogues, in the reader's language."""

import gettext
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from core.errors import RimayError
from i18n.dates import format_number

SOURCE = "es"
LOCALES = {"es": "es", "qu": "qu_EC"}
CATALOGUES = Path(__file__).parent / "catalogues"

log = logging.getLogger(__name__)


class UnknownText(RimayError):
    """No catalogue holds the key, or it is not a text of this kind: our fault, never the reader's."""

    code = "unknown_text"


@dataclass(frozen=True, slots=True)
class Texts:
    """Every sentence of one language by key, one form a number class, and the rule that picks the form."""

    forms: dict[str, tuple[str, ...]]
    form_for: Callable[[int], int]


class Translator:
    """Finds the sentence of a key and fills it. What is missing in Kichwa shows in Spanish and is counted.

    `strict` raises UnknownText for a key that no catalogue holds. Without it the key's own words stand in,
    and the log says so: a reader never meets a blank.
    """

    def __init__(self, catalogues: Path = CATALOGUES, *, strict: bool = True) -> None:
        self.strict = strict
        self.fallbacks: Counter[str] = Counter()
        self._texts = {language: _read_language(catalogues / locale) for language, locale in LOCALES.items()}

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages, the source of the catalogues first."""
        return tuple(self._texts)

    def text(self, key: str, language: str, /, **params: object) -> str:
        """The sentence of `key`, its placeholders filled from `params`."""
        _, forms = self._find(key, language)
        return forms[0].format(**params)

    def plural(self, key: str, language: str, count: int, /, **params: object) -> str:
        """The sentence of `key` that fits `count`, which it may show as {count}, with separators."""
        found, forms = self._find(key, language)
        form = min(self._texts[found].form_for(count), len(forms) - 1)
        return forms[form].format(count=format_number(count), **params)

    def in_every_language(self, key: str, /, **params: object) -> str:
        """The sentence in each language, one under the other: for who has not chosen yet."""
        return "\n\n".join(self.text(key, language, **params) for language in self.languages)

    def has(self, key: str) -> bool:
        """Whether the source language knows the key."""
        return key in self._texts[SOURCE].forms

    def _find(self, key: str, language: str) -> tuple[str, tuple[str, ...]]:
        """The language in which the key was found, and its forms."""
        if language in self._texts and key in self._texts[language].forms:
            return language, self._texts[language].forms[key]
        if key in self._texts[SOURCE].forms:
            self.fallbacks[key] += 1
            return SOURCE, self._texts[SOURCE].forms[key]
        if self.strict:
            raise UnknownText(key=key)
        log.error("no catalogue holds the text %s", key)
        return SOURCE, (_words_of(key),)


def read_catalogue(path: Path) -> Catalog:
    """The .po file as it is on disk."""
    with path.open("rb") as file:
        return read_po(file)


def forms_of(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    """Key → its forms, one where it does not count. What is empty or half translated is left out."""
    forms: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if key and texts and all(texts):
            forms[key] = texts
    return forms


def _read_language(folder: Path) -> Texts:
    forms: dict[str, tuple[str, ...]] = {}
    rule = "0"
    for path in sorted(folder.glob("*.po")):
        catalogue = read_catalogue(path)
        forms |= forms_of(catalogue)
        rule = catalogue.plural_expr
    return Texts(forms, gettext.c2py(rule))


def _words_of(key: str) -> str:
    """Stand-in for a text that is missing; braces would be taken for placeholders."""
    return key.partition(".")[2].replace("_", " ").replace("{", "").replace("}", "") or key
