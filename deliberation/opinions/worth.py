"""When an analysis is worth making: the rule (pure), and what is due by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core.clock import now
from deliberation.opinions.tables import Analysis, Deliberation, Statement, Vote, Voter, VoteTally

FEWEST_PEOPLE, FEWEST_VOTES = 7, 3
"""The first analysis needs so many people of so many votes each."""

_REST = timedelta(minutes=5)
_SHARE = 0.1
_MORE_VOTES, _MORE_PEOPLE = 10, 5


@dataclass(frozen=True, slots=True)
class Grown:
    """How far votes have come since the last analysis.

    votes_then, votes:  that counted then, and count now
    people_then:        whom it placed
    newcomers:          who have voted and were placed by none
    since:              when it was made
    """

    votes_then: int
    votes: int
    people_then: int
    newcomers: int
    since: datetime


def is_worth_it(grown: Grown, moment: datetime) -> bool:
    """A tenth more votes (ten at least) or a tenth more people (five at least), and five minutes since the last one."""
    if moment - grown.since < _REST:
        return False
    more_votes = grown.votes - grown.votes_then >= max(_MORE_VOTES, _SHARE * grown.votes_then)
    more_people = grown.newcomers >= max(_MORE_PEOPLE, _SHARE * grown.people_then)
    return more_votes or more_people


def list_due(db: Session, threshold: int) -> list[int]:
    """Deliberations of which an analysis was begun and is not there, is worth making, or is the last one of all.

    threshold:  where fewer people are new than that, they are waited for (`are_too_few_new`)
    """
    query = select(Deliberation).where(Deliberation.state != "draft").order_by(Deliberation.id)
    return [
        row.id for row in db.scalars(query) if is_owed(db, row.id, row.round) or _is_due(db, row, threshold)
    ]


def is_owed(db: Session, deliberation_id: int, round: int) -> bool:
    """Whether the last round was taken and its analysis has not been stored."""
    mine = Analysis.deliberation_id == deliberation_id, Analysis.number == round - 1
    return round > 1 and not db.scalar(select(exists().where(*mine)))


def are_too_few_new(db: Session, row: Deliberation, threshold: int) -> bool:
    """Whether an analysis made now would be the first to see the votes of a few people only.

    Votes keep the numbers of the analyses that see them, and it is known when each of these was made. Who alone is new
    in one would be found by the day on which they consented. The last of all, after the closing, sees whoever is left.
    """
    if row.state != "open":
        return False
    mine = Vote.voter_id == Voter.id
    new = exists().where(mine, Vote.since == row.round), ~exists().where(mine, Vote.since < row.round)
    people = select(Voter.id).where(Voter.deliberation_id == row.id, Voter.placed_in.is_(None), *new)
    count = db.scalar(select(func.count()).select_from(people.limit(threshold).subquery())) or 0
    return 0 < count < threshold


def have_enough_voted(db: Session, deliberation_id: int) -> bool:
    """Whether there are enough people to find groups among."""
    own = select(Vote.statement_id).where(Vote.voter_id == Voter.id, Vote.until.is_(None))
    some = own.limit(FEWEST_VOTES).correlate(Voter).subquery()
    enough = select(func.count()).select_from(some).scalar_subquery() >= FEWEST_VOTES
    voted = select(Voter.id).where(Voter.deliberation_id == deliberation_id, enough).limit(FEWEST_PEOPLE)
    return db.scalar(select(func.count()).select_from(voted.subquery())) == FEWEST_PEOPLE


def _is_due(db: Session, row: Deliberation, threshold: int) -> bool:
    mine = Analysis.deliberation_id == row.id
    columns = Analysis.votes, Analysis.people, Analysis.made_at, Analysis.parameters
    last = db.execute(select(*columns).where(mine).order_by(Analysis.number.desc()).limit(1)).one_or_none()
    if last is None:
        return have_enough_voted(db, row.id) and not are_too_few_new(db, row, threshold)
    if row.state == "closed":
        return not last.parameters["last"]
    grown = Grown(last.votes, _votes(db, row.id), last.people, _newcomers(db, row.id), last.made_at)
    return is_worth_it(grown, now()) and not are_too_few_new(db, row, threshold)


def _votes(db: Session, deliberation_id: int) -> int:
    """That count, on what is put to the vote."""
    query = (
        select(func.sum(VoteTally.agree + VoteTally.disagree + VoteTally.passed))
        .join(Statement, Statement.id == VoteTally.statement_id)
        .where(Statement.deliberation_id == deliberation_id, Statement.state == "accepted")
    )
    return int(db.scalar(query) or 0)


def _newcomers(db: Session, deliberation_id: int) -> int:
    voted = exists().where(Vote.voter_id == Voter.id, Vote.until.is_(None))
    query = select(func.count()).select_from(Voter).where(voted)
    return db.scalar(query.where(Voter.deliberation_id == deliberation_id, Voter.placed_in.is_(None))) or 0
