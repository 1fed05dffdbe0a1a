"""No update is lost, each has its turn, a flood slows its maker alone, and what fails too often is set aside."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.allowance import Allowance
from bot.application import build_bot
from bot.botapi_person import Person
from bot.botapi_request import InProcessRequest
from bot.context import Context, House
from bot.handlers import consultations
from bot.reception import Reception
from core.inbox import NOBODY, NotKept, keep_update, try_again
from core.tables import WaitingUpdate
from tests.bot.town import Town, hear, own_answers

SECRET = "me persiguen"
Json = dict[str, Any]


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa stand at the first question."""
    consultation_id = await town.opens()
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return consultation_id


class Ledger:
    """Handles every text by noting it; some texts take long, some fail."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.handled: list[str] = []
        self.gate = asyncio.Event()
        self.faults = 3

    async def __call__(self, context: Context) -> None:
        message = context.incoming.effective_message
        assert message is not None and message.text is not None
        self.began.append(message.text)
        if message.text == "slow":
            await self.gate.wait()
        if message.text == "poison" and self.faults:
            self.faults -= 1
            raise KeyError(SECRET)
        self.handled.append(message.text)

    async def sees(self, *texts: str) -> None:
        """Wait until these were handled, in this order."""
        async with asyncio.timeout(10):
            while self.handled != list(texts):
                await asyncio.sleep(0.01)


@pytest.fixture
def ledger(town: Town, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """In the place of the handler of texts."""
    ledger = Ledger()
    monkeypatch.setattr("bot.application.on_text", ledger)
    return ledger


@pytest.fixture
async def process(town: Town, ledger: Ledger) -> AsyncIterator[Callable[..., Reception]]:
    """Makes receptions that know nothing of each other, as in processes apart."""
    receptions: list[Reception] = []

    def make(**how: Any) -> Reception:
        house = House(town.settings, town.database, town.vault, town.translator, hear(town.vault))
        ways = InProcessRequest(town.api), InProcessRequest(town.api)
        bot = build_bot(house, token=town.api.token, request=ways[0], updates_request=ways[1])
        receptions.append(Reception(bot, **{"waits": (0, 0), **how}))
        bot._initialized = True  # it has a Bot API in memory: there is nothing to open
        return receptions[-1]

    yield make
    ledger.gate.set()
    for reception in receptions:
        await reception.close()


async def waiting(town: Town, state: str = "waiting") -> list[WaitingUpdate]:
    """What is stored."""
    query = select(WaitingUpdate).where(WaitingUpdate.state == state).order_by(WaitingUpdate.update_id)
    return await town.database.read(lambda db: list(db.scalars(query)))


async def settles(town: Town) -> None:
    """Wait until nothing waits any more."""
    async with asyncio.timeout(10):
        while await waiting(town):
            await asyncio.sleep(0.01)


async def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


# Order


async def test_what_comes_while_a_person_is_served_is_stored_and_taken_in_order(
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    reception = process()
    slow, first, second = (town.luis.send(text) for text in ("slow", "1", "2"))
    serving = asyncio.create_task(reception(slow))
    await until(lambda: ledger.began == ["slow"])

    await reception(second)
    await reception(first)
    assert [row.update_id for row in await waiting(town)] == [first["update_id"], second["update_id"]]
    assert ledger.handled == []

    ledger.gate.set()
    await serving
    await ledger.sees("slow", "1", "2")
    await settles(town)


async def test_somebody_else_is_not_kept_waiting(
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    reception = process()
    serving = asyncio.create_task(reception(town.luis.send("slow")))
    await until(lambda: ledger.began == ["slow"])

    await reception(town.rosa.send("Rosa"))

    assert ledger.handled == ["Rosa"]
    ledger.gate.set()
    await serving


async def test_the_words_of_a_person_are_sealed_while_they_wait(
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    reception = process()
    serving = asyncio.create_task(reception(town.luis.send("slow")))
    await until(lambda: ledger.began == ["slow"])
    await reception(town.luis.send("me persiguen"))

    (row,) = await waiting(town)
    assert b"persiguen" not in row.sealed
    assert row.person == town.vault.index(str(town.luis.chat.id))
    assert json.loads(town.vault.open_bytes(row.sealed))["message"]["text"] == "me persiguen"
    ledger.gate.set()
    await serving


async def test_two_processes_keep_the_order_of_one_person(
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    here = process()
    there = here if town.database.is_sqlite else process()  # on SQLite there is one
    serving = asyncio.create_task(here(town.luis.send("slow")))
    await until(lambda: ledger.began == ["slow"])

    for number in range(10):
        await (there, here)[number % 2](town.luis.send(str(number)))
    await there(town.rosa.send("Rosa"))
    assert ledger.handled == ["Rosa"], "nobody handles Luis's, whichever process they came to"

    ledger.gate.set()
    await serving
    await ledger.sees("Rosa", "slow", *(str(number) for number in range(10)))


async def test_a_repeated_update_changes_nothing_and_shows_nothing(town: Town, consultation: int) -> None:
    update = town.luis.send("34")
    await asyncio.gather(*(town.receive(update) for _ in range(3)))
    await settles(town)
    screen = len(town.luis.screen)
    await town.receive(update)

    assert (await own_answers(town, town.luis)) == {"age": "34"}
    assert len(town.luis.screen) == screen
    assert [m.text for m in town.luis.screen if m.from_bot and "¿En qué cantón" in m.text] == [
        town.luis.last.text
    ]


# Floods


async def test_a_flood_is_slowed_for_its_maker_alone(
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    reception = process(allowance=Allowance(burst=3, per_second=0.01))
    for number in range(8):
        await reception(town.luis.send(str(number)))
    await reception(town.rosa.send("Rosa"))

    assert ledger.handled == ["0", "1", "2", "Rosa"]
    assert len(await waiting(town)) == 5, "confirmed, and taken later"


async def test_what_a_flood_left_is_taken_at_its_pace_and_in_order(
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    reception = process(allowance=Allowance(burst=2, per_second=20))
    for number in range(6):
        await reception(town.luis.send(str(number)))

    assert len(ledger.handled) < 6
    await ledger.sees(*(str(number) for number in range(6)))


async def test_beyond_the_bound_updates_are_passed_over_and_counted(
    town: Town, process: Callable[..., Reception], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.inbox.MOST_WAITING", 2)
    reception = process(allowance=Allowance(burst=1, per_second=0.01))
    updates = [town.luis.send(str(number)) for number in range(5)]
    for update in updates:
        await reception(update)

    assert [row.update_id for row in await waiting(town)] == [each["update_id"] for each in updates[1:3]]
    assert reception.passed_over == 2


# Poison


async def test_a_poisoned_update_is_set_aside_after_three_tries_and_the_rest_goes_on(
    town: Town, process: Callable[..., Reception], ledger: Ledger, caplog: pytest.LogCaptureFixture
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
    town: Town, process: Callable[..., Reception], ledger: Ledger
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
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    await process()(town.luis.send("poison"))
    (row,) = await waiting(town, "aside")
    await town.database.run(try_again, row.update_id, account_id=None)

    async with process().running():
        await ledger.sees("poison")
        await settles(town)


@pytest.mark.parametrize("update", [{}, {"update_id": 7, "message": "hola"}, {"update_id": True}, {"x": [1]}])
async def test_what_cannot_be_read_is_set_aside_of_nobody(
    town: Town, process: Callable[..., Reception], update: Json
) -> None:
    reception = process()
    await reception(update)
    await reception(update)

    (row,) = await waiting(town, "aside")
    assert row.person == NOBODY
    assert json.loads(town.vault.open_bytes(row.sealed)) == update


async def test_an_update_during_which_processes_die_is_set_aside(
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    update = town.luis.send("kills")
    person, sealed = town.vault.index(str(town.luis.chat.id)), town.vault.seal(json.dumps(update))
    await town.database.run(keep_update, update["update_id"], person, sealed, tries=3)

    async with process().running():
        await until_set_aside(town)

    assert ledger.began == [], "a fourth process does not even begin"


async def until_set_aside(town: Town) -> None:
    """Wait until something is set aside."""
    async with asyncio.timeout(10):
        while not await waiting(town, "aside"):
            await asyncio.sleep(0.01)


# Crashes and outages


async def test_what_a_dead_process_stored_is_taken_up_by_another(
    town: Town, process: Callable[..., Reception], ledger: Ledger
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
    town: Town, process: Callable[..., Reception], ledger: Ledger
) -> None:
    update = town.luis.send("1")
    sealed = town.vault.seal(json.dumps(update))
    await town.database.run(
        keep_update, update["update_id"], town.vault.index(str(town.luis.chat.id)), sealed
    )

    await process()(town.luis.send("2"))

    await ledger.sees("1", "2")


async def test_at_its_end_a_process_finishes_what_it_began_and_leaves_the_rest(
    town: Town, process: Callable[..., Reception], ledger: Ledger
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
    town: Town, process: Callable[..., Reception], ledger: Ledger
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
    town: Town, process: Callable[..., Reception], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
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
