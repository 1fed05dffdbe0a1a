"""What fails too often is set aside; what a dead process or a database that was away left behind is found."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.allowance import Allowance
from bot.botapi_person import Person
from bot.context import Context
from bot.handlers import consultations
from core.inbox import NOBODY, NotKept, keep_update, try_again
from core.sealing import Vault
from tests.bot.receiving import Ledger, Processes, settles, until, until_set_aside, waiting
from tests.bot.town import Town, own_answers

Json = dict[str, Any]


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa stand at the first question."""
    consultation_id = await town.opens()
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return consultation_id


# Poison


async def test_a_poisoned_update_is_set_aside_after_three_tries_and_the_rest_goes_on(
    town: Town, process: Processes, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    reception = process()
    poison = town.luis.send("poison")
    await reception(poison)
    await reception(town.luis.send("next"))

    assert ledger.began == ["poison", "poison", "poison", "next"]
    assert ledger.handled == ["next"]
    (row,) = await waiting(town, "aside")
    assert (row.update_id, row.fault, row.tries) == (poison["update_id"], "KeyError", 3)
    trouble = town.translator.in_every_language("chat.trouble")
    assert [message.text for message in town.luis.screen if message.from_bot] == [trouble], "said once"
    assert "KeyError" in caplog.text and "persiguen" not in caplog.text


async def test_what_fails_twice_is_handled_at_the_third_try_without_a_word(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    ledger.faults = 2
    await process()(town.luis.send("poison"))

    assert ledger.handled == ["poison"]
    assert await waiting(town, "aside") == []
    assert await waiting(town) == []
    assert not [message for message in town.luis.screen if message.from_bot]


async def test_what_was_done_before_it_failed_is_not_done_again(
    town: Town, consultation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[object] = []
    show = consultations.show

    async def fails_once(context: Context, step: Any, page: int = 0) -> None:
        shown.append(step)
        if len(shown) == 1:
            raise RuntimeError("after the answer was stored")
        await show(context, step, page)

    monkeypatch.setattr(consultations, "show", fails_once)
    await town.says(town.luis, "34")

    assert await own_answers(town, town.luis) == {"age": "34"}
    assert "¿En qué cantón vive?" in town.luis.last.text
    assert shown[1] is None, "the second try found it done"


async def test_what_an_organiser_tries_again_is_handled_by_whoever_sweeps(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    await process()(town.luis.send("poison"))
    (row,) = await waiting(town, "aside")
    await town.database.run(try_again, row.update_id, account_id=None)

    async with process().running():
        await ledger.sees("poison")
        await settles(town)


@pytest.mark.parametrize("update", [{}, {"update_id": 7, "message": "hola"}, {"update_id": True}, {"x": [1]}])
async def test_what_cannot_be_read_is_set_aside_of_nobody(
    town: Town, process: Processes, update: Json
) -> None:
    reception = process()
    await reception(update)
    await reception(update)

    (row,) = await waiting(town, "aside")
    assert row.person == NOBODY
    assert json.loads(town.vault.open_bytes(row.sealed)) == update


async def test_an_update_during_which_processes_die_is_set_aside(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    update = town.luis.send("kills")
    person, sealed = town.vault.index(str(town.luis.chat.id)), town.vault.seal(json.dumps(update))
    await town.database.run(keep_update, update["update_id"], person, sealed, tries=3)

    async with process().running():
        await until_set_aside(town)

    assert ledger.began == [], "a fourth process does not even begin"


async def test_what_another_key_has_sealed_is_set_aside_and_the_rest_goes_on(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    update = town.luis.send("1")
    person = town.vault.index(str(town.luis.chat.id))
    await town.database.run(keep_update, update["update_id"], person, Vault(bytes(32)).seal("{}"))

    await process()(town.luis.send("2"))

    await ledger.sees("2")
    (row,) = await waiting(town, "aside")
    assert (row.update_id, row.fault) == (update["update_id"], "UnusableKey")


# Crashes and outages


async def test_what_a_dead_process_stored_is_taken_up_by_another(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    for text in ("1", "2"):
        update = town.luis.send(text)
        sealed = town.vault.seal(json.dumps(update))
        index = town.vault.index(str(town.luis.chat.id))
        await town.database.run(keep_update, update["update_id"], index, sealed)

    async with process().running():
        await ledger.sees("1", "2")
        await settles(town)


async def test_who_has_something_waiting_from_before_is_answered_in_order(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    update = town.luis.send("1")
    sealed = town.vault.seal(json.dumps(update))
    await town.database.run(
        keep_update, update["update_id"], town.vault.index(str(town.luis.chat.id)), sealed
    )

    await process()(town.luis.send("2"))

    await ledger.sees("1", "2")


async def test_at_its_end_a_process_finishes_what_it_began_and_leaves_the_rest(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    reception = process(allowance=Allowance(burst=2, per_second=0.01))
    serving = asyncio.create_task(reception.confirm(town.luis.send("slow")))
    await until(lambda: ledger.began == ["slow"])
    for number in range(3):
        await reception.confirm(town.luis.send(str(number)))
    closing = asyncio.create_task(reception.close())
    await asyncio.sleep(0)
    ledger.gate.set()
    await asyncio.gather(closing, serving)

    assert ledger.handled == ["slow"]
    assert len(await waiting(town)) == 3
    async with process().running():
        await ledger.sees("slow", "0", "1", "2")


async def test_what_takes_long_is_stored_and_confirmed_and_still_handled_once(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    reception = process(patience=0)
    slow = town.luis.send("slow")
    await reception.confirm(slow)
    assert [row.update_id for row in await waiting(town)] == [slow["update_id"]]

    ledger.gate.set()
    await settles(town)

    assert ledger.began == ["slow"]


class Gone:
    """A database that nobody can reach."""

    def __init__(self, town: Town) -> None:
        self.url, self.is_sqlite = town.database.url, town.database.is_sqlite

    async def run(self, *_args: object, **_named: object) -> None:
        raise OperationalError("SELECT", {}, ConnectionError("refused"))

    read = run


@pytest.mark.parametrize("send", [Person.send_sticker, lambda person: person.send("34")])
async def test_without_a_database_an_update_is_refused_and_counts_no_try(
    town: Town, consultation: int, send: Callable[[Person], Json]
) -> None:
    update = send(town.luis)
    town.breaks(Gone(town))
    for _ in range(4):
        with pytest.raises(NotKept):
            await town.receive.confirm(update)

    town.mends()
    before = len(town.luis.screen)
    await town.receive.confirm(update)

    assert len(town.luis.screen) > before, "it came again, and was answered"
    assert await waiting(town, "aside") == []


async def test_a_database_that_comes_back_finds_what_was_waiting(
    town: Town, process: Processes, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage in the middle of a try is not the update's fault."""
    reception = process()
    gone = Gone(town)
    real = town.database.run
    outages = 5

    async def flickers(use_case: Any, *args: Any, **named: Any) -> Any:
        nonlocal outages
        if use_case.__name__ == "note_fault" and outages:
            outages -= 1
            return await gone.run()
        return await real(use_case, *args, **named)

    monkeypatch.setattr(town.database, "run", flickers)
    monkeypatch.setattr("bot.reception._SWEEP_SECONDS", 0.01)
    ledger.faults = 6
    async with reception.running():
        await reception(town.luis.send("poison"))
        await ledger.sees("poison")
        await settles(town)

    assert await waiting(town, "aside") == []
