"""A closing and an answer on two connections: one waits for the other, and no tie to a person is left behind."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from surveys.consultations import close_consultation
from surveys.responses import take_up
from surveys.steps import Closed
from surveys.submission import send_in
from surveys.tables import Participation, Response
from tests.surveys.test_consultations import ZONE, answer, hear, key, open_one, settle

Act = Callable[[Session, int], object]


def begin(db: Session, consultation: int) -> object:
    return take_up(db, key(1), consultation, ZONE)


def send(db: Session, consultation: int) -> object:
    return send_in(db, key(0), consultation, hear, ZONE)


@pytest.mark.parametrize("act", [begin, send])
@pytest.mark.parametrize("closing_is_first", [True, False])
async def test_after_both_are_over_nothing_ties_a_person_to_an_answer(
    postgresql_url: str, act: Act, closing_is_first: bool
) -> None:
    database = Database(postgresql_url)
    await database.run(settle, range(2))
    consultation = await database.run(open_one)
    await database.run(answer, 0, consultation, "Trabajo", send=False)
    done, go_on = threading.Event(), threading.Event()

    def close(db: Session, consultation: int) -> None:
        close_consultation(db, consultation, account_id=None)

    def hold(db: Session, first: Act) -> object:
        found = first(db, consultation)
        db.flush()
        done.set()
        assert go_on.wait(10)
        return found

    first, second = (close, act) if closing_is_first else (act, close)
    holding = asyncio.create_task(database.run(hold, first))
    await asyncio.to_thread(done.wait, 10)
    waiting = asyncio.create_task(database.run(second, consultation))
    await asyncio.wait([waiting], timeout=0.3)
    assert not waiting.done()
    go_on.set()
    found = dict(zip((first, second), await asyncio.gather(holding, waiting), strict=True))
    ties = await database.read(lambda db: list(db.scalars(select(Participation.response_id))))
    states = await database.read(lambda db: list(db.scalars(select(Response.state))))
    await database.dispose()
    assert ties == [None, None]
    assert set(states) <= {"finished"}, "what was not sent in is erased"
    assert isinstance(found[act], Closed) is closing_is_first
