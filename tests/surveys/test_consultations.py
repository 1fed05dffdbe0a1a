"""Opening asks everyone reachable; closing cuts every tie between people and what they said."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.claims import claim_batch
from core.clock import at
from core.courses import cancel_broadcast
from core.database import Database
from core.doubts import leave
from core.errors import Conflict, NotFound
from core.outbox import Settled
from core.outbox import settle as settle_all
from core.people import Contact, enrol, stop_reaching
from core.progress import State
from core.tables import Broadcast, Delivery, Participant, Table
from surveys.consultations import (
    Reach,
    close_consultation,
    draft_consultation,
    get_consultation,
    list_consultations,
    open_consultation,
)
from surveys.conversation.turns import Skip, Typed
from surveys.questionnaire import Choice, Group, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.responses import erase_participant, say, take_up, tap
from surveys.steps import Asked, Ready, Tap
from surveys.submission import Heard, send_in
from surveys.tables import Participation, Response, Voice
from tests.core.kept import kept_bytes

ZONE = ZoneInfo("America/Guayaquil")
MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
QUESTIONNAIRE = Questionnaire(
    "n",
    {"es": "Necesidades"},
    "1",
    ("es",),
    "es",
    (
        Question("began", Kind.START),
        Question("day", Kind.TODAY),
        Question("age", Kind.INTEGER, {"es": "¿Edad?"}, required="true()"),
        Question(
            "canton", Kind.SELECT_ONE, {"es": "¿Cantón?"}, choices=(Choice("otavalo", {"es": "Otavalo"}),)
        ),
        Question("words", Kind.TEXT, {"es": "¿Qué más?"}),
        Question("ended", Kind.END),
        Question("this_day", Kind.CALCULATE, calculation="string(today())"),
        Question("both", Kind.CALCULATE, calculation="concat(/data/age, ' ', today())"),
        Question("later", Kind.CALCULATE, calculation="/data/age + (today() - today())"),
        Question("visit", Kind.DATE, {"es": "¿Fecha?"}, default="today()", read_only=True),
        Group("home", (Question("home/came", Kind.START),), {"es": "Casa"}, repeats=True, repeat_count="1"),
    ),
)


def key(person: int) -> bytes:
    """The blind index of a person."""
    return f"index-{person}".encode().ljust(32, b".")


def settle(db: Session, people: range) -> None:
    for person in people:
        enrol(db, Contact(key(person), f"sealed-{person}".encode()), "es", "1")


def draft(db: Session) -> int:
    stored = store_questionnaire(db, QUESTIONNAIRE, content=b"", file_name="n.xlsx", account_id=None)
    return draft_consultation(db, questionnaire_id=stored, account_id=None)


def open_one(db: Session) -> int:
    consultation_id = draft(db)
    open_consultation(db, consultation_id, account_id=None)
    return consultation_id


def hear(words: str) -> Heard:
    return Heard("es", words.replace("Ana", "[…]"), b"sealed " + words.encode())


def answer(db: Session, person: int, consultation_id: int, words: str | None, *, send: bool = True) -> None:
    """A person goes through the questionnaire, each with an age of their own."""
    take_up(db, key(person), consultation_id, ZONE)
    for move in (Typed(str(20 + person)), Typed("Otavalo")):
        say(db, key(person), move, ZONE)
    if words is None:
        step = take_up(db, key(person), consultation_id, ZONE)
        assert isinstance(step, Asked)
        step = tap(db, key(person), Tap(consultation_id, step.turn, Skip()), ZONE)
    else:
        step = say(db, key(person), Typed(words), ZONE)
    assert isinstance(step, Ready)
    if send:
        send_in(db, key(person), consultation_id, hear, ZONE)


def everything(db: Session) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, in the order in which they lie in the files."""
    place = "ctid" if db.get_bind().dialect.name == "postgresql" else None
    return {
        table.name: [
            dict(row) for row in db.execute(select(table).order_by(text(place) if place else None)).mappings()
        ]
        for table in Table.metadata.sorted_tables
    }


@pytest.fixture(autouse=True)
def one_day() -> Iterator[None]:
    with at(MOMENT):
        yield


# Opening


async def test_opening_asks_everyone_reachable(database: Database) -> None:
    await database.run(settle, range(4))
    await database.run(stop_reaching, key(2))

    consultation_id = await database.run(open_one)

    card = await database.read(get_consultation, consultation_id)
    assert (card.state, card.opened_at, card.reach) == ("open", MOMENT, Reach(0, 0, 0))
    stored = await database.read(everything)
    assert sorted(row["participant_id"] for row in stored["delivery"]) == [1, 2, 4]
    assert [row["kind"] for row in stored["broadcast"]] == ["opening"]


