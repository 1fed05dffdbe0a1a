"""The cells of a sheet by what they mean: "the label in Kichwa of row 7", whatever the author called the column."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from surveys.authoring.sheets import Sheet, Sheets
from surveys.xlsform.columns import FIELDS, Columns, columns_of
from surveys.xlsform.workbook import FIRST_ROW, Workbook

TEXTS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
"""What is said to somebody, in each language."""
TITLE = "rimay:title"
HOUSE = ("Español (es)", "Kichwa (qu)")
"""The languages that a new questionnaire has."""
KNOWN = (*HOUSE, "English (en)", "Français (fr)", "Português (pt)", "Kreyòl (ht)")
"""Languages that can be added, as the columns name them."""
Key = tuple[str, str]
"""A field and the name of its language as written; "" where the column names none."""
_WORDS = FIELDS | {"appearance": ("control", "appearance")}
_HEADERS = {"title": "form_title"}
_LANGUAGE_FIELDS = {"survey": TEXTS, "choices": ("label",)}


@lru_cache(maxsize=256)
def _meanings(name: str, headers: tuple[str, ...]) -> Columns:
    return columns_of(
        Workbook({}, {name: [header for header in map(_clean, headers) if header]}, (), ""), name
    )


def _clean(header: str) -> str:
    return " ".join(header.split(" ")) if "  " not in header else " ".join(header.split())


def places(name: str, sheet: Sheet, field: str) -> Mapping[str, int]:
    """Where the columns of a field stand, by language."""
    return _places(name, sheet.columns, field)


@lru_cache(maxsize=4096)
def _places(name: str, headers: tuple[str, ...], field: str) -> Mapping[str, int]:
    wanted = _WORDS.get(field, (field,))
    positions = {_clean(header): position for position, header in enumerate(headers)}
    found: dict[str, int] = {}
    for header, words in _meanings(name, headers).tokens.items():
        if words[: len(wanted)] == wanted:
            found.setdefault("".join(words[len(wanted) : len(wanted) + 1]), positions[header])
    return MappingProxyType(found)


def read(sheets: Sheets, name: str, row: int, field: str, language: str = "") -> str:
    """One cell; empty where there is no such column."""
    sheet = sheets.get(name)
    position = places(name, sheet, field).get(language)
    return "" if position is None else sheet.cell(row, position)


def texts(sheets: Sheets, name: str, row: int, field: str) -> dict[str, str]:
    """What a field says in each language."""
    sheet = sheets.get(name)
    return {language: sheet.cell(row, position) for language, position in places(name, sheet, field).items()}


def write(sheets: Sheets, name: str, row: int, cells: Mapping[Key, str]) -> Sheets:
    """The same workbook with these cells; a column that is missing is added when there is something to write."""
    sheet = sheets.get(name)
    written: dict[int, str] = {}
    for (field, language), text in cells.items():
        position = places(name, sheet, field).get(language)
        if position is None:
            if not text:
                continue
            sheet = sheet.with_column(_header(sheet, field, language))
            position = len(sheet.columns) - 1
        written[position] = text
    while sheet.last < row:
        sheet = sheet.spliced(sheet.last + 1, sheet.last, [()])
    return sheets.put(name, sheet.with_cells(row, written))


def _header(sheet: Sheet, field: str, language: str) -> str:
    """A header in the manner of the others: a sheet that has "label:Kichwa" would not be understood with "::"."""
    field = _HEADERS.get(field, field)
    if not language:
        return field
    single = any(":" in header for header in sheet.columns) and not any("::" in h for h in sheet.columns)
    return f"{field}{':' if single else '::'}{language}"


def languages(sheets: Sheets) -> tuple[str, ...]:
    """The languages of a workbook as it names them, the first one first; "" for columns without a name."""
    found: dict[str, None] = {}
    for name, fields in _LANGUAGE_FIELDS.items():
        for field in fields:
            found |= dict.fromkeys(places(name, sheets.get(name), field))
    first = read(sheets, "settings", FIRST_ROW, "default_language")
    ordered = [first] if first in found else []
    return tuple(dict.fromkeys([*ordered, *found])) or ("",)
