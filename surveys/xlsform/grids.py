"""An uploaded workbook → its sheets cell by cell, with what no questionnaire reads: notes, sheets of one's own.

A cell becomes the text that pyxform makes of it, so that what is written out again is read as the same.
"""

import warnings
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import PurePath

import openpyxl
import xlrd
from pyxform.xls2json_backends import md_table_to_workbook, xls_value_to_unicode, xlsx_value_to_str

from surveys.authoring.sheets import Cells, Sheet, Sheets
from surveys.xlsform.workbook import XLS_MAGIC, ZIP_MAGIC, Workbook, read_workbook


def read_sheets(content: bytes, file_name: str) -> Sheets:
    """The sheets of a workbook. Raises InvalidInput for what is none, or is a trap."""
    workbook = read_workbook(content, file_name)
    sheets: Iterable[Sheet]
    if content.startswith(ZIP_MAGIC):
        sheets = _read_xlsx(content)
    elif content.startswith(XLS_MAGIC):
        sheets = _read_xls(content)
    elif PurePath(file_name).suffix == ".md":
        sheets = _read_markdown(content)
    else:
        sheets = _from_rows(workbook)
    return Sheets(PurePath(file_name).with_suffix(".xlsx").name, tuple(sheets))


def _read_xlsx(content: bytes) -> Iterator[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # extensions of Excel that say nothing to us
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some claim all 16,384 columns; then every row is filled up to there
            rows = sheet.iter_rows(values_only=True)
            yield _sheet(sheet.title, ([_text_of_xlsx(value) for value in row] for row in rows))
        book.close()


def _text_of_xlsx(value: object) -> str:
    text = value.strip() if isinstance(value, str) else value
    return "" if text is None or text == "" else str(xlsx_value_to_str(text))


def _read_xls(content: bytes) -> Iterator[Sheet]:
    with xlrd.open_workbook(file_contents=content, ragged_rows=True) as book:
        for sheet in book.sheets():
            rows = (_texts_of_xls(sheet, number, book.datemode) for number in range(sheet.nrows))
            yield _sheet(sheet.name, rows)


def _texts_of_xls(sheet: xlrd.sheet.Sheet, number: int, date_mode: int) -> list[str]:
    values = sheet.row_values(number)
    if values.count("") == len(values):
        return []  # 65,536 rows of nothing are not rare
    return [_text_of_xls(cell, date_mode) for cell in sheet.row(number)]


def _text_of_xls(cell: xlrd.sheet.Cell, date_mode: int) -> str:
    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    return "" if value in ("", None) else str(xls_value_to_unicode(value, cell.ctype, date_mode))


def _read_markdown(content: bytes) -> list[Sheet]:
    written = BytesIO()
    md_table_to_workbook(content.decode("utf-8")).save(written)
    return list(_read_xlsx(written.getvalue()))


def _from_rows(workbook: Workbook) -> Iterator[Sheet]:
    """Where cells have no places of their own, as in CSV: what was read of them."""
    for name, rows in workbook.rows.items():
        columns = list(dict.fromkeys([*workbook.headers[name], *(header for row in rows for header in row)]))
        cells = ([row.get(header, "") for header in columns] for row in rows)
        yield _sheet(workbook.title(name), [columns, *cells])


def _sheet(title: str, rows: Iterable[list[str]]) -> Sheet:
    """Without the empty cells after the last one that is filled."""
    grid = [_trimmed(row) for row in rows]
    while grid and not grid[-1]:
        grid.pop()
    width = max(map(len, grid), default=0)
    headers = grid[0] if grid else ()
    return Sheet(title, (*headers, *[""] * (width - len(headers))), tuple(grid[1:]))


def _trimmed(row: list[str]) -> Cells:
    width = len(row)
    while width and not row[width - 1]:
        width -= 1
    return tuple(row[:width])
