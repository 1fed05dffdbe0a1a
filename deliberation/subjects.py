"""What broadcasts are about: the title that a person knows, and the page where it is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import BroadcastCard, Kind
from deliberation.tables import AgendaItem, Assembly, Decision, Deliberation
from i18n.localized import Localized
from surveys.tables import Consultation


@dataclass(frozen=True, slots=True)
class Subject:
    """A consultation, an assembly or a deliberation: one of them. `item`: what of it was decided on."""

    title: Localized
    consultation_id: int | None = None
    assembly_id: int | None = None
    item: Localized | None = None
    deliberation_id: int | None = None


def subjects_of(db: Session, cards: Iterable[BroadcastCard]) -> dict[int, Subject]:
    """Broadcast → its subject. A decision is told to who took part in its consultation."""
    about = {card.id: (card.kind, card.subject_id) for card in cards}
    ids = defaultdict[Kind, set[int]](set)
    for kind, subject in about.values():
        ids[kind].add(subject)
    found: dict[tuple[Kind, int], Subject] = {}
    for kind in (Kind.OPENING, Kind.UNFINISHED):
        asked = select(Consultation.id, Consultation.title).where(Consultation.id.in_(ids[kind]))
        found |= {(kind, row[0]): Subject(row[1], consultation_id=row[0]) for row in db.execute(asked)}
    for kind in (Kind.INVITATION, Kind.REMINDER, Kind.CHANGED):
        held = select(Assembly.id, Assembly.title).where(Assembly.id.in_(ids[kind]))
        found |= {(kind, row[0]): Subject(row[1], assembly_id=row[0]) for row in db.execute(held)}
    for kind in (Kind.VOTING, Kind.STATEMENTS):
        voted = select(Deliberation.id, Deliberation.title).where(Deliberation.id.in_(ids[kind]))
        found |= {(kind, row[0]): Subject(row[1], deliberation_id=row[0]) for row in db.execute(voted)}
    decided = (
        select(Decision.id, Consultation.id, Consultation.title, AgendaItem.title)
        .join(AgendaItem, AgendaItem.id == Decision.item_id)
        .join(Consultation, Consultation.id == AgendaItem.consultation_id)
        .where(Decision.id.in_(ids[Kind.DECISION]))
    )
    for row in db.execute(decided):
        found[Kind.DECISION, row[0]] = Subject(row[2], consultation_id=row[1], item=row[3])
    return {broadcast: found[subject] for broadcast, subject in about.items() if subject in found}
