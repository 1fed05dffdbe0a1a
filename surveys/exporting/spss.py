"""SPSS: a .sav where there is one table, an archive of linked ones where members are asked of.

The head of a .sav says how wide its texts are, which is known when the last response is read: until then the rows wait
on the disk. Memory does not grow with their number.
"""

import marshal
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy.orm import Session

from i18n.localized import pick
from surveys.conversation.wording import left_open
from surveys.exporting.archive import Archive
from surveys.exporting.dictionary import dictionary_csv
from surveys.exporting.plan import Plan
from surveys.exporting.sav import write_sav
from surveys.exporting.sav_cases import Cell as SavCell
from surveys.exporting.sav_records import Measure, Variable
from surveys.exporting.tables import DICTIONARY, Cell, Column, Form, Row, Rows, Style, Table
from surveys.variables import as_number, is_plain_number

LONGEST_NAME = 64
LONGEST_TEXT = 32_767
LONGEST_LABEL = 255
LONGEST_VALUE_LABEL = 120
_ROWS_AT_ONCE = 500

_STYLE = Style(split=True, typed=True)
_NOT_IN_A_NAME = re.compile(r"[^\w.@#$]")
_RESERVED = frozenset("all and by eq ge gt le lt ne not or to with".split())


def write_spss(db: Session, plan: Plan, file: IO[bytes]) -> None:
    """Every choice with its label: variables keep the values of the workbook."""
    tables = plan.tables(_STYLE)
    rows = Rows(tables, plan.versions)
    with ExitStack() as stack:
        spools = {table.path: stack.enter_context(closing(_Spool(table, plan))) for table in tables}
        main = spools[""]
        for line in plan.lines(db):
            main.add(rows.main(line))
            for path, row in rows.members(line):
                spools[path].add(row)
        if len(tables) == 1:
            main.write(file)
            return
        with Archive(file) as archive:
            for table in tables:
                with archive.member(f"{table.name}.sav") as member:
                    spools[table.path].write(member)
            archive.add_bytes(f"{DICTIONARY}.csv", spss_dictionary(plan))


def spss_dictionary(plan: Plan) -> bytes:
    """The dictionary with the names that SPSS takes."""
    names = {
        (table.name, name): called
        for table in plan.tables(_STYLE)
        for name, called in zip(table.header, names_for(table.header), strict=True)
    }
    return dictionary_csv(plan, _STYLE, names)


def names_for(header: Iterable[str]) -> list[str]:
    """Names that SPSS takes: a letter first, at most 64 bytes, each once whatever the capitals."""
    taken: set[str] = set()
    return [_name(name, taken) for name in header]


def _name(written: str, taken: set[str]) -> str:
    plain = _NOT_IN_A_NAME.sub(".", written).strip("._") or "column"
    if not plain[0].isalpha() or plain.casefold() in _RESERVED:
        plain = f"q.{plain}"
    number, name = 1, _cut(plain, LONGEST_NAME).rstrip("._")
    while name.casefold() in taken:
        number += 1
        ending = f".{number}"
        name = _cut(plain, LONGEST_NAME - len(ending)).rstrip("._") + ending
    taken.add(name.casefold())
    return name


def _cut(text: str, most: int) -> str:
    """As much of the text as fits into so many bytes."""
    encoded = text.encode()
    return text if len(encoded) <= most else encoded[:most].decode(errors="ignore")


class _Numbers:
    """A column of numbers; nothing is SPSS's own missing value."""

    width = 0

    def measure(self, _cells: Iterable[Cell]) -> None:
        """Numbers are all of one width."""

    def cells(self, cells: Iterable[Cell]) -> list[SavCell]:
        """As they are written."""
        return [None if cell is None or cell == "" else float(cell) for cell in cells]


