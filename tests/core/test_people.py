"""Participants: enrolled when they consent, found by a blind index, erased when they ask."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, open_broadcast
from core.clock import at
from core.database import Database
from core.people import (
    Contact,
    NotEnrolled,
    enrol,
    find_participant,
    forget,
    get_participant,
    keep_in_profile,
    move_chat,
    reach_again,
    speak,
    stop_reaching,
)
from core.tables import Delivery, Participant

ROSA, LUIS = Contact(b"r" * 32, b"sealed rosa"), Contact(b"l" * 32, b"sealed luis")


def reachable(db: Session) -> int:
    """How many people may be written to."""
    return len(list(db.scalars(select(Participant.id).where(Participant.reachable))))


async def enter(database: Database, *people: Contact) -> None:
    def work(db: Session) -> None:
        for contact in people:
            enrol(db, contact, "qu", "2026-11")

    await database.run(work)


async def test_who_consents_is_stored_with_what_they_consented_to(database: Database) -> None:
    with at(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)):
        await enter(database, ROSA)

    rosa = await database.read(get_participant, ROSA.index)
    assert (rosa.language, rosa.consent_version, rosa.consented_on) == ("qu", "2026-11", date(2026, 11, 23))
    assert (rosa.profile, rosa.reachable) == ({}, True)


async def test_a_stranger_is_not_found(database: Database) -> None:
    await enter(database, ROSA)

    assert await database.read(find_participant, LUIS.index) is None
    for use_case in (get_participant, stop_reaching, reach_again):
        with pytest.raises(NotEnrolled):
            await database.run(use_case, LUIS.index)


async def test_consenting_again_keeps_the_person_and_reaches_them_again(database: Database) -> None:
    await enter(database, ROSA)
    await database.run(stop_reaching, ROSA.index)
    assert await database.read(reachable) == 0

    await database.run(enrol, Contact(ROSA.index, b"sealed anew"), "es", "2027-01")

    rosa = await database.read(get_participant, ROSA.index)
    assert (rosa.id, rosa.language, rosa.consent_version, rosa.reachable) == (1, "qu", "2026-11", True)


async def test_who_left_is_not_reached_until_they_come_back(database: Database) -> None:
    await enter(database, ROSA, LUIS)
    await database.run(stop_reaching, ROSA.index)
    assert await database.read(reachable) == 1

    await database.run(reach_again, ROSA.index)
    assert await database.read(reachable) == 2


async def test_one_changes_ones_own_language_only(database: Database) -> None:
    await enter(database, ROSA, LUIS)
    await database.run(speak, ROSA.index, "es")

    languages = [(await database.read(get_participant, one.index)).language for one in (ROSA, LUIS)]
    assert languages == ["es", "qu"]


async def test_a_chat_that_telegram_moved_is_still_the_same_person(database: Database) -> None:
    await enter(database, ROSA)
    await database.run(move_chat, ROSA.index, LUIS)

    assert (await database.read(get_participant, LUIS.index)).id == 1
    assert await database.read(find_participant, ROSA.index) is None


@pytest.mark.parametrize(
    ("asked", "given", "expected"),
    [
        ({"invite", "needs"}, {"invite": "yes", "needs": ["bus"]}, {"invite": "yes", "needs": ["bus"]}),
        ({"invite", "needs"}, {"invite": "no"}, {"invite": "no"}),
        ({"needs"}, {}, {"invite": "yes"}),
        (set(), {}, {"invite": "yes", "needs": ["care"]}),
    ],
)
async def test_the_profile_holds_what_was_last_agreed_to(
    database: Database, asked: set[str], given: dict[str, object], expected: dict[str, object]
) -> None:
    await enter(database, ROSA)

    def keep(db: Session) -> None:
        rosa = get_participant(db, ROSA.index)
        keep_in_profile(rosa, {"invite", "needs"}, {"invite": "yes", "needs": ["care"]})
        db.flush()
        keep_in_profile(rosa, asked, given)

    await database.run(keep)

    assert (await database.read(get_participant, ROSA.index)).profile == expected


async def test_who_is_forgotten_leaves_nothing_and_others_stay(database: Database) -> None:
    await enter(database, ROSA, LUIS)

    def leave(db: Session) -> None:
        open_broadcast(db, Kind.OPENING, 1, select(Participant.id))
        forget(db, get_participant(db, ROSA.index))

    await database.run(leave)

    assert await database.read(find_participant, ROSA.index) is None
    assert await database.read(lambda db: list(db.scalars(select(Delivery.participant_id)))) == [2]