async def test_a_consultation_is_opened_once(database: Database) -> None:
    consultation_id = await database.run(open_one)

    with pytest.raises(Conflict):
        await database.run(open_consultation, consultation_id, account_id=None)


async def test_what_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        await database.run(open_consultation, 99, account_id=None)
    with pytest.raises(NotFound):
        await database.run(close_consultation, 99, account_id=None)
    with pytest.raises(NotFound):
        await database.read(get_consultation, 99)
    with pytest.raises(NotFound):
        await database.run(draft_consultation, questionnaire_id=99, account_id=None)


async def test_the_newest_consultation_is_listed_first(database: Database) -> None:
    first = await database.run(open_one)
    second = await database.run(draft)

    listed = await database.read(list_consultations)

    assert [(card.id, card.state) for card in listed] == [(second, "draft"), (first, "open")]


def announce(db: Session, ends: dict[int, State]) -> None:
    """The announcement came to the first people of it as it says; of the others it has not left."""
    claimed = [one.delivery_id for one in claim_batch(db, 1, 0, len(ends))]
    settle_all(db, 1, 0, [Settled(id, ends[id]) for id in claimed if ends[id] is not State.SENDING])


async def test_reach_counts_to_whom_it_came_who_began_and_who_came_to_the_end(database: Database) -> None:
    await database.run(settle, range(8))
    consultation_id = await database.run(open_one)
    ends = {1: State.SENT, 2: State.SENT, 3: State.BLOCKED, 4: State.FAILED, 5: State.SENDING}
    await database.run(announce, ends)
    assert (await database.read(get_consultation, consultation_id)).reach == Reach(2, 0, 0)

    with at(MOMENT + timedelta(minutes=5)):
        await database.run(leave, 1, account_id=None)
    assert (await database.read(get_consultation, consultation_id)).reach.received == 3, (
        "almost always it did"
    )

    await database.run(answer, 0, consultation_id, "Trabajo")
    await database.run(answer, 6, consultation_id, "Salud", send=False)
    await database.run(settle, range(8, 9))
    await database.run(take_up, key(8), consultation_id, ZONE)

    reach = (await database.read(get_consultation, consultation_id)).reach
    assert reach == Reach(received=5, started=3, finished=1), (
        "who began before it came to them has it as well"
    )
    assert [card.reach for card in await database.read(list_consultations)] == [reach]


async def test_a_sending_that_was_cancelled_came_to_whom_it_had_left_for(database: Database) -> None:
    await database.run(settle, range(4))
    consultation_id = await database.run(open_one)
    await database.run(announce, {1: State.SENT})
    await database.run(cancel_broadcast, 1, account_id=None)
    assert (await database.read(get_consultation, consultation_id)).reach == Reach(1, 0, 0)


# Closing


