"""The other rows with a fault that pyxform found in one of them: it stops there, and is slow to be asked again."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyxform import aliases
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL, RE_OSM, RE_SELECT

from core.errors import Fault
from surveys.xlsform.places import Line, Places, lines

REFERENCE = re.compile(r"\$\{(?!last-saved#)([^\s${}]+)\}")
NAMELESS_TYPES = frozenset({"note", "audit", "include"}).union(aliases.settings_header)


def likewise(faults: Iterable[Fault], places: Places) -> tuple[Fault, ...]:
    """The faults, and those of their kind in other rows; each once."""
    found: dict[tuple[object, ...], Fault] = {}
    for fault in faults:
        for each in (fault, *_others(fault, places)):
            found.setdefault((each.code, each.sheet, each.row, each.column, *each.params.values()), each)
    return tuple(found.values())


def _others(fault: Fault, places: Places) -> Iterator[Fault]:
    asked = lines(places.workbook, places.survey)
    match fault.code:
        case "name_missing":
            yield from (replace(fault, row=line.row) for line in asked if _lacks_name(line))
        case "type_unknown":
            for line in asked:
                if _is_unknown(line.type):
                    yield replace(fault, row=line.row, params={"type": line.type})
        case "list_unknown":
            lists = {list_name for list_name, _ in places.choice_rows}
            for line in asked:
                if (name := _list_of(line.type)) and name not in lists:
                    yield replace(fault, row=line.row, params={"list": name})
        case "reference_unknown" if fault.sheet == "survey" and fault.column:
            names = {line.name for line in asked}
            for row, cells in places.workbook.numbered("survey"):
                for name in REFERENCE.findall(cells.get(fault.column, "")):
                    if name not in names:
                        yield replace(fault, row=row, params={"name": name})


def _lacks_name(line: Line) -> bool:
    return not line.name and line.type not in NAMELESS_TYPES and not RE_END_CONTROL.search(line.type)


def _is_unknown(kind: str) -> bool:
    """Whether no question, and nothing else that stands in the column, is of a type."""
    if kind in QUESTION_TYPE_DICT or kind in aliases._type_alias_map or kind in NAMELESS_TYPES:
        return False
    return not any(said.search(kind) for said in (RE_BEGIN_CONTROL, RE_END_CONTROL, RE_SELECT, RE_OSM))


def _list_of(kind: str) -> str | None:
    """The list in the choices sheet that a type names; None where it names none, or a file, or earlier answers."""
    match = RE_SELECT.search(kind)
    if match is None or aliases.select.get(match["select_command"]) == "select one external":
        return None
    name = str(match["list_name"])
    return None if match["select_command"] in aliases.select_from_file or name.startswith("${") else name
