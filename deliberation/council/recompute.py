"""Counts every number of the brief again, from the tables beside this file.

    python3 recompute.py [FOLDER]

Prints each number, what the tables give, what the brief says, and whether they match; weighted shares are weighed
again. Exit status 1 where one does not, or where a file is not the one that datapackage.json describes. It needs
Python 3.9 or later and nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from pathlib import Path
from statistics import NormalDist
from typing import Any

WITHHELD = "withheld"
LIMITS = 0.2, 5.0  # nobody counts for less than a fifth of a person, or more than five
NEAR, SWEEPS, DIGITS = 1e-8, 300, 6
Row = dict[str, str]


def main(folder: Path) -> int:
    """Check the files, then the numbers; how many of both are wrong decides the exit status."""
    wrong = changed_files(folder)
    for name in wrong:
        print(f"{name}: not the file that datapackage.json describes")
    tables = Tables(folder)
    mismatches = 0
    numbers = tables["numbers.csv"]
    for number in numbers:
        where, operation = json.loads(number["rows"]), number["operation"]
        if operation.startswith("raked:"):
            found = weigh_again(tables, where, operation.partition(":")[2])
        else:
            found = recompute(tables[number["table"]], where, operation)
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


class Tables(dict[str, list[Row]]):
    """The rows of each file, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __missing__(self, name: str) -> list[Row]:
        with (self.folder / "data" / name).open(encoding="utf-8", newline="") as file:
            self[name] = list(csv.DictReader(file))
        return self[name]


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


class Cell:
    """People who are alike: what they are, how many, how many of them named it, and what each of them weighs."""

    def __init__(self, row: Row) -> None:
        self.inside: dict[str, str] = json.loads(row["cell"])
        self.people, self.named = int(row["people"]), int(row["named"])
        self.weight = self.before = 1.0


def weigh_again(tables: Tables, where: dict[str, str], name: str) -> str:
    """A weighted share, an end of its interval, or as how many people of a fair sample the answers count."""
    cells = [Cell(row) for row in matching(tables["weighting.csv"], where)]
    population: dict[str, dict[str, int]] = {}
    for row in matching(tables["population.csv"], where):
        population.setdefault(row["category"], {})[row["value"]] = int(row["people"])
    if not cells or not population:
        return WITHHELD
    rake(cells, population)
    return str(shares_of(cells)[name])


def rake(cells: list[Cell], population: dict[str, dict[str, int]]) -> None:
    """Weights with which who answered looks like who lives here (Deming, Stephan 1940), within the limits.

    One category after the other is made right, until all are. Who did not say a category keeps their weight there.
    """
    aims = {category: aim_of(cells, category, people) for category, people in sorted(population.items())}
    for _ in range(SWEEPS):
        for cell in cells:
            cell.before = cell.weight
        for category, aim in aims.items():
            adjust(cells, category, aim)
        limit(cells)
        moved = max(abs(cell.weight - cell.before) for cell in cells)
        if furthest(cells, aims) < NEAR or moved < NEAR / 100:
            return


def aim_of(cells: list[Cell], category: str, people: dict[str, int]) -> dict[str, float]:
    """The shares to reach, of values that somebody is of."""
    there = totals(cells, category, weighted=False)
    reachable = {value: float(people.get(value, 0)) for value in there}
    if not any(reachable.values()):
        reachable = there
    whole = sum(reachable.values())
    return {value: each / whole for value, each in reachable.items()}


def totals(cells: list[Cell], category: str, *, weighted: bool = True) -> dict[str, float]:
    """What all people of each value weigh together."""
    found: dict[str, float] = {}
    for cell in cells:
        if category in cell.inside:
            value = cell.inside[category]
            found[value] = found.get(value, 0.0) + cell.people * (cell.weight if weighted else 1.0)
    return found


def adjust(cells: list[Cell], category: str, aim: dict[str, float]) -> None:
    """The shares of one category become those to reach."""
    total = totals(cells, category)
    whole = sum(total.values())
    if not any(aim[value] for value, weight in total.items() if weight > 0):
        return
    for cell in cells:
        value = cell.inside.get(category)
        if value is not None and total[value] > 0:
            cell.weight *= aim[value] * whole / total[value]


def limit(cells: list[Cell]) -> None:
    """Weights whose mean is 1, and none beyond the limits."""
    people = sum(cell.people for cell in cells)
    for _ in range(SWEEPS):
        mean = sum(cell.people * cell.weight for cell in cells) / people
        for cell in cells:
            cell.weight /= mean
        if max(abs(within(cell.weight) - cell.weight) for cell in cells) < NEAR / 1000:
            return
        for cell in cells:
            cell.weight = within(cell.weight)


def within(weight: float) -> float:
    """A weight, or the limit that it is beyond."""
    return min(max(weight, LIMITS[0]), LIMITS[1])


def furthest(cells: list[Cell], aims: dict[str, dict[str, float]]) -> float:
    """The largest difference between a weighted share and the one to reach."""
    worst = 0.0
    for category, aim in aims.items():
        total = totals(cells, category)
        whole = sum(total.values())
        if whole:
            worst = max(worst, *(abs(total[value] / whole - aim[value]) for value in total))
    return worst


def shares_of(cells: list[Cell]) -> dict[str, int]:
    """The share of those who named it with 95 % (Wilson 1927), of so many people as they count (Kish 1965)."""
    whole = sum(cell.people * cell.weight for cell in cells)
    share = sum(cell.named * cell.weight for cell in cells) / whole
    worth = whole**2 / sum(cell.people * cell.weight**2 for cell in cells)
    z = NormalDist().inv_cdf(0.975)
    middle = share + z * z / (2 * worth)
    half = z * (share * (1 - share) / worth + (z / (2 * worth)) ** 2) ** 0.5
    low, high = ((middle + side * half) / (1 + z * z / worth) for side in (-1, 1))
    found = {"percent": share, "low": max(low, 0.0), "high": min(high, 1.0)}
    whole_percent = {name: to_percent(round(each, DIGITS)) for name, each in found.items()}
    return {**whole_percent, "worth": int(round(worth, DIGITS))}


def to_percent(share: float) -> int:
    """Whole percent, as `percent` has it."""
    found = round(round(100 * share, 9))
    return min(max(found, 1), 99) if 0 < share < 1 else found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
