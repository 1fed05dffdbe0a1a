"""SPSS: a .sav where there is one table, an archive of linked ones where members are asked of.

SPSS reads whole columns, so memory grows with the responses; what repeats is kept once, numbers take eight bytes.
pandas and pyreadstat are only imported when somebody asks for it.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from sqlalchemy.orm import Session

from i18n.localized import pick
from surveys.conversation.wording import left_open
from surveys.exporting.archive import Archive
from surveys.exporting.dictionary import dictionary_csv
from surveys.exporting.plan import Plan
from surveys.exporting.tables import DICTIONARY, Cell, Column, Form, Row, Rows, Style, Table
from surveys.variables import as_number, is_plain_number

LONGEST_NAME = 64
LONGEST_TEXT = 32_767
LONGEST_LABEL = 255
LONGEST_VALUE_LABEL = 120

_STYLE = Style(split=True, typed=True)
_NOT_IN_A_NAME = re.compile(r"[^\w.@#$]")
_RESERVED = frozenset("all and by eq ge gt le lt ne not or to with".split())


def write_spss(db: Session, plan: Plan, file: IO[bytes]) -> None:
    """Every choice with its label: variables keep the values of the workbook."""
    tables = plan.tables(_STYLE)
    frames = {table.path: _Frame(table, plan) for table in tables}
    rows = Rows(tables, plan.versions)
    main = frames[""]
    for line in plan.lines(db):
        main.add(rows.main(line))
        for path, row in rows.members(line):
            frames[path].add(row)
    with TemporaryDirectory() as folder:
        paths = {table.name: Path(folder) / f"{place}.sav" for place, table in enumerate(tables)}
        for table in tables:
            frames.pop(table.path).save(str(paths[table.name]))
        if len(tables) == 1:
            file.write(paths[tables[0].name].read_bytes())
            return
        with Archive(file) as archive:
            for table in tables:
                with paths[table.name].open("rb") as written:
                    archive.add(f"{table.name}.sav", written)
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

    def __init__(self) -> None:
        self._values = array("d")

    def add(self, cell: Cell) -> None:
        self._values.append(float("nan") if cell is None or cell == "" else float(cell))

    def series(self) -> Any:
        """As pandas holds it."""
        from numpy import frombuffer

        return frombuffer(self._values, dtype="float64") if self._values else []


class _Texts:
    """A column of texts, each distinct one kept once."""

    def __init__(self, *, may_be_numbers: bool) -> None:
        self._codes = array("i")
        self._places: dict[str, int] = {}
        self._may_be_numbers = may_be_numbers

    def add(self, cell: Cell) -> None:
        text = _cut(str(cell), LONGEST_TEXT) if cell else ""
        self._codes.append(self._places.setdefault(text, len(self._places)) if text else -1)

    @property
    def is_numbers(self) -> bool:
        """Whether all that was worked out are numbers."""
        return self._may_be_numbers and bool(self._places) and all(map(is_plain_number, self._places))

    def series(self) -> Any:
        """As pandas holds it."""
        from numpy import array as numpy_array
        from numpy import asarray, frombuffer
        from pandas import Categorical

        codes = frombuffer(self._codes, dtype="int32") if self._codes else asarray([], dtype="int32")
        if self.is_numbers:
            numbers = [as_number(text) for text in self._places]
            return numpy_array([*numbers, float("nan")], dtype="float64")[codes]
        return Categorical.from_codes(codes, categories=list(self._places) or [""])


class _Frame:
    """A table on its way into a .sav."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self._table = table
        self._plan = plan
        self._names = names_for(table.header)
        forms = [*(key.form for key in table.keys), *(column.form for column in table.columns)]
        self._columns: list[_Numbers | _Texts] = [
            _Numbers() if form is Form.NUMBER else _Texts(may_be_numbers=form is Form.WORKED_OUT)
            for form in forms
        ]

    def add(self, row: Row) -> None:
        """Take a row."""
        for column, cell in zip(self._columns, row, strict=True):
            column.add(cell)

    def save(self, path: str) -> None:
        """Write the .sav, with the labels of variables and values."""
        import pyreadstat
        from pandas import DataFrame

        questions = list(zip(self._names[len(self._table.keys) :], self._table.columns, strict=True))
        frame = DataFrame(
            {name: each.series() for name, each in zip(self._names, self._columns, strict=True)}
        )
        self._columns = []
        pyreadstat.write_sav(
            frame,
            path,
            column_labels={name: _cut(self._label(column), LONGEST_LABEL) for name, column in questions},
            variable_value_labels={
                name: labels for name, column in questions if (labels := self._value_labels(column))
            },
            variable_measure={name: _measure(column) for name, column in questions},
            row_compress=True,
        )

    def _label(self, column: Column) -> str:
        """What was asked, and of what part of the answers this is."""
        question, language = column.variable.question, self._language
        asked = " ".join(pick(left_open(question.label), language).text.split()) or column.name
        if not column.part:
            return asked
        labels = {choice.value: pick(left_open(choice.label), language).text for choice in question.choices}
        return f"{labels.get(column.part) or column.part} · {asked}"

    def _value_labels(self, column: Column) -> dict[Any, str]:
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


def _measure(column: Column) -> str:
    if column.form is Form.NUMBER:
        return "nominal" if column.part and column.part not in ("latitude", "longitude") else "scale"
    return "nominal"
