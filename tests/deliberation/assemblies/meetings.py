"""Assemblies with the people invited to them, straight into the database; and messages that arrive at once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.clock import now
from core.tables import Broadcast, Delivery
from deliberation.assemblies.tables import Assembly, Draw, DrawTicket, Invitation
from tests.deliberation.asked import person

ZONE = ZoneInfo("America/Guayaquil")
NOON = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
"""Noon in Imbabura."""
STARTS = NOON + timedelta(days=20)
QUOTAS = [
    {"category": "gender", "value": "man", "min": 2, "max": 2},
    {"category": "gender", "value": "woman", "min": 2, "max": 2},
]


def meeting(db: Session, /, *, seats: int = 4, way: str = "open", **about: Any) -> int:
    """An assembly in twenty days, for which invitations are out."""
    row = Assembly(
        title={"es": "Asamblea de vivienda"},
        purpose={"es": "Hablar de vivienda"},
        place="Otavalo",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=2),
        seats=seats,
        way=way,
        invited_at=now(),
        **about,
    )
    db.add(row)
    db.flush()
    return row.id


def invited(db: Session, assembly_id: int, *answers: str) -> list[int]:
    """People who were invited and have answered so; their participant ids."""
    people = [person(db, invite="yes") for _ in answers]
    db.add_all(
        Invitation(assembly_id=assembly_id, participant_id=each, answer=answer)
        for each, answer in zip(people, answers, strict=True)
    )
    db.flush()
    return people


def drawn(db: Session, *, men: int = 5, women: int = 5, of_each: int = 2) -> tuple[int, dict[str, list[int]]]:
    """An assembly of two men and two women by lottery, the first so many of each drawn; the people of its pool."""
    assembly_id = meeting(db, way="lottery")
    draw = Draw(
        assembly_id=assembly_id,
        number=1,
        seats=4,
        quotas=QUOTAS,
        source="Lotería Nacional 6543",
        source_at=NOON,
        commitment="c0" * 32,
        committed_at=NOON,
        seed="60371",
        drawn_at=NOON,
        file={"seats": 2 * of_each},
    )
    db.add(draw)
    db.flush()
    pool: dict[str, list[int]] = {"man": [], "woman": []}
    for gender, count in (("man", men), ("woman", women)):
        for number in range(count):
            participant_id = person(db, invite="yes", gender=gender, needs=["transport"])
            pool[gender].append(participant_id)
            db.add(
                DrawTicket(
                    draw_id=draw.id,
                    ticket=f"{participant_id:016x}",
                    participant_id=participant_id,
                    salt="5a" * 16,
                    features={"gender": gender},
                    selected=number < of_each,
                )
            )
            if number < of_each:
                db.add(Invitation(assembly_id=assembly_id, participant_id=participant_id))
    db.flush()
    return assembly_id, pool


def tell(db: Session, assembly_id: int, people: list[int], *, state: str = "sent") -> None:
    """An invitation reached these people just now."""
    broadcast = Broadcast(
        kind=Kind.INVITATION, subject_id=assembly_id, round=90 + assembly_id, created_at=now()
    )
    db.add(broadcast)
    db.flush()
    settled_at = None if state in ("new", "sending") else now()
    db.add_all(
        Delivery(broadcast_id=broadcast.id, participant_id=each, chunk=0, state=state, settled_at=settled_at)
        for each in people
    )
    db.flush()


def arrive(db: Session, broadcast_id: int) -> list[int]:
    """All deliveries of a broadcast arrive now; whom they reached."""
    mine = Delivery.broadcast_id == broadcast_id
    db.execute(update(Delivery).where(mine).values(state="sent", settled_at=now()))
    return list(db.scalars(select(Delivery.participant_id).where(mine).order_by(Delivery.participant_id)))


def answers(db: Session, assembly_id: int) -> dict[int, str]:
    """Participant → what they have answered."""
    query = select(Invitation.participant_id, Invitation.answer).where(Invitation.assembly_id == assembly_id)
    return {row.participant_id: row.answer for row in db.execute(query)}


def say(db: Session, assembly_id: int, answer: str, *people: int) -> None:
    """These people answer so."""
    mine = Invitation.assembly_id == assembly_id, Invitation.participant_id.in_(people)
    db.execute(update(Invitation).where(*mine).values(answer=answer))
