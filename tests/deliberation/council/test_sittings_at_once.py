"""Two organisers on two connections: one waits for the other, and finds what it did."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import Conflict, RimayError
from deliberation.council.agenda import get_item
from deliberation.council.decisions import AlreadyDecided, WaitsForSitting, record_decision
from deliberation.council.items import add_item, save_item, withdraw_item
from deliberation.council.sittings import ItemNotReady, convene, order_by_hand, plan_sitting
from tests.deliberation.council.sessions import NOW, YES, ZONE, plan, sitting, wording

Act = Callable[[Session], object]
FREE, PLANNED, OTHER, FULL = 3, 2, 3, 1
"""An item on no agenda, two sittings without one, and one that has its own."""


def arrange(db: Session) -> None:
    sitting(db)
    for _ in range(2):
        plan_sitting(db, plan(), account_id=None)
    assert add_item(db, wording("Libre"), ZONE, account_id=None) == FREE


def take(db: Session) -> None:
    order_by_hand(db, PLANNED, [FREE], account_id=None)


def take_elsewhere(db: Session) -> None:
    order_by_hand(db, OTHER, [FREE], account_id=None)


def decide(db: Session) -> None:
    record_decision(db, FREE, outcome="rejected", reason=YES, account_id=None)


def withdraw(db: Session) -> None:
    withdraw_item(db, FREE, account_id=None)


def publish(db: Session) -> None:
    convene(db, FULL, letter_number="1", account_id=None)


def edit(db: Session) -> None:
    save_item(db, 1, wording("Otro"), ZONE, account_id=None)


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [
        (take, take_elsewhere, ItemNotReady),
        (decide, take, ItemNotReady),
        (withdraw, take, ItemNotReady),
        (take, decide, WaitsForSitting),
        (decide, decide, AlreadyDecided),
        (publish, edit, Conflict),
        (edit, publish, None),
    ],
)
async def test_who_comes_second_waits_and_finds_what_was_done(
    postgresql_url: str, first: Act, second: Act, refusal: type[RimayError] | None
) -> None:
    database = Database(postgresql_url)
    done, go_on = threading.Event(), threading.Event()

    def hold(db: Session) -> None:
        first(db)
        db.flush()
        done.set()
        assert go_on.wait(10)

    with at(NOW):
        await database.run(arrange)
        holding = asyncio.create_task(database.run(hold))
        await asyncio.to_thread(done.wait, 10)
        waiting = asyncio.create_task(database.run(second))
        await asyncio.wait([waiting], timeout=0.3)
        assert not waiting.done()
        go_on.set()
        _, found = await asyncio.gather(holding, waiting, return_exceptions=True)
    title = (await database.read(get_item, 1)).title["es"]
    await database.dispose()
    assert found is None if refusal is None else isinstance(found, refusal)
    assert title == ("Otro" if edit is first else "Ferias")
