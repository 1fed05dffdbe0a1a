"""All that pyxform has against a workbook. It stops at the first fault: that is mended, and it is asked again."""

from collections.abc import Iterable

from core.errors import Fault
from surveys.xlsform.conversion import Conversion, Refused, to_xform
from surveys.xlsform.likewise import likewise
from surveys.xlsform.locating import locate
from surveys.xlsform.mending import MENDED, mend
from surveys.xlsform.places import Places, places_of
from surveys.xlsform.placing import place
from surveys.xlsform.workbook import Workbook

MOST_ROUNDS = 100
MOST_WORK = 60_000
"""Rows read in all rounds together: large workbooks are asked less often, so that refusing stays quick."""
MOST_FAULTS = 500
"""Nobody reads more, and every one costs a copy of its sheet."""
MISNAMED = frozenset({"name_invalid", "name_reserved", "name_is_root"})
MISTYPED = frozenset({"type_unknown", "list_unknown", "list_not_named"})
UNMATCHED = frozenset({"begin_unmatched", "end_unmatched"})


def judge(workbook: Workbook) -> tuple[Workbook, Conversion | None, tuple[Fault, ...]]:
    """The workbook as it would pass, its XForm, and the faults that had to be mended for that.

    A workbook without faults comes back unchanged. The XForm is None where a fault could not be mended.
    """
    found: list[Fault] = []
    original = places_of(workbook)
    rows = 1 + sum(len(sheet) for sheet in workbook.rows.values())
    for _ in range(max(3, min(MOST_ROUNDS, MOST_WORK // rows))):
        try:
            return workbook, to_xform(workbook), _without_consequences(found, original)
        except Refused as refusal:
            places = places_of(workbook)
            placed = place(refusal.faults, places)
            faults = likewise((fault if fault.row else locate(fault, workbook) for fault in placed), places)
        if len(found) + len(faults) > MOST_FAULTS:
            found += faults[: MOST_FAULTS - len(found)]
            break
        mended = _mend_all(workbook, faults)
        found += (fault for fault in faults if fault not in found)
        if mended is None:
            return workbook, None, _without_consequences(found, original)
        workbook = mended
    return workbook, None, (*_without_consequences(found, original), Fault("more_faults"))


def _mend_all(workbook: Workbook, faults: Iterable[Fault]) -> Workbook | None:
    """Put right what can be; None when nothing changed, for then pyxform would say the same again."""
    before = workbook
    for fault in faults:
        workbook = mend(workbook, fault) or workbook
    return None if workbook == before else workbook


def _without_consequences(found: list[Fault], original: Places) -> tuple[Fault, ...]:
    """Without the faults that go when others are mended: one slip is told once. Never nothing of something."""
    return tuple(fault for fault in found if not _follows(fault, original, found)) or tuple(found)


def _follows(fault: Fault, original: Places, found: list[Fault]) -> bool:
    """Whether a fault is only there because of another one."""
    name = str(fault.params.get("name", ""))
    if name.startswith(MENDED.partition("{")[0]):
        return True
    if fault.code in {"choices_sheet_missing", "external_choices_missing"}:
        return any(other.code == "sheet_misspelt" for other in found)
    if fault.code == "instance_twice":
        same = [other for other in found if other.code == fault.code and other.params == fault.params]
        return fault is not same[0]
    if fault.code == "trigger_missing":
        return any(
            other.row == fault.row and other.code in {"reference_unknown", "reference_malformed"}
            for other in found
        )
    if fault.code == "reference_unknown":
        return original.rows.get(name) in _rows_with(MISNAMED, found)
    misspelt = {row for row in _rows_with(MISTYPED, found) if _groups(original.cell(row, "type"))}
    if fault.code in UNMATCHED:
        return bool(misspelt)
    return fault.row in misspelt and fault.code not in MISTYPED


def _rows_with(codes: frozenset[str], found: Iterable[Fault]) -> set[int]:
    return {fault.row for fault in found if fault.code in codes and fault.row}


def _groups(kind: str) -> bool:
    """Whether a type, perhaps misspelt, is meant to open or close a group."""
    return kind.strip().casefold().startswith(("begin", "end"))
