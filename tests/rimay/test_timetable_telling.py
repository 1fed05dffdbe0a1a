"""Once a minute the authors of what was judged are told, in a message that a worker then carries."""

import asyncio
from datetime import timedelta

from sqlalchemy.orm import Session

from core.broadcasts import Kind, get_broadcast
from core.clock import at
from core.database import Database
from deliberation.opinions.moderation import accept_statement
from rimay.timetable import Timetable
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import MOMENT, ZONE, opened, proposed, take_part


async def test_authors_are_told_once_whoever_looks_at_the_clock(database: Database) -> None:
    def propose(db: Session) -> int:
        person(db, "es")
        deliberation_id = opened(db)
        voter = take_part(db, deliberation_id, 1, "5a" * 16)
        return proposed(db, deliberation_id, "Que haya un parque nuevo", author_id=voter)

    with at(MOMENT):
        statement_id = await database.run(propose)
        await database.run(accept_statement, statement_id, account_id=None)

    async def look(minutes: int, twins: int = 1) -> list[int]:
        with at(MOMENT + timedelta(minutes=minutes)):
            looks = (Timetable(database, ZONE, 5).keep() for _ in range(twins))
            return [broadcast for kept in await asyncio.gather(*looks) for broadcast in kept.broadcasts]

    assert await look(9) == [], "who judges may think again"
    (broadcast_id,) = await look(11, twins=3)
    card = await database.read(get_broadcast, broadcast_id)
    assert (card.kind, card.sending.new) == (Kind.STATEMENTS, 1)
    assert await look(12) == []
