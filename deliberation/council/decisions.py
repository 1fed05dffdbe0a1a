"""Decisions of the council, each with its reason, and the way back to everyone who contributed."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.database import insert_into
from core.errors import NotFound, RimayError
from core.people import get_participant
from core.tables import Broadcast, Delivery
from deliberation.council.tables import AgendaItem, Decision, Satisfaction
from surveys.questionnaire import Localized
from surveys.tables import Consultation, Participation

OUTCOMES = ("accepted", "partly", "rejected", "deferred", "elsewhere")
REPLIES = ("yes", "partly", "no")
LANGUAGES = ("es", "qu")


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


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a contributor is told."""

    decision_id: int
    consultation: Localized
    request: Localized
    outcome: str
    reason: Localized
    count: int | None
    of: int


def record_decision(
    db: Session,
    item_id: int,
    *,
    outcome: str,
    reason: Localized,
    account_id: int | None,
) -> int:
    """Write down a decision and tell every contributor who did not leave. Returns the broadcast."""
    if outcome not in OUTCOMES:
        raise UnknownOutcome(outcome=outcome)
    if not all(reason.get(language, "").strip() for language in LANGUAGES):
        raise ReasonMissing
    item = db.get(AgendaItem, item_id)
    if item is None:
        raise NotFound
    if db.get_one(Consultation, item.consultation_id).state != "closed":
        raise NotClosedYet
    if db.scalar(select(Decision.id).where(Decision.item_id == item_id)) is not None:
        raise AlreadyDecided
    decision = Decision(
        item_id=item_id,
        outcome=outcome,
        reason=dict(reason),
        decided_at=now(),
        account_id=account_id,
    )
    db.add(decision)
    db.flush()
    note_act(db, account_id, "decide", "agenda_item", item_id)
    contributors = select(Participation.participant_id).where(
        Participation.consultation_id == item.consultation_id,
        Participation.state == "finished",
    )
    return open_broadcast(db, Kind.DECISION, decision.id, contributors)


def get_announcement(db: Session, decision_id: int) -> Announcement:
    """What the message about a decision says. Raises NotFound."""
    query = (
        select(Decision, AgendaItem, Consultation.title)
        .join(AgendaItem, AgendaItem.id == Decision.item_id)
        .join(Consultation, Consultation.id == AgendaItem.consultation_id)
        .where(Decision.id == decision_id)
    )
    row = db.execute(query).first()
    if row is None:
        raise NotFound
    decision, item, title = row
    return Announcement(
        decision_id=decision.id,
        consultation=title,
        request=item.title,
        outcome=decision.outcome,
        reason=decision.reason,
        count=item.evidence.get("count"),
        of=item.evidence.get("of", 0),
    )


def reply_to_decision(db: Session, chat_index: bytes, decision_id: int, reply: str) -> bool:
    """Count whether the decision answers what the person said. Once a person; False when already counted."""
    participant = get_participant(db, chat_index)
    if reply not in REPLIES:
        raise NotFound
    told = (
        select(Delivery.id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(Broadcast.kind == Kind.DECISION, Broadcast.subject_id == decision_id)
        .where(Delivery.participant_id == participant.id, Delivery.replied.is_(False))
    )
    query = update(Delivery).where(Delivery.id.in_(told)).values(replied=True).returning(Delivery.id)
    if db.scalar(query) is None:
        return False
    count = insert_into(db, Satisfaction).values(decision_id=decision_id, reply=reply, count=1)
    changed = {"count": Satisfaction.count + 1}
    db.execute(count.on_conflict_do_update(index_elements=["decision_id", "reply"], set_=changed))
    return True


def satisfaction_of(db: Session, decision_id: int) -> dict[str, int]:
    """How many said that it answers what they said: yes, partly, no."""
    query = select(Satisfaction.reply, func.sum(Satisfaction.count)).where(
        Satisfaction.decision_id == decision_id
    )
    counted = {reply: int(count) for reply, count in db.execute(query.group_by(Satisfaction.reply))}
    return {reply: counted.get(reply, 0) for reply in REPLIES}
