"""Faults that pyxform leaves without a row → the rows they speak of."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from core.errors import Fault
from surveys.xlsform.places import Line, Places, lines
from surveys.xlsform.workbook import FIRST_ROW, Workbook

SELECTS = ("select", "rank", "add select")
BARE_SELECTS = frozenset({"select one", "select all that apply", "rank", "q select", "q select1"})
ABOUT_HEADERS = frozenset(
    {"column_twice", "column_missing", "header_row_missing", "survey_sheet_missing", "sheet_misspelt"}
)


def place(faults: tuple[Fault, ...], places: Places) -> tuple[Fault, ...]:
    """The same faults with sheet titles, rows and headers as the author wrote them."""
    return tuple(placed for fault in faults for placed in _place(fault, places))


def _place(fault: Fault, places: Places) -> Iterator[Fault]:
    elsewhere = [*_elsewhere(fault, places)]
    if elsewhere:
        yield from elsewhere
        return
    if found := fault.params.get("found"):
        yield Fault("sheet_misspelt", str(found), 1, params={"expected": fault.params["expected"]})
    rows: list[int | None] = [*_rows(fault, places)]
    for row in rows or [fault.row]:
        yield replace(fault, row=row, column=_header(fault, places))


def _elsewhere(fault: Fault, places: Places) -> Iterator[Fault]:
    """The places of a fault in another sheet than the one that it was taken for."""
    match fault.code:
        case "media_unknown":
            words = ("media", fault.params.get("media", ""))
            for sheet, columns in (("survey", places.survey), ("choices", places.choices)):
                for header in (header for header, found in columns.tokens.items() if found[:2] == words):
                    yield replace(fault, sheet=sheet, row=1, column=header)
        case "choices_sheet_missing" if "choices" in places.workbook.rows:
            for field in ("list_name", "name"):
                if places.choices.find(field) is None:
                    yield Fault("column_missing", "choices", 1, field)
        case "reference_unknown" if fault.row is None and not _rows(fault, places):
            said = f"${{{fault.params['name']}}}"
            for row, cells in places.workbook.numbered("choices"):
                for header in (header for header, cell in cells.items() if said in cell):
                    yield replace(fault, sheet="choices", row=row, column=header)


def _rows(fault: Fault, places: Places) -> list[int]:
    """Rows that a fault without one speaks of; nothing where it has one or none can be told."""
    if fault.row is not None:
        return [fault.row + 1] if fault.sheet == "settings" and fault.row == 1 else []
    if fault.code == "choice_with_space":
        row = places.row_of_choice(str(fault.params["list"]), str(fault.params["choice"]))
        return [row] if row else []
    if fault.code in ABOUT_HEADERS:
        return [1]
    if fault.code == "name_duplicate" and fault.params["name"] == "audit":
        return [line.row for line in lines(places.workbook, places.survey) if line.type == "audit"][1:]
    if fault.code in {"encrypted_without_id", "form_id_empty"}:
        return [FIRST_ROW]
    if fault.code == "instance_twice":
        return _rows_that_say(str(fault.params.get("list", fault.params.get("name"))), places)
    test = _test(fault, places)
    return [line.row for line in lines(places.workbook, places.survey) if test(line)] if test else []


def _rows_that_say(name: str, places: Places) -> list[int]:
    """Rows of the survey sheet that bring something under a name or read it: by name, type or formula."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    return [
        row
        for row, cells in places.workbook.numbered("survey")
        if any(word.search(cell) for header, cell in cells.items() if not header.startswith("label"))
    ][-1:]


def _test(fault: Fault, places: Places) -> Callable[[Line], bool] | None:
    """How to recognise the rows of a fault."""
    name, type_name = fault.params.get("name"), fault.params.get("type")
    match fault.code:
        case "type_unknown":
            return lambda line: line.type == type_name
        case "include_unsupported":
            return lambda line: line.type == "include"
        case "list_not_named":
            return lambda line: (
                line.type in {*BARE_SELECTS, type_name} or line.type.startswith(("begin loop", "begin_loop"))
            )
        case "choices_sheet_missing" | "external_choices_missing":
            return lambda line: line.type.startswith(SELECTS)
        case "name_invalid":  # a choice that a loop makes a group of
            return lambda line: line.type.startswith(("begin loop", "begin_loop"))
        case "label_missing":
            kinds = {_kind(line) for line in lines(places.workbook, places.survey) if line.name == name}
            return lambda line: _kind(line) in kinds and not _has_text(places, line.row)
        case "audit_location":
            return lambda line: line.type == "audit"
        case _ if "parameter" in fault.params:
            return lambda line: str(fault.params["parameter"]) in places.cell(line.row, "parameters")
        case "reference_unknown" | "reference_ambiguous":
            return lambda line: f"${{{name}}}" in "".join(places.workbook.row("survey", line.row).values())
        case _ if name:
            return lambda line: line.name == name
        case _:
            return None


def _kind(line: Line) -> str:
    """The type of a line, whichever list it chooses from."""
    return line.type.partition(" ")[0]


def _has_text(places: Places, row: int) -> bool:
    cells = places.workbook.row("survey", row)
    return any(
        cells.get(header)
        for field in ("label", "hint", "media", "calculation", "disabled")
        for header in places.survey.all(field)
    )


def _header(fault: Fault, places: Places) -> str | None:
    """The column's name as the author wrote it."""
    if fault.column is None:
        return None
    columns = {"survey": places.survey, "choices": places.choices}.get(fault.sheet or "")
    return (columns.find(fault.column) if columns else None) or fault.column


def titled(fault: Fault, workbook: Workbook) -> Fault:
    """The fault with the sheet's name as the author wrote it."""
    return replace(fault, sheet=workbook.title(fault.sheet)) if fault.sheet else fault
