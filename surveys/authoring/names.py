"""Names of questions, choices and lists: made from what is asked, each once, changed everywhere at once."""

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import replace

from surveys.authoring.fields import places
from surveys.authoring.sheets import Sheet, Sheets

_LONGEST = 32
_REFERENCE = re.compile(r"\$\{\s*([^\s${}]+)\s*\}")


def name_for(text: str, taken: Container[str], otherwise: str = "pregunta") -> str:
    """A name that nothing else bears: "¿Qué necesita?" → "que_necesita", then "que_necesita_2"."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
    stem = words[:_LONGEST].rpartition("_")[0] or words[:_LONGEST] if len(words) > _LONGEST else words
    if not stem or stem[0].isdigit():
        stem = f"{otherwise}_{stem}" if stem else otherwise
    return unused(stem, taken)


def unused(name: str, taken: Container[str]) -> str:
    """The name itself, or with the first number that makes it new."""
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def names(sheets: Sheets) -> set[str]:
    """Every name of the survey sheet."""
    sheet = sheets.get("survey")
    position = places("survey", sheet, "name").get("")
    return (
        set() if position is None else {sheet.cell(row, position) for row in range(2, sheet.last + 1)} - {""}
    )


def with_references(
    sheet: Sheet, renamed: Mapping[str, str], first: int = 2, last: int | None = None
) -> Sheet:
    """The same rows, with `${old}` written `${new}`."""
    last = sheet.last if last is None else last
    rows = [tuple(_renamed(cell, renamed) for cell in row) for row in sheet.cut(first, last)]
    return sheet.spliced(first, last, rows)


def rename(sheets: Sheets, old: str, new: str) -> Sheets:
    """What refers to a question goes on referring to it."""
    if not old:
        return sheets
    changed = tuple(with_references(sheet, {old: new}) for sheet in sheets.sheets)
    return replace(sheets, sheets=changed)


def _renamed(cell: str, renamed: Mapping[str, str]) -> str:
    if "${" not in cell:
        return cell
    return _REFERENCE.sub(
        lambda found: f"${{{renamed[found[1]]}}}" if found[1] in renamed else found[0], cell
    )
