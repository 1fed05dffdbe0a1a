"""Counts every number of the brief again, from the tables beside this file.

    python3 recompute.py [FOLDER]

Prints each number, what the tables give, what the brief says, and whether they match. Exit status 1 where one does not,
or where a file is not the one that datapackage.json describes. It needs Python 3.9 or later and nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

WITHHELD = "withheld"
Row = dict[str, str]


def main(folder: Path) -> int:
    """Check the files, then the numbers; how many of both are wrong decides the exit status."""
    wrong = changed_files(folder)
    for name in wrong:
        print(f"{name}: not the file that datapackage.json describes")
    tables: dict[str, list[Row]] = {}
    mismatches = 0
    numbers = read_table(folder, "numbers.csv")
    for number in numbers:
        rows = tables.setdefault(number["table"], read_table(folder, number["table"]))
        found = recompute(rows, json.loads(number["rows"]), number["operation"])
        verdict = "match" if found == number["printed"] else "MISMATCH"
        mismatches += verdict != "match"
        print(f"{number['number']}\t{found}\t{number['printed']}\t{verdict}")
    print(f"{len(numbers)} numbers, {mismatches} do not match, {len(wrong)} files changed")
    return 1 if wrong or mismatches else 0


def changed_files(folder: Path) -> list[str]:
    """Those whose content is not the one that was published."""
    described: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    published = {each["path"]: each["hash"] for each in described["resources"]}
    return [path for path, digest in published.items() if digest != digest_of(folder / path)]


def digest_of(path: Path) -> str:
    """As datapackage.json writes it."""
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def read_table(folder: Path, name: str) -> list[Row]:
    """The rows of one file."""
    with (folder / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recompute(table: list[Row], where: Any, operation: str) -> str:
    """What an operation gives, as text; `withheld` where a number that it needs may not be shown."""
    name, _, columns = operation.partition(":")
    if name == "value":
        return value_of(only(table, where), columns) or WITHHELD
    if name == "filled":
        return str(sum(row[columns] != "0" for row in matching(table, where)))
    if name == "percent":
        part, whole = columns.split("/")
        row = only(table, where)
        return percent(value_of(row, part), value_of(row, whole))
    whole, rest = (value_of(only(table, each), columns) for each in where)
    if not whole or not rest:
        return WITHHELD
    difference = int(whole) - int(rest)
    if name == "difference":
        return str(difference)
    if name == "percent_of_difference":
        return percent(str(difference), whole)
    raise ValueError(f"unknown operation: {operation}")


def matching(table: list[Row], where: dict[str, str]) -> list[Row]:
    """The rows in which the columns say what they should; a name that ends in ! tells what they should not say."""
    return [row for row in table if all(fits(row, name, value) for name, value in where.items())]


def fits(row: Row, name: str, value: str) -> bool:
    """Whether one column of a row is as asked for."""
    if name.endswith("!"):
        return row[name[:-1]] != value
    return row[name] == value


def only(table: list[Row], where: dict[str, str]) -> Row | None:
    """The one row that is meant; None where there is none, or more than one."""
    rows = matching(table, where)
    return rows[0] if len(rows) == 1 else None


def value_of(row: Row | None, column: str) -> str:
    """What stands in a row; nothing where there is no row."""
    return row[column] if row else ""


def percent(part: str, whole: str) -> str:
    """Whole percent, a half to the even one; 0 and 100 only where it is nothing and all: 201 of 202 are 99."""
    if not part or not whole:
        return WITHHELD
    share = round(100 * int(part) / int(whole))
    return str(share if part in ("0", whole) else min(max(share, 1), 99))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
