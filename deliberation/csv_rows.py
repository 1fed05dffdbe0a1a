"""Rows of a CSV file by the names of their columns. What is wrong is collected, with its line, and reading goes on."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from core.errors import Fault

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Header:
    """How a file is divided: the names of its columns, what stands between cells, where the rows begin."""

    names: tuple[str, ...]
    separator: str
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its first line in the file, its cells by column."""

    file: str
    line: int
    cells: Mapping[str, str]

    def fault(self, code: str, column: str) -> Fault:
        """That the cell in this column is wrong."""
        return Fault(code, self.file, self.line, column, {"value": self.cells[column][:_SHOWN]})


def read_header(
    path: Path, required: tuple[str, ...], faults: list[Fault], *, optional: tuple[str, ...] = ()
) -> Header | None:
    """The first line; None, and faults, where it is no text, lacks a column, or has one of those read twice."""
    with path.open("rb") as file:
        line = file.readline()
    text = line.decode("utf-8-sig", errors="surrogateescape").rstrip("\r\n")
    if not text.replace("\t", "").isprintable():
        faults.append(Fault("table_unreadable", path.name))
        return None
    separator = max(",;\t", key=text.count)
    names = tuple(name.strip() for row in csv.reader([text], delimiter=separator) for name in row)
    missing = [name for name in required if name not in names]
    faults += (Fault("table_column_missing", path.name, 1, name, {"name": name}) for name in missing)
    twice = [name for name in (*required, *optional) if names.count(name) > 1]
    faults += (Fault("table_column_twice", path.name, 1, name, {"name": name}) for name in twice)
    return None if missing or twice else Header(names, separator, len(line))


def read_rows(path: Path, header: Header, faults: list[Fault]) -> Iterator[Row]:
    """The rows that have all their cells; blank lines are none."""
    with path.open("rb") as file:
        file.seek(header.size)
        text = TextIOWrapper(file, "utf-8", errors="surrogateescape", newline="")
        rows = csv.reader(text, delimiter=header.separator)
        while True:
            line = rows.line_num + 2
            try:
                cells = next(rows, None)
            except csv.Error:
                faults.append(Fault("table_row_unreadable", path.name, line))
                continue
            if cells is None:
                return
            if len(cells) >= len(header.names):
                yield Row(path.name, line, dict(zip(header.names, map(str.strip, cells), strict=False)))
            elif cells:
                params: dict[str, str | int] = {"cells": len(cells), "columns": len(header.names)}
                faults.append(Fault("table_row_short", path.name, line, None, params))
