"""Months after the day of a commitment contributors are asked once whether they noticed it."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from core.broadcasts import Kind, list_broadcasts
from core.clock import at
from core.database import Database
from core.tables import Participant
from deliberation.commitments.follow_up import (
    ask_whether_noticed,
    get_follow_up,
    list_due_follow_ups,
    noticed_of,
    reply_to_follow_up,
    still_followed,
)
from deliberation.commitments.lights import months_after
from deliberation.commitments.promising import add_commitment, drop_commitment
from deliberation.relevance import still_wanted
from deliberation.subjects import subjects_of
from tests.deliberation.commitments.promises import BOTH, DUE, HEALTH, REASON, promise, promised
from tests.deliberation.council.sessions import NOW, ZONE

THEN = datetime.combine(months_after(DUE, 3), time(10), ZONE)


async def test_contributors_are_asked_once_when_its_months_are_over(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
    with at(THEN - timedelta(days=1)):
        assert await database.read(list_due_follow_ups, ZONE) == []
        assert await database.run(ask_whether_noticed, town.commitment, ZONE) is None
    with at(THEN):
        assert await database.read(list_due_follow_ups, ZONE) == [town.commitment]
        asked = await database.run(ask_whether_noticed, town.commitment, ZONE)
        assert await database.run(ask_whether_noticed, town.commitment, ZONE) is None
    (card,) = [card for card in await database.read(list_broadcasts) if card.kind is Kind.FOLLOW_UP]
    assert (card.id, card.sending.total) == (asked, 2)
    subjects = await database.read(subjects_of, [card])
    assert (subjects[card.id].title, subjects[card.id].address) == (BOTH, f"/commitments/{town.commitment}")
    told = await database.read(get_follow_up, town.commitment)
    assert (told.about["es"], told.unit, told.text) == ("Necesidades", HEALTH, BOTH)


async def test_nobody_is_asked_where_there_is_nothing_to_ask(database: Database) -> None:
    def work(db: Session) -> None:
        town = promised(db, follow_up=0)
        add_commitment(db, None, promise(town.unit), DUE, ZONE, account_id=None)
        dropped = add_commitment(db, town.item, promise(town.unit), DUE, ZONE, account_id=None)
        drop_commitment(db, dropped, REASON, ZONE, account_id=None)

    with at(NOW):
        await database.run(work)
    with at(THEN):
        assert await database.read(list_due_follow_ups, ZONE) == []


async def test_once_it_is_dropped_the_question_concerns_nobody(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
    with at(THEN):
        asked = await database.run(ask_whether_noticed, town.commitment, ZONE)
        assert await database.read(still_followed, town.commitment, [1, 2]) == {1, 2}
        await database.run(drop_commitment, town.commitment, REASON, ZONE, account_id=None)
    assert asked is not None
    assert await database.read(still_wanted, asked, [1, 2], ZONE) == set()


async def test_nothing_is_counted_of_who_was_never_asked(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)

    def reply(db: Session) -> bool:
        db.get_one(Participant, 1).chat_index = b"i" * 32
        db.flush()
        return reply_to_follow_up(db, b"i" * 32, town.commitment, "yes", threshold=5)

    assert await database.run(reply) is False
    assert await database.read(noticed_of, town.commitment) == {"yes": 0, "partly": 0, "no": 0}
