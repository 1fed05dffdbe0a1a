"""What citizens observed of a year's account: written down without personal data, and followed up to an answer.

Nothing is closed without an answer in both languages, and nothing is removed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import today
from core.errors import Forbidden, NotFound, RimayError
from deliberation.assemblies.tables import Assembly
from deliberation.commitments.tables import Observation, Unit
from deliberation.commitments.units import units_of
from deliberation.council.decisions import in_both
from deliberation.voices.redaction import redact
from i18n.localized import Localized

SOURCES = ("assembly", "chat", "letter", "session")
"""Where it was said: an assembly, the chat, a letter, a session of the council."""
STATES = ("late", "open", "answered")
"""What asks for attention first."""


class ObservationUnclear(RimayError):
    """An observation says something, came from somewhere, and is answered after it was received."""

    code = "observation_unclear"


class ObservationUnanswered(RimayError):
    """Nothing is closed without an answer in both languages."""

    code = "observation_unanswered"


@dataclass(frozen=True, slots=True)
class Noted:
    """What an organiser writes of an observation. due_on: by when it is answered."""

    year: int
    source: str
    text: Localized
    received_on: date
    due_on: date
    unit_id: int | None = None
    assembly_id: int | None = None


@dataclass(frozen=True, slots=True)
class ObservationCard:
    """An observation on a day.

    text:     personal details are covered by marks: `in_words` says them
    unit:     who answers; empty where nobody was put in charge
    assembly: where it was said, if in an assembly
    state:    late, open or answered
    """

    id: int
    year: int
    source: str
    text: Localized
    received_on: date
    due_on: date | None
    unit_id: int | None
    unit: Localized
    assembly_id: int | None
    assembly: Localized
    answer: Localized | None
    answered_on: date | None
    state: str


def note_observation(db: Session, noted: Noted, *, account_id: int | None) -> int:
    """Write down an observation. The same one twice is one. Raises ObservationUnclear, NotFound."""
    columns = _columns(db, noted)
    same = select(Observation).where(
        Observation.year == noted.year,
        Observation.source == noted.source,
        Observation.received_on == noted.received_on,
    )
    for row in db.scalars(same):
        if row.text == columns["text"]:
            return row.id
    row = Observation(**columns)
    db.add(row)
    db.flush()
    note_act(db, account_id, "note", "observation", row.id)
    return row.id


def rewrite_observation(db: Session, observation_id: int, noted: Noted, *, account_id: int | None) -> None:
    """Correct how it was written down, or who answers by when; its answer stays.

    Raises NotFound, ObservationUnclear.
    """
    row = _held(db, observation_id)
    for name, value in _columns(db, noted).items():
        setattr(row, name, value)
    note_act(db, account_id, "rewrite", "observation", observation_id)


def answer_observation(
    db: Session,
    observation_id: int,
    answer: Localized,
    zone: ZoneInfo,
    *,
    account_id: int | None,
    for_all: bool,
) -> None:
    """Answer it, or correct the answer; the day of the first one stands.

    for_all: the account answers for any unit, else for those that it speaks for
    Raises NotFound, Forbidden, ObservationUnanswered.
    """
    if not in_both(answer):
        raise ObservationUnanswered
    row = _held(db, observation_id)
    if not for_all and (account_id is None or row.unit_id not in units_of(db, account_id)):
        raise Forbidden
    row.answer = dict(answer)
    row.answered_on = row.answered_on or today(zone)
    note_act(db, account_id, "answer", "observation", observation_id)


def get_observation(db: Session, observation_id: int, day: date) -> ObservationCard:
    """Raises NotFound."""
    row = db.get(Observation, observation_id)
    if row is None:
        raise NotFound
    return _cards(db, [row], day)[0]


def list_observations(
    db: Session, day: date, *, year: int | None = None, units: Collection[int] | None = None
) -> list[ObservationCard]:
    """Of a year, or of all; of some units, or of all. What is late first, then by the day it is due."""
    query = select(Observation).order_by(Observation.id)
    if year is not None:
        query = query.where(Observation.year == year)
    if units is not None:
        query = query.where(Observation.unit_id.in_(units))
    found = _cards(db, db.scalars(query), day)
    return sorted(
        found, key=lambda card: (STATES.index(card.state), card.due_on or card.received_on, card.id)
    )


def state_of(due_on: date | None, answered_on: date | None, day: date) -> str:
    """How an observation stands on a day."""
    if answered_on is not None and answered_on <= day:
        return "answered"
    return "late" if due_on is not None and due_on < day else "open"


def _columns(db: Session, noted: Noted) -> dict[str, object]:
    text = {language: redact(said).text for language, said in noted.text.items() if said.strip()}
    if not text or noted.source not in SOURCES or noted.due_on < noted.received_on:
        raise ObservationUnclear
    assembly_id = noted.assembly_id if noted.source == "assembly" else None
    for table, key in ((Unit, noted.unit_id), (Assembly, assembly_id)):
        if key is not None and db.get(table, key) is None:
            raise NotFound
    return {
        "year": noted.year,
        "source": noted.source,
        "text": text,
        "received_on": noted.received_on,
        "due_on": noted.due_on,
        "unit_id": noted.unit_id,
        "assembly_id": assembly_id,
    }


def _held(db: Session, observation_id: int) -> Observation:
    row = db.get(Observation, observation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _cards(db: Session, rows: Iterable[Observation], day: date) -> list[ObservationCard]:
    rows = list(rows)
    units = {unit.id: unit.name for unit in db.scalars(select(Unit))}
    held = {row.assembly_id for row in rows if row.assembly_id is not None}
    titles = select(Assembly.id, Assembly.title).where(Assembly.id.in_(held))
    assemblies = {assembly.id: assembly.title for assembly in db.execute(titles)}
    return [
        ObservationCard(
            id=row.id,
            year=row.year,
            source=row.source,
            text=row.text,
            received_on=row.received_on,
            due_on=row.due_on,
            unit_id=row.unit_id,
            unit=units.get(row.unit_id or 0, {}),
            assembly_id=row.assembly_id,
            assembly=assemblies.get(row.assembly_id or 0, {}),
            answer=row.answer,
            answered_on=row.answered_on,
            state=state_of(row.due_on, row.answered_on, day),
        )
        for row in rows
    ]
