"""An assembly that goes on, with people in the room, straight into the database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.tables import Participant
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.ballot_results import BallotKind
from deliberation.assembly_day.ballots import create_ballot, open_ballot
from deliberation.assembly_day.tables import Door

BEGAN = datetime(2026, 12, 5, 15, 0, tzinfo=UTC)
DURING = BEGAN + timedelta(hours=1)
ASKED = {"es": "Pedir una ventanilla en Otavalo", "qu": "Otavalopi shuk ventanillata mañana"}
POINTS = tuple(
    {"value": str(number), "label": {"es": es, "qu": qu}}
    for number, (es, qu) in enumerate(
        (
            ("Arriendos", "Wasi mañachiy"),
            ("Trabajo", "Llamkay"),
            ("Documentos", "Killkakuna"),
            ("Salud", "Allikay"),
        ),
        1,
    )
)


def room(db: Session, people: int = 6, *, absent: int = 0, others: int = 0, **about: Any) -> int:
    """People 1, 2, … came, those after them did not; others were counted at the door."""
    assembly = Assembly(
        title={"es": "Asamblea de vivienda", "qu": "Wasimanta tantanakuy"},
        purpose={"es": "Hablar de vivienda", "qu": "Wasimanta rimana"},
        place="Otavalo, casa comunal",
        starts_at=BEGAN,
        ends_at=BEGAN + timedelta(hours=2),
        seats=30,
        **about,
    )
    db.add(assembly)
    db.flush()
    for number in range(people + absent):
        person = Participant(
            chat_index=number.to_bytes(32),
            chat_sealed=b"sealed",
            language="qu" if number % 3 == 2 else "es",
            profile={},
            consent_version="1",
            consented_on=date(2026, 11, 1),
        )
        db.add(person)
        db.flush()
        came = number < people
        db.add(Invitation(assembly_id=assembly.id, participant_id=person.id, answer="yes", came=came))
    if others:
        db.add(Door(assembly_id=assembly.id, name="1", digest=b"d" * 32, others=others, created_at=BEGAN))
    db.flush()
    return assembly.id


def chat(number: int) -> bytes:
    """The blind index of person 0, 1, 2, …"""
    return number.to_bytes(32)


def asked(db: Session, assembly_id: int, kind: BallotKind = BallotKind.PROPOSAL, **about: Any) -> int:
    """A ballot that is open."""
    options = POINTS if kind is BallotKind.ORDER else ()
    ballot_id = create_ballot(db, assembly_id, kind, ASKED, options=options, account_id=None, **about)
    open_ballot(db, ballot_id, account_id=None)
    return ballot_id
