"""Votes and statements in the files that Polis exports: read, checked, every fault with its line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import Fault, InvalidInput
from deliberation.csv_rows import Header, Row, read_header, read_rows
from deliberation.maths.votes import Votes, last_votes
from deliberation.opinions.vote_blocks import Columns, whole_numbers

PERSON, STATEMENT, VOTE, TIME = "voter-id", "comment-id", "vote", "timestamp"
MODERATED, META = "moderated", "is-meta"
_VOTES = {"1": 1, "0": 0, "-1": -1}
_MODERATED = {**_VOTES, "": 0}
_META = {"true": True, "false": False, "": False}
_REJECTED = -1


@dataclass(frozen=True, slots=True)
class Statements:
    """What is known of the statements of a conversation beside the votes on them.

    moderated:     1 accepted, 0 not yet, -1 rejected, by id
    about_person:  ids of those that ask about the person and not for an opinion
    """

    moderated: Mapping[str, int] = field(default_factory=dict)
    about_person: frozenset[str] = frozenset()

    @property
    def rejected(self) -> frozenset[str]:
        """Those that moderators took out."""
        return frozenset(statement for statement, state in self.moderated.items() if state == _REJECTED)


def read_conversation(votes: Path, statements: Path | None = None) -> tuple[Votes, Statements]:
    """The last vote of each person on each statement, and what is known of the statements.

    Raises InvalidInput with all faults of both files.
    """
    faults: list[Fault] = []
    read = _read_votes(votes, faults)
    known = _read_statements(statements, faults) if statements else Statements()
    if faults:
        raise InvalidInput(tuple(faults))
    return read, known


def read_id(row: Row, column: str, faults: list[Fault]) -> str:
    """Who or what a row is about; a fault where that is empty or no text."""
    name = row.cells[column]
    if not name or not name.isprintable():
        faults.append(
            row.fault("vote_id_missing", column) if not name else row.fault("vote_id_unreadable", column)
        )
    return name


def _read_votes(path: Path, faults: list[Fault]) -> Votes:
    header = read_header(path, (PERSON, STATEMENT, VOTE), faults)
    if header is None:
        return last_votes([], [], [])
    timed = TIME in header.names
    wanted = (PERSON, STATEMENT, VOTE, *([TIME] if timed else []))
    columns = _quickly(path, header, wanted) or _carefully(read_rows(path, header, faults), timed, faults)
    if not len(columns[0]) and not faults:
        faults.append(Fault("votes_none", path.name))
    return last_votes(*columns)


def _quickly(path: Path, header: Header, wanted: tuple[str, ...]) -> Columns | None:
    """The columns of a file that holds nothing but what it should; None of any other."""
    with path.open("rb") as file:
        file.seek(header.size)
        places = tuple(map(header.names.index, wanted))
        columns = whole_numbers(file, header.separator, len(header.names), places)
    if columns is None:
        return None
    people, statements, votes, *_ = columns
    if not len(votes) or people.min() < 0 or statements.min() < 0 or votes.min() < -1 or votes.max() > 1:
        return None
    return columns


def _carefully(rows: Iterable[Row], timed: bool, faults: list[Fault]) -> list[Any]:
    people: list[str] = []
    statements: list[str] = []
    votes: list[int] = []
    times: list[int] = []
    for row in rows:
        people.append(read_id(row, PERSON, faults))
        statements.append(read_id(row, STATEMENT, faults))
        if row.cells[VOTE] not in _VOTES:
            faults.append(row.fault("vote_unknown", VOTE))
        votes.append(_VOTES.get(row.cells[VOTE], 0))
        if timed:
            times.append(_read_time(row, faults))
    return [people, statements, votes, *([times] if timed else [])]


def _read_time(row: Row, faults: list[Fault]) -> int:
    text = row.cells[TIME]
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19):
        faults.append(row.fault("vote_time_unknown", TIME))
        return 0
    return int(text)


def _read_statements(path: Path, faults: list[Fault]) -> Statements:
    header = read_header(path, (STATEMENT,), faults)
    moderated: dict[str, int] = {}
    about_person = set()
    for row in read_rows(path, header, faults) if header else ():
        name = read_id(row, STATEMENT, faults)
        if name in moderated:
            faults.append(row.fault("statement_twice", STATEMENT))
        state, meta = row.cells.get(MODERATED, ""), row.cells.get(META, "").casefold()
        if state not in _MODERATED:
            faults.append(row.fault("statement_state_unknown", MODERATED))
        if meta not in _META:
            faults.append(row.fault("statement_kind_unknown", META))
        moderated[name] = _MODERATED.get(state, 0)
        if _META.get(meta):
            about_person.add(name)
    return Statements(moderated, frozenset(about_person))
