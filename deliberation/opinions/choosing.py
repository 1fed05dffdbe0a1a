"""Which statement a person is shown next: drawn by what it is worth, the same as long as nothing has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from sqlalchemy import Integer, bindparam, cast, func, select
from sqlalchemy.orm import Session

from core.database import connection_of
from deliberation.maths.leanings import person_given
from deliberation.maths.next_statement import newness, worth_showing
from deliberation.maths.opinion_model import OpinionModel
from deliberation.maths.votes import PASS, FloatArray, IntArray
from deliberation.opinions.kept_model import KeptModel, unpack
from deliberation.opinions.tables import Analysis, Statement, Vote, Voter, VoteTally
from surveys.conversation.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Offered:
    """A statement that the person may be shown. seen: how many have voted on it."""

    id: int
    number: int
    about_person: bool
    seen: int


_models: Shelf[tuple[str, int], KeptModel] = Shelf(4)
"""What analyses learnt, by database and analysis: they never change."""


def next_statement(db: Session, voter_id: str) -> int | None:
    """An accepted statement that the person has not voted on and did not write; None: all are done.

    Asked again before the person votes it is the same, or one that has become worth more meanwhile.
    """
    voter = db.get_one(Voter, voter_id)
    offered = _list_open(db, voter)
    if not offered:
        return None
    model = _find_model(db, voter.deliberation_id)
    if model is None:
        worth = newness(np.array([each.seen for each in offered])) ** 2
    else:
        worth = worth_to_person(model, _list_own(db, voter), voter.opinion_group, offered)
    return offered[_draw(worth, [each.number for each in offered], f"{voter.id} {voter.turn}")].id


def _list_open(db: Session, voter: Voter) -> Sequence[Offered]:
    """What is accepted, not the person's own and not voted on by them, by number."""
    mine = {"voter": voter.id, "deliberation": voter.deliberation_id}
    return [Offered(*row) for row in connection_of(db).execute(_OPEN, mine).all()]


def _find_model(db: Session, deliberation_id: int) -> KeptModel | None:
    """What the newest analysis learnt; None before there is one, or where it is kept in another form."""
    analysis_id = connection_of(db).scalar(_NEWEST, {"deliberation": deliberation_id})
    if analysis_id is None:
        return None
    key = str(connection_of(db).engine.url), analysis_id
    if (known := _models.find(key)) is not None:
        return known
    model = unpack(db.scalars(select(Analysis.model).where(Analysis.id == analysis_id)).one())
    return None if model is None else _models.keep(key, model)


def worth_to_person(
    kept: KeptModel, own: Sequence[tuple[int, int]], group: int | None, offered: Sequence[Offered]
) -> FloatArray:
    """(offered,) what each tells of this person and to this person's group; what asks about the person, as much as
    what nobody has seen: everybody is to be asked.

    own:    numbers of statements that the person has voted on, and what they said
    group:  the number of their opinion group; None for none
    """
    place = {number: index for index, number in enumerate(kept.statements.tolist())}
    index = np.array([place.get(each.number, -1) for each in offered])
    voted = np.array([each.seen for each in offered])
    about_person = np.array([each.about_person for each in offered])
    known = [(place[number], value) for number, value in own if number in place]
    person = _person(kept.model, *(np.array([each[column] for each in known], np.int64) for column in (0, 1)))
    seen = np.where(about_person, 0, _seen_by_group(kept, group, index, voted))
    return worth_showing(person, 0, np.where(about_person, -1, index), seen)


def _list_own(db: Session, voter: Voter) -> list[tuple[int, int]]:
    return [(number, value) for number, value in connection_of(db).execute(_OWN, {"voter": voter.id}).all()]


def _person(model: OpinionModel, statement: IntArray, value: IntArray) -> OpinionModel:
    """The model with the person as its only one, by all their votes until now."""
    decided = value != PASS
    return OpinionModel(
        person_given(statement[decided], value[decided] > 0, model.opinion),
        person_given(statement, value == PASS, model.passing),
    )


def _seen_by_group(kept: KeptModel, group: int | None, index: IntArray, voted: IntArray) -> IntArray:
    """(offered,) how many of the person's group have voted on each: as the analysis counted, and of those who have
    voted since as many as the group has of all people. Of all people where there is no group."""
    own = np.flatnonzero(kept.numbers == group)
    if not len(own):
        return voted
    share = kept.sizes[own[0]] / max(int(kept.sizes.sum()), 1)
    known = index >= 0
    then = np.where(known, kept.voted[index], 0)
    in_group = np.where(known, kept.seen[own[0]][index], 0)
    return np.asarray(in_group + np.maximum(voted - then, 0) * share)


def _draw(worth: FloatArray, numbers: Sequence[int], seed: str) -> int:
    """The index of one, each with a chance in proportion to its worth.

    Every statement has a lot of its own and the shortest wins: what is said of others changes nothing between two.
    source:  Efraimidis, Spirakis 2006, "Weighted random sampling with a reservoir"
    """
    lots: IntArray = np.frombuffer(sha256(seed.encode()).digest(), np.uint32).astype(np.int64)
    place = np.array(numbers)
    waits = np.random.default_rng(lots).standard_exponential(int(place.max()) + 1)[place]
    return int(np.argmin(waits / np.maximum(worth, np.finfo(float).tiny)))


# Run at every turn: to build them anew would cost as much as to run them.
_counts = Vote.voter_id == bindparam("voter"), Vote.statement_id == Statement.id, Vote.until.is_(None)
_OPEN = (
    select(
        Statement.id,
        Statement.number,
        Statement.about_person,
        select(
            cast(func.coalesce(func.sum(VoteTally.agree + VoteTally.disagree + VoteTally.passed), 0), Integer)
        )
        .where(VoteTally.statement_id == Statement.id)
        .scalar_subquery(),
    )
    .where(
        Statement.deliberation_id == bindparam("deliberation"),
        Statement.state == "accepted",
        Statement.author_id.is_distinct_from(bindparam("voter")),
        ~select(Vote.voter_id).where(*_counts).exists(),
    )
    .order_by(Statement.number)
)
_OWN = select(Statement.number, Vote.value).where(*_counts).order_by(Statement.number)
_NEWEST = (
    select(Analysis.id)
    .where(Analysis.deliberation_id == bindparam("deliberation"))
    .order_by(Analysis.number.desc())
    .limit(1)
)
