"""Replies are published several at once: who looks twice cannot tell what one person replied in between."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.tables import Participant
from deliberation.accounting.replies import Replies
from deliberation.accounting.year import read_year
from deliberation.commitments.follow_up import NOTICED, ask_whether_noticed, noticed_of, reply_to_follow_up
from deliberation.commitments.lights import months_after
from deliberation.commitments.promising import add_commitment
from deliberation.commitments.units import add_unit
from deliberation.council.decisions import (
    SATISFIED,
    record_decision,
    reply_to_decision,
    satisfaction_of,
)
from deliberation.council.published import get_published_item
from deliberation.opinions.own_votes import erase_person
from deliberation.replies import REPLIES, Tally
from tests.deliberation.commitments.promises import HEALTH, promise
from tests.deliberation.council.sessions import NOW, TWENTY, YES, ZONE, named, proposed, took_part

PEOPLE, THRESHOLD = 33, 5
DUE = NOW.date() + timedelta(days=30)
THEN = datetime.combine(months_after(DUE, 3), time(10), ZONE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that everybody who contributed was asked, and its subject, which has the first number."""

    tally: Tally
    reply: Callable[..., bool]
    read: Callable[[Session, int], Mapping[str, int]]


DECISION = Asked(SATISFIED, reply_to_decision, satisfaction_of)
COMMITMENT = Asked(NOTICED, reply_to_follow_up, noticed_of)


@pytest.fixture(params=(DECISION, COMMITMENT), ids=("decision", "commitment"))
def asked(request: pytest.FixtureRequest) -> Iterator[Asked]:
    """It is the day on which people are asked whether they noticed what was promised."""
    with at(THEN):
        asked: Asked = request.param
        yield asked


def _prepare(db: Session) -> None:
    with at(NOW):
        consultation_id = named(db, TWENTY)
        took_part(db, consultation_id, PEOPLE)
        for row in db.scalars(select(Participant)):
            row.chat_index = _index(row.id)
        item_id, *_ = proposed(db, consultation_id)
        record_decision(db, item_id, outcome="accepted", reason=YES, account_id=None)
        unit_id = add_unit(db, HEALTH, "health", account_id=None)
        add_commitment(db, item_id, promise(unit_id), DUE, ZONE, account_id=None)
    assert ask_whether_noticed(db, 1, ZONE) is not None


def _index(number: int) -> bytes:
    return bytes([number]) * 32


def _reply(db: Session, asked: Asked, number: int, threshold: int = THRESHOLD) -> bool:
    """So many each: yes, partly, no, yes, ..."""
    return asked.reply(db, _index(number), 1, REPLIES[number % 3], threshold=threshold)


def _everything(db: Session) -> tuple[object, ...]:
    """Every place where replies are read."""
    account = read_year(db, NOW.year, threshold=1, zone=ZONE)
    (decision,), (commitment,) = account.decisions, account.commitments
    item = get_published_item(db, decision.item_id)
    return item.replies, decision.replies, account.satisfied, noticed_of(db, 1), commitment.noticed


def _exact(db: Session, asked: Asked) -> tuple[int, int]:
    """How many are counted, and how many of these are published."""
    counts = asked.tally.counts
    counted, released = db.execute(select(func.sum(counts.count), func.sum(counts.released))).one()
    return int(counted), int(released)


async def test_two_looks_differ_by_nobody_or_by_as_many_as_the_threshold(
    database: Database, asked: Asked
) -> None:
    await database.run(_prepare)
    looks = [(await database.read(asked.read, 1), await database.read(_everything))]
    for number in range(1, PEOPLE + 1):
        assert await database.run(_reply, asked, number)
        looks.append((await database.read(asked.read, 1), await database.read(_everything)))
    changes = 0
    for (before, all_before), (after, all_after) in pairwise(looks):
        change = sum(after.values()) - sum(before.values())
        assert (change == 0 and all_after == all_before) or (change == THRESHOLD and all_after != all_before)
        changes += change > 0
    assert changes == PEOPLE // THRESHOLD
    assert await database.read(asked.read, 1) == {"yes": 10, "partly": 10, "no": 10}


async def test_no_page_shows_what_waits(database: Database, asked: Asked) -> None:
    await database.run(_prepare)
    for number in range(1, THRESHOLD):
        await database.run(_reply, asked, number)
    nothing = dict.fromkeys(REPLIES, 0)
    replies = Replies(nothing, 0)
    assert await database.read(_everything) == (nothing, replies, Replies({}, 0), nothing, replies)


async def test_what_was_published_stays_when_the_threshold_is_raised(
    database: Database, asked: Asked
) -> None:
    await database.run(_prepare)
    for number in range(1, 6):
        await database.run(_reply, asked, number)
    for number in range(6, 15):
        await database.run(_reply, asked, number, 10)
    assert await database.read(_exact, asked) == (14, 5)
    await database.run(_reply, asked, 15, 10)
    assert await database.read(_exact, asked) == (15, 15)


async def test_who_erases_themselves_takes_nothing_back(database: Database, asked: Asked) -> None:
    """Their message is gone and with it that they replied; a count that fell would tell what they said."""
    await database.run(_prepare)
    for number in range(1, 6):
        await database.run(_reply, asked, number)
    published = await database.read(asked.read, 1)
    await database.run(erase_person, _index(1))
    assert await database.read(asked.read, 1) == published
    assert await database.read(_exact, asked) == (5, 5)


async def test_many_at_once_in_two_processes_are_released_without_a_gap(
    database: Database, asked: Asked
) -> None:
    await database.run(_prepare)
    other = Database(database.url.render_as_string(hide_password=False))
    turns = (
        (database if number % 2 else other).run(_reply, asked, number) for number in range(1, PEOPLE + 1)
    )
    assert all(await asyncio.gather(*turns))
    await other.dispose()
    assert await database.read(_exact, asked) == (PEOPLE, PEOPLE // THRESHOLD * THRESHOLD)


async def test_the_second_of_two_waits_and_finds_what_the_first_counted(
    postgresql_url: str, asked: Asked
) -> None:
    database = Database(postgresql_url)
    done, go_on = threading.Event(), threading.Event()

    def hold(db: Session) -> None:
        assert _reply(db, asked, 4)
        done.set()
        assert go_on.wait(10)

    await database.run(_prepare)
    for number in range(1, 4):
        await database.run(_reply, asked, number)
    holding = asyncio.create_task(database.run(hold))
    await asyncio.to_thread(done.wait, 10)
    waiting = asyncio.create_task(database.run(_reply, asked, 5))
    await asyncio.wait([waiting], timeout=0.3)
    assert not waiting.done()
    go_on.set()
    await asyncio.gather(holding, waiting)
    found = await database.read(_exact, asked)
    await database.dispose()
    assert found == (5, 5)
