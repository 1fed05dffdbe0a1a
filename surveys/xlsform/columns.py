"""Which column of a sheet means what: authors write "relevance", "Label::Español (es)", "bind::required"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lxml import etree
from pyxform import aliases
from pyxform.constants import EntityColumns
from pyxform.parsing.sheet_headers import process_header
from pyxform.question import MultipleChoiceQuestion, Option
from pyxform.survey import Survey

from surveys.xlsform.workbook import Workbook

FIELDS = {
    "calculation": ("bind", "calculate"),
    "required_message": ("bind", "jr:requiredMsg"),
    "constraint_message": ("bind", "jr:constraintMsg"),
    "relevant": ("bind", "relevant"),
    "constraint": ("bind", "constraint"),
    "required": ("bind", "required"),
    "read_only": ("bind", "readonly"),
    "repeat_count": ("control", "jr:count"),
    "guidance": ("guidance_hint",),
    "image": ("media", "image"),
    "big-image": ("media", "big-image"),
    "audio": ("media", "audio"),
    "video": ("media", "video"),
    "save_to": ("bind", "entities:saveto"),
    "list_name": ("list name",),
    "form_id": ("id_string",),
}
"""Names of fields where they are not the first word that pyxform makes of a column."""

WRITTEN_AS_THEY_ARE = frozenset({"bind", "control", "instance"})
"""First words of columns that become attributes under the name that the author gives."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one sheet: header as written → the words that pyxform makes of it."""

    tokens: dict[str, tuple[str, ...]]

    def find(self, field: str) -> str | None:
        """Header of the first column that holds a field, in whatever language."""
        return next(iter(self.all(field)), None)

    def all(self, field: str) -> list[str]:
        """Headers of every column of a field: one for each language, say."""
        wanted = FIELDS.get(field, (field,))
        return [header for header, words in self.tokens.items() if words[: len(wanted)] == wanted]

    def language(self, header: str, field: str) -> str | None:
        """The language that a header names, as written."""
        rest = self.tokens[header][len(FIELDS.get(field, (field,))) :]
        return rest[0] if rest else None


def columns_of(workbook: Workbook, sheet: str) -> Columns:
    """The columns of a sheet, read as pyxform reads them."""
    headers = workbook.headers.get(sheet, [])
    known, header_aliases = _vocabulary(sheet)
    double = any("::" in header for header in headers)
    tokens = {}
    for header in headers:
        _, words = process_header(header, double, header_aliases, known)
        tokens[header] = tuple(words)
    return Columns(tokens)


def nameless_columns(workbook: Workbook) -> Iterator[tuple[str, str]]:
    """Sheet and header of columns under names that nothing can be called, such as "2020": no expression reads them.

    pyxform writes them into the form all the same, which is then no XML any more.
    """
    known, _ = _vocabulary("choices")
    for header, words in columns_of(workbook, "choices").tokens.items():
        if words[0] not in known | {"list name"} and not all(map(_is_name, header.split(":"))):
            yield "choices", header
    for header, words in columns_of(workbook, "survey").tokens.items():
        if len(words) > 1 and words[0] in WRITTEN_AS_THEY_ARE and not all(map(_is_name, words[1].split(":"))):
            yield "survey", header


def _is_name(text: str) -> bool:
    """Whether XML lets a thing be called so."""
    try:
        etree.QName(None, text)
    except ValueError:
        return False
    return True


@cache
def _vocabulary(sheet: str) -> tuple[frozenset[str], dict[str, str | tuple[str, ...]]]:
    """Column names and aliases that pyxform knows for a sheet."""
    match sheet:
        case "survey":
            return frozenset(MultipleChoiceQuestion.get_slot_names()), aliases.survey_header
        case "settings":
            return frozenset(Survey.get_slot_names()), aliases.settings_header
        case "entities":
            return frozenset(column.value for column in EntityColumns.value_list()), aliases.entities_header
        case _:
            return frozenset(Option.get_slot_names()), aliases.list_header
