"""What is asked of the machine about answers is worked out in a process of its own, by whoever lives, once."""

import asyncio

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.voices.codebooks import read_codebook
from deliberation.voices.suggesting import ask_suggestion, call_off, list_asked, read_task
from rimay.coding_work import CalledOff, Coder
from tests.deliberation.voices.coded import ANA, add_coders, closed_with_answers


def _asked(db: Session) -> int:
    add_coders(db)
    consultation_id = closed_with_answers(db)
    ask_suggestion(db, consultation_id, 3, seen=0, account_id=ANA)
    return consultation_id


async def test_what_is_asked_is_worked_out_once_by_workers_that_look_together(database: Database) -> None:
    consultation_id = await database.run(_asked)
    await asyncio.gather(Coder(database).look(), Coder(database).look())
    codebook = await database.read(read_codebook, consultation_id)
    assert codebook.suggestion["number"] == 1 and len(codebook.themes) == 3
    assert await database.read(list_asked) == [] and not await Coder(database).make(consultation_id)


async def test_what_fails_is_told_and_not_tried_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation_id = await database.run(_asked)
    monkeypatch.setattr("rimay.coding_work.sys.executable", "/bin/false")
    assert not await Coder(database).make(consultation_id)
    assert (await database.read(read_codebook, consultation_id)).suggestion["failed"] == 1
    assert await database.read(list_asked) == []


async def test_who_calls_it_off_ends_the_work(database: Database) -> None:
    consultation_id = await database.run(_asked)
    coder = Coder(database)
    begun = await database.read(read_task, consultation_id)
    assert begun is not None
    await coder._say(begun, (3, 24))
    assert (await database.read(read_codebook, consultation_id)).suggestion["asked"]["done"] == 3

    await database.run(call_off, consultation_id, account_id=ANA)
    with pytest.raises(CalledOff):
        await coder._say(begun, (4, 24))


async def test_who_is_told_to_stop_takes_the_other_process_with_it(database: Database) -> None:
    consultation_id = await database.run(_asked)
    work = asyncio.create_task(Coder(database).make(consultation_id))
    await asyncio.sleep(0.3)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert not (await database.read(read_codebook, consultation_id)).themes
