"""Every text of a questionnaire beside its translations: what is said, where, and what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.authoring.fields import TEXTS, TITLE, languages, places, read, texts, write
from surveys.authoring.sheets import Sheets


@dataclass(frozen=True, slots=True)
class Text:
    """One text in its languages.

    sheet, row, field  where it stands; `key` says the three in one word
    name               the question or the list that it belongs to
    """

    sheet: str
    row: int
    field: str
    name: str
    said: Mapping[str, str]

    @property
    def key(self) -> str:
        """Tells it from every other: "survey.7.label"."""
        return f"{self.sheet}.{self.row}.{self.field}"


def all_texts(sheets: Sheets) -> Iterator[Text]:
    """What is said in at least one language: the title first, then questions, then choices."""
    first, *others = languages(sheets)
    titles = {language: read(sheets, "settings", 2, TITLE, language) for language in others}
    said = {first: read(sheets, "settings", 2, "title"), **titles}
    if any(said.values()):
        yield Text("settings", 2, "title", "", said)
    for name, fields, named in (("survey", TEXTS, "name"), ("choices", ("label",), "list_name")):
        sheet = sheets.get(name)
        present = [field for field in fields if places(name, sheet, field)]
        for row in range(2, sheet.last + 1) if present else ():
            for field in present:
                said = texts(sheets, name, row, field)
                if any(said.values()):
                    whole = {language: said.get(language, "") for language in (first, *others)}
                    yield Text(name, row, field, read(sheets, name, row, named), whole)


def missing(sheets: Sheets) -> dict[str, int]:
    """How many texts each language lacks."""
    found = list(all_texts(sheets))
    return {
        language: sum(1 for text in found if not text.said.get(language)) for language in languages(sheets)
    }


def translate(sheets: Sheets, language: str, given: Mapping[str, str]) -> Sheets:
    """Texts in one language, by key. Touches nothing but what is said in that language."""
    known = {text.key: text for text in all_texts(sheets)}
    first = languages(sheets)[0]
    for key, said in given.items():
        if key in known:
            text = known[key]
            field = TITLE if text.field == "title" and language != first else text.field
            at = "" if text.field == "title" and language == first else language
            sheets = write(sheets, text.sheet, text.row, {(field, at): said})
    return sheets
