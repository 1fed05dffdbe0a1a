"""What broadcasts are about: the title that a person knows, and the page where it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import BroadcastCard, Kind
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.subjects import ballots_as_subjects, minutes_as_subjects
from deliberation.commitments.follow_up import find_followed
from deliberation.council.told import find_decided, find_delayed
from deliberation.empty_seat.news import seat_subjects
from deliberation.opinions.tables import Deliberation
from deliberation.subject import Subject
from deliberation.voices.referral import find_referred
from surveys.tables import Consultation

_FINDERS: dict[Kind, Callable[[Session, set[int]], dict[int, Subject]]] = {
    Kind.SEAT: seat_subjects,
    Kind.SEAT_REPORT: seat_subjects,
    Kind.DECISION: find_decided,
    Kind.OVERDUE: find_delayed,
    Kind.FOLLOW_UP: find_followed,
    Kind.REFERRAL: find_referred,
    Kind.BALLOT: ballots_as_subjects,
    Kind.MINUTES: minutes_as_subjects,
}
"""Kinds whose subjects a room of their own finds: (db, ids) → id → subject."""


def subjects_of(db: Session, cards: Iterable[BroadcastCard]) -> dict[int, Subject]:
    """Broadcast → its subject."""
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
    for kind, find in _FINDERS.items():
        if ids[kind]:
            found |= {(kind, subject_id): subject for subject_id, subject in find(db, ids[kind]).items()}
    return {broadcast: found[subject] for broadcast, subject in about.items() if subject in found}
