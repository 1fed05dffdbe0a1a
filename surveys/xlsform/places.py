"""Where in the workbook a question, a choice or a fault stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyxform import aliases
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

from core.errors import Fault
from surveys.xlsform.columns import Columns, columns_of
from surveys.xlsform.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the survey sheet: its number, type and name as written, and the groups it stands in."""

    row: int
    type: str
    name: str
    groups: tuple[str, ...]

    @property
    def path(self) -> str:
        """Path of the question or group from the root."""
        return "/".join((*self.groups, self.name))


@dataclass(frozen=True, slots=True)
class Places:
    """Finds rows and headers again, from what a fault or a question knows of itself."""

    workbook: Workbook
    survey: Columns
    choices: Columns
    rows: dict[str, int] = field(default_factory=dict)
    choice_rows: dict[tuple[str, str], int] = field(default_factory=dict)

    def row_of(self, path: str) -> int | None:
        """Row of the question at a path; what pyxform made from a row counts as that row's."""
        name = path.rpartition("/")[2]
        for candidate in (
            path,
            name,
            path.removesuffix("_other"),
            path.removesuffix("_count"),
        ):
            if candidate in self.rows:
                return self.rows[candidate]
        return None

    def row_of_choice(self, list_name: str, value: str) -> int | None:
        """Row of a choice in the choices sheet."""
        return self.choice_rows.get((list_name, value))

    def cell(self, row: int | None, column: str) -> str:
        """What the author wrote in a field of the survey sheet."""
        header = self.survey.find(column)
        return self.workbook.row("survey", row).get(header, "") if row and header else ""

    def fault(self, code: str, path: str, column: str | None, **params: str | int) -> Fault:
        """A fault of the question at a path, placed in the survey sheet."""
        header = (self.survey.find(column) if column else None) or column
        return Fault(code, self.workbook.title("survey"), self.row_of(path), header, dict(params))


def places_of(workbook: Workbook) -> Places:
    """Index a workbook. The first row of a name wins, as there may be others in other groups."""
    survey, choices = columns_of(workbook, "survey"), columns_of(workbook, "choices")
    places = Places(workbook, survey, choices)
    for line in lines(workbook, survey):
        places.rows.setdefault(line.path, line.row)
        places.rows.setdefault(line.name, line.row)
    list_header, name_header = choices.find("list_name"), choices.find("name")
    for number, row in workbook.numbered("choices"):
        key = (row.get(list_header or "", ""), row.get(name_header or "", ""))
        places.choice_rows.setdefault(key, number)
    return places


def lines(workbook: Workbook, columns: Columns) -> Iterator[Line]:
    """Rows of the survey sheet that ask or group something, with the groups around them."""
    type_header, name_header = columns.find("type") or "", columns.find("name") or ""
    disabled = columns.find("disabled") or ""
    groups: tuple[str, ...] = ()
    for number, row in workbook.numbered("survey"):
        kind = " ".join(row.get(type_header, "").split())
        if not kind or aliases.yes_no.get(row.get(disabled, "")):
            continue
        if RE_END_CONTROL.search(kind):
            yield Line(number, kind, "", groups)
            groups = groups[:-1]
            continue
        name = row.get(name_header, "") or (f"generated_note_name_{number}" if kind == "note" else "")
        yield Line(number, kind, name, groups)
        if RE_BEGIN_CONTROL.search(kind):
            groups = (*groups, name)


def opening_kind(kind: str) -> str | None:
    """ "group", "repeat" or "loop" where a type opens one."""
    match = RE_BEGIN_CONTROL.search(kind)
    return aliases.control[match["type"]] if match else None


def closing_kind(kind: str) -> str | None:
    """ "group", "repeat" or "loop" where a type closes one."""
    match = RE_END_CONTROL.search(kind)
    return aliases.control[match["type"]] if match else None
