"""The sheets of a questionnaire → a workbook that any spreadsheet opens and any XLSForm reader reads the same."""

from io import BytesIO

from xlsxwriter import Workbook

from surveys.authoring.sheets import Sheets

_WIDTH = 28
_AS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(sheets: Sheets) -> bytes:
    """An .xlsx of texts only: nothing that somebody wrote becomes a formula."""
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
