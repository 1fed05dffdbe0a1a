"""Writes the demonstration's questionnaire as the XLSForm workbook that lies beside this file.

python -m rimay.demonstration.workbook
"""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rimay.demonstration.needs_assessment import (
    CHOICES,
    CHOOSE,
    FORM_ID,
    NO_REQUEST,
    SURVEY,
    TITLE,
    VERSION,
    Asked,
    Said,
)

NEEDS_ASSESSMENT = Path(__file__).with_name("needs_assessment.xlsx")
LANGUAGES = ("Español (es)", "Kichwa (qu)")
NAMESPACE = 'rimay="urn:rimay:xforms"'
WIDEST = 60

Rows = list[dict[str, str]]


def survey_rows() -> Rows:
    """One row a question."""
    return [_row(asked) for asked in SURVEY]


def choice_rows() -> Rows:
    """One row a choice."""
    return [
        {
            "list_name": list_name,
            "name": value,
            **_said("label", label),
            "agenda": "no" if (list_name, value) in NO_REQUEST else "",
        }
        for list_name, choices in CHOICES.items()
        for value, label in choices.items()
    ]


def settings_rows() -> Rows:
    """The one row about the whole."""
    return [
        {
            "form_title": TITLE[0],
            f"rimay:title::{LANGUAGES[1]}": TITLE[1],
            "form_id": FORM_ID,
            "version": VERSION,
            "default_language": LANGUAGES[0],
            "namespaces": NAMESPACE,
        }
    ]


def build_workbook() -> Workbook:
    """The workbook, ready to be saved."""
    workbook = Workbook()
    del workbook["Sheet"]
    for name, rows in (("survey", survey_rows()), ("choices", choice_rows()), ("settings", settings_rows())):
        _fill(workbook.create_sheet(name), rows)
    return workbook


def _row(asked: Asked) -> dict[str, str]:
    return {
        "type": asked.type,
        "name": asked.name,
        **_said("label", asked.label),
        **_said("hint", asked.hint),
        "required": "yes" if asked.required else "",
        **_said("required_message", CHOOSE if asked.required else ("", "")),
        "relevant": asked.relevant,
        "constraint": asked.constraint,
        **_said("constraint_message", asked.wrong),
        "bind::rimay:keep": asked.keep,
    }


def _said(column: str, text: Said) -> dict[str, str]:
    return {f"{column}::{language}": words for language, words in zip(LANGUAGES, text, strict=True)}


def _fill(sheet: Worksheet, rows: Rows) -> None:
    """Headers in bold that stay in sight, texts that wrap: people will read and change this sheet."""
    headers = list(rows[0])
    sheet.append(headers)
    for row in rows:
        sheet.append([row[header] or None for header in headers])
    sheet.freeze_panes = "C2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, header in enumerate(headers, start=1):
        longest = max(len(header), *(len(row[header]) for row in rows))
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, WIDEST)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


if __name__ == "__main__":
    build_workbook().save(NEEDS_ASSESSMENT)
