"""Consultations that were closed with needs named, and sittings of the council, straight into the database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.tables import Participant
from deliberation.council.agenda import list_items, propose_items
from deliberation.council.holding import Record
from deliberation.council.items import Wording, add_item, save_item
from deliberation.council.sittings import SittingPlan, order_by_hand, plan_sitting
from surveys.consultations import draft_consultation
from surveys.questionnaire import Choice, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Consultation, Participation, Response

ZONE = ZoneInfo("America/Guayaquil")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SITS_AT = NOW + timedelta(days=7)
NAMES = {"work": "Trabajo", "health": "Salud", "home": "Vivienda"}
NEEDS = tuple(Choice(value, {"es": name, "qu": name}) for value, name in NAMES.items())
CANTONS = tuple(Choice(value, {"es": value.title()}) for value in ("ibarra", "otavalo"))
QUESTIONS = (
    Question("needs", Kind.SELECT_MULTIPLE, {"es": "¿Qué necesita?"}, choices=NEEDS),
    Question("canton", Kind.SELECT_ONE, {"es": "¿En qué cantón?"}, choices=CANTONS),
)
TWENTY = [(("work", "health"), "ibarra")] * 12 + [(("home",), "otavalo")] * 8
QUORUM = Record(members=9, present=5, chaired="Prefectura", notes={})
YES = {"es": "Hay fondos.", "qu": "Kullki tiyanmi."}


def person(db: Session, **about: Any) -> int:
    """Somebody who takes part and can be written to."""
    row = Participant(
        language="es", profile={}, consent_version="1", consented_on=NOW.date(), chat_sealed=b"x", **about
    )
    db.add(row)
    db.flush()
    return row.id


def named(db: Session, answers: Sequence[tuple[Sequence[str], str]], language: str = "es") -> int:
    """A closed consultation in which somebody named these needs, in this canton; nobody is known to have."""
    asked = Questionnaire("n", {"es": "Necesidades", "qu": "Mutsurishkakuna"}, "1", ("es",), "es", QUESTIONS)
    stored = store_questionnaire(db, asked, content=b"", file_name="n.xlsx", account_id=None)
    consultation_id = draft_consultation(db, questionnaire_id=stored, account_id=None)
    db.get_one(Consultation, consultation_id).state = "closed"
    for number, (needs, canton) in enumerate(answers):
        row = Response(
            id=f"{consultation_id:08x}{number:024x}",
            consultation_id=consultation_id,
            state="finished",
            language=language,
            answers={"needs": list(needs), "canton": canton},
        )
        db.add(row)
    db.flush()
    return consultation_id


def took_part(db: Session, consultation_id: int, people: int = 2) -> None:
    """So many people finished it, and hear what becomes of it."""
    for _ in range(people):
        db.add(Participation(participant_id=person(db), consultation_id=consultation_id, state="finished"))
    db.flush()


def wording(title: str = "Trabajo", minutes: int = 15, **other: Any) -> Wording:
    """What an organiser writes of an item."""
    parts: dict[str, Any] = {
        "request": {}, "competence": "province", "unit_id": None, "sdg": ("10.7",), "proposed": {}, "dissent": {},
    }  # fmt: skip
    return Wording(title={"es": title, "qu": title}, minutes=minutes, **(parts | other))


def proposed(db: Session, consultation_id: int, threshold: int = 5) -> list[int]:
    """Its needs are on the agenda, confirmed."""
    propose_items(db, consultation_id, threshold=threshold, account_id=None)
    items = list_items(db, consultation_id)
    for item in items:
        save_item(db, item.id, wording(item.title["es"]), ZONE, account_id=None)
    return [item.id for item in items]


def plan(**other: Any) -> SittingPlan:
    """A sitting in a week."""
    usual: dict[str, Any] = {
        "title": {"es": "Sesión ordinaria", "qu": "Hatun tantanakuy"}, "body": "Consejo Provincial",
        "place": "Ibarra, salón de la Prefectura", "starts_at": SITS_AT, "minutes": 60, "notice_days": 2,
    }  # fmt: skip
    return SittingPlan(**(usual | other))


def sitting(db: Session, /, items: Sequence[int] = (), **other: Any) -> int:
    """A sitting that is planned with an agenda; without one, of two points of the council's own."""
    chosen = items or [add_item(db, wording(name), ZONE, account_id=None) for name in ("Ferias", "Cupos")]
    sitting_id = plan_sitting(db, plan(**other), account_id=None)
    order_by_hand(db, sitting_id, chosen, account_id=None)
    return sitting_id
