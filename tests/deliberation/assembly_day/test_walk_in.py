"""Coming in without an invitation: only while the assembly is on, and only while there is room."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import NotFound
from core.people import NotEnrolled
from core.sealing import Vault
from core.tables import Participant
from deliberation.assemblies.assembly import get_assembly
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assemblies.turnout_report import report_turnout
from deliberation.assembly_day.doors import count_others, get_door, make_door, secret_of
from deliberation.assembly_day.headcount import count_attendance
from deliberation.assembly_day.walk_in import Entry, ensure_join_code, walk_in
from tests.deliberation.asked import person
from tests.deliberation.assemblies.meetings import STARTS, invited, meeting

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with at(STARTS - 30 * MINUTE):
        yield


def on_the_wall(db: Session, **about: Any) -> tuple[int, str]:
    """An assembly and the code on its wall."""
    assembly_id = meeting(db, **about)
    return assembly_id, ensure_join_code(db, assembly_id, None)


def somebody(db: Session, name: str) -> bytes:
    """Takes part already; their index."""
    db.get_one(Participant, person(db)).chat_index = index = name.encode().ljust(32)
    return index


async def test_who_takes_part_already_is_in_and_counted_apart(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, code = on_the_wall(db)
        assert ensure_join_code(db, assembly_id, None) == code
        invited(db, assembly_id, "yes", "no")
        rosa = somebody(db, "rosa")
        assert [walk_in(db, rosa, code).entry for _ in range(2)] == ["joined", "joined"]
        found = count_attendance(db, assembly_id, 5)
        assert (found.expected, found.came, found.walk_ins, found.inside) == (1, 0, 1, 1)
        report = report_turnout(db, assembly_id, 5)
        assert (report.total.invited, report.total.came, report.walk_ins) == (2, 0, 1)
        tally = get_assembly(db, assembly_id).tally
        assert (tally.invited, tally.yes, tally.came) == (2, 1, 0)

    await database.run(work)


@pytest.mark.parametrize(
    ("moment", "entry"),
    [
        (STARTS - 121 * MINUTE, "early"),
        (STARTS - 2 * HOUR, "joined"),
        (STARTS + 119 * MINUTE, "joined"),
        (STARTS + 2 * HOUR, "over"),
    ],
)
async def test_from_two_hours_before_until_the_end(database: Database, moment: Any, entry: str) -> None:
    def work(db: Session) -> None:
        _, code = on_the_wall(db)
        with at(moment):
            assert walk_in(db, somebody(db, "rosa"), code).entry == entry
        assert (db.scalar(select(Invitation.id)) is not None) == (entry == "joined")

    await database.run(work)


async def test_before_the_start_seats_are_held_for_who_said_yes_and_afterwards_given_away(
    database: Database, vault: Vault
) -> None:
    def work(db: Session) -> None:
        assembly_id, code = on_the_wall(db, seats=3)
        invited(db, assembly_id, "yes", "yes")
        door = get_door(db, assembly_id, make_door(db, assembly_id, "Puerta", vault, None))
        count_others(db, secret_of(door, vault), 1)
        rosa, luis, blanca = (somebody(db, name) for name in ("rosa", "luis", "blanca"))
        assert walk_in(db, rosa, code).entry is Entry.FULL
        with at(STARTS):
            found = [walk_in(db, each, code).entry for each in (rosa, luis, blanca, rosa)]
        assert found == ["joined", "joined", "full", "joined"]

    await database.run(work)


async def test_of_two_who_take_the_last_place_at_once_one_is_in(database: Database) -> None:
    def ready(db: Session) -> tuple[str, list[bytes]]:
        _, code = on_the_wall(db, seats=1)
        return code, [somebody(db, name) for name in ("rosa", "luis")]

    code, people = await database.run(ready)
    found = await asyncio.gather(*(database.run(walk_in, each, code) for each in people))
    assert sorted(each.entry for each in found) == ["full", "joined"]


async def test_who_was_invited_and_had_declined_is_no_walk_in(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, code = on_the_wall(db)
        (luis,) = invited(db, assembly_id, "no")
        db.get_one(Participant, luis).chat_index = b"l" * 32
        db.execute(update(Invitation).values(reason="date"))
        assert walk_in(db, b"l" * 32, code).entry is Entry.JOINED
        row = db.scalars(select(Invitation)).one()
        assert (row.answer, row.came, row.walk_in, row.reason) == ("yes", True, False, None)

    await database.run(work)


async def test_nobody_joins_what_was_called_off_or_by_a_code_that_is_on_no_wall(database: Database) -> None:
    def work(db: Session) -> None:
        _, code = on_the_wall(db)
        rosa = somebody(db, "rosa")
        with pytest.raises(NotFound):
            walk_in(db, rosa, "aaaaaaaaaa")
        with pytest.raises(NotEnrolled):
            walk_in(db, b"nobody".ljust(32), code)
        db.execute(update(Assembly).values(state="cancelled"))
        assert walk_in(db, rosa, code).entry is Entry.CANCELLED
        assert db.scalar(select(Invitation.id)) is None

    await database.run(work)
