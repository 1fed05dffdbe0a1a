"""A file of answers → tables of texts. What is no table, or is a trap, is refused; nothing is ever computed from it."""

import csv
import io
import re
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl
import xlsxwriter

from core.errors import Fault, InvalidInput
from surveys.xlsform.archive import inspect_archive

MOST_FORMS = 5_000
MOST_ROWS = MOST_FORMS * 10
"""Rows of a sheet that hold something; rows of a whole workbook that are there, blank or not."""
MOST_COLUMNS = 2_000
MOST_SHEETS = 50
LARGEST_FILE = 10_000_000
WHY = "_why"
_LAST_ROW = 1_048_576
"""The last row that a spreadsheet can have."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_ESCAPED = re.compile(r"'(?=[=+\-@\t])")
"""The apostrophe that keeps a spreadsheet from taking a text for a formula."""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its first row names the columns, the others that are not blank follow.

    numbers  of a sheet that was read: of each row, the number that a spreadsheet shows
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()

    def numbered(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The rows with their numbers."""
        return zip(self.numbers, self.rows, strict=True)

    def row(self, number: int) -> tuple[str, ...]:
        """The row of a number."""
        return self.rows[bisect_left(self.numbers, number)]


def read_tables(content: bytes) -> list[Table]:
    """The tables of a CSV file or of an XLSX workbook, judged by its bytes. Raises InvalidInput with every fault."""
    if len(content) > LARGEST_FILE:
        raise InvalidInput((Fault("file_too_large", params={"megabytes": LARGEST_FILE // 1_000_000}),))
    if content.startswith(_ZIP):
        if fault := inspect_archive(content):
            raise InvalidInput((fault,))
        tables = _read_workbook(content)
    elif content.startswith(_OLE) or (
        b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        raise InvalidInput((Fault("forms_not_a_table"),))
    else:
        tables = [_read_csv(content)]
    if not tables or not tables[0].rows:
        raise InvalidInput((Fault("forms_empty"),))
    if any(len(table.rows) > MOST_ROWS for table in tables) or len(tables[0].rows) > MOST_FORMS:
        raise InvalidInput((_too_many_rows(),))
    return tables


def write_tables(tables: Sequence[Table]) -> bytes:
    """The tables as an XLSX workbook in which no text is a formula or a link."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            for column, header in enumerate(table.headers):
                sheet.write_string(0, column, header, bold)
                sheet.set_column(column, column, max(12, min(len(header) + 2, 40)))
            for number, row in enumerate(table.rows, 1):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text, wrapped)
    return file.getvalue()


def _read_csv(content: bytes) -> Table:
    text = _decoded(content)
    if text.count("\n") > MOST_FORMS * 20:
        raise InvalidInput((_too_many_rows(),))
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InvalidInput((Fault("forms_not_a_table"),)) from error
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise InvalidInput((Fault("forms_not_a_table"),))
    unescaped = [
        [_ESCAPED.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in row] for row in rows
    ]
    return _table("", unescaped[:1], enumerate(unescaped[1:], 2))


def _decoded(content: bytes) -> str:
    """Text as programs of today write it, or as Excel in Spanish does."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if wide else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput((Fault("forms_not_a_table"),))


def _read_workbook(content: bytes) -> list[Table]:
    """Every sheet whose name does not begin with "_": those explain. A formula is a fault, not what it gave last."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # openpyxl, on extensions that say nothing to us
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            reading = _Sheets()
            sheets = [sheet for sheet in book.worksheets if not sheet.title.startswith("_")]
            if len(sheets) > MOST_SHEETS:
                raise InvalidInput((Fault("forms_not_a_table"),))
            tables = [reading.table(sheet) for sheet in sheets]
    except InvalidInput:
        raise
    except Exception as error:  # a damaged part breaks openpyxl in its own ways
        raise InvalidInput((Fault("not_a_workbook"),)) from error
    if reading.faults:
        raise InvalidInput(tuple(reading.faults))
    return tables


class _Sheets:
    """One reading of the sheets of a workbook, as far as their rows and columns hold something."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.seen = 0

    def table(self, sheet: Any) -> Table:
        """A sheet as texts, no wider than its first row."""
        sheet.reset_dimensions()  # what it claims of its size may be wrong
        head = [
            self._texts(sheet, 1, cells, ()) for cells in sheet.iter_rows(max_row=1, max_col=MOST_COLUMNS)
        ]
        headers = _headers(head)
        return _table(sheet.title, head, self._body(sheet, headers) if headers else ())

    def _body(self, sheet: Any, headers: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
        """The rows that are there. LibreOffice likes to write one more, the last that a sheet can have."""
        before = None
        rows = sheet.iter_rows(min_row=2, max_row=_LAST_ROW, max_col=len(headers))
        for number, cells in enumerate(rows, 2):
            if cells is before:
                continue  # openpyxl gives one and the same for every row that is not there
            before = cells
            self.seen += 1
            if self.seen > MOST_ROWS * 2:
                raise InvalidInput((_too_many_rows(),))
            yield number, self._texts(sheet, number, cells, headers)

    def _texts(self, sheet: Any, number: int, cells: Sequence[Any], headers: Sequence[str]) -> list[str]:
        self.faults += [
            Fault("forms_formula", sheet.title, number, headers[place] if headers else _text(cell.value))
            for place, cell in enumerate(cells)
            if cell.data_type in ("f", "e")
        ]
        return [_text(cell.value) for cell in cells]


def _headers(head: Sequence[Sequence[str]]) -> tuple[str, ...]:
    headers = tuple(header.strip() for row in head for header in row)
    while headers and not headers[-1]:
        headers = headers[:-1]
    return headers


def _table(name: str, head: Sequence[Sequence[str]], body: Iterable[tuple[int, Sequence[str]]]) -> Table:
    headers = _headers(head)
    width = len(headers)
    numbers, rows = [], []
    for number, cells in body:
        row = tuple(cell.strip() for cell in cells[:width]) + ("",) * (width - len(cells))
        if any(row):
            numbers.append(number)
            rows.append(row)
    return Table(name, headers, tuple(rows), tuple(numbers))


def _too_many_rows() -> Fault:
    return Fault("too_many_rows", params={"limit": MOST_FORMS})


def _text(value: Any) -> str:
    """A cell as somebody would write it. The comma before decimals tells them from thousands."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case float():
            return (
                str(int(value))
                if value.is_integer() and abs(value) < 1e15
                else f"{value:.15g}".replace(".", ",")
            )
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="minutes")
        case date() | time():
            return value.isoformat()
    return str(value)