@pytest.fixture
async def closing(database: Database) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Twelve people, ten sent in, one stopped at the end, one was only asked: everything before and after."""
    await database.run(settle, range(12))
    consultation_id = await database.run(open_one)
    for person in range(11):
        moment = MOMENT + timedelta(days=person % 3, minutes=person)
        with at(moment):
            words = None if person == 3 else f"Soy Ana y necesito {person} cosas"
            await database.run(answer, person, consultation_id, words, send=person != 10)
    before = await database.read(everything)
    await database.run(close_consultation, consultation_id, account_id=None)
    await database.scrub()
    return consultation_id, before, await database.read(everything)


async def test_closing_drops_the_link_and_keeps_that_people_took_part(
    closing: tuple[int, dict[str, Any], dict[str, Any]],
) -> None:
    _, before, after = closing

    assert sum(row["response_id"] is not None for row in before["participation"]) == 11
    assert {row["response_id"] for row in after["participation"]} == {None}
    in_the_middle = {row["state"] for row in after["participation"] if row["current"]}
    assert in_the_middle == {"started"}, "only who has not finished may still hear that it is closed"
    states = sorted(row["state"] for row in after["participation"])
    assert states == ["asked", *["finished"] * 10, "started"]


async def test_closing_gives_every_answer_a_fresh_id_that_is_nowhere_else(
    database: Database, closing: tuple[int, dict[str, Any], dict[str, Any]]
) -> None:
    _, before, after = closing
    old = {row["id"] for row in (*before["response"], *before["voice"])}

    assert old
    assert not any(one in repr(after) for one in old), "in no row"
    kept = kept_bytes(database)
    assert not any(one.encode() in kept for one in old), "and in no free page"
    for row in after["response"]:
        places = [name for name, rows in after.items() if row["id"] in repr(rows)]
        assert set(places) <= {"response", "voice"}, "what is fresh is known to nobody but the voices"


async def test_answers_and_voices_stay_together_and_say_the_same(
    closing: tuple[int, dict[str, Any], dict[str, Any]],
) -> None:
    _, before, after = closing

    def said(rows: dict[str, Any]) -> list[tuple[str, str, bytes]]:
        ages = {row["id"]: row["answers"]["age"] for row in rows["response"] if row["answers"]}
        return sorted(
            (ages[voice["response_id"]], voice["text"], voice["original"]) for voice in rows["voice"]
        )

    assert len(said(after)) == 9
    assert said(after) == said(before)


async def test_answers_lie_in_the_order_of_their_random_ids_and_not_of_their_arrival(
    closing: tuple[int, dict[str, Any], dict[str, Any]],
) -> None:
    _, _, after = closing

    for name in ("response", "voice"):
        ids = [row["id"] for row in after[name]]
        assert ids == sorted(ids)
        assert all(len(one) == 32 for one in ids)


async def test_the_order_of_answers_differs_from_one_closing_to_the_next(database: Database) -> None:
    await database.run(settle, range(12))
    orders = set()
    for _ in range(2):
        consultation_id = await database.run(open_one)
        for person in range(12):
            await database.run(answer, person, consultation_id, None)
        await database.run(close_consultation, consultation_id, account_id=None)
        rows = (await database.read(everything))["response"]
        orders.add(tuple(row["answers"]["age"] for row in rows if row["consultation_id"] == consultation_id))

    assert len(orders) == 2, "one time in 479,001,600 this fails by chance"


async def test_dates_are_coarsened_to_the_month(closing: tuple[int, dict[str, Any], dict[str, Any]]) -> None:
    _, before, after = closing

    assert len({row["finished_on"] for row in before["response"]}) > 1
    assert {row["finished_on"] for row in after["response"]} == {date(2026, 11, 1)}
    for row in after["response"]:
        moments = ("began", "day", "ended", "visit", "home[1]/came")
        assert {row["answers"][name] for name in moments} == {"2026-11-01"}
        assert "2026-11-2" not in repr(row["answers"]), "nor in what is worked out from the day"
        assert row["answers"]["later"] == row["answers"]["age"], "what tells no day stays"
        assert (row["progress"], row["turn"]) == (None, 0)


async def test_what_was_never_sent_in_is_erased(closing: tuple[int, dict[str, Any], dict[str, Any]]) -> None:
    _, before, after = closing

    assert len(before["response"]) == 11
    assert len(after["response"]) == 10
    assert "30" not in {row["answers"]["age"] for row in after["response"]}


async def test_other_consultations_are_not_touched_by_a_closing(database: Database) -> None:
    await database.run(settle, range(2))
    first, second = await database.run(open_one), await database.run(open_one)
    for consultation_id in (first, second):
        await database.run(answer, 0, consultation_id, "Trabajo")
        await database.run(take_up, key(1), consultation_id, ZONE)

    await database.run(close_consultation, first, account_id=None)

    rows = await database.read(everything)
    assert len([row for row in rows["response"] if row["consultation_id"] == second]) == 2
    current = [row for row in rows["participation"] if row["current"]]
    assert [(row["participant_id"], row["consultation_id"]) for row in current] == [(2, second)]


async def test_a_consultation_is_closed_once(database: Database) -> None:
    consultation_id = await database.run(open_one)
    await database.run(close_consultation, consultation_id, account_id=None)

    with pytest.raises(Conflict):
        await database.run(close_consultation, consultation_id, account_id=None)
    with pytest.raises(Conflict):
        await database.run(open_consultation, consultation_id, account_id=None)


async def test_who_is_erased_takes_the_answers_along_while_it_is_open_and_leaves_them_after(
    database: Database,
) -> None:
    await database.run(settle, range(2))
    closed, still_open = await database.run(open_one), await database.run(open_one)
    for consultation_id in (closed, still_open):
        for person in range(2):
            await database.run(answer, person, consultation_id, "Trabajo")
    await database.run(close_consultation, closed, account_id=None)

    await database.run(erase_participant, key(0))

    def count(db: Session) -> dict[str, int]:
        tables = (Participant, Participation, Delivery, Broadcast, Response, Voice)
        return {table.__tablename__: len(list(db.scalars(select(table)))) for table in tables}

    assert await database.read(count) == {
        "participant": 1,
        "participation": 2,
        "delivery": 2,
        "broadcast": 2,
        "response": 3,
        "voice": 3,
    }
