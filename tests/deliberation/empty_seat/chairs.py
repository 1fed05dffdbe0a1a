"""Sittings of the council, items in them and people who ask for the empty seat, straight into the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.clock import now
from core.tables import Participant
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.tables import Ballot
from deliberation.council.tables import AgendaItem, Sitting
from deliberation.empty_seat.accrediting import accredit
from deliberation.empty_seat.asking import ask_for_seat
from deliberation.empty_seat.own_requests import OwnRequest
from deliberation.empty_seat.rule_book import find_rules, set_rules
from deliberation.empty_seat.rules import Rules, asked_of
from surveys.submission import Heard

NOON = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
"""Noon in Imbabura."""
STARTS = NOON + timedelta(days=10)
BASIS = {"es": "Ordenanza 12, artículo 4", "qu": "12 Ordenanza, 4 niki"}
REASON = {"es": "No llegó a tiempo el informe.", "qu": "Willayka mana chayamurkachu."}
TITLE = {"es": "Ventanilla de documentos", "qu": "Killkakunapak wasi"}


def sitting(
    db: Session, *, starts_at: datetime = STARTS, state: str = "convened", title: dict[str, str] = TITLE
) -> int:
    """A sitting of the council with one item; the item."""
    row = Sitting(
        title={"es": "Sesión ordinaria 7"},
        body="Consejo Provincial",
        place="Ibarra",
        starts_at=starts_at,
        minutes=120,
        state=state,
        created_at=now(),
    )
    db.add(row)
    db.flush()
    item = AgendaItem(
        position=1,
        title=title,
        evidence={},
        sitting_id=row.id,
        place_in_sitting=1,
    )
    db.add(item)
    db.flush()
    return item.id


def rules(db: Session, /, **changed: Any) -> int:
    """The rules in force."""
    return set_rules(db, Rules(**changed), BASIS, account_id=None)


def somebody(db: Session, index: bytes, language: str = "es") -> int:
    """A person with a chat."""
    row = Participant(
        chat_index=index, chat_sealed=b"sealed", language=language, profile={}, consent_version="1",
        consented_on=now().date(),
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def asks(db: Session, index: bytes, item_id: int, *unmet: str) -> OwnRequest:
    """A person asks for the seat; they meet every rule but these."""
    book = find_rules(db)
    assert book is not None
    declared = {rule.value: rule.value not in unmet for rule in asked_of(book.rules)}
    asked = ask_for_seat(db, index, item_id, book.id, declared)
    assert isinstance(asked, OwnRequest), asked
    return asked


def sits(db: Session, index: bytes, item_id: int) -> int:
    """A new person, accredited; the number of their request."""
    somebody(db, index)
    number = asks(db, index, item_id).number
    accredit(db, number, account_id=None)
    return number


def assembly(db: Session, item_id: int, *people: int, passed: bool = True) -> int:
    """An assembly where these people were, and voted on whether to ask for the seat; the ballot."""
    met = Assembly(
        title={"es": "Asamblea de Otavalo"},
        purpose={"es": "Hablar"},
        place="Otavalo",
        starts_at=NOON - timedelta(days=2),
        ends_at=NOON - timedelta(days=2, hours=-2),
        seats=20,
    )
    db.add(met)
    db.flush()
    db.add_all(
        Invitation(assembly_id=met.id, participant_id=each, answer="yes", came=True) for each in people
    )
    ballot = Ballot(
        assembly_id=met.id,
        number=1,
        kind="delegate",
        text={"es": "¿Pedimos la silla?"},
        item_id=item_id,
        state="closed",
        result={"voters": 9, "counts": None, "passed": passed},
    )
    db.add(ballot)
    db.flush()
    return ballot.id


def hear(text: str) -> Heard:
    """Covers numbers."""
    return Heard("es", " ".join("[…]" if word.isdigit() else word for word in text.split()), b"sealed")
