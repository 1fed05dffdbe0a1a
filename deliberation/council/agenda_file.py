"""The items of an agenda and who approves of them, from the files that an organiser writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from core.errors import Fault, InvalidInput
from deliberation.council import agenda_columns as columns
from deliberation.council.agenda_votes import Approvals, read_approvals, read_groups
from deliberation.csv_rows import Row, read_header, read_rows
from deliberation.maths.agenda.proposals import Counted, Proposals, proposals_of
from deliberation.maths.votes import canonical

UNIT = 100
"""The maths counts hundredths of a minute: what takes 7,5 minutes is a whole number of them."""

MOST_MINUTES = 10_000


@dataclass(frozen=True, slots=True)
class Item:
    """What may be put on the agenda. minutes: in hundredths."""

    id: str
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Docket:
    """What is to be chosen from.

    items:     in canonical order of their ids
    counted:   how many approve of each
    proposals: who approves of each; None where the files only say how many
    groups:    the names of the groups of the proposals
    ignored:   columns of the table of items that say nothing that is needed
    """

    items: tuple[Item, ...]
    counted: Counted
    proposals: Proposals | None
    groups: tuple[str, ...]
    ignored: tuple[str, ...]


def read_docket(items: Path, votes: Path | None = None, groups: Path | None = None) -> Docket:
    """Items with their minutes and who, or how many, approve of each. Raises InvalidInput with all faults of all files.

    items:  a row an item; who approves of it is in it too, or in `votes`
    votes:  a row a voter and item, with a vote or without
    groups: a row a person and their group, or a map of opinions
    """
    faults: list[Fault] = []
    table = _read_table(items, faults)
    ids = [item.id for item in table.items]
    listed = read_approvals(votes, ids, faults) if votes else None
    known = read_groups(groups, faults) if groups else {}
    support = columns.Support(None, (), (), ()) if votes else table.support
    if listed is None:
        listed = _approvals_in(table, support, faults)
    counts = _counts_in(table, support, faults) if listed is None else None
    if listed is None and counts is None and table.items:
        faults.append(Fault("agenda_approvals_none", items.name))
    if faults:
        raise InvalidInput(
            tuple(
                sorted(
                    faults, key=lambda fault: (fault.sheet != items.name, fault.sheet or "", fault.row or 0)
                )
            )
        )
    return _docket(table, listed, counts, known)


@dataclass(frozen=True, slots=True)
class _Table:
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    support: columns.Support


def _read_table(path: Path, faults: list[Fault]) -> _Table:
    nothing = _Table((), (), columns.Support(None, (), (), ()))
    header = read_header(path, (), faults)
    if header is None:
        return nothing
    faults += columns.repeated_columns(header.names, path.name)
    minutes = columns.column_of(header.names, columns.MINUTES)
    if minutes is None:
        faults.append(Fault("table_column_missing", path.name, 1, "minutes", {"name": "minutes"}))
        return nothing
    item = columns.column_of(header.names, columns.ITEM)
    title = columns.column_of([name for name in header.names if name != item], columns.TITLE)
    items: list[Item] = []
    rows: list[Row] = []
    for row in read_rows(path, header, faults):
        if any(row.cells.values()):
            name = _read_id(row, item, faults) if item else str(len(items) + 1)
            items.append(
                Item(name, (row.cells[title] if title else "") or name, _read_minutes(row, minutes, faults))
            )
            rows.append(row)
    if not items and not faults:
        faults.append(Fault("agenda_items_none", path.name))
    faults += _repeated(items, rows, item)
    taken = {each for each in (item, title, minutes) if each}
    return _Table(tuple(items), tuple(rows), columns.find_support(rows, header.names, taken))


def _read_id(row: Row, column: str, faults: list[Fault]) -> str:
    name = row.cells[column]
    if not name or not name.isprintable():
        faults.append(row.fault("agenda_id_missing", column))
    return name


def _read_minutes(row: Row, column: str, faults: list[Fault]) -> int:
    minutes = minutes_from(row.cells[column])
    if minutes is None:
        faults.append(row.fault("agenda_minutes_unknown", column))
    return minutes or UNIT


def minutes_from(text: str) -> int | None:
    """Hundredths of a minute: "10", "7,5", "10 min". None where it is no such time, or nothing, or beyond a week."""
    number = columns.plain(text).rstrip(".'’").removesuffix("utos").removesuffix("utes").removesuffix("min")
    try:
        minutes = Decimal(number.strip("-").replace(",", ".")) * UNIT if number[:1].isdigit() else Decimal(0)
    except InvalidOperation:
        return None
    return int(minutes) if 0 < minutes <= MOST_MINUTES * UNIT and minutes == int(minutes) else None


def _repeated(items: Sequence[Item], rows: Sequence[Row], column: str | None) -> Iterable[Fault]:
    seen: set[str] = set()
    for item, row in zip(items, rows, strict=True):
        if column and item.id and item.id in seen:
            yield row.fault("agenda_item_twice", column)
        seen.add(item.id)


def _approvals_in(table: _Table, support: columns.Support, faults: list[Fault]) -> Approvals | None:
    """Who approves of what, where the table of items says it by person."""
    pairs: list[tuple[str, int]] = []
    if support.listing is not None:
        cells = [row.cells[support.listing] for row in table.rows]
        if not columns.lists_people(support.listing, cells):
            return None
        pairs = [(person, item) for item, cell in enumerate(cells) for person in columns.listed(cell)]
    elif support.groups or not support.people:
        return None
    for item, row in enumerate(table.rows):
        for person in support.people:
            said = columns.approves(row.cells[person])
            if said is None:
                faults.append(row.fault("agenda_mark_unknown", person))
            elif said:
                pairs.append((person, item))
    people = sorted({person for person, _ in pairs} | set(support.people), key=canonical)
    place = {person: number for number, person in enumerate(people)}
    rows = np.array([(place[person], item) for person, item in pairs], np.int64).reshape(-1, 2)
    return Approvals(tuple(people), rows[:, 0], rows[:, 1])


def _counts_in(table: _Table, support: columns.Support, faults: list[Fault]) -> list[int] | None:
    """How many approve of each, where the table says no more."""
    counted = (support.listing,) if support.listing else (*support.groups, *support.people)
    if not counted:
        return None
    sums = [0] * len(table.rows)
    for item, row in enumerate(table.rows):
        for column in counted:
            cell = row.cells[column]
            number = columns.whole(cell)
            if number is None and column in support.people:
                mark = columns.approves(cell)
                number = None if mark is None else int(mark)
            if number is None:
                faults.append(row.fault("agenda_count_unknown", column))
            sums[item] += number or 0
    return sums


def _docket(
    table: _Table, listed: Approvals | None, counts: list[int] | None, known: dict[str, str]
) -> Docket:
    order = sorted(range(len(table.items)), key=lambda place: canonical(table.items[place].id))
    items = tuple(table.items[place] for place in order)
    minutes, ignored = tuple(item.minutes for item in items), table.support.ignored
    if listed is None:
        assert counts is not None
        counted = Counted(minutes, tuple(counts[place] for place in order))
        return Docket(items, counted, None, (), ignored)
    groups = tuple(sorted(set(known.values()), key=canonical))
    number = {name: place for place, name in enumerate(groups)}
    group = np.array([number.get(known.get(person, ""), -1) for person in listed.people], np.int64)
    ranked = np.empty(len(order), np.int64)
    ranked[order] = np.arange(len(order))
    people, item = len(listed.people), ranked[listed.item]
    proposals = proposals_of(
        listed.person, item, people=people, minutes=minutes, group=group if groups else None
    )
    return Docket(items, proposals.counted, proposals, groups if len(proposals.groups) else (), ignored)
