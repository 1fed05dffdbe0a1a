"""Codes at doors: one assembly each, twice is once, and nothing at a door that names anybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import NotFound
from core.sealing import Vault
from core.tables import Participant
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assemblies.turnout_report import report_turnout
from deliberation.assembly_day.check_in import Outcome, check_in
from deliberation.assembly_day.codes import LETTERS, answer_with_code, get_own_code, read_code
from deliberation.assembly_day.doors import (
    DoorEnded,
    DoorNameTaken,
    count_others,
    end_door,
    forget_codes,
    get_door,
    list_doors,
    listed,
    make_door,
    secret_of,
    view_door,
)
from deliberation.assembly_day.headcount import count_attendance
from tests.deliberation.assemblies.meetings import NOON, STARTS, invited, meeting

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with at(STARTS - 30 * MINUTE):
        yield


def opens(db: Session, vault: Vault, assembly_id: int, name: str = "Puerta principal") -> str:
    """A door is made; the secret of its link."""
    return secret_of(get_door(db, assembly_id, make_door(db, assembly_id, name, vault, None)), vault)


def comes(db: Session, vault: Vault, assembly_id: int, chat: str) -> str:
    """Somebody is invited and says yes well before; their code."""
    (person,) = invited(db, assembly_id, "none")
    db.get_one(Participant, person).chat_index = index = vault.index(chat)
    with at(NOON):
        answer_with_code(db, index, assembly_id, vault, comes=True)
    return get_own_code(db, index, assembly_id, vault).code


def shows(db: Session, vault: Vault, secret: str, code: str, **how: Any) -> Outcome:
    return check_in(db, secret, code, vault, **how).outcome


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7M2PX", "K7M2PX"),
        (" k7m-2px ", "K7M2PX"),
        ("https://rimay.ejemplo.ec/door#K7M2PX", "K7M2PX"),
        ("K7M2P", None),
        ("K7M2P0", None),
        ("ÑÑÑÑÑÑ", None),
        ("", None),
    ],
)
def test_a_code_is_read_as_people_write_it(typed: str, code: str | None) -> None:
    assert read_code(typed) == code


async def test_a_code_opens_its_own_assembly_only_and_counts_once(database: Database, vault: Vault) -> None:
    def work(db: Session) -> list[Outcome]:
        here, there = meeting(db), meeting(db)
        code, secret, elsewhere = (
            comes(db, vault, here, "1"),
            opens(db, vault, here),
            opens(db, vault, there),
        )
        found = [shows(db, vault, elsewhere, code)]
        found += [shows(db, vault, secret, each) for each in (code, code.lower(), "222222")]
        assert (count_attendance(db, here, 5).came, count_attendance(db, there, 5).came) == (1, 0)
        found += [shows(db, vault, secret, code, undo=True), shows(db, vault, secret, code)]
        return found

    assert await database.run(work) == ["unknown", "came", "before", "unknown", "undone", "came"]


async def test_a_code_is_made_by_a_yes_stays_the_same_and_falls_with_the_seat(
    database: Database, vault: Vault
) -> None:
    def work(db: Session) -> None:
        assembly_id = meeting(db)
        code, secret = comes(db, vault, assembly_id, "1"), opens(db, vault, assembly_id)
        assert len(code) == 6 and set(code) <= set(LETTERS)
        with at(NOON):
            answer_with_code(db, vault.index("1"), assembly_id, vault, comes=False)
        assert shows(db, vault, secret, code) is Outcome.UNKNOWN
        with pytest.raises(NotFound):
            get_own_code(db, vault.index("1"), assembly_id, vault)
        with at(NOON):
            answer_with_code(db, vault.index("1"), assembly_id, vault, comes=True)
        assert get_own_code(db, vault.index("1"), assembly_id, vault).code == code
        row = db.scalars(select(Invitation)).one()
        assert code.encode() not in (row.code or b"") + (row.code_sealed or b"")

    await database.run(work)


async def test_codes_are_erased_when_the_doors_are_closed_for_good(database: Database, vault: Vault) -> None:
    def work(db: Session) -> list[bool]:
        comes(db, vault, meeting(db), "1")
        kept = []
        for moment in (STARTS + timedelta(hours=13), STARTS + timedelta(hours=14)):
            with at(moment):
                forget_codes(db)
            kept.append(db.scalar(select(Invitation.code_sealed)) is not None)
        return kept

    assert await database.run(work) == [True, False]


async def test_nobody_is_let_in_hours_before(database: Database, vault: Vault) -> None:
    def work(db: Session) -> Outcome:
        assembly_id = meeting(db)
        code, secret = comes(db, vault, assembly_id, "1"), opens(db, vault, assembly_id)
        with at(STARTS - 121 * MINUTE):
            return shows(db, vault, secret, code)

    assert await database.run(work) == "early"


async def test_a_door_ends_when_it_is_told_to_when_the_assembly_is_long_over_and_when_it_is_called_off(
    database: Database, vault: Vault
) -> None:
    def work(db: Session) -> None:
        assembly_id = meeting(db)
        first, second = opens(db, vault, assembly_id), opens(db, vault, assembly_id, "Atrás")
        end_door(db, assembly_id, list_doors(db, assembly_id)[1].id, None)
        view_door(db, second, vault)
        with pytest.raises(DoorEnded):
            check_in(db, first, "K7M2PX", vault)
        with at(STARTS + timedelta(hours=15)), pytest.raises(DoorEnded):
            count_others(db, second, 1)
        db.execute(update(Assembly).values(state="cancelled"))
        db.expire_all()
        with pytest.raises(DoorEnded):
            view_door(db, second, vault)
        with pytest.raises(NotFound):
            view_door(db, "a secret of nobody's", vault)

    await database.run(work)


async def test_two_open_doors_have_two_names_and_their_counts_add_up(
    database: Database, vault: Vault
) -> None:
    def work(db: Session) -> int:
        assembly_id = meeting(db)
        first = opens(db, vault, assembly_id)
        with pytest.raises(DoorNameTaken):
            opens(db, vault, assembly_id, "PUERTA principal")
        second = opens(db, vault, assembly_id, "Atrás")
        for secret, people in ((first, 4), (second, 3), (first, 5), (first, 5)):
            count_others(db, secret, people)
        return count_attendance(db, assembly_id, 5).others

    assert await database.run(work) == 8


async def test_the_list_of_a_door_knows_the_codes_and_tells_none(database: Database, vault: Vault) -> None:
    def work(db: Session) -> None:
        assembly_id = meeting(db, seats=30)
        codes = [comes(db, vault, assembly_id, str(number)) for number in range(12)]
        view = view_door(db, opens(db, vault, assembly_id), vault)
        assert {listed(code, view.salt) for code in codes} == set(view.listed)
        assert all(len(each) == 5 for each in view.listed), "20 bits: some 850 codes fit each"
        other = view_door(db, opens(db, vault, assembly_id, "Atrás"), vault)
        assert other.salt != view.salt and set(other.listed) != set(view.listed)
        assert not any(code in repr(view) for code in codes)

    await database.run(work)


async def test_the_room_and_the_report_together_show_no_small_number(
    database: Database, vault: Vault
) -> None:
    """Of twelve women ten are expected: the report says that twelve were invited."""

    def work(db: Session) -> None:
        assembly_id = meeting(db, seats=40)
        for gender, came, expected, declined in (("woman", 5, 10, 2), ("man", 5, 11, 0), ("other", 7, 15, 6)):
            people = invited(db, assembly_id, *["yes"] * expected, *["no"] * declined)
            for number, each in enumerate(people):
                db.get_one(Participant, each).profile = {"gender": gender}
                mine = Invitation.participant_id == each
                db.execute(update(Invitation).where(mine).values(came=number < came))
        db.get_one(Assembly, assembly_id).reference = {"gender": {"woman": 1, "man": 1, "other": 1}}
        report = {line.value: line for line in report_turnout(db, assembly_id, 5).groups}
        room = {line.value: line for line in count_attendance(db, assembly_id, 5).groups}
        assert report["woman"].invited == 12 and report["woman"].counts is None
        assert room["woman"].counts is None, "two women declined"
        withheld = {value for value, line in report.items() if line.counts is None}
        assert {value for value, line in room.items() if line.counts is None} == withheld == {"woman", "man"}
        assert room["other"].counts is not None and room["other"].counts.yes == 15

    await database.run(work)


async def test_the_groups_of_those_who_come_show_no_small_number(database: Database, vault: Vault) -> None:
    def work(db: Session) -> None:
        assembly_id = meeting(db, seats=40)
        for gender, came, expected in (("woman", 7, 14), ("man", 2, 9)):
            people = invited(db, assembly_id, *["yes"] * expected)
            for number, each in enumerate(people):
                db.get_one(Participant, each).profile = {"gender": gender}
                mine = Invitation.participant_id == each
                db.execute(update(Invitation).where(mine).values(came=number < came))
        found = count_attendance(db, assembly_id, 5)
        assert (found.expected, found.came, found.inside) == (23, 9, 9)
        lines = {line.value: line for line in found.groups if line.category == "gender"}
        assert lines["man"].invited == 9 and lines["man"].counts is None and lines["man"].came == "few"
        assert lines["woman"].counts is None, "all less the women would give the men away"

    await database.run(work)
