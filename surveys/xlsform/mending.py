"""A copy of a workbook in which one fault is put right somehow, so that pyxform goes on to the next one.

What it is put right to does not matter, for a workbook with a fault is refused. Nothing else may break.
"""

from dataclasses import replace

from core.errors import Fault
from surveys.xlsform.columns import columns_of
from surveys.xlsform.places import closing_kind, lines, opening_kind
from surveys.xlsform.workbook import FIRST_ROW, Row, Workbook

MENDED = "mended_row_{row}"


def mend(workbook: Workbook, fault: Fault) -> Workbook | None:
    """The workbook without the fault; None where there is no telling how."""
    if fault.row == 1 and fault.sheet and fault.column:
        return _without_column(workbook, fault.sheet, fault.column)
    if fault.code == "entities_invalid" and fault.sheet == "entities":
        return _without_entities(workbook)
    if fault.row is None or fault.sheet is None or not workbook.row(fault.sheet, fault.row):
        return None
    if fault.code == "begin_unmatched":
        return _closed(workbook, fault.row)
    return _with_row(workbook, fault.sheet, fault.row, _mended_row(workbook, fault, fault.row))


def _mended_row(workbook: Workbook, fault: Fault, number: int) -> Row:
    sheet = fault.sheet or "survey"
    columns = columns_of(workbook, sheet)
    row = dict(workbook.row(sheet, number))
    field = next(
        (name for name in ("type", "name", "label") if fault.column in columns.all(name)),
        None,
    )
    if fault.code == "end_unmatched":
        return _matching_end(workbook, number)
    if fault.code == "calculation_missing" or field == "type":
        return _as_text(workbook, row)
    match field:
        case "name" if row.get(columns.find("type") or "") == "audit":
            return {}
        case "name":
            row[str(fault.column)] = MENDED.format(row=number)
        case "label":
            row[str(fault.column)] = "-"
        case _ if fault.column in row:
            del row[fault.column]
        case _ if fault.column == "label":
            row["label"] = "-"
        case _ if fault.column == "name":
            row["name"] = MENDED.format(row=number)
        case _:
            return _as_text(workbook, row) if sheet == "survey" else {}
    return row


def _as_text(workbook: Workbook, row: Row) -> Row:
    """The same question, asked as plain text; a row that opens a group is emptied of all but that."""
    columns = columns_of(workbook, "survey")
    type_header, name_header = (
        columns.find("type") or "type",
        columns.find("name") or "name",
    )
    label_header = columns.find("label") or "label"
    dropped = {
        columns.find("parameters"),
        columns.find("appearance"),
        columns.find("choice_filter"),
    }
    kept = {header: cell for header, cell in row.items() if header not in dropped}
    name = {name_header: row[name_header]} if name_header in row else {}
    return kept | {type_header: "text", label_header: row.get(label_header, "-")} | name


def _matching_end(workbook: Workbook, number: int) -> Row:
    """Close what is open, where something is; else there is nothing to close and the row goes."""
    columns = columns_of(workbook, "survey")
    still_open: list[str] = []
    for line in lines(workbook, columns):
        if line.row == number:
            break
        if kind := opening_kind(line.type):
            still_open.append(kind)
        elif closing_kind(line.type) and still_open:
            still_open.pop()
    return {columns.find("type") or "type": f"end_{still_open[-1]}"} if still_open else {}


def _closed(workbook: Workbook, row: int) -> Workbook:
    """Everything that is still open at the end of the sheet is closed there."""
    type_header = columns_of(workbook, "survey").find("type") or "type"
    kind = opening_kind(" ".join(workbook.row("survey", row)[type_header].split())) or "group"
    rows = [*workbook.rows["survey"], {type_header: f"end_{kind}"}]
    return replace(workbook, rows={**workbook.rows, "survey": rows})


def _with_row(workbook: Workbook, sheet: str, number: int, row: Row) -> Workbook:
    rows = list(workbook.rows[sheet])
    rows[number - FIRST_ROW] = row
    headers = workbook.headers.get(sheet, [])
    added = [header for header in row if header not in headers]
    return replace(
        workbook,
        rows={**workbook.rows, sheet: rows},
        headers={**workbook.headers, sheet: [*headers, *added]},
    )


def _without_column(workbook: Workbook, sheet: str, column: str) -> Workbook | None:
    return workbook.without_column(sheet, column) if column in workbook.headers.get(sheet, ()) else None


def _without_entities(workbook: Workbook) -> Workbook:
    """Without the sheet and without the columns that would save something in it."""
    for header in columns_of(workbook, "survey").all("save_to"):
        workbook = _without_column(workbook, "survey", header) or workbook
    rows = {sheet: rows for sheet, rows in workbook.rows.items() if sheet != "entities"}
    headers = {sheet: names for sheet, names in workbook.headers.items() if sheet != "entities"}
    return replace(workbook, rows=rows, headers=headers)
