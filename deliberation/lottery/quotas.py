"""Quotas: how many people of each feature a panel shall have, and the file that says it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from core.errors import Fault
from deliberation.csv_rows import Row, read_header, read_rows
from deliberation.maths.lottery.people import Person, Rules

LEAST, MOST = "min", "max"
_NAMES = ("category", "feature"), ("feature", "value")
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True, order=True)
class Quota:
    """At least `low` and at most `high` people of a panel have this feature of this category."""

    category: str
    feature: str
    low: int
    high: int


@dataclass(frozen=True)
class Quotas:
    """All quotas, sorted by category and feature: the order in the file changes nothing."""

    quotas: tuple[Quota, ...]

    @cached_property
    def place(self) -> dict[tuple[str, str], int]:
        """Where the quota of a category and a feature stands."""
        return {(quota.category, quota.feature): number for number, quota in enumerate(self.quotas)}

    @cached_property
    def categories(self) -> dict[str, range]:
        """The places of the quotas of each category."""
        grouped = groupby(range(len(self.quotas)), key=lambda number: self.quotas[number].category)
        found = {category: list(places) for category, places in grouped}
        return {category: range(places[0], places[-1] + 1) for category, places in found.items()}

    def rules(self, seats: int) -> Rules:
        """As the lottery takes them."""
        return Rules(
            tuple(quota.low for quota in self.quotas), tuple(quota.high for quota in self.quotas), seats
        )

    def person(self, id: str, features: Mapping[str, str], household: str = "") -> Person:
        """Somebody with these features, all of which have a quota."""
        rules = tuple(self.place[category, features[category]] for category in self.categories)
        return Person(id, rules, household)

    def features(self, rules: Sequence[int]) -> dict[str, str]:
        """The features that count for these rules."""
        return {self.quotas[rule].category: self.quotas[rule].feature for rule in rules}


def quotas_of(found: Iterable[Quota]) -> Quotas:
    """Quotas in their order."""
    return Quotas(tuple(sorted(found)))


def read_quotas(path: Path, faults: list[Fault]) -> Quotas:
    """The quotas of a file `category,feature,min,max` or `feature,value,min,max`; what is wrong goes to the faults."""
    header = read_header(path, (LEAST, MOST), faults)
    if header is None:
        return Quotas(())
    names = next((pair for pair in _NAMES if set(pair) <= set(header.names)), None)
    if names is None:
        missing = "category" if "feature" in header.names else "feature"
        faults.append(Fault("table_column_missing", path.name, 1, missing, {"name": missing}))
        return Quotas(())
    found: dict[tuple[str, str], Quota] = {}
    for row in read_rows(path, header, faults):
        quota = _quota(row, names, faults)
        if quota is None:
            continue
        if (quota.category, quota.feature) in found:
            faults.append(row.fault("quota_twice", names[1]))
        found[quota.category, quota.feature] = quota
    if not found and not faults:
        faults.append(Fault("quotas_none", path.name))
    return quotas_of(found.values())


def _quota(row: Row, names: tuple[str, str], faults: list[Fault]) -> Quota | None:
    before = len(faults)
    unnamed = [name for name in names if not row.cells[name] or not row.cells[name].isprintable()]
    faults += (Fault("quota_name_missing", row.file, row.line, name) for name in unnamed)
    low, high = _number(row, LEAST, faults), _number(row, MOST, faults)
    if len(faults) == before and low > high:
        faults.append(row.fault("quota_upside_down", LEAST))
    return Quota(row.cells[names[0]], row.cells[names[1]], low, high) if len(faults) == before else None


def _number(row: Row, column: str, faults: list[Fault]) -> int:
    text = row.cells[column]
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        faults.append(row.fault("quota_number", column))
        return 0
    return int(text)
