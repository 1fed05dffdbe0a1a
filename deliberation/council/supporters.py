"""Who stands behind the items of an agenda: the people of their sources, without a name, as the rules count them.

Those who answered and those who voted cannot be known as the same people, and are counted apart. Of an assembly only
counts are left: its people are put so that each of them is counted once (see docs/decisions/0035).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.assembly_day.agreements import agreements_of
from deliberation.council.agenda import ItemCard
from deliberation.maths.agenda.proposals import Proposals, proposals_of
from deliberation.opinions.tables import OpinionGroup, Statement, Vote, Voter
from deliberation.voices.codings import list_coded
from surveys.tables import Response

_Person = tuple[str, str]
"""Of which source, and which random id in it."""


@dataclass(frozen=True, slots=True)
class Group:
    """People who belong together: by the language in which they answered, or by how they voted."""

    kind: str
    value: str
    name: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Supporters:
    """Items and who approves of each.

    items:  ids, in the order of the proposals
    groups: as the proposals number them
    """

    items: tuple[int, ...]
    proposals: Proposals
    groups: tuple[Group, ...]


def supporters_of(db: Session, items: Sequence[ItemCard]) -> Supporters:
    """The people behind some items; the same for the same data, in whichever order these are given."""
    items = sorted(items, key=lambda item: item.id)
    pairs: set[tuple[_Person, int]] = set()
    group: dict[_Person, tuple[str, str]] = {}
    numbered = list(enumerate(items))
    found = (_answering(db, numbered), _speaking(db, numbered), _voting(db, numbered), _meeting(db, numbered))
    for person, item, belongs in chain.from_iterable(found):
        pairs.add((person, item))
        if belongs is not None:
            group[person] = belongs
    people = sorted({person for person, _ in pairs})
    place = {person: number for number, person in enumerate(people)}
    named = sorted(set(group.values()))
    rank = {each: number for number, each in enumerate(named)}
    listed = np.array(sorted((place[person], item) for person, item in pairs), np.int64).reshape(-1, 2)
    proposals = proposals_of(
        listed[:, 0],
        listed[:, 1],
        people=len(people),
        minutes=tuple(item.minutes for item in items),
        group=np.array([rank[group[person]] if person in group else -1 for person in people], np.int64),
    )
    return Supporters(tuple(item.id for item in items), proposals, tuple(_groups(db, named)))


_Numbered = Sequence[tuple[int, ItemCard]]
_Found = Iterator[tuple[_Person, int, tuple[str, str] | None]]


def _answering(db: Session, items: _Numbered) -> _Found:
    """Who chose the answer that an item stands on."""
    for consultation_id, mine in _by("consultation_id", items, "answers").items():
        wanted = _wanted(mine)
        query = select(Response.id, Response.language, Response.answers).where(
            Response.consultation_id == consultation_id, Response.state == "finished"
        )
        for row in db.execute(query.execution_options(yield_per=1000)):
            for path, numbers in wanted.items():
                chosen = (row.answers or {}).get(path)
                for value in chosen if isinstance(chosen, list) else ():
                    for number in numbers.get(value, ()):
                        yield ("answers", row.id), number, ("language", row.language)


def _wanted(items: _Numbered) -> dict[str, dict[str, list[int]]]:
    """Path → choice → the items that stand on it: a question may have had several paths, a choice several items."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, item in items:
        for path in item.evidence.get("paths") or [item.evidence["path"]]:
            found[path][item.evidence["value"]].append(number)
    return found


def _speaking(db: Session, items: _Numbered) -> _Found:
    """Who spoke of the theme that an item stands on."""
    for consultation_id, mine in _by("consultation_id", items, "theme").items():
        numbers = {item.evidence["theme"]: number for number, item in mine}
        query = select(Response.id, Response.language).where(Response.consultation_id == consultation_id)
        language = {row.id: row.language for row in db.execute(query)}
        for voice in list_coded(db, consultation_id):
            if voice.theme_id in numbers:
                spoken = ("language", language[voice.response_id])
                yield ("answers", voice.response_id), numbers[voice.theme_id], spoken


def _voting(db: Session, items: _Numbered) -> _Found:
    """Who agrees with the statement that an item stands on."""
    for deliberation_id, mine in _by("deliberation_id", items, "statement").items():
        numbers = {item.evidence["statement"]: number for number, item in mine}
        query = (
            select(Vote.voter_id, Statement.number, Voter.opinion_group)
            .join(Statement, Statement.id == Vote.statement_id)
            .join(Voter, Voter.id == Vote.voter_id)
            .where(Statement.deliberation_id == deliberation_id, Statement.number.in_(numbers))
            .where(Vote.until.is_(None), Vote.value == 1)
        )
        for row in db.execute(query):
            grouped = f"{deliberation_id}.{row.opinion_group}" if row.opinion_group else None
            yield ("votes", row.voter_id), numbers[row.number], ("opinion", grouped) if grouped else None


def _meeting(db: Session, items: _Numbered) -> _Found:
    """As many people as said yes; those who said yes to less are taken to be among those who said yes to more."""
    for assembly_id, mine in _by("assembly_id", items, "agreement").items():
        agreed = {each.ballot_id: each.yes or 0 for each in agreements_of(db, assembly_id)}
        for number, item in mine:
            for person in range(agreed.get(item.evidence["ballot"], 0)):
                yield ("assembly", f"{assembly_id}.{person:06d}"), number, None


def _by(name: str, items: _Numbered, source: str) -> dict[int, list[tuple[int, ItemCard]]]:
    found: dict[int, list[tuple[int, ItemCard]]] = defaultdict(list)
    for number, item in items:
        key = getattr(item, name)
        if item.source == source and key is not None:
            found[key].append((number, item))
    return found


def _groups(db: Session, named: Sequence[tuple[str, str]]) -> Iterator[Group]:
    for kind, value in named:
        name: dict[str, str] = {}
        if kind == "opinion":
            deliberation_id, number = value.split(".")
            row = db.get(OpinionGroup, (int(deliberation_id), int(number)))
            name = dict(row.name) if row else {}
        yield Group(kind, value, name)
