"""pyxform at work: the sheets of a workbook → an XForm, or the reason why not."""

from dataclasses import dataclass

from pyxform.xls2xform import convert

from core.errors import Fault
from surveys.xlsform.refusals import refusal_of
from surveys.xlsform.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Conversion:
    """An XForm, and the table of external choices (CSV) where the workbook has one."""

    xform: str
    external_choices: str | None


class Refused(Exception):
    """pyxform does not take the workbook."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


def to_xform(workbook: Workbook) -> Conversion:
    """Convert, or raise Refused with what pyxform found first."""
    try:
        result = convert(_as_pyxform_reads(workbook), validate=False)
    except (
        Exception
    ) as error:  # besides PyXFormError, odd workbooks raise KeyError, TypeError, ExpatError ...
        raise Refused(refusal_of(error)) from error
    return Conversion(result.xform, result.itemsets)


def _as_pyxform_reads(workbook: Workbook) -> dict[str, object]:
    """A fresh copy: pyxform changes what it is given."""
    sheets: dict[str, object] = {
        "sheet_names": list(workbook.sheet_names),
        "fallback_form_name": workbook.stem,
    }
    for sheet, rows in workbook.rows.items():
        sheets[sheet] = [dict(row) for row in rows]
    for sheet, headers in workbook.headers.items():
        sheets[f"{sheet}_header"] = [dict.fromkeys(headers)] if headers else []
    return sheets
