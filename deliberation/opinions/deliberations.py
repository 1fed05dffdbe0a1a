"""Deliberations: statements put to the vote. Drafted, opened to an audience, watched; the end is in `closing`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, func, insert, literal, null, or_, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now, today
from core.errors import Conflict, NotFound, RimayError
from core.everyone import hold_everyone
from core.tables import Participant
from deliberation.audience.criteria import Audience, read_audience, to_json
from deliberation.audience.recipients import check_subjects, count_people, recipients
from deliberation.opening import AudienceEmpty, AudienceTooSmall
from deliberation.opinions.gate import enter_alone
from deliberation.opinions.tables import Deliberation, Statement, Turnout, Vote, Voter, VoteTally
from i18n.localized import Localized
from surveys.consultations import ClosesBeforeOpening
from surveys.tables import Consultation

FEWEST_STATEMENTS = 3
"""To open with: of fewer, nobody could tell who stands where."""


class TooFewStatements(RimayError):
    """There is not enough to vote on yet."""

    code = "too_few_statements"


@dataclass(frozen=True, slots=True)
class DeliberationCard:
    """A deliberation as a page shows it.

    audience  who is asked, as it is stored; None: everyone reachable
    accepted  statements that are put to the vote
    waiting   statements that nobody has judged yet
    voters    people with a vote that counts
    votes     votes that count, on statements that are put to the vote
    """

    id: int
    consultation_id: int | None
    title: Localized
    question: Localized
    state: str
    takes_statements: bool
    audience: Mapping[str, Any] | None
    closes_on: date | None
    opened_at: datetime | None
    closed_at: datetime | None
    accepted: int
    waiting: int
    voters: int
    votes: int


def draft_deliberation(
    db: Session,
    *,
    title: Localized,
    question: Localized,
    takes_statements: bool = True,
    closes_on: date | None = None,
    consultation_id: int | None = None,
    account_id: int | None,
) -> int:
    """Prepare a deliberation; nobody is asked yet. Raises NotFound where the consultation is not there."""
    if consultation_id is not None and db.get(Consultation, consultation_id) is None:
        raise NotFound
    row = Deliberation(
        title=dict(title),
        question=dict(question),
        takes_statements=takes_statements,
        closes_on=closes_on,
        consultation_id=consultation_id,
    )
    db.add(row)
    db.flush()
    note_act(db, account_id, "draft", "deliberation", row.id)
    return row.id


def rewrite_deliberation(
    db: Session,
    deliberation_id: int,
    *,
    title: Localized,
    question: Localized,
    takes_statements: bool,
    account_id: int | None,
) -> None:
    """Other words for what it is about. Raises Conflict once people were asked."""
    row = drafted(db, deliberation_id)
    row.title, row.question, row.takes_statements = dict(title), dict(question), takes_statements
    note_act(db, account_id, "rewrite", "deliberation", row.id)


def plan_deliberation(
    db: Session,
    deliberation_id: int,
    *,
    audience: Audience,
    closes_on: date | None,
    account_id: int | None,
) -> None:
    """Choose who will be asked, and the last day. Raises Conflict once people were asked, and InvalidInput."""
    check_subjects(db, audience)
    row = drafted(db, deliberation_id)
    row.audience = None if audience.is_everyone else to_json(audience)
    row.closes_on = closes_on
    note_act(db, account_id, "plan", "deliberation", row.id)


def open_deliberation(
    db: Session, deliberation_id: int, *, threshold: int, zone: ZoneInfo, account_id: int | None
) -> int:
    """Ask the people of the audience. Returns the broadcast that carries the announcement.

    threshold: a narrower audience than so many people could point to somebody
    Raises TooFewStatements, AudienceEmpty, AudienceTooSmall, ClosesBeforeOpening, Conflict.
    """
    hold_everyone(db)
    row = drafted(db, deliberation_id)
    if _count_accepted(db, row.id) < FEWEST_STATEMENTS:
        raise TooFewStatements(least=FEWEST_STATEMENTS)
    if row.closes_on is not None and row.closes_on < today(zone):
        raise ClosesBeforeOpening
    audience = read_audience(row.audience or {})
    if not audience.is_everyone:  # everyone is always enough: who comes later finds it open as well
        people = count_people(db, audience).people
        if people == 0:
            raise AudienceEmpty
        if people < threshold:
            raise AudienceTooSmall(threshold=threshold)
    row.state, row.opened_at = "open", now()
    db.flush()
    asked = select(
        Participant.id, literal(row.id), null(), literal("asked"), literal(False),
    ).where(Participant.id.in_(recipients(audience)))  # fmt: skip
    columns = ["participant_id", "deliberation_id", "voter_id", "state", "writing"]
    db.execute(insert(Turnout).from_select(columns, asked))
    note_act(db, account_id, "open", "deliberation", row.id)
    # The same people, and not the query anew: it may look at who was asked before.
    chosen = select(Turnout.participant_id).where(Turnout.deliberation_id == row.id)
    return open_broadcast(db, Kind.VOTING, row.id, chosen)


def list_overdue_deliberations(db: Session, zone: ZoneInfo, *, lock: bool = False) -> list[int]:
    """Those that are open although their last day is over. With `lock`, nobody else can close them now."""
    query = select(Deliberation.id).where(Deliberation.state == "open", Deliberation.closes_on < today(zone))
    query = query.order_by(Deliberation.id)
    return list(db.scalars(query.with_for_update() if lock else query))


def list_deliberations(db: Session) -> list[DeliberationCard]:
    """The newest first."""
    rows = db.scalars(select(Deliberation).order_by(Deliberation.id.desc()))
    return [_card(db, row) for row in rows]


def get_deliberation(db: Session, deliberation_id: int) -> DeliberationCard:
    """Raises NotFound."""
    return _card(db, _get(db, deliberation_id))


def count_asked(db: Session, deliberation_id: int) -> int:
    """To how many people it is open: who was asked, and who came by themselves."""
    return _counted(
        db, select(func.count()).select_from(Turnout).where(Turnout.deliberation_id == deliberation_id)
    )


def drafted(db: Session, deliberation_id: int) -> Deliberation:
    """A deliberation that nobody was asked about yet, held. Raises NotFound, Conflict."""
    row = held(db, deliberation_id)
    if row.state != "draft":
        raise Conflict
    return row


def held(db: Session, deliberation_id: int) -> Deliberation:
    """A deliberation for this transaction alone: nobody votes, judges or closes meanwhile. Raises NotFound."""
    return _get(db, deliberation_id, lock=True)


def _get(db: Session, deliberation_id: int, *, lock: bool = False) -> Deliberation:
    if lock:
        enter_alone(db, deliberation_id)
    row = db.get(Deliberation, deliberation_id, with_for_update=lock)
    if row is None:
        raise NotFound
    return row


def _count_accepted(db: Session, deliberation_id: int) -> int:
    return _by_state(db, deliberation_id).get("accepted", 0)


def _by_state(db: Session, deliberation_id: int) -> dict[str, int]:
    query = select(Statement.state, func.count()).where(Statement.deliberation_id == deliberation_id)
    return {row[0]: row[1] for row in db.execute(query.group_by(Statement.state))}


def _counted(db: Session, query: Select[Any]) -> int:
    return int(db.scalar(query) or 0)


def _card(db: Session, row: Deliberation) -> DeliberationCard:
    statements = _by_state(db, row.id)
    # Whom an analysis has placed has a vote that counts: of most it need not be looked for among millions.
    counts = exists().where(Vote.voter_id == Voter.id, Vote.until.is_(None))
    voted = or_(Voter.placed_in.is_not(None), counts)
    voters = select(func.count()).select_from(Voter).where(Voter.deliberation_id == row.id, voted)
    every = func.sum(VoteTally.agree + VoteTally.disagree + VoteTally.passed)
    votes = select(every).join(Statement, Statement.id == VoteTally.statement_id)
    return DeliberationCard(
        id=row.id,
        consultation_id=row.consultation_id,
        title=row.title,
        question=row.question,
        state=row.state,
        takes_statements=row.takes_statements,
        audience=row.audience,
        closes_on=row.closes_on,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        accepted=statements.get("accepted", 0),
        waiting=statements.get("waiting", 0),
        voters=_counted(db, voters),
        votes=_counted(db, votes.where(Statement.deliberation_id == row.id, Statement.state == "accepted")),
    )
