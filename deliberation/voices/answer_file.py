"""Open answers in a CSV file: which column, who may be quoted; whatever is wrong is told at once, with its line."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from core.errors import Fault, InvalidInput

MAY_QUOTE = "may_quote"
YES, NO = (
    frozenset({"1", "yes", "true", "si", "sí", "ari", "y", "x"}),
    frozenset({"", "0", "no", "false", "mana", "n"}),
)
LARGEST_CELL = 64 * 1024 * 1024
NO_SEPARATOR = "\x1f"
"""For a file of one column, whose answers may hold any sign that separates columns elsewhere."""
_SHOWN, _MOST_FAULTS = 40, 100


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was handed in. `may_quote` is None where the file does not say it of anybody."""

    text: str
    may_quote: bool | None


def read_answers(path: Path, column: str) -> list[Given]:
    """The answers in the order of their rows, empty ones included. Raises InvalidInput with all faults."""
    faults: list[Fault] = []
    _check_encoding(path, faults)
    answers = [] if faults else list(_rows(path, column, faults))
    if not answers and not faults:
        faults.append(Fault("answers_none", path.name))
    if faults:
        raise InvalidInput(tuple(faults[:_MOST_FAULTS]))
    return answers


def _check_encoding(path: Path, faults: list[Fault]) -> None:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                faults.append(Fault("answers_not_utf8", path.name, number))
                return


def _rows(path: Path, column: str, faults: list[Fault]) -> Iterator[Given]:
    with path.open("rb") as file, _large_cells():
        text = TextIOWrapper(file, "utf-8-sig", newline="")
        first = text.readline()
        separator = _separator(first)
        names = [name.strip() for row in csv.reader([first], delimiter=separator) for name in row]
        if column not in names:
            shown = ", ".join(f"«{name[:_SHOWN]}»" for name in names)
            faults.append(
                Fault("answers_column_missing", path.name, 1, None, {"name": column, "columns": shown})
            )
            return
        rows = csv.reader(text, delimiter=separator, strict=True)
        yield from _cells(path.name, rows, names, names.index(column), faults)


def _cells(name: str, rows: Any, names: list[str], at: int, faults: list[Fault]) -> Iterator[Given]:
    quoting = names.index(MAY_QUOTE) if MAY_QUOTE in names else None
    while True:
        line = rows.line_num + 2
        try:
            cells = next(rows, None)
        except csv.Error:
            faults.append(Fault("table_row_unreadable", name, line))
            continue
        if cells is None:
            return
        if not cells:
            continue
        if len(cells) != len(names) and (len(cells) < len(names) or any(cells[len(names) :])):
            params: dict[str, str | int] = {"cells": len(cells), "columns": len(names)}
            faults.append(Fault("answers_row_length", name, line, None, params))
            continue
        yield Given(cells[at], None if quoting is None else _allowed(name, line, cells[quoting], faults))


def _allowed(name: str, line: int, cell: str, faults: list[Fault]) -> bool:
    said = cell.strip().casefold()
    if said not in YES | NO:
        faults.append(
            Fault("answers_permission_unknown", name, line, MAY_QUOTE, {"value": cell.strip()[:_SHOWN]})
        )
    return said in YES


def _separator(first: str) -> str:
    """What stands between the names of the columns, outside of quotes."""
    bare = "".join(first.split('"')[::2])
    return max(",;\t", key=bare.count) if any(sign in bare for sign in ",;\t") else NO_SEPARATOR


@contextmanager
def _large_cells() -> Iterator[None]:
    """The csv module refuses cells of more than 128 kB, for the whole process, until it is told otherwise."""
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
