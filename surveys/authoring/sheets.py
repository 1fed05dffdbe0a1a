"""The sheets of a workbook as a grid of texts: what the editor changes, and what is written out again.

A grid keeps what pyxform leaves aside: sheets and columns that mean nothing to it, cells under no header.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from surveys.xlsform.workbook import FIRST_ROW

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[0]` stands in row 2 of the spreadsheet; a row may be shorter than the columns."""

    title: str
    columns: Cells = ()
    rows: tuple[Cells, ...] = ()

    @property
    def last(self) -> int:
        """Number of the last row, as the spreadsheet shows it; that of the headers where there is none."""
        return FIRST_ROW + len(self.rows) - 1

    def cell(self, row: int, column: int) -> str:
        """One cell; empty where there is none."""
        cells = self.cell_row(row)
        return cells[column] if column < len(cells) else ""

    def cell_row(self, row: int) -> Cells:
        """All cells of a row; none where there is no such row."""
        return self.rows[row - FIRST_ROW] if FIRST_ROW <= row <= self.last else ()

    def cut(self, first: int, last: int) -> tuple[Cells, ...]:
        """The rows from one number to another, both included."""
        return self.rows[first - FIRST_ROW : last - FIRST_ROW + 1]

    def spliced(self, first: int, last: int, rows: Iterable[Cells]) -> "Sheet":
        """Other rows in the place of these; `last` = `first` - 1 only inserts."""
        before, after = self.rows[: first - FIRST_ROW], self.rows[last - FIRST_ROW + 1 :]
        return replace(self, rows=(*before, *rows, *after))

    def with_cells(self, row: int, cells: Mapping[int, str]) -> "Sheet":
        """The same sheet with some cells of a row written anew; empty ones at its end are none."""
        old = self.rows[row - FIRST_ROW]
        width = max(len(old), *(column + 1 for column in cells)) if cells else len(old)
        padded = [*old, *[""] * (width - len(old))]
        for column, text in cells.items():
            padded[column] = text
        while padded and not padded[-1]:
            padded.pop()
        return self.spliced(row, row, [tuple(padded)])

    def with_column(self, header: str) -> "Sheet":
        """The same sheet with one more column, the last."""
        return replace(self, columns=(*self.columns, header))


@dataclass(frozen=True, slots=True)
class Sheets:
    """All sheets of a workbook, in their order. A workbook without an id goes by the name of its file."""

    file_name: str
    sheets: tuple[Sheet, ...] = ()

    def find(self, name: str) -> Sheet | None:
        """A sheet by the name that XLSForm gives it; a workbook of one sheet may call it as it likes."""
        found = next((sheet for sheet in self.sheets if sheet.title.lower() == name), None)
        alone = name == "survey" and len(self.sheets) == 1
        return found or (self.sheets[0] if alone else None)

    def get(self, name: str) -> Sheet:
        """The same, empty where the workbook has none."""
        return self.find(name) or Sheet(name)

    def put(self, name: str, sheet: Sheet) -> "Sheets":
        """The same workbook with one sheet changed or added."""
        old = self.find(name)
        if old is None:
            return replace(self, sheets=(*self.sheets, sheet))
        return replace(self, sheets=tuple(sheet if each is old else each for each in self.sheets))


def sheets_to_json(sheets: Sheets) -> dict[str, Any]:
    """The sheets as plain JSON values."""
    return {
        "file_name": sheets.file_name,
        "sheets": [
            {"title": sheet.title, "columns": list(sheet.columns), "rows": [list(row) for row in sheet.rows]}
            for sheet in sheets.sheets
        ],
    }


def sheets_from_json(value: Mapping[str, Any]) -> Sheets:
    """The inverse of `sheets_to_json`."""
    return Sheets(
        value["file_name"],
        tuple(
            Sheet(each["title"], tuple(each["columns"]), tuple(tuple(row) for row in each["rows"]))
            for each in value["sheets"]
        ),
    )
