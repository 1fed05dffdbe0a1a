"""The sheets of a questionnaire → a workbook that any spreadsheet opens and any XLSForm reader reads the same."""

from collections.abc import Iterator
from io import BytesIO

from xlsxwriter import Workbook

from core.errors import Fault, InvalidInput
from surveys.authoring.sheets import Sheets
from surveys.xlsform.workbook import FIRST_ROW

LONGEST_CELL = 32_767
"""What a cell of a spreadsheet holds."""
_WIDTH = 28
_AS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(sheets: Sheets) -> bytes:
    """An .xlsx of texts only: nothing that somebody wrote becomes a formula.

    Raises InvalidInput for what no cell can hold: nothing is cut off in silence.
    """
    if faults := tuple(_too_long(sheets)):
        raise InvalidInput(faults)
    written = BytesIO()
    with Workbook(written, _AS_TEXT) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets.sheets:
            page = book.add_worksheet(sheet.title)
            page.set_column(0, max(0, len(sheet.columns) - 1), _WIDTH, wrapped)
            page.freeze_panes(1, 0)
            for column, header in enumerate(sheet.columns):
                if header:
                    page.write_string(0, column, header, bold)
            for number, row in enumerate(sheet.rows, start=1):
                for column, cell in enumerate(row):
                    if cell:
                        page.write_string(number, column, cell)
    return written.getvalue()


def _too_long(sheets: Sheets) -> Iterator[Fault]:
    for sheet in sheets.sheets:
        for number, row in enumerate(sheet.rows, start=FIRST_ROW):
            for header, cell in zip(sheet.columns, row, strict=False):
                if len(cell) > LONGEST_CELL:
                    yield Fault("cell_too_long", sheet.title, number, header, {"limit": LONGEST_CELL})
