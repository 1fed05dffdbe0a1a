"""A consultation opens to whom was chosen, now or at its time, once, and never to a handful of people."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import Conflict, InvalidInput
from core.progress import progress_of
from core.tables import Delivery, Participant
from deliberation.audience.criteria import Audience
from deliberation.opening import (
    AudienceEmpty,
    AudienceTooSmall,
    open_due,
    open_to_audience,
    plan,
    planned_audience,
    schedule,
)
from surveys.consultations import (
    ClosesBeforeOpening,
    OpensInThePast,
    get_consultation,
    open_consultation,
    unschedule_consultation,
)
from surveys.responses import list_open, take_up
from surveys.steps import Asked, NothingOpen
from surveys.tables import Participation
from tests.deliberation.asked import draft, person, was_asked

ZONE = ZoneInfo("America/Guayaquil")
MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
OTAVALO = Audience(cantons=("otavalo",))


def settle(db: Session, in_otavalo: int = 6, elsewhere: int = 3) -> int:
    """A draft, and people of two cantons."""
    for _ in range(in_otavalo):
        person(db, canton="otavalo")
    for number in range(elsewhere):
        person(db, canton="ibarra", reachable=number > 0)
    return draft(db)


def choose(db: Session, consultation_id: int, audience: Audience, closes_on: date | None = None) -> None:
    plan(db, consultation_id, audience=audience, closes_on=closes_on, remind_after=[7, 3, 3], account_id=None)


def open_now(db: Session, consultation_id: int) -> int:
    return open_to_audience(db, consultation_id, zone=ZONE, threshold=5, account_id=None)


def later(db: Session, consultation_id: int, moment: datetime) -> None:
    schedule(db, consultation_id, opens_at=moment, zone=ZONE, threshold=5, account_id=None)


async def test_those_of_the_audience_are_asked_and_nobody_else(database: Database) -> None:
    consultation = await database.run(settle)
    await database.run(choose, consultation, OTAVALO)
    broadcast = await database.run(open_now, consultation)

    def cantons(db: Session, table: type[Participation | Delivery]) -> list[str]:
        query = select(Participant.profile).join(table, table.participant_id == Participant.id)
        return [profile["canton"] for profile in db.scalars(query)]

    assert await database.read(cantons, Participation) == ["otavalo"] * 6
    assert await database.read(cantons, Delivery) == ["otavalo"] * 6
    assert (await database.read(progress_of, broadcast)).new == 6
    assert (await database.read(get_consultation, consultation)).remind_after == (3, 7)


async def test_newcomers_are_told_although_they_are_asked_by_then(database: Database) -> None:
    consultation = await database.run(settle)
    await database.run(lambda db: was_asked(db, 1, draft(db)))
    await database.run(choose, consultation, Audience(newcomers=True))
    broadcast = await database.run(open_now, consultation)
    assert (await database.read(progress_of, broadcast)).new == 7


@pytest.mark.parametrize(
    ("people", "refusal"), [(0, AudienceEmpty), (1, AudienceTooSmall), (4, AudienceTooSmall)]
)
async def test_a_handful_is_not_asked(database: Database, people: int, refusal: type[Exception]) -> None:
    consultation = await database.run(settle, people)
    await database.run(choose, consultation, OTAVALO)
    with pytest.raises(refusal):
        await database.run(open_now, consultation)
    with at(MOMENT), pytest.raises(refusal):
        await database.run(later, consultation, MOMENT + timedelta(days=1))
    assert (await database.read(get_consultation, consultation)).state == "draft"


async def test_everyone_is_asked_however_few_they_are(database: Database) -> None:
    consultation = await database.run(settle, 1, 0)
    await database.run(choose, consultation, Audience())
    broadcast = await database.run(open_now, consultation)
    assert (await database.read(progress_of, broadcast)).total == 1


async def test_it_opens_at_its_time_and_once(database: Database) -> None:
    consultation = await database.run(settle)
    await database.run(choose, consultation, OTAVALO)
    with at(MOMENT):
        await database.run(later, consultation, MOMENT + timedelta(hours=2))
        assert await database.run(open_due, ZONE, 5) == []
    with at(MOMENT + timedelta(hours=2)):
        [broadcast] = await database.run(open_due, ZONE, 5)
        assert await database.run(open_due, ZONE, 5) == []
        card = await database.read(get_consultation, consultation)
    assert (await database.read(progress_of, broadcast)).new == 6
    assert (card.state, card.opened_at) == ("open", MOMENT + timedelta(hours=2))


async def test_two_who_open_it_at_once_ask_once(database: Database) -> None:
    consultation = await database.run(settle)
    opened = await asyncio.gather(
        *(database.run(open_now, consultation) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(found).__name__ for found in opened) == ["Conflict"] * 3 + ["int"]


async def test_twins_of_the_timetable_open_it_once(database: Database) -> None:
    consultation = await database.run(settle)
    with at(MOMENT):
        await database.run(later, consultation, MOMENT + timedelta(hours=1))
    with at(MOMENT + timedelta(hours=1)):
        opened = await asyncio.gather(*(database.run(open_due, ZONE, 5) for _ in range(4)))
    assert sorted(map(len, opened)) == [0, 0, 0, 1]


async def test_who_left_is_not_asked_whoever_chose_them(database: Database) -> None:
    consultation = await database.run(settle)

    def ask_all(db: Session) -> int:
        return open_consultation(db, consultation, account_id=None, recipients=select(Participant.id))

    broadcast = await database.run(ask_all)
    assert (await database.read(progress_of, broadcast)).new == 8
    assert await database.read(lambda db: len(list(db.scalars(select(Participation))))) == 8


async def test_one_that_cannot_open_keeps_no_other_from_opening(database: Database) -> None:
    stuck = await database.run(settle)
    fine = await database.run(draft)
    await database.run(choose, stuck, OTAVALO)
    with at(MOMENT):
        await database.run(later, stuck, MOMENT + timedelta(hours=1))
        await database.run(later, fine, MOMENT + timedelta(hours=1))

    def leave(db: Session) -> None:
        for participant in db.scalars(select(Participant).limit(3)):
            participant.reachable = False

    await database.run(leave)
    with at(MOMENT + timedelta(hours=1)):
        assert len(await database.run(open_due, ZONE, 5)) == 1
    assert (await database.read(get_consultation, stuck)).state == "draft"
    assert (await database.read(get_consultation, fine)).state == "open"


async def test_changing_the_plan_takes_the_schedule_back(database: Database) -> None:
    consultation = await database.run(settle)
    with at(MOMENT):
        await database.run(later, consultation, MOMENT + timedelta(hours=1))
    await database.run(choose, consultation, OTAVALO)
    assert (await database.read(get_consultation, consultation)).opens_at is None
    assert await database.read(planned_audience, consultation) == OTAVALO


async def test_a_schedule_can_be_taken_back_until_it_opens(database: Database) -> None:
    consultation = await database.run(settle)
    with at(MOMENT):
        await database.run(later, consultation, MOMENT + timedelta(hours=1))
        await database.run(unschedule_consultation, consultation, account_id=None)
    with at(MOMENT + timedelta(hours=2)):
        assert await database.run(open_due, ZONE, 5) == []
    await database.run(open_now, consultation)
    for deed in (open_now, lambda db, key: unschedule_consultation(db, key, account_id=None)):
        with pytest.raises(Conflict):
            await database.run(deed, consultation)


async def test_dates_that_make_no_sense_are_refused(database: Database) -> None:
    consultation = await database.run(settle)
    await database.run(choose, consultation, Audience(), date(2026, 11, 30))
    with at(MOMENT):
        with pytest.raises(OpensInThePast):
            await database.run(later, consultation, MOMENT)
        # On the last day until midnight of the place, which in London is the next day already.
        with pytest.raises(ClosesBeforeOpening):
            await database.run(later, consultation, datetime(2026, 12, 1, 5, 0, tzinfo=UTC))
        await database.run(later, consultation, datetime(2026, 12, 1, 4, 59, tzinfo=UTC))
    with at(datetime(2026, 12, 1, 5, 0, tzinfo=UTC)):
        assert await database.run(open_due, ZONE, 5) == []
        with pytest.raises(ClosesBeforeOpening):
            await database.run(open_now, consultation)


async def test_an_audience_that_names_what_is_not_there_is_not_planned(database: Database) -> None:
    consultation = await database.run(settle)
    with pytest.raises(InvalidInput):
        await database.run(choose, consultation, Audience(silent=(99,)))
    assert await database.read(planned_audience, consultation) == Audience()


async def test_who_was_not_asked_does_not_find_it(database: Database) -> None:
    """Nor does a forwarded button let them in."""
    consultation = await database.run(settle)
    rosa, luis = b"r" * 32, b"l" * 32

    def name(db: Session) -> None:
        db.get_one(Participant, 1).chat_index = rosa
        db.get_one(Participant, 9).chat_index = luis

    await database.run(name)
    await database.run(choose, consultation, OTAVALO)
    await database.run(open_now, consultation)

    assert [line.id for line in await database.read(list_open, rosa, ZONE)] == [consultation]
    assert await database.read(list_open, luis, ZONE) == []
    assert await database.run(take_up, luis, consultation, ZONE) == NothingOpen()
    assert isinstance(await database.run(take_up, rosa, consultation, ZONE), Asked)
