"""Finds the column or row on which pyxform stumbles without saying where: the one without which it does not."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from core.errors import Fault
from surveys.xlsform.conversion import Refused, to_xform
from surveys.xlsform.workbook import FIRST_ROW, Workbook

NEEDED = frozenset({"type", "name", "list_name", "list name"})
"""Columns without which a sheet says nothing: to leave them out only makes another fault."""
MOST_TRIES = 60


def locate(fault: Fault, workbook: Workbook) -> Fault:
    """The fault with its place: without that the workbook passes or, failing that, is refused for something else."""
    second: Fault | None = None
    for found, without in islice(_less_by_one(workbook), MOST_TRIES):
        try:
            to_xform(without)
        except Refused as refusal:
            same = any((other.code, other.params) == (fault.code, fault.params) for other in refusal.faults)
            second = second or (None if same else found)
        else:
            return found
    return second or fault


def _less_by_one(workbook: Workbook) -> Iterator[tuple[Fault, Workbook]]:
    """Copies of the workbook that lack one thing, with the fault that it would be."""
    sheets = [sheet for sheet in ("settings", "choices", "survey", "entities") if workbook.rows.get(sheet)]
    for sheet in sheets:
        for header in workbook.headers.get(sheet, []):
            if header.casefold() not in NEEDED:
                yield Fault("column_unusable", sheet, 1, header), workbook.without_column(sheet, header)
    for sheet in sheets:
        for place, _ in enumerate(workbook.rows[sheet]):
            rows = [*workbook.rows[sheet][:place], *workbook.rows[sheet][place + 1 :]]
            yield (
                Fault("row_unusable", sheet, place + FIRST_ROW),
                replace(workbook, rows={**workbook.rows, sheet: rows}),
            )
