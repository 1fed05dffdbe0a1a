"""Long after an assembly nobody's needs and reasons are kept, and the reports say what they said."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from deliberation.assemblies.needs_cost import list_needs, report_needs_cost
from deliberation.assemblies.purging import purge_invitations
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assemblies.turnout_report import report_turnout
from tests.deliberation.assemblies.meetings import NOON, STARTS, invited, meeting

OVER = STARTS + timedelta(hours=2)
KEPT = timedelta(days=60)


def held(db: Session) -> int:
    """Twelve came, of whom seven needed transport and five food; eight could not, each said why but two."""
    assembly_id = meeting(db, costs={"transport": "4.50"})
    for number, person in enumerate(invited(db, assembly_id, *["yes"] * 12, *["no"] * 8)):
        needs = ["transport"] if number < 7 else ["food"]
        values = (
            {"needs": needs, "came": True}
            if number < 12
            else {"needs": ["access"], "reason": "care" if number < 18 else None}
        )
        db.execute(update(Invitation).where(Invitation.participant_id == person).values(**values))
    return assembly_id


def kept_of_people(db: Session) -> set[tuple[bool, str | None]]:
    """Whether something is kept of anybody: needs, and the reason."""
    rows = db.execute(select(Invitation.needs, Invitation.reason))
    return {(bool(row.needs), row.reason) for row in rows}


async def test_needs_and_reasons_are_forgotten_and_the_reports_stay_as_they_were(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = held(db)
        with at(OVER):
            before = report_needs_cost(db, assembly_id, 2), report_turnout(db, assembly_id, 2)
            needs = list_needs(db, assembly_id)
            assert before[0].total == Decimal("31.50")
            assert before[1].reasons == (("care", 6), ("", 2))
        with at(OVER + KEPT):
            purge_invitations(db)
            db.expire_all()
            assert kept_of_people(db) == {(False, None)}
            assert (report_needs_cost(db, assembly_id, 2), report_turnout(db, assembly_id, 2)) == before
            assert list_needs(db, assembly_id) == needs
            purge_invitations(db)
            db.expire_all()
            assert (report_needs_cost(db, assembly_id, 2), report_turnout(db, assembly_id, 2)) == before
        came = db.scalars(select(Invitation.came)).all()
        assert sum(came) == 12, "who was there goes on to hear what became of it"

    await database.run(work)


async def test_until_then_they_serve(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = held(db)
        with at(OVER + KEPT - timedelta(minutes=1)):
            purge_invitations(db)
        assert (False, None) not in kept_of_people(db)
        assert db.get_one(Assembly, assembly_id).tallied is None

    await database.run(work)
