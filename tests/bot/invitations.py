"""Assemblies in the chat: people who may be invited, an assembly of which everything is said, lots, invitations."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.broadcasts import Kind, open_broadcast
from core.people import Contact, enrol, keep_in_profile
from core.tables import Participant
from deliberation.assemblies.assembly import create_assembly, invite_willing
from deliberation.assemblies.tables import Assembly, Draw, DrawTicket, Invitation
from tests.bot.town import Town
from tests.deliberation.assemblies.meetings import NOON, STARTS

HOUR = timedelta(hours=1)


async def willing(town: Town, person: Person, language: str = "es") -> None:
    """Somebody takes part and may be invited."""
    chat = str(person.chat.id)
    contact = Contact(town.vault.index(chat), town.vault.seal(chat))

    def work(db: Session) -> None:
        keep_in_profile(enrol(db, contact, language, "1"), set(), {"invite": "yes"})

    await town.database.run(work)


async def prepares(town: Town, **about: Any) -> int:
    about = {
        "agenda": {"es": "Arriendos y garantías", "qu": "Wasimanta"},
        "covers": {"es": "Pasajes y almuerzo", "qu": "Mikunata"},
        "map_link": "https://mapa.ejemplo.ec/7",
        "call_link": "https://sala.ejemplo.ec/7",
        "languages": ["qu", "lengua de señas"],
        **about,
    }

    def work(db: Session) -> int:
        assembly_id = create_assembly(
            db,
            consultation_id=None,
            title={"es": "Asamblea de vivienda", "qu": "Wasimanta tantanakuy"},
            purpose={"es": "Hablar de vivienda", "qu": "Wasimanta rimankapak"},
            place="Casa de la Juventud, Otavalo",
            starts_at=STARTS,
            ends_at=STARTS + 2 * HOUR,
            seats=30,
            account_id=None,
        )
        db.execute(update(Assembly).where(Assembly.id == assembly_id).values(**about))
        return assembly_id

    return await town.database.run(work)


async def invites(town: Town, assembly_id: int) -> None:
    await town.delivers(await town.database.run(invite_willing, assembly_id, account_id=None))


async def invites_drawn(town: Town, assembly_id: int) -> None:
    """Both are invited as who was drawn."""

    def work(db: Session) -> int:
        people = db.scalars(select(Participant.id)).all()
        db.add_all(Invitation(assembly_id=assembly_id, participant_id=each) for each in people)
        db.get_one(Assembly, assembly_id).invited_at = NOON
        db.flush()
        return open_broadcast(db, Kind.INVITATION, assembly_id, select(Participant.id))

    await town.delivers(await town.database.run(work))


async def draw(town: Town, assembly_id: int, *, size: int = 1) -> None:
    """A lottery of one seat, which Luis won; Rosa is in its pool, and won as well where two were drawn."""

    def work(db: Session) -> None:
        db.get_one(Assembly, assembly_id).way = "lottery"
        db.get_one(Assembly, assembly_id).seats = 1
        quotas = [{"category": "gender", "value": "any", "min": 0, "max": 1}]
        about = {"source": "Lotería Nacional 6543", "source_at": NOON, "commitment": "c0" * 32}
        row = Draw(assembly_id=assembly_id, number=1, seats=1, quotas=quotas, committed_at=NOON, **about)
        row.seed, row.drawn_at, row.file = "60371", NOON, {"seats": size}
        db.add(row)
        db.flush()
        people = db.scalars(select(Participant.id).order_by(Participant.id)).all()
        for participant_id, ticket in zip(people, ("aaaa", "bbbb"), strict=True):
            features = {"gender": "any"}
            db.add(
                DrawTicket(
                    draw_id=row.id, ticket=ticket, participant_id=participant_id, salt="", features=features
                )
            )

    await town.database.run(work)


async def own(town: Town, person: Person) -> Invitation:
    """The invitation of a person."""
    (found,) = await town.find(person, Invitation)
    assert isinstance(found, Invitation)
    return found