class _Texts:
    """A column of texts: how wide it is, and whether all that was worked out are numbers, is known at the end."""

    def __init__(self, *, may_be_numbers: bool, labels: Iterable[str]) -> None:
        self._longest = max((len(value.encode()) for value in labels), default=1)
        self._may_be_numbers = may_be_numbers
        self._has_numbers = False

    def measure(self, cells: Iterable[Cell]) -> None:
        """Take note of some of them."""
        texts = {_text(cell) for cell in set(cells)} - {b""}
        self._longest = max(self._longest, *map(len, texts), 1)
        if self._may_be_numbers and texts:
            self._may_be_numbers = all(is_plain_number(text.decode()) for text in texts)
            self._has_numbers = True

    @property
    def is_numbers(self) -> bool:
        """Whether all that was worked out are numbers."""
        return self._may_be_numbers and self._has_numbers

    @property
    def width(self) -> int:
        """Most bytes of a text, 0 where they are numbers."""
        return 0 if self.is_numbers else self._longest

    def cells(self, cells: Iterable[Cell]) -> list[SavCell]:
        """As they are written."""
        if self.is_numbers:
            return [as_number(str(cell)) if cell else None for cell in cells]
        return [_text(cell) for cell in cells]


def _text(cell: Cell) -> bytes:
    return _cut(str(cell), LONGEST_TEXT).encode() if cell else b""


class _Spool:
    """A table on its way into a .sav, whose head says how wide its columns are: the rows wait on the disk."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self._table = table
        self._plan = plan
        self._rows: list[Row] = []
        self._waiting = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._count = 0
        labels: list[dict[str, str]] = [{} for _ in table.keys]
        self._labels = labels + [self._value_labels(column) for column in table.columns]
        forms = [*(key.form for key in table.keys), *(column.form for column in table.columns)]
        self._columns = [
            _Numbers()
            if form is Form.NUMBER
            else _Texts(may_be_numbers=form is Form.WORKED_OUT, labels=labels_of)
            for form, labels_of in zip(forms, self._labels, strict=True)
        ]

    def add(self, row: Row) -> None:
        """Take a row."""
        self._rows.append(row)
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._put_away()

    def _put_away(self) -> None:
        columns = list(zip(*self._rows, strict=True))
        for column, cells in zip(self._columns, columns, strict=True):
            column.measure(cells)
        marshal.dump(columns, self._waiting)
        self._count += len(self._rows)
        self._rows = []

    def write(self, file: IO[bytes]) -> None:
        """Write the .sav, with the labels of variables and values."""
        if self._rows:
            self._put_away()
        self._waiting.seek(0)
        write_sav(file, self._variables(), self._chunks(), self._count)

    def close(self) -> None:
        """Forget the rows."""
        self._waiting.close()

    def _chunks(self) -> Iterator[list[list[SavCell]]]:
        left = self._count
        while left > 0:
            columns = marshal.load(
                self._waiting
            )  # written a moment ago, by this process, in a file without a name
            left -= len(columns[0])
            yield [column.cells(cells) for column, cells in zip(self._columns, columns, strict=True)]

    def _variables(self) -> list[Variable]:
        table = self._table
        of_questions = (
            (_cut(self._label(column), LONGEST_LABEL), _measure(column)) for column in table.columns
        )
        said = [*(("", Measure.UNKNOWN) for _ in table.keys), *of_questions]
        parts = zip(names_for(table.header), self._columns, said, self._labels, strict=True)
        return [
            Variable(name, column.width, label, labels, measure)
            for name, column, (label, measure), labels in parts
        ]

    def _label(self, column: Column) -> str:
        """What was asked, and of what part of the answers this is."""
        question, language = column.variable.question, self._language
        asked = " ".join(pick(left_open(question.label), language).text.split()) or column.name
        if not column.part:
            return asked
        labels = {choice.value: pick(left_open(choice.label), language).text for choice in question.choices}
        return f"{labels.get(column.part) or column.part} · {asked}"

    def _value_labels(self, column: Column) -> dict[str, str]:
        if column.form is not Form.CODE or self._plan.options.language:
            return {}
        return dict(_labelled(column, self._language))

    @property
    def _language(self) -> str:
        newest = self._plan.versions[-1].questionnaire
        return self._plan.options.language or newest.default_language


def _labelled(column: Column, language: str) -> Iterator[tuple[str, str]]:
    for choice in column.variable.question.choices:
        if label := pick(left_open(choice.label), language).text:
            yield _cut(choice.value, LONGEST_TEXT), _cut(label, LONGEST_VALUE_LABEL)


def _measure(column: Column) -> Measure:
    is_part = column.part and column.part not in ("latitude", "longitude")
    return Measure.SCALE if column.form is Form.NUMBER and not is_part else Measure.NOMINAL
