"""Votes and groups of the people who choose an agenda, in files of their own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import Fault
from deliberation.council import agenda_columns as columns
from deliberation.csv_rows import Header, Row, read_header, read_rows
from deliberation.maths.votes import AGREE, DISAGREE, PASS, IntArray, last_votes

_WORDS = {"1": AGREE, "agree": AGREE, "0": PASS, "pass": PASS, "": PASS, "-1": DISAGREE, "disagree": DISAGREE}


@dataclass(frozen=True, slots=True, eq=False)
class Approvals:
    """Who approves of what: person and item are numbers, a pair each; an item's is its row in the table of items."""

    people: tuple[str, ...]
    person: IntArray
    item: IntArray


_NONE = Approvals((), np.zeros(0, np.int64), np.zeros(0, np.int64))


def read_approvals(path: Path, items: Sequence[str], faults: list[Fault]) -> Approvals:
    """The approvals in a file of votes: the last vote of each person on each item, an agreement is an approval.

    In a file as Polis exports it there are statements that are no items: they are left out. Elsewhere an item that
    is in no table is a fault. Without a column of votes each row is an approval.
    """
    header = read_header(path, (), faults)
    if header is None:
        return _NONE
    person = columns.column_of(header.names, columns.PERSON)
    item = columns.column_of(header.names, ("comment-id", *columns.ITEM))
    if person is None or item is None:
        faults += _missing(path, voter=person, item=item)
        return _NONE
    faults += columns.repeated_columns(header.names, path.name)
    return _last_approvals(path, header, (person, item), items, faults)


def _last_approvals(
    path: Path, header: Header, who_and_what: tuple[str, str], items: Sequence[str], faults: list[Fault]
) -> Approvals:
    person, item = who_and_what
    vote, time = (columns.column_of(header.names, each) for each in (columns.VOTE, columns.TIME))
    place = {name: number for number, name in enumerate(items)}
    people, chosen, values, times = [], [], [], []
    for row in read_rows(path, header, faults):
        voter, about = row.cells[person], row.cells[item]
        if not voter or not voter.isprintable():
            faults.append(row.fault("agenda_voter_missing", person))
        if about in place:
            people.append(voter)
            chosen.append(place[about])
            values.append(_read_vote(row, vote, faults))
            times.append(_read_time(row, time, faults))
        elif columns.plain(item) != "comment-id":
            faults.append(row.fault("agenda_item_unknown", item))
    if not people:
        faults += [] if faults else [Fault("votes_none", path.name)]
        return _NONE
    votes = last_votes(people, chosen, values, times if time else None)
    agreed = votes.value == AGREE
    rows = np.array([int(name) for name in votes.statements], np.int64)
    return Approvals(votes.people, votes.person[agreed].astype(np.int64), rows[votes.statement[agreed]])


def read_groups(path: Path, faults: list[Fault]) -> dict[str, str]:
    """The group of each person: from a table of voter and group, or from a map of opinions in JSON."""
    return (
        _groups_of_map(path, faults) if path.suffix.casefold() == ".json" else _groups_of_table(path, faults)
    )


def _missing(path: Path, **found: str | None) -> list[Fault]:
    words = [word for word, column in found.items() if column is None]
    return [Fault("table_column_missing", path.name, 1, word, {"name": word}) for word in words]


def _read_vote(row: Row, column: str | None, faults: list[Fault]) -> int:
    if column is None:
        return AGREE
    cell = columns.plain(row.cells[column])
    if cell in _WORDS:
        return _WORDS[cell]
    mark = columns.approves(cell)
    if mark is None:
        faults.append(row.fault("vote_unknown", column))
    return AGREE if mark else DISAGREE


def _read_time(row: Row, column: str | None, faults: list[Fault]) -> int:
    cell = "0" if column is None else row.cells[column]
    if not (cell.isascii() and cell.removeprefix("-").isdigit() and len(cell) < 19):
        faults.append(row.fault("vote_time_unknown", column or ""))
        return 0
    return int(cell)


def _groups_of_table(path: Path, faults: list[Fault]) -> dict[str, str]:
    header = read_header(path, (), faults)
    if header is None:
        return {}
    person = columns.column_of(header.names, (*columns.PERSON, "id"))
    group = columns.column_of(header.names, columns.GROUP)
    if person is None or group is None:
        faults += _missing(path, voter=person, group=group)
        return {}
    found: dict[str, str] = {}
    for row in read_rows(path, header, faults):
        voter, name = row.cells[person], row.cells[group]
        if not voter:
            faults.append(row.fault("agenda_voter_missing", person))
        elif name and found.setdefault(voter, name) != name:
            faults.append(row.fault("agenda_group_twice", group))
    return found


def _groups_of_map(path: Path, faults: list[Fault]) -> dict[str, str]:
    try:
        people: Any = json.loads(path.read_bytes())["participants"]
        found = {str(person): each["group"] for person, each in people.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        faults.append(Fault("agenda_map_unreadable", path.name))
        return {}
    return {person: str(group) for person, group in found.items() if group is not None}
