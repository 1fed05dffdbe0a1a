"""Seats that nobody takes: who is silent loses theirs in time, and who is next is asked, once."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.people import stop_reaching
from core.tables import Participant
from deliberation.assemblies.replacing import (
    choose_next,
    find_vacancy,
    is_anybody_late,
    keep_deadlines,
    list_assemblies_ahead,
    offer_seats,
)
from deliberation.assemblies.tables import Assembly, Invitation
from tests.deliberation.assemblies.meetings import (
    NOON,
    STARTS,
    answers,
    arrive,
    drawn,
    invited,
    meeting,
    say,
    tell,
)

DAY = timedelta(days=1)


def fill(db: Session, assembly_id: int) -> list[int]:
    """What the timetable does, and the message arrives: whom it reached."""
    keep_deadlines(db, assembly_id)
    vacancy = find_vacancy(db, assembly_id)
    if vacancy is None:
        return []
    broadcast_id = offer_seats(db, vacancy, choose_next(vacancy))
    return [] if broadcast_id is None else arrive(db, broadcast_id)


def fill_at(db: Session, moment: datetime, assembly_id: int) -> list[int]:
    """The same at a moment."""
    with at(moment):
        return fill(db, assembly_id)


async def test_time_to_answer_begins_when_the_message_has_come(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id = meeting(db, answer_days=3)
        told, waiting_for_it, blocked = invited(db, assembly_id, "none", "none", "none")
        with at(NOON):
            tell(db, assembly_id, [told])
            assert is_anybody_late(db, assembly_id)
            assert keep_deadlines(db, assembly_id) == 0
            assert not is_anybody_late(db, assembly_id), "what was noted is noted"
        with at(NOON + 3 * DAY - timedelta(minutes=1)):
            assert keep_deadlines(db, assembly_id) == 0
        with at(NOON + 3 * DAY):
            assert is_anybody_late(db, assembly_id)
            assert keep_deadlines(db, assembly_id) == 1
        expected = {told: "lapsed", waiting_for_it: "none", blocked: "none"}
        assert answers(db, assembly_id) == expected, "nobody loses a seat of which they have not heard"

    await database.run(work)


@pytest.mark.parametrize("state", ["blocked", "failed", "skipped"])
async def test_who_cannot_be_told_does_not_hold_a_seat_for_ever(database: Database, state: str) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db, way="lottery")
            (person,) = invited(db, assembly_id, "none")
            tell(db, assembly_id, [person], state=state)
            keep_deadlines(db, assembly_id)
        with at(NOON + 3 * DAY):
            keep_deadlines(db, assembly_id)
        assert answers(db, assembly_id) == {person: "lapsed"}

    await database.run(work)


async def test_the_seat_of_a_woman_goes_to_a_woman_and_nobody_is_asked_while_seats_are_held(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db)
        with at(NOON):
            tell(db, assembly_id, [*pool["man"][:2], *pool["woman"][:2]])
            assert fill(db, assembly_id) == []
            say(db, assembly_id, "yes", *pool["man"][:2])
            say(db, assembly_id, "no", pool["woman"][0])
            (next_one,) = fill(db, assembly_id)
            assert next_one in pool["woman"][2:]
            assert fill(db, assembly_id) == [], "the seat is held for her"
        # The other woman drawn and the one asked later are silent: two further women are asked.
        others = fill_at(db, NOON + 3 * DAY, assembly_id)
        assert others == [each for each in pool["woman"][2:] if each != next_one]

    await database.run(work)


async def test_silence_twice_and_all_who_are_left_are_asked_then_nobody(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db, men=3, women=4)
        asked: list[int] = []
        with at(NOON):
            tell(db, assembly_id, [*pool["man"][:2], *pool["woman"][:2]])
            keep_deadlines(db, assembly_id)
            say(db, assembly_id, "yes", *pool["man"][:2])
        asked += fill_at(db, NOON + 3 * DAY, assembly_id)
        assert asked == pool["woman"][2:], "both women who were drawn were silent"
        fill_at(db, NOON + 3 * DAY + timedelta(minutes=1), assembly_id)
        # No woman is left: the only man left comes closest, one seat stays empty.
        asked = fill_at(db, NOON + 7 * DAY, assembly_id)
        assert asked == [pool["man"][2]]
        assert fill_at(db, NOON + 7 * DAY + timedelta(minutes=1), assembly_id) == []
        waves = select(Invitation.wave, Invitation.needs).where(Invitation.assembly_id == assembly_id)
        rows = db.execute(waves.order_by(Invitation.wave)).all()
        assert [row.wave for row in rows] == [0, 0, 0, 0, 1, 1, 2]
        assert [row.needs for row in rows if row.wave] == [["transport"]] * 3

    await database.run(work)


async def test_who_left_or_takes_back_that_they_may_be_invited_is_not_asked(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db, men=2, women=5)
        left, unwilling, next_one = pool["woman"][2:]
        db.execute(update(Participant).where(Participant.id == left).values(reachable=False))
        db.execute(update(Participant).where(Participant.id == unwilling).values(profile={"invite": "no"}))
        with at(NOON):
            say(db, assembly_id, "no", pool["woman"][0])
            assert fill(db, assembly_id) == [next_one]

    await database.run(work)


async def test_the_lots_say_who_is_next_so_that_anybody_can_redo_it(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db)
        with at(NOON):
            say(db, assembly_id, "no", pool["woman"][0])
            vacancy = find_vacancy(db, assembly_id)
        assert vacancy is not None and vacancy.pool is not None
        assert choose_next(vacancy) == choose_next(vacancy)
        assert (vacancy.pool.seed, vacancy.pool.commitment) == ("60371", "c0" * 32)

    await database.run(work)


async def test_shortly_before_it_only_who_waits_in_line_is_asked(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db)
        say(db, assembly_id, "yes", *pool["man"][:2], pool["woman"][1])
        say(db, assembly_id, "no", pool["woman"][0])
        last_call = STARTS - 2 * DAY
        assert fill_at(db, last_call, assembly_id) == []
        (waits,) = invited(db, assembly_id, "waiting")
        assert fill_at(db, last_call, assembly_id) == [waits]
        assert fill_at(db, STARTS - timedelta(minutes=1), assembly_id) == [], "held until it begins"
        assert fill_at(db, STARTS, assembly_id) == []

    await database.run(work)


async def test_where_all_were_invited_who_waits_is_asked_in_order_and_silence_holds_no_seat(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db, seats=2, answer_days=1)
            first, second, _silent, third, fourth = invited(
                db, assembly_id, "yes", "yes", "none", "waiting", "waiting"
            )
            assert fill(db, assembly_id) == []
            say(db, assembly_id, "no", first)
            assert fill(db, assembly_id) == [third]
            assert fill(db, assembly_id) == []
        fill_at(db, NOON + timedelta(minutes=1), assembly_id)
        assert fill_at(db, NOON + 2 * DAY, assembly_id) == [fourth], "the third was silent"
        assert answers(db, assembly_id)[third] == "lapsed"
        assert answers(db, assembly_id)[second] == "yes"

    await database.run(work)


async def test_who_left_does_not_block_the_line(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id = meeting(db, seats=1)
        gone, stays = invited(db, assembly_id, "waiting", "waiting")
        db.execute(update(Participant).where(Participant.id == gone).values(reachable=False))
        assert fill_at(db, NOON, assembly_id) == [stays]

    await database.run(work)


async def test_twins_ask_once(database: Database) -> None:
    with at(NOON):

        def prepare(db: Session) -> int:
            assembly_id, pool = drawn(db)
            say(db, assembly_id, "no", *pool["woman"][:2])
            return assembly_id

        assembly_id = await database.run(prepare)
        vacancy = await database.read(find_vacancy, assembly_id)
        assert vacancy is not None
        choice = choose_next(vacancy)
        asked = await asyncio.gather(*(database.run(offer_seats, vacancy, choice) for _ in range(4)))
    assert len([broadcast for broadcast in asked if broadcast is not None]) == 1


async def test_what_was_computed_is_dropped_where_somebody_answered_meanwhile(database: Database) -> None:
    with at(NOON):
        assembly_id, pool = await database.run(drawn)
        await database.run(say, assembly_id, "no", pool["woman"][0])
        vacancy = await database.read(find_vacancy, assembly_id)
        assert vacancy is not None
        await database.run(say, assembly_id, "yes", pool["woman"][0])
        assert await database.run(offer_seats, vacancy, choose_next(vacancy)) is None


async def test_only_assemblies_to_come_are_looked_at(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            ahead, cancelled, _without = meeting(db), meeting(db), meeting(db)
            for assembly_id in (ahead, cancelled):
                invited(db, assembly_id, "waiting")
            db.execute(update(Assembly).where(Assembly.id == cancelled).values(state="cancelled"))
            assert list_assemblies_ahead(db) == [ahead]
            assert find_vacancy(db, cancelled) is None
            assert keep_deadlines(db, cancelled) == 0
        with at(STARTS):
            assert list_assemblies_ahead(db) == []
            assert find_vacancy(db, ahead) is None

    await database.run(work)


async def test_who_is_erased_leaves_an_empty_seat(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db)
        person = db.get_one(Participant, pool["man"][0])
        person.chat_index = b"i" * 32
        db.flush()
        stop_reaching(db, b"i" * 32)
        db.delete(person)
        db.flush()
        db.expire_all()
        (asked,) = fill_at(db, NOON, assembly_id)
        assert asked in pool["man"][2:]

    await database.run(work)
