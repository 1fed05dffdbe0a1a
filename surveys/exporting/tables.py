"""The tables of an export: one of responses, and one for each repeat, linked by numbers. Pure.

`_response` numbers the responses; `_index` the rows of a repeat's table, `_parent` is the row above: a response,
or a row of the table of the repeat around it; `_position` says which member it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from surveys.exporting.formulas import harmless
from surveys.exporting.lines import Line, members_of
from surveys.questionnaire import Kind
from surveys.variables import Value, Variable, as_number
from surveys.versioning.merging import Version

Cell = str | int | float | None
Row = list[Cell]
Read = Callable[[Value], Cell]

MAIN = "responses"
DICTIONARY = "dictionary"


class Form(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    NUMBER = "number"
    CODE = "code"
    WORKED_OUT = "worked_out"


@dataclass(frozen=True, slots=True)
class Key:
    """A column that the export makes by itself. A question of the same name bears "@answer" behind it."""

    name: str
    form: Form
    kind: Kind


_NUMBERED = Key("_response", Form.NUMBER, Kind.INTEGER)
_OF_RESPONSE = (
    _NUMBERED,
    Key("_mode", Form.CODE, Kind.TEXT),
    Key("_language", Form.CODE, Kind.TEXT),
    Key("_month", Form.CODE, Kind.DATE),
    Key("_version", Form.NUMBER, Kind.INTEGER),
)
_OF_MEMBER = (
    *(Key(name, Form.NUMBER, Kind.INTEGER) for name in ("_index", "_parent", "_position")),
    _NUMBERED,
)
_NAMES_OF_RESPONSE = tuple(key.name for key in _OF_RESPONSE)
_OWN_NAMES = frozenset(key.name for key in (*_OF_RESPONSE, *_OF_MEMBER))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of a question.

    part   which part of the answers it holds, of several: a choice, a place in a rank, a degree
    blank  what stands where a version asked the question and nothing was answered
    """

    name: str
    variable: Variable
    form: Form
    read: Read
    part: str = ""
    blank: Cell = None


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One table. `path` is that of its repeat, "" for the responses."""

    name: str
    path: str
    keys: tuple[Key, ...]
    columns: tuple[Column, ...]

    @property
    def header(self) -> list[str]:
        """The names of its columns."""
        return [*(key.name for key in self.keys), *(column.name for column in self.columns)]


@dataclass(frozen=True, slots=True)
class Style:
    """How cells are written.

    split  several choices have a column of 0 and 1 each, beside the one that joins them
    typed  numbers are numbers; otherwise everything is a text that no spreadsheet runs
    """

    split: bool = False
    typed: bool = False


def tables_of(variables: Sequence[Variable], style: Style) -> tuple[Table, ...]:
    """The table of responses first, then those of the repeats, the outer ones before the inner ones."""
    columns: dict[str, list[Column]] = {"": []}
    for variable in variables:
        for depth in range(len(variable.repeats)):
            columns.setdefault(variable.repeats[depth], [])
        columns[variable.repeats[-1] if variable.repeats else ""] += _columns(variable, style)
    names = _names(list(columns)[1:])
    return tuple(
        Table(names.get(path, MAIN), path, _OF_MEMBER if path else _OF_RESPONSE, tuple(found))
        for path, found in columns.items()
    )


@dataclass(slots=True)
class Rows:
    """Makes the rows of all tables, response by response, and counts those of the repeats."""

    tables: Sequence[Table]
    versions: Sequence[Version]
    _readers: dict[tuple[str, int], list[tuple[str, Read, Cell]]] = field(init=False)
    _repeats: dict[str, str] = field(init=False)
    _above: dict[str, str] = field(init=False)
    _numbers: dict[int, int] = field(init=False)
    _counts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._readers = {
            (table.path, version.id): [_reader(column, version.id) for column in table.columns]
            for table in self.tables
            for version in self.versions
        }
        self._repeats = repeats_of([column.variable for table in self.tables for column in table.columns])
        self._above = {
            repeat: around[depth - 1] if depth else ""
            for table in self.tables
            for around in {column.variable.repeats for column in table.columns}
            for depth, repeat in enumerate(around)
        }
        self._numbers = {version.id: version.number for version in self.versions}
        self._counts = dict.fromkeys((table.path for table in self.tables), 0)

    def main(self, line: Line) -> Row:
        """The row of a response."""
        row: Row = [*key_values(line, self._numbers).values()]
        _fill(row, line.answers, self._readers["", line.version])
        return row

    def members(self, line: Line) -> Iterator[tuple[str, Row]]:
        """The rows of its members, with the path of their table: who holds others comes before them."""
        if len(self.tables) == 1:
            return
        found = members_of(line.answers, self._repeats)
        for table in reversed(self.tables[1:]):
            above = self._above[table.path]
            if above:
                for positions in found.get(table.path, ()):
                    found.setdefault(above, {}).setdefault(positions[:-1], {})
        indexes: dict[str, dict[tuple[int, ...], int]] = {"": {(): line.number}}
        for table in self.tables[1:]:
            mine = indexes[table.path] = {}
            for positions, answers in sorted(found.get(table.path, {}).items()):
                self._counts[table.path] += 1
                mine[positions] = self._counts[table.path]
                parent = indexes[self._above[table.path]][positions[:-1]]
                row: Row = [mine[positions], parent, positions[-1], line.number]
                _fill(row, answers, self._readers[table.path, line.version])
                yield table.path, row


def key_values(line: Line, numbers: Mapping[int, int]) -> dict[str, Cell]:
    """The columns that an export makes of a response. `numbers`: version id → the number that counts it."""
    number, mode, language, month, version, _ = line
    values = (number, mode, language, month, numbers[version])
    return dict(zip(_NAMES_OF_RESPONSE, values, strict=True))


def repeats_of(variables: Sequence[Variable]) -> dict[str, str]:
    """The repeat around each question that is in one, by the paths that its versions gave it."""
    return {
        path: variable.repeats[-1]
        for variable in variables
        if variable.repeats
        for path in variable.sources.values()
    }


def _fill(row: Row, answers: Mapping[str, Value], readers: list[tuple[str, Read, Cell]]) -> None:
    find, add = answers.get, row.append
    for path, read, blank in readers:
        value = find(path)
        add(read(value) if value else blank)


def _reader(column: Column, version_id: int) -> tuple[str, Read, Cell]:
    """Where a version has the answers of a column; no answer has the path "/"."""
    path = column.variable.sources.get(version_id)
    return ("/", column.read, None) if path is None else (path, column.read, column.blank)


def _names(repeats: Sequence[str]) -> dict[str, str]:
    """The last step of the path names a repeat, or the whole path where two end alike. No two names are the same."""
    short = [path.rpartition("/")[2].casefold() for path in repeats]
    taken = {MAIN, DICTIONARY}
    names: dict[str, str] = {}
    for path in repeats:
        last = path.rpartition("/")[2]
        name = last if short.count(last.casefold()) == 1 else path.replace("/", ".")
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        names[path] = name
    return names


def _columns(variable: Variable, style: Style) -> Iterator[Column]:
    name, safe = variable.name, str if style.typed else harmless
    if name in _OWN_NAMES:
        name += "@answer"
    match variable.question.kind:
        case Kind.GEOPOINT:
            yield Column(f"{name}.latitude", variable, Form.NUMBER, _degree(variable, 0), "latitude")
            yield Column(f"{name}.longitude", variable, Form.NUMBER, _degree(variable, 1), "longitude")
        case Kind.RANK:
            for place in range(len(variable.question.choices)):
                read = _ranked(variable, place, safe)
                yield Column(f"{name}/{place + 1}", variable, Form.CODE, read, str(place + 1))
        case Kind.SELECT_MULTIPLE:
            yield Column(name, variable, Form.TEXT, _joined(variable, safe))
            if style.split:
                for choice in variable.question.choices:
                    read = _ticked(choice.value)
                    yield Column(f"{name}/{choice.value}", variable, Form.NUMBER, read, choice.value)
        case Kind.SELECT_ONE:
            yield Column(name, variable, Form.CODE, _coded(variable, safe))
        case _ if variable.is_sent:
            yield Column(name, variable, Form.NUMBER, _one, blank=0)
        case _ if variable.is_number:
            yield Column(name, variable, Form.NUMBER, _typed_number if style.typed else _written_number)
        case _:
            form = Form.WORKED_OUT if variable.is_worked_out else Form.TEXT
            yield Column(name, variable, form, _written(variable, safe))


def _one(_value: Value) -> Cell:
    return 1


def _typed_number(value: Value) -> Cell:
    return as_number(value) if isinstance(value, str) else None


def _written_number(value: Value) -> Cell:
    """A number as it is stored, which a spreadsheet reads as one."""
    if isinstance(value, str) and value.isdecimal() and value.isascii():
        return value
    return value if _typed_number(value) is not None and isinstance(value, str) else ""


def _written(variable: Variable, safe: Callable[[str], str]) -> Read:
    text = variable.text

    def read(value: Value) -> Cell:
        # Most of what people write begins with a letter and holds nothing but what can be printed.
        if as_it_is and isinstance(value, str) and value[0].isalpha() and value.isprintable():
            return variable.reading(value.rstrip())
        return safe(text(value))

    as_it_is = variable.question.kind is Kind.TEXT
    return read


def _coded(variable: Variable, safe: Callable[[str], str]) -> Read:
    known = {choice.value: safe(variable.text(choice.value)) for choice in variable.question.choices}

    def read(value: Value) -> Cell:
        found = known.get(value) if isinstance(value, str) else None
        return safe(variable.text(value)) if found is None else found

    return read


def _joined(variable: Variable, safe: Callable[[str], str]) -> Read:
    between, labels = ("; " if variable.labels else " "), variable.labels

    def read(value: Value) -> Cell:
        chosen = variable.chosen(value)
        return safe(between.join([labels.get(one, one) for one in chosen] if labels else chosen))

    return read


def _ticked(choice: str) -> Read:
    return lambda value: int(choice in value if isinstance(value, list) else choice == value)


def _ranked(variable: Variable, place: int, safe: Callable[[str], str]) -> Read:
    def read(value: Value) -> Cell:
        chosen = variable.chosen(value)
        return safe(variable.labels.get(chosen[place], chosen[place])) if place < len(chosen) else None

    return read


def _degree(variable: Variable, place: int) -> Read:
    def read(value: Value) -> Cell:
        degrees = variable.degrees(value)
        return degrees[place] if degrees else None

    return read
