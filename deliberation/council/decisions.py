"""Decisions of the council, each with its reason, and the way back to everyone who contributed."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import NotFound, RimayError
from deliberation.council.contributors import contributors_of
from deliberation.council.tables import AgendaItem, Decision, Satisfaction
from deliberation.opinions.tables import Deliberation
from deliberation.replies import Tally, count_reply, released_of
from surveys.questionnaire import Localized
from surveys.tables import Consultation

OUTCOMES = ("accepted", "partly", "rejected", "deferred", "elsewhere")
LANGUAGES = ("es", "qu")
SATISFIED = Tally(Kind.DECISION, Decision.id, Satisfaction, Satisfaction.decision_id)

AGAIN_WITHIN = timedelta(days=60)
"""What was deferred without a date is before the council again by then."""


class UnknownOutcome(RimayError):
    """Not one of the ways in which the council may decide."""

    code = "unknown_outcome"


class ReasonMissing(RimayError):
    """Nothing is closed without a reason, in both languages."""

    code = "reason_missing"


class AlreadyDecided(RimayError):
    """The council has decided on this item, and people were told."""

    code = "already_decided"


class NotClosedYet(RimayError):
    """While people still answer, nothing is decided."""

    code = "not_closed_yet"


class BodyMissing(RimayError):
    """What goes to another body says to which one, in both languages."""

    code = "body_missing"


class WaitsForSitting(RimayError):
    """It is on the agenda of a sitting, and is decided there."""

    code = "waits_for_sitting"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the council says of an item.

    sent_to:   the body that must decide, where the outcome is "elsewhere"
    decide_by: by when it is on the agenda again, where it is "deferred"; None: as usual
    """

    outcome: str
    reason: Localized
    sent_to: Localized | None = None
    decide_by: date | None = None


def record_decision(
    db: Session,
    item_id: int,
    *,
    outcome: str,
    reason: Localized,
    account_id: int | None,
    sent_to: Localized | None = None,
    decide_by: date | None = None,
) -> int:
    """Write down a decision and tell every contributor who did not leave. Returns the broadcast.

    For an item that is on no sitting's agenda: of those that are, `holding` writes down the decisions.
    """
    verdict = Verdict(outcome, reason, sent_to, decide_by)
    item = decidable_item(db, item_id, verdict)
    if item.sitting_id is not None:
        raise WaitsForSitting
    if db.scalar(select(Decision.id).where(Decision.item_id == item_id)) is not None:
        raise AlreadyDecided
    decision = write_decision(db, item, verdict, account_id=account_id)
    return announce_decision(db, item, decision, verdict.decide_by)


def decidable_item(db: Session, item_id: int, verdict: Verdict) -> AgendaItem:
    """The item, held, if the council may say this of it.

    Raises UnknownOutcome, ReasonMissing, BodyMissing, NotFound, NotClosedYet.
    """
    if verdict.outcome not in OUTCOMES:
        raise UnknownOutcome(outcome=verdict.outcome)
    if not in_both(verdict.reason):
        raise ReasonMissing
    if verdict.outcome == "elsewhere" and not in_both(verdict.sent_to or {}):
        raise BodyMissing
    item = db.get(AgendaItem, item_id, with_for_update=True, populate_existing=True)
    if item is None or item.state == "withdrawn":
        raise NotFound
    if not is_ready(db, item):
        raise NotClosedYet
    return item


def is_ready(db: Session, item: AgendaItem) -> bool:
    """Whether nobody answers or votes any more on what it came from."""
    if item.source in ("answers", "theme"):
        consultation = db.get(Consultation, item.consultation_id)
        return consultation is not None and consultation.state == "closed"
    if item.source == "statement":
        deliberation = db.get(Deliberation, item.deliberation_id)
        return deliberation is not None and deliberation.state == "closed"
    return True


def in_both(text: Localized) -> bool:
    """Whether there is something in both languages."""
    return all(text.get(language, "").strip() for language in LANGUAGES)


def write_decision(db: Session, item: AgendaItem, verdict: Verdict, *, account_id: int | None) -> Decision:
    """Write it down; who decides on what results only proposed takes it up. Nobody is told yet."""
    item.state = "confirmed"
    decision = Decision(
        item_id=item.id,
        outcome=verdict.outcome,
        reason=dict(verdict.reason),
        sent_to=dict(verdict.sent_to or {}) if verdict.outcome == "elsewhere" else None,
        sitting_id=item.sitting_id,
        decided_at=now(),
        account_id=account_id,
    )
    db.add(decision)
    db.flush()
    note_act(db, account_id, "decide", "agenda_item", item.id)
    return decision


def announce_decision(
    db: Session, item: AgendaItem, decision: Decision, decide_by: date | None = None
) -> int:
    """Tell every contributor who did not leave; what was deferred comes back as an item that goes on from it."""
    if decision.outcome == "deferred":
        _put_back(db, item, decide_by or decision.decided_at.date() + AGAIN_WITHIN)
    return open_broadcast(db, Kind.DECISION, decision.id, contributors_of(item))


def _put_back(db: Session, item: AgendaItem, decide_by: date) -> None:
    columns = (
        "consultation_id", "deliberation_id", "assembly_id", "source", "title", "evidence", "request",
        "minutes", "competence", "unit_id", "sdg", "proposed",
    )  # fmt: skip
    kept = {name: getattr(item, name) for name in columns}
    last = db.scalar(select(func.max(AgendaItem.position))) or 0
    again = AgendaItem(
        **kept, position=last + 1, state="confirmed", decide_by=decide_by, continues_id=item.id
    )
    db.add(again)
    db.flush()


def reply_to_decision(
    db: Session, chat_index: bytes, decision_id: int, reply: str, *, threshold: int
) -> bool:
    """Count whether the decision answers what the person said. Once a person; False when already counted."""
    return count_reply(db, SATISFIED, decision_id, chat_index, reply, threshold=threshold)


def satisfaction_of(db: Session, decision_id: int) -> dict[str, int]:
    """How many said that it answers what they said, as it was published last: exact, for a page to protect."""
    return released_of(db, SATISFIED, decision_id)
