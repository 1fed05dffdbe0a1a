"""An uploaded file → the sheets of a workbook, as texts. What is not a workbook, or is a trap, is refused."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import xlrd
from pyxform.constants import SUPPORTED_SHEET_NAMES
from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import (
    Definition,
    definition_to_dict,
    get_definition_data,
)

from core.errors import Fault, InvalidInput
from surveys.xlsform.archive import MOST_ROWS, inspect_archive
from surveys.xlsform.first_rows import columns_twice
from surveys.xlsform.refusals import refusal_of

LARGEST_FILE = 10_000_000
MOST_LINES = 200_000
ZIP_MAGIC = b"PK\x03\x04"
XLS_MAGIC = b"\xd0\xcf\x11\xe0"
FIRST_ROW = 2
"""Row 1 holds the column headers."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Workbook:
    """Sheets by their XLSForm name, rows as written. `rows[0]` stands in row 2 of the spreadsheet."""

    rows: Mapping[str, list[Row]]
    headers: Mapping[str, list[str]]
    sheet_names: tuple[str, ...]
    stem: str
    titles: Mapping[str, str] = field(default_factory=dict)

    def numbered(self, sheet: str) -> Iterator[tuple[int, Row]]:
        """Rows of a sheet with the number that the spreadsheet shows."""
        return enumerate(self.rows.get(sheet, ()), start=FIRST_ROW)

    def row(self, sheet: str, number: int) -> Row:
        """One row by its number; empty when there is none."""
        rows = self.rows.get(sheet, [])
        return rows[number - FIRST_ROW] if FIRST_ROW <= number < FIRST_ROW + len(rows) else {}

    def without_column(self, sheet: str, column: str) -> "Workbook":
        """The same workbook, less one column."""
        rows = [
            {header: cell for header, cell in row.items() if header != column} for row in self.rows[sheet]
        ]
        headers = [header for header in self.headers[sheet] if header != column]
        return replace(self, rows={**self.rows, sheet: rows}, headers={**self.headers, sheet: headers})

    def title(self, sheet: str) -> str:
        """How the author wrote the sheet's name; a workbook of one sheet may call it as it likes."""
        return self.titles.get(sheet, sheet)


def read_workbook(content: bytes, file_name: str) -> Workbook:
    """Read the sheets of an XLSForm in xlsx, xlsm, xls, csv or markdown."""
    if len(content) > LARGEST_FILE:
        raise InvalidInput((Fault("file_too_large", params={"megabytes": LARGEST_FILE // 1_000_000}),))
    if fault := _inspect(content):
        raise InvalidInput((fault,))
    sheets = _read_sheets(content, file_name)
    names = tuple(str(name) for name in sheets.pop("sheet_names") or ())
    workbook = Workbook(
        rows={
            name: list(sheets[name] or ()) for name in SUPPORTED_SHEET_NAMES if sheets.get(name) is not None
        },
        headers={
            name: [str(header) for header in (sheets.get(f"{name}_header") or [{}])[0]]
            for name in SUPPORTED_SHEET_NAMES
        },
        sheet_names=names,
        stem=PurePath(file_name).stem,
        titles=_titles(names),
    )
    if any(len(rows) > MOST_ROWS for rows in workbook.rows.values()):
        raise InvalidInput((_too_many_rows(),))
    return workbook


def _inspect(content: bytes) -> Fault | None:
    """What makes the file unsafe or no workbook at all, judged by its bytes and not by its name."""
    if content.startswith(ZIP_MAGIC):
        return inspect_archive(content)
    if content.startswith(XLS_MAGIC):
        return _inspect_xls(content)
    if b"\0" in content or content.count(b"\n") > MOST_LINES:
        return Fault("not_a_workbook")
    return None


def _inspect_xls(content: bytes) -> Fault | None:
    try:
        with xlrd.open_workbook(file_contents=content, on_demand=True) as book:
            if any(book.sheet_by_name(name).nrows > MOST_ROWS for name in book.sheet_names()):
                return _too_many_rows()
    except Exception:  # xlrd answers a damaged file with whatever its parser ran into
        return Fault("not_a_workbook")
    return None


def _too_many_rows() -> Fault:
    return Fault("too_many_rows", params={"limit": MOST_ROWS})


def _file_type(content: bytes, file_name: str) -> str | None:
    """What pyxform makes of a path: the suffix decides; without a known one it tries each format."""
    suffix = PurePath(file_name).suffix
    if suffix in {".xlsx", ".xlsm", ".xls", ".csv", ".md"}:
        return suffix
    if content.startswith(ZIP_MAGIC):
        return ".xlsx"
    return ".xls" if content.startswith(XLS_MAGIC) else None


def _read_sheets(content: bytes, file_name: str) -> dict[str, list[dict[str, str]] | None]:
    definition: Definition = get_definition_data(definition=content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", UserWarning
            )  # openpyxl, on extensions of Excel that say nothing to us
            data = definition_to_dict(definition=definition, file_type=_file_type(content, file_name))
    except PyXFormError as error:
        raise InvalidInput(tuple(columns_twice(content)) or refusal_of(error)) from error
    except Exception as error:  # a damaged part breaks openpyxl, xlrd or a decoder in their own ways
        raise InvalidInput((Fault("not_a_workbook"),)) from error
    return {name: getattr(data, name) for name in data.__slots__ if name != "fallback_form_name"}


def _titles(names: tuple[str, ...]) -> dict[str, str]:
    titles = {name.lower(): name for name in names if name.lower() in SUPPORTED_SHEET_NAMES}
    if not titles and len(names) == 1:
        titles["survey"] = names[0]
    return titles
