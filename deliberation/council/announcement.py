"""What contributors are told of an item: what they said, what the council decided, what happens now."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.assemblies.tables import Assembly
from deliberation.commitments.tables import Unit
from deliberation.council.tables import AgendaItem, Decision
from deliberation.opinions.tables import Deliberation
from surveys.questionnaire import Localized
from surveys.tables import Consultation


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a contributor is told of a decision.

    source:   of the item: answers, statement, theme, agreement or council
    about:    the consultation, deliberation or assembly in which they took part
    sent_to:  the body that must decide
    again_by: when the council looks at it again
    unit:     in charge
    proposed: the commitment that the Unit proposed
    """

    decision_id: int
    source: str
    about: Localized
    request: Localized
    outcome: str
    reason: Localized
    count: int | None
    of: int
    sent_to: Localized | None = None
    again_by: date | None = None
    unit: Localized | None = None
    proposed: Localized | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """What a contributor is told of an item without a decision. `decide_by`: by when there should be one."""

    source: str
    about: Localized
    request: Localized
    decide_by: date | None


def get_announcement(db: Session, decision_id: int) -> Announcement:
    """What the message about a decision says. Raises NotFound."""
    decision = db.get(Decision, decision_id)
    if decision is None:
        raise NotFound
    item = db.get_one(AgendaItem, decision.item_id)
    again = select(AgendaItem.decide_by).where(AgendaItem.continues_id == item.id)
    unit = db.get(Unit, item.unit_id) if item.unit_id else None
    return Announcement(
        decision_id=decision.id,
        source=item.source,
        about=origin_of(db, item),
        request=item.title,
        outcome=decision.outcome,
        reason=decision.reason,
        count=item.evidence.get("count"),
        of=item.evidence.get("of") or 0,
        sent_to=decision.sent_to,
        again_by=db.scalar(again.order_by(AgendaItem.id.desc()).limit(1)),
        unit=unit.name if unit else None,
        proposed=item.proposed,
    )


def get_delay(db: Session, item_id: int) -> Delay:
    """What the message about an item without a decision says. Raises NotFound."""
    item = db.get(AgendaItem, item_id)
    if item is None:
        raise NotFound
    return Delay(item.source, origin_of(db, item), item.title, item.decide_by)


def origin_of(db: Session, item: AgendaItem) -> Localized:
    """The title of what it came from; empty for what the council puts to itself."""
    table, key = {
        "statement": (Deliberation, item.deliberation_id),
        "agreement": (Assembly, item.assembly_id),
    }.get(item.source, (Consultation, item.consultation_id))
    row = db.get(table, key) if key is not None else None
    title: Localized = getattr(row, "title", {})
    return title
