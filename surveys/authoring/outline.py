"""The rows of a questionnaire as an author sees them: questions and groups, one inside the other."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from surveys.authoring.fields import places, read
from surveys.authoring.kinds import WrittenType, read_type
from surveys.authoring.sheets import Sheets
from surveys.xlsform.places import closing_kind, opening_kind


@dataclass(frozen=True, slots=True)
class Entry:
    """A question, or a group from its first row to its last.

    row, end  numbers as the spreadsheet shows them; the same for a question
    kind      one of `kinds.KINDS`, "group", "repeat", or "" where the editor leaves the type as it is
    """

    row: int
    end: int
    depth: int
    kind: str
    type: str
    name: str
    list_name: str = ""
    other: bool = False

    @property
    def is_group(self) -> bool:
        """Whether others stand inside."""
        return self.end > self.row


def outline(sheets: Sheets) -> tuple[Entry, ...]:
    """Every question and group in order. Rows without a type are the author's own notes and stay where they are."""
    entries: list[Entry] = []
    still_open: list[int] = []
    for row, cell in _typed_rows(sheets):
        words = " ".join(cell.split())
        if closing_kind(words):
            if still_open:
                place = still_open.pop()
                entries[place] = replace(entries[place], end=row)
            continue
        opened = opening_kind(words)
        written = WrittenType("repeat" if opened == "repeat" else "group") if opened else read_type(words)
        entries.append(
            Entry(
                row=row,
                end=row,
                depth=len(still_open),
                kind=written.kind,
                type=cell,
                name=read(sheets, "survey", row, "name"),
                list_name=written.list_name,
                other=written.other,
            )
        )
        if opened:
            still_open.append(len(entries) - 1)
    return tuple(entries)


def _typed_rows(sheets: Sheets) -> Iterator[tuple[int, str]]:
    sheet = sheets.get("survey")
    position = places("survey", sheet, "type").get("")
    if position is None:
        return
    for row in range(2, sheet.last + 1):
        if cell := sheet.cell(row, position):
            yield row, cell


def entry_at(sheets: Sheets, row: int) -> Entry | None:
    """The question or group that begins in a row."""
    return next((entry for entry in outline(sheets) if entry.row == row), None)


def lists(sheets: Sheets) -> dict[str, list[int]]:
    """The lists of choices, each with its rows."""
    sheet = sheets.get("choices")
    position = places("choices", sheet, "list_name").get("")
    found: dict[str, list[int]] = {}
    if position is None:
        return found
    for row in range(2, sheet.last + 1):
        if name := sheet.cell(row, position):
            found.setdefault(name, []).append(row)
    return found
