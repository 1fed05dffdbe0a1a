"""Minutes: drafted from what was recorded, confirmed by two people as they saw them, and never changed afterwards."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import add_account
from core.broadcasts import Kind
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from core.tables import Broadcast, Delivery
from deliberation.assembly_day.agreements import Agreement, agreements_of
from deliberation.assembly_day.ballot_results import BallotKind
from deliberation.assembly_day.balloting import cast_vote, tick_option
from deliberation.assembly_day.ballots import close_ballot
from deliberation.assembly_day.minutes import (
    AssemblyNotBegun,
    BallotsOpen,
    MinutesChanged,
    confirm_minutes,
    correct_minutes,
    differs_from_recorded,
    draft_minutes,
    get_confirmed_minutes,
    get_minutes,
    list_minutes,
    refresh_minutes,
    rewrite_minutes,
)
from deliberation.assembly_day.relevance import took_part
from tests.deliberation.assembly_day.rooms import ASKED, BEGAN, DURING, asked, chat, room

NOTES = {"es": "Abrió la coordinadora.", "qu": "Pushakmi paskarka."}


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    with at(DURING):
        yield


def accounts(db: Session) -> tuple[int, int]:
    """An organiser and a council member."""
    made = [
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash="x")
        for role in ("organiser", "council")
    ]
    return made[0].id, made[1].id


def voted(db: Session, assembly_id: int, *, no: int = 2) -> int:
    """A proposal on which all six voted."""
    ballot = asked(db, assembly_id)
    for number in range(6):
        cast_vote(db, chat(number), ballot, "no" if number < no else "yes")
    close_ballot(db, ballot, {}, threshold=5, account_id=None)
    return ballot


def draft(db: Session, assembly_id: int) -> int:
    return draft_minutes(db, assembly_id, threshold=5, account_id=None)


async def test_a_draft_says_what_was_recorded_and_a_second_call_begins_no_other(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db, others=5)
        ballot = voted(db, assembly)
        minutes = draft(db, assembly)
        assert draft(db, assembly) == minutes
        said = get_minutes(db, minutes).content
        assert said["attendance"] == {"total": 11, "others": 5, "threshold": 5}
        assert said["facts"]["title"]["qu"] == "Wasimanta tantanakuy"
        assert [(each["id"], each["result"]["counts"]["yes"]) for each in said["ballots"]] == [(ballot, 4)]

    await database.run(work)


@pytest.mark.parametrize(
    ("came", "others", "told"),
    [(4, 0, (None, None)), (6, 4, (10, None)), (4, 6, (10, None)), (5, 5, (10, 5)), (0, 0, (0, None))],
)
async def test_no_small_number_of_who_came_is_told(
    database: Database, came: int, others: int, told: tuple[Any, Any]
) -> None:
    def work(db: Session) -> None:
        attendance = get_minutes(db, draft(db, room(db, came, others=others))).content["attendance"]
        assert (attendance["total"], attendance["others"]) == told

    await database.run(work)


async def test_there_are_none_before_the_assembly_and_none_while_the_room_votes(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db)
        with at(BEGAN - timedelta(hours=1)), pytest.raises(AssemblyNotBegun):
            draft(db, assembly)
        ana, _ = accounts(db)
        asked(db, assembly)
        with pytest.raises(BallotsOpen):
            confirm_minutes(db, draft(db, assembly), 0, account_id=ana)

    await database.run(work)


async def test_two_accounts_confirm_what_they_saw_and_who_came_is_told_once(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db, absent=2)
        ana, belen = accounts(db)
        minutes = draft(db, assembly)
        assert confirm_minutes(db, minutes, 0, account_id=ana) is None
        assert confirm_minutes(db, minutes, 0, account_id=ana) is None
        with pytest.raises(NotFound):
            get_confirmed_minutes(db, minutes)
        broadcast = confirm_minutes(db, minutes, 0, account_id=belen)
        assert broadcast is not None and confirm_minutes(db, minutes, 0, account_id=belen) is None
        told = db.scalars(select(Delivery.participant_id).where(Delivery.broadcast_id == broadcast))
        assert sorted(told) == [1, 2, 3, 4, 5, 6]
        assert took_part(db, minutes, [1, 6, 7]) == {1, 6}
        card = get_confirmed_minutes(db, minutes)
        assert [each.role for each in card.confirmations] == ["organiser", "council"]

    await database.run(work)


async def test_a_change_makes_a_confirmation_fall_and_a_stale_one_is_refused(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db)
        ana, belen = accounts(db)
        minutes = draft(db, assembly)
        confirm_minutes(db, minutes, 0, account_id=ana)
        rewrite_minutes(db, minutes, 0, notes=NOTES, dissent={}, account_id=ana)
        assert get_minutes(db, minutes).confirmations == ()
        with pytest.raises(MinutesChanged):
            confirm_minutes(db, minutes, 0, account_id=belen)
        with pytest.raises(MinutesChanged):
            rewrite_minutes(db, minutes, 0, notes={}, dissent={}, account_id=belen)
        assert confirm_minutes(db, minutes, 1, account_id=belen) is None
        assert get_minutes(db, minutes).content["notes"] == NOTES

    await database.run(work)


async def test_what_is_recorded_later_is_noticed_and_taken_without_losing_what_was_written(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        assembly = room(db)
        minutes = draft(db, assembly)
        assert not differs_from_recorded(db, minutes, 5)
        ballot = voted(db, assembly)
        assert differs_from_recorded(db, minutes, 5)
        rewrite_minutes(db, minutes, 0, notes=NOTES, dissent={ballot: NOTES}, account_id=None)
        refresh_minutes(db, minutes, 1, threshold=5, account_id=None)
        content = get_minutes(db, minutes).content
        assert len(content["ballots"]) == 1
        assert (content["notes"], content["dissent"]) == (NOTES, {str(ballot): NOTES})

    await database.run(work)


async def test_confirmed_minutes_never_change_and_others_say_what_they_correct(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db)
        ana, belen = accounts(db)
        first = draft(db, assembly)
        with pytest.raises(Conflict):
            correct_minutes(db, first, NOTES, account_id=ana)
        for account in (ana, belen):
            confirm_minutes(db, first, 0, account_id=account)
        with pytest.raises(Conflict):
            rewrite_minutes(db, first, 0, notes=NOTES, dissent={}, account_id=ana)
        with pytest.raises(Conflict):
            refresh_minutes(db, first, 0, threshold=5, account_id=ana)
        second = correct_minutes(db, first, NOTES, account_id=ana)
        with pytest.raises(Conflict):
            correct_minutes(db, first, NOTES, account_id=ana)
        card = get_minutes(db, second)
        assert card.content["corrects"] == {"id": first, "number": 1, "why": NOTES}
        assert card.confirmations == () and get_minutes(db, first).corrected_by is None
        for account in (ana, belen):
            confirm_minutes(db, second, 0, account_id=account)
        assert get_confirmed_minutes(db, first).corrected_by == (second, 2)
        assert [each.id for each in list_minutes(db, only_confirmed=True)] == [second, first]

    await database.run(work)


async def test_two_who_confirm_at_once_send_one_broadcast(database: Database) -> None:
    def settle(db: Session) -> tuple[int, int, int]:
        return draft(db, room(db)), *accounts(db)

    minutes, *both = await database.run(settle)
    twice = [*both, *both]
    said = await asyncio.gather(
        *(database.run(confirm_minutes, minutes, 0, account_id=account) for account in twice)
    )
    assert sum(each is not None for each in said) == 1
    kinds = await database.read(lambda db: list(db.scalars(select(Broadcast.kind))))
    assert kinds == [Kind.MINUTES]


async def test_agreements_are_the_proposals_that_passed_and_know_their_minutes(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db)
        passed = voted(db, assembly)
        voted(db, assembly, no=5)
        order = asked(db, assembly, BallotKind.ORDER)
        tick_option(db, chat(0), order, "1", on=True)
        close_ballot(db, order, {}, threshold=5, account_id=None)
        assert agreements_of(db, assembly) == [Agreement(passed, ASKED, 6, 4, 2, 0, None, None)]
        minutes = draft(db, assembly)
        for account in accounts(db):
            confirm_minutes(db, minutes, 0, account_id=account)
        assert [each.minutes_id for each in agreements_of(db, assembly)] == [minutes]

    await database.run(work)
