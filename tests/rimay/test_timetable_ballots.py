"""Once a minute: who came into a room that votes is told, and a vote that everybody forgot is closed; once."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.broadcasts import Kind, get_broadcast
from core.clock import at
from core.database import Database
from core.tables import Owed
from deliberation.assemblies.tables import Invitation
from deliberation.assembly_day.balloting import cast_vote
from deliberation.assembly_day.tables import Ballot, BallotVote
from rimay.timetable import Timetable
from tests.deliberation.assemblies.meetings import ZONE
from tests.deliberation.assembly_day.rooms import BEGAN, DURING, asked, chat, room


async def look(database: Database, moment: datetime, twins: int = 3) -> list[int]:
    """So many look at the clock at once; the broadcasts that they set going."""
    with at(moment):
        looks = (Timetable(database, ZONE, 5).keep() for _ in range(twins))
        return [broadcast for kept in await asyncio.gather(*looks) for broadcast in kept.broadcasts]


async def test_a_room_is_looked_after_until_its_vote_is_counted(database: Database) -> None:
    def prepare(db: Session) -> int:
        with at(DURING):
            ballot = asked(db, room(db, 4, absent=1))
            for number in range(3):
                cast_vote(db, chat(number), ballot, "yes")
            return ballot

    ballot = await database.run(prepare)
    assert await look(database, DURING) == []

    def come(db: Session) -> None:
        db.execute(update(Invitation).values(came=True))

    await database.run(come)
    (late,) = await look(database, DURING + timedelta(minutes=1))
    card = await database.read(get_broadcast, late)
    assert (card.kind, card.subject_id, card.round, card.sending.new) == (Kind.BALLOT, ballot, 2, 1)
    assert await look(database, BEGAN + timedelta(hours=9)) == []

    def counted(db: Session) -> None:
        row = db.get_one(Ballot, ballot)
        assert (row.state, row.result) == ("closed", {"voters": None, "counts": None, "passed": True})
        assert db.scalar(select(BallotVote.id)) is None and db.scalar(select(Owed.name)) is None

    await database.read(counted)
