"""The attendance of an assembly as pages show it: figures, groups, and all that changes in place."""

from dataclasses import dataclass

from api.draw_words import Names
from api.figures import Figure
from api.reader import Reader, percent_of
from deliberation.assemblies.turnout_report import GroupLine
from deliberation.assembly_day.headcount import Attendance


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group on the page; the names tie its cells to the live stream."""

    name: str
    value: str
    expected: str
    came: str


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The groups of one category."""

    caption: str
    rows: list[GroupRow]


def figures_of(reader: Reader, found: Attendance) -> list[Figure]:
    """Who is in, with the whole of each."""
    number, text = reader.number, reader.text
    expected = number(found.expected)
    return [
        Figure(
            "inside",
            text("doors.figure_inside"),
            number(found.inside),
            reader.plural("doors.of_seats", found.seats),
            min(100.0, percent_of(found.inside, found.seats)),
        ),
        Figure(
            "came",
            text("doors.figure_came"),
            number(found.came),
            text("doors.of_expected", expected=expected),
            percent_of(found.came, found.expected),
        ),
        Figure("walk_ins", text("doors.figure_walk_ins"), number(found.walk_ins)),
        Figure("others", text("doors.figure_others"), number(found.others)),
    ]


def tables_of(names: Names, found: Attendance) -> list[GroupTable]:
    """By category: how many of a group are in, and how many are expected.

    Where the numbers are withheld, who is in is told in thirds of those who were invited, as in the report.
    """
    categories: dict[str, list[GroupRow]] = {}
    for at, line in enumerate(found.groups):
        row = GroupRow(
            f"group-{at}",
            names.value(line.category, line.value),
            _number(names.reader, line.counts.yes if line.counts else None),
            _came(names.reader, line),
        )
        categories.setdefault(line.category, []).append(row)
    return [GroupTable(names.category(category), rows) for category, rows in categories.items()]


def texts_of(tables: list[GroupTable]) -> dict[str, str]:
    """The cells of all groups, by the names under which they change in place."""
    rows = [row for table in tables for row in table.rows]
    return {f"{row.name}-expected": row.expected for row in rows} | {row.name: row.came for row in rows}


def said_of(reader: Reader, found: Attendance) -> str:
    """What a screen reader is told now and then."""
    return reader.plural("doors.said", found.seats, inside=reader.number(found.inside))


def _came(reader: Reader, line: GroupLine) -> str:
    if line.counts is not None:
        return reader.number(line.counts.came)
    return reader.text("draws.third_" + line.came) if line.came else reader.text("draws.not_shown")


def _number(reader: Reader, number: int | None) -> str:
    return reader.text("draws.not_shown") if number is None else reader.number(number)
