"""The formats of an export, each with the function that writes it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from sqlalchemy.orm import Session

from surveys.exporting.delimited import write_csv, write_hxl
from surveys.exporting.dictionary import dictionary_csv
from surveys.exporting.excel import write_xlsx
from surveys.exporting.json_lines import write_jsonl
from surveys.exporting.plan import Plan
from surveys.exporting.spss import spss_dictionary, write_spss
from surveys.exporting.tables import Style


class Format(StrEnum):
    """How a file is written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    HXL = "hxl"
    SPSS = "spss"


@dataclass(frozen=True, slots=True)
class _Kind:
    write: Callable[[Session, Plan, IO[bytes]], None]
    ending: str
    media_type: str
    tables_apart: bool


_KINDS = {
    Format.CSV: _Kind(write_csv, ".csv", "text/csv; charset=utf-8", True),
    Format.HXL: _Kind(write_hxl, ".hxl.csv", "text/csv; charset=utf-8", True),
    Format.SPSS: _Kind(write_spss, ".sav", "application/x-spss-sav", True),
    Format.JSONL: _Kind(write_jsonl, ".jsonl", "application/jsonl", False),
    Format.XLSX: _Kind(
        write_xlsx, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False
    ),
}


def write_export(db: Session, plan: Plan, form: Format, file: IO[bytes]) -> None:
    """Write the responses. Memory does not grow with their number."""
    _KINDS[form].write(db, plan, file)


def dictionary_for(plan: Plan, form: Format) -> bytes:
    """The dictionary beside it, with the names that the format gives."""
    if form is Format.SPSS:
        return spss_dictionary(plan)
    return dictionary_csv(plan, Style(split=plan.options.split), {})


def ending_of(plan: Plan, form: Format) -> str:
    """How the name of the file ends: several tables apart are an archive."""
    return ".zip" if _is_archive(plan, form) else _KINDS[form].ending


def media_type_of(plan: Plan, form: Format) -> str:
    """What the file is, as the web says it."""
    return "application/zip" if _is_archive(plan, form) else _KINDS[form].media_type


def _is_archive(plan: Plan, form: Format) -> bool:
    return _KINDS[form].tables_apart and any(variable.repeats for variable in plan.variables)
