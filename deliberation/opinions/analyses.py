"""Analyses of a deliberation's votes: immutable, numbered, to be worked out again by anybody.

One is made in three steps. Its number is taken (`begin_analysis`): from then on it is known which votes it sees. They
are read and worked out outside any transaction (`read_task`, `findings.find`). Then all of it is stored at once
(`store_analysis`). Who dies between two of these has written nothing, and the next one goes on under the same number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.database import connection_of, insert_into
from core.errors import Conflict, NotFound, RimayError
from core.tables import Table
from deliberation.maths.opinion_groups import SMALLEST
from deliberation.maths.votes import IntArray
from deliberation.opinions.findings import Findings, Task, Terms, from_parameters, to_parameters
from deliberation.opinions.gate import enter_alone
from deliberation.opinions.identity import Before
from deliberation.opinions.stored_votes import read_votes
from deliberation.opinions.tables import Analysis, Deliberation, Statement, Vote, Voter
from deliberation.opinions.worth import (
    FEWEST_PEOPLE,
    FEWEST_VOTES,
    are_too_few_new,
    have_enough_voted,
    is_owed,
)


class TooFewVotes(RimayError):
    """Too few people have voted to find groups among."""

    code = "too_few_votes"


class TooFewNew(RimayError):
    """So few people voted for the first time since the last one that it would tell when they did."""

    code = "too_few_new"


@dataclass(frozen=True, slots=True)
class AnalysisLine:
    """An analysis in a list.

    people      whose votes it saw
    statements  that had votes
    """

    id: int
    deliberation_id: int
    number: int
    people: int
    statements: int
    votes: int
    parameters: dict[str, Any]
    version: str
    made_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnalysisCard(AnalysisLine):
    """An analysis with what it found.

    result:  groups, statements and the map, as `findings` writes them; exact counts, which leave the house only
             through disclosure control
    """

    result: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """An analysis whose number is taken.

    task:    what it is worked out from
    digest:  of the votes
    voters:  (n,) whose they are
    state:   of the deliberation when they were read
    """

    deliberation_id: int
    number: int
    task: Task
    digest: bytes
    voters: Sequence[str]
    state: str


def find_analysis(
    db: Session, deliberation_id: int, number: int | None = None, *, published: bool = False
) -> AnalysisCard | None:
    """One by its number, or the newest; of those that are published only, if so asked."""
    query = select(*_LINE, Analysis.result).where(Analysis.deliberation_id == deliberation_id)
    if number is not None:
        query = query.where(Analysis.number == number)
    if published:
        query = query.where(Analysis.published_at.is_not(None))
    row = db.execute(query.order_by(Analysis.number.desc()).limit(1)).one_or_none()
    return None if row is None else AnalysisCard(*row)


def list_analyses(db: Session, deliberation_id: int) -> list[AnalysisLine]:
    """All of a deliberation, the newest first."""
    query = select(*_LINE).where(Analysis.deliberation_id == deliberation_id)
    return [AnalysisLine(*row) for row in db.execute(query.order_by(Analysis.number.desc()))]


def find_begun(db: Session, deliberation_id: int) -> int | None:
    """The number of an analysis that is on its way. Raises NotFound."""
    row = db.get(Deliberation, deliberation_id)
    if row is None:
        raise NotFound
    return row.round - 1 if is_owed(db, deliberation_id, row.round) else None


def ask_analysis(db: Session, deliberation_id: int, *, threshold: int, account_id: int | None) -> int:
    """Have one made now, whether or not it is worth it; its number. Asked again before it is there, the same.

    Raises NotFound, Conflict for a draft, TooFewVotes and TooFewNew.
    """
    if not have_enough_voted(db, deliberation_id):
        _held(db, deliberation_id)
        raise TooFewVotes(people=FEWEST_PEOPLE, votes=FEWEST_VOTES)
    number = begin_analysis(db, deliberation_id, newcomers=threshold)
    note_act(db, account_id, "analyse", "deliberation", deliberation_id)
    return number


def find_objection(db: Session, deliberation_id: int, threshold: int) -> TooFewVotes | TooFewNew | None:
    """Why none can be asked for yet, for who looks. Raises NotFound."""
    row = db.get(Deliberation, deliberation_id)
    if row is None:
        raise NotFound
    if not have_enough_voted(db, deliberation_id):
        return TooFewVotes(people=FEWEST_PEOPLE, votes=FEWEST_VOTES)
    return TooFewNew(least=threshold) if are_too_few_new(db, row, threshold) else None


def begin_analysis(db: Session, deliberation_id: int, *, newcomers: int = 0) -> int:
    """Take the number of the next analysis, or of one that was begun and is not there. Votes that are cast from now on
    are seen by later ones.

    newcomers:  with fewer new people than that it is not begun, but with none
    Raises NotFound, Conflict for a draft, TooFewNew.
    """
    row = _held(db, deliberation_id)
    if not is_owed(db, deliberation_id, row.round):
        if are_too_few_new(db, row, newcomers):
            raise TooFewNew(least=newcomers)
        row.round += 1
        db.flush()
    return row.round - 1


def read_task(db: Session, deliberation_id: int, number: int, threshold: int) -> Begun:
    """What the analysis of that number is worked out from. Raises NotFound."""
    row = db.get(Deliberation, deliberation_id)
    if row is None:
        raise NotFound
    asked = select(Statement.number, Statement.about_person).where(
        Statement.deliberation_id == deliberation_id, Statement.state == "accepted"
    )
    statements = db.execute(asked.order_by(Statement.number)).all()
    stored = read_votes(db, deliberation_id, number, [each.number for each in statements])
    terms = Terms(
        statements=tuple(each.number for each in statements),
        about_person=tuple(each.number for each in statements if each.about_person),
        threshold=threshold,
        smallest=max(threshold, SMALLEST),
        last=row.state == "closed" and not _is_more(db, deliberation_id, number),
    )
    earlier, person = _vanished(db, deliberation_id, stored.voters)
    task = Task(stored.votes, terms, _before(db, deliberation_id, stored.voters), earlier, person)
    return Begun(deliberation_id, number, task, stored.digest, stored.voters, row.state)


def store_analysis(db: Session, begun: Begun, findings: Findings) -> bool:
    """Store it, and where it places the people. False where a twin was first, or the deliberation was closed meanwhile:
    the closing gave all voters other ids."""
    row = _held(db, begun.deliberation_id, share=True)
    if row.state != begun.state or not is_owed(db, begun.deliberation_id, row.round):
        return False
    if row.round - 1 != begun.number:
        return False
    votes = begun.task.votes
    new = insert_into(db, Analysis).values(
        deliberation_id=begun.deliberation_id,
        number=begun.number,
        people=len(votes.people),
        statements=len(votes.statements),
        votes=len(votes),
        parameters=to_parameters(begun.task.terms, findings.identity),
        version=version("rimay"),
        digest=begun.digest,
        result=findings.result,
        model=findings.model,
        made_at=now(),
    )
    # A twin that stores it just now is waited for here: it holds the deliberation for share as well.
    if db.execute(new.on_conflict_do_nothing().returning(Analysis.id)).first() is None:
        return False
    _place(db, begun, findings)
    return True


def _place(db: Session, begun: Begun, findings: Findings) -> None:
    placed = findings.placed
    # In the order of the ids: whoever places the same people waits at the first.
    order = sorted(range(len(begun.voters)), key=begun.voters.__getitem__)
    x, y = placed.at[:, 0].tolist(), placed.at[:, 1].tolist()
    group = [each or None for each in placed.number.tolist()]
    membership = [None if np.isnan(each) else each for each in placed.membership.tolist()]
    rows = [
        {
            "voter": begun.voters[each],
            "group": group[each],
            "at_x": x[each],
            "at_y": y[each],
            "share": membership[each],
            "number": begun.number,
        }
        for each in order
    ]
    if rows:
        connection_of(db).execute(_PLACE, rows)


def _before(db: Session, deliberation_id: int, voters: Sequence[str]) -> Before:
    """Where the last analysis placed these people."""
    query = select(Voter.id, Voter.opinion_group, Voter.x, Voter.y)
    query = query.where(Voter.deliberation_id == deliberation_id, Voter.placed_in.is_not(None))
    place = {voter: index for index, voter in enumerate(voters)}
    number, at = np.zeros(len(voters), np.int64), np.full((len(voters), 2), np.nan)
    for voter, group, x, y in connection_of(db).execute(query):
        if (index := place.get(voter)) is not None:
            number[index], at[index] = group or 0, (x, y)
    newest = select(Analysis.parameters).where(Analysis.deliberation_id == deliberation_id)
    parameters = db.scalar(newest.order_by(Analysis.number.desc()).limit(1))
    return Before(number, at, 0 if parameters is None else parameters["highest"])


def _vanished(
    db: Session, deliberation_id: int, voters: Sequence[str]
) -> tuple[Task | None, IntArray | None]:
    """The last analysis with a group whose number is not in the newest one, if its votes are still all there; and
    which of its people these voters are."""
    query = select(Analysis.number, Analysis.parameters, Analysis.digest)
    query = query.where(Analysis.deliberation_id == deliberation_id).order_by(Analysis.number.desc())
    alive: set[int] | None = None
    for number, parameters, digest in db.execute(query):
        terms, identity = from_parameters(parameters)
        if alive is None:
            alive = set(identity.numbers)
        if alive.issuperset(identity.numbers):
            continue
        stored = read_votes(db, deliberation_id, number, terms.statements)
        if stored.digest != digest:
            break
        place = {voter: index for index, voter in enumerate(stored.voters)}
        return Task(stored.votes, terms, identity), np.array([place.get(each, -1) for each in voters])
    return None, None


def _is_more(db: Session, deliberation_id: int, number: int) -> bool:
    """Whether there are votes that the analysis of that number does not see."""
    later = or_(Vote.since > number, Vote.until > number)
    query = select(Vote.voter_id).join(Voter, Voter.id == Vote.voter_id)
    return bool(db.scalar(select(query.where(Voter.deliberation_id == deliberation_id, later).exists())))


def _held(db: Session, deliberation_id: int, *, share: bool = False) -> Deliberation:
    if not share:
        enter_alone(db, deliberation_id)
    query = select(Deliberation).where(Deliberation.id == deliberation_id)
    row = db.scalar(query.with_for_update(read=share).execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if row.state == "draft":
        raise Conflict
    return row


_LINE = (
    Analysis.id,
    Analysis.deliberation_id,
    Analysis.number,
    Analysis.people,
    Analysis.statements,
    Analysis.votes,
    Analysis.parameters,
    Analysis.version,
    Analysis.made_at,
    Analysis.published_at,
)
_voter = Table.metadata.tables[Voter.__tablename__]
_PLACE = (
    update(_voter)
    .where(_voter.c.id == bindparam("voter"))
    .values(
        opinion_group=bindparam("group"),
        x=bindparam("at_x"),
        y=bindparam("at_y"),
        membership=bindparam("share"),
        placed_in=bindparam("number"),
    )
)
