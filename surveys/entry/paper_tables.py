"""A file of answers → tables of texts. What is no table, or is a trap, is refused; nothing is ever computed from it."""

import csv
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl
import xlsxwriter

from core.errors import Fault, InvalidInput
from surveys.xlsform.archive import inspect_archive

MOST_FORMS = 5_000
MOST_COLUMNS = 2_000
LARGEST_FILE = 10_000_000
WHY = "_why"

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_ESCAPED = re.compile(r"'(?=[=+\-@\t])")
"""The apostrophe that keeps a spreadsheet from taking a text for a formula."""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as it stands: the first row names the columns. `rows[0]` is the second row of the sheet."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def numbered(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Rows that are not blank, with the number that a spreadsheet shows."""
        return ((number, row) for number, row in enumerate(self.rows, 2) if any(row))


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
    if not tables or not any(True for _ in tables[0].numbered()):
        raise InvalidInput((Fault("forms_empty"),))
    if any(len(table.rows) > MOST_FORMS * 10 for table in tables) or len(tables[0].rows) > MOST_FORMS:
        raise InvalidInput((Fault("too_many_rows", params={"limit": MOST_FORMS}),))
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
        raise InvalidInput((Fault("too_many_rows", params={"limit": MOST_FORMS}),))
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InvalidInput((Fault("forms_not_a_table"),)) from error
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise InvalidInput((Fault("forms_not_a_table"),))
    return _table(
        "", [[_ESCAPED.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in row] for row in rows]
    )


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
    tables, faults = [], []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # openpyxl, on extensions that say nothing to us
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            for sheet in book.worksheets:
                if not sheet.title.startswith("_"):
                    rows = []
                    for cells in sheet.iter_rows(max_col=MOST_COLUMNS):
                        rows.append([_text(cell.value) for cell in cells])
                        faults += [
                            Fault("forms_formula", sheet.title, len(rows), rows[0][place])
                            for place, cell in enumerate(cells)
                            if cell.data_type in ("f", "e")
                        ]
                    tables.append(_table(sheet.title, rows))
    except Exception as error:  # a damaged part breaks openpyxl in its own ways
        raise InvalidInput((Fault("not_a_workbook"),)) from error
    if faults:
        raise InvalidInput(tuple(faults))
    return tables


def _table(name: str, rows: list[list[str]]) -> Table:
    headers = tuple(header.strip() for header in rows[0]) if rows else ()
    while headers and not headers[-1]:
        headers = headers[:-1]
    width = len(headers)
    body = [tuple(cell.strip() for cell in row[:width]) + ("",) * (width - len(row)) for row in rows[1:]]
    while body and not any(body[-1]):
        body.pop()
    return Table(name, headers, tuple(body))


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
