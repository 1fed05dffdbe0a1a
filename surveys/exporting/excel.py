"""An Excel workbook: a sheet a table, and the dictionary. What somebody wrote is a text, never a formula or a link."""

import re
from collections.abc import Iterable
from tempfile import TemporaryDirectory
from typing import IO, Any

import xlsxwriter
from sqlalchemy.orm import Session

from core.errors import Fault, InvalidInput
from surveys.exporting.dictionary import dictionary_rows
from surveys.exporting.formulas import may_run
from surveys.exporting.plan import Plan
from surveys.exporting.tables import DICTIONARY, Cell, Rows, Style, Table
from surveys.variables import as_number, is_plain_number

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767

_LONGEST_NAME = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(db: Session, plan: Plan, file: IO[bytes]) -> None:
    """A sheet a table; further ones where there are more rows than a sheet takes. Raises InvalidInput.

    What is longer than a cell takes ends in an ellipsis.
    """
    style = Style(split=plan.options.split, typed=True)
    tables = plan.tables(style)
    _refuse_what_is_too_wide(tables)
    rows = Rows(tables, plan.versions)
    # Rows wait in files of their own until the end; with the folder they go, whatever happens.
    with (
        TemporaryDirectory() as folder,
        xlsxwriter.Workbook(file, {**_OPTIONS, "tmpdir": folder}) as workbook,
    ):
        book = _Book(workbook)
        sheets = {table.path: _Sheet(book, table) for table in tables}
        main = sheets[""]
        for line in plan.lines(db):
            main.add(rows.main(line))
            for path, row in rows.members(line):
                sheets[path].add(row)
        explained = book.sheet(DICTIONARY)
        for number, cells in enumerate(dictionary_rows(plan, style, {})):
            book.write(explained, number, cells, frozenset())


def _refuse_what_is_too_wide(tables: Iterable[Table]) -> None:
    faults = tuple(
        Fault("export_too_wide", params={"table": table.name, "columns": width, "limit": MOST_COLUMNS})
        for table in tables
        if (width := len(table.header)) > MOST_COLUMNS
    )
    if faults:
        raise InvalidInput(faults)


class _Book:
    """A workbook being written, row by row."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._names: set[str] = {"history"}  # Excel keeps this one for itself
        self._quoted = workbook.add_format({"quote_prefix": True})
        self._bold = workbook.add_format({"bold": True})

    def sheet(self, name: str) -> Any:
        """A new sheet under a name that Excel takes and no other sheet has."""
        plain = _NOT_IN_A_NAME.sub(" ", name).strip("' ") or "sheet"
        number, taken = 1, plain[:_LONGEST_NAME]
        while taken.casefold() in self._names:
            number += 1
            ending = f" ({number})"
            taken = plain[: _LONGEST_NAME - len(ending)] + ending
        self._names.add(taken.casefold())
        return self._workbook.add_worksheet(taken)

    def head(self, sheet: Any, header: list[str]) -> None:
        """The first row, which stays in sight."""
        for place, name in enumerate(header):
            sheet.write_string(0, place, name[:MOST_CHARACTERS], self._bold)
        sheet.freeze_panes(1, 0)

    def write(self, sheet: Any, number: int, row: Iterable[Cell], worked_out: frozenset[int]) -> None:
        """A row. `worked_out`: places of the cells that are numbers where they look like one."""
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                if cell:
                    self._write_text(sheet, number, place, cell, place in worked_out)
            elif cell is not None:
                sheet.write_number(number, place, cell)

    def _write_text(self, sheet: Any, number: int, place: int, text: str, may_be_number: bool) -> None:
        if may_be_number and is_plain_number(text):
            sheet.write_number(number, place, as_number(text))
            return
        if len(text) > MOST_CHARACTERS:
            text = text[: MOST_CHARACTERS - 1] + "…"
        # With the mark it stays a text for who edits the cell, too.
        sheet.write_string(number, place, text, self._quoted if may_run(text) else None)


class _Sheet:
    """The sheet of a table; a further one goes on where it is full."""

    def __init__(self, book: _Book, table: Table) -> None:
        self._book = book
        self._table = table
        keys = len(table.keys)
        self._worked_out = frozenset(
            keys + place for place, column in enumerate(table.columns) if column.variable.is_worked_out
        )
        self._begin()

    def _begin(self) -> None:
        self._sheet = self._book.sheet(self._table.name)
        self._book.head(self._sheet, self._table.header)
        self._next = 1

    def add(self, row: Iterable[Cell]) -> None:
        """Write a row below the others."""
        if self._next == MOST_ROWS:
            self._begin()
        self._book.write(self._sheet, self._next, row, self._worked_out)
        self._next += 1
