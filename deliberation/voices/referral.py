"""Where somebody in danger finds help: the services that protect, near where they live; and always 911."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.tables import Participant
from deliberation.actors.directory import Place
from deliberation.actors.needs import EVERYWHERE
from deliberation.actors.tables import Actor, Service, ServicePlace
from deliberation.subject import Subject
from deliberation.voices.tables import ProtectionCase
from i18n.localized import Localized
from surveys.questionnaire import Keep
from surveys.tables import Consultation, Participation, Response, Voice

EMERGENCY = "911"
"""Ecuador's one number for emergencies, free of charge from any telephone."""
MOST_PLACES = 5
CANTON = "canton"


@dataclass(frozen=True, slots=True)
class Refuge:
    """A place where people in danger are helped, as the card names it."""

    name: Localized
    actor: str
    place: Place


@dataclass(frozen=True, slots=True)
class Author:
    """What is known of who wrote, while the tie to them exists.

    may_reach  whether a message would reach them: they wrote in the chat, and have not left it
    """

    participant_id: int | None
    may_reach: bool
    canton: str


def find_author(db: Session, voice_id: str | None) -> Author:
    """Who wrote an answer, as far as it may be known: of a form on paper or a tablet nobody is."""
    query = (
        select(Participant.id, Participant.reachable, Participant.profile, Response.answers)
        .select_from(Voice)
        .join(Response, Response.id == Voice.response_id)
        .outerjoin(Participation, Participation.response_id == Response.id)
        .outerjoin(Participant, Participant.id == Participation.participant_id)
        .where(Voice.id == voice_id)
    )
    row = db.execute(query).first()
    if row is None:
        return Author(None, False, "")
    said = (row.profile or {}).get(Keep.CANTON) or (row.answers or {}).get(CANTON)
    canton = said if isinstance(said, str) else ""
    return Author(row.id, bool(row.reachable), canton)


def list_refuges(db: Session, canton: str) -> list[Refuge]:
    """The places of a canton and those for everywhere; where none is known, or no canton, those of all cantons."""
    near = _places(db, ServicePlace.canton.in_((canton, EVERYWHERE))) if canton else []
    return near or _places(db)


def refuges_of_case(db: Session, case_id: int) -> list[Refuge]:
    """Those near who wrote the answer of a case. Of a case that is gone: all."""
    case = db.get(ProtectionCase, case_id)
    return list_refuges(db, find_author(db, case.voice_id if case else None).canton)


def _places(db: Session, *where: Any) -> list[Refuge]:
    columns = Service.name, Actor.name.label("actor"), ServicePlace
    query: Select[dict[str, str], str, ServicePlace] = (
        select(*columns)
        .join(Service, Service.id == ServicePlace.service_id)
        .join(Actor, Actor.id == Service.actor_id)
        .where(Service.protection, Service.status == "active", *where)
        .order_by(ServicePlace.canton == EVERYWHERE, ServicePlace.canton, ServicePlace.id)
        .limit(MOST_PLACES)
    )
    return [_refuge(name, actor, place) for name, actor, place in db.execute(query)]


def _refuge(name: Localized, actor: str, place: ServicePlace) -> Refuge:
    shown = Place(
        id=place.id,
        canton=place.canton,
        address=place.address,
        latitude=place.latitude,
        longitude=place.longitude,
        phone=place.phone,
        hours=place.hours,
        hours_note=place.hours_note or {},
    )
    return Refuge(name, actor, shown)


def still_referred(db: Session, case_id: int, people: Collection[int]) -> set[int]:
    """Nobody, once it was found to be no danger; a case that a closing wrote anew is still the same danger."""
    state = db.scalar(select(ProtectionCase.state).where(ProtectionCase.id == case_id))
    return set(people) if state in (None, "referred") else set()


def find_referred(db: Session, ids: set[int]) -> dict[int, Subject]:
    """What lists of broadcasts say of referrals: the consultation, and where the cases are."""
    query = (
        select(ProtectionCase.id, Consultation.id, Consultation.title)
        .join(Consultation, Consultation.id == ProtectionCase.consultation_id)
        .where(ProtectionCase.id.in_(ids))
    )
    return {
        case_id: Subject(title, consultation_id=consultation_id, address="/protection")
        for case_id, consultation_id, title in db.execute(query)
    }
