"""The first row of each sheet, read apart: pyxform does not say in which sheet it found a column twice."""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO

import openpyxl
import xlrd
from pyxform.constants import SUPPORTED_SHEET_NAMES

from core.errors import Fault


def columns_twice(content: bytes) -> Iterator[Fault]:
    """A fault for each column that a sheet has more than once. The content was found to be safe before."""
    for sheet, headers in _first_rows(content):
        counted = Counter(header.strip() for header in headers if isinstance(header, str) and header.strip())
        for header, times in counted.items():
            if times > 1 and sheet.lower() in SUPPORTED_SHEET_NAMES:
                yield Fault("column_twice", sheet, 1, header)


def _first_rows(content: bytes) -> Iterator[tuple[str, list[object]]]:
    try:
        if content.startswith(b"PK"):
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
            for sheet in book.worksheets:
                yield sheet.title, list(next(sheet.iter_rows(max_row=1, values_only=True), ()))
        else:
            with xlrd.open_workbook(file_contents=content) as old_book:
                for old_sheet in old_book.sheets():
                    yield old_sheet.name, old_sheet.row_values(0) if old_sheet.nrows else []
    except Exception:  # what cannot be read has no columns; why it was refused is known by then
        return
