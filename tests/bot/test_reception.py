"""No update is lost, each has its turn, and a flood slows its maker alone."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.allowance import Allowance
from core.inbox import keep_update, list_people_waiting
from core.observation import Unobserved
from tests.bot.receiving import Ledger, Processes, settles, until, waiting
from tests.bot.town import Town, own_answers


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa stand at the first question."""
    consultation_id = await town.opens()
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return consultation_id


# Order


async def test_what_comes_while_a_person_is_served_is_stored_and_taken_in_order(
    town: Town, process: Processes, ledger: Ledger
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


async def test_somebody_else_is_not_kept_waiting(town: Town, process: Processes, ledger: Ledger) -> None:
    reception = process()
    serving = asyncio.create_task(reception(town.luis.send("slow")))
    await until(lambda: ledger.began == ["slow"])

    await reception(town.rosa.send("Rosa"))

    assert ledger.handled == ["Rosa"]
    ledger.gate.set()
    await serving


async def test_the_words_of_a_person_are_sealed_while_they_wait(
    town: Town, process: Processes, ledger: Ledger
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
    town: Town, process: Processes, ledger: Ledger
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


async def test_what_one_person_wrote_at_once_is_handled_as_it_was_written(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    for _ in range(5):
        reception = process()
        for moment in ("just started", "later"):
            texts = [f"{moment} {number}" for number in range(4)]
            ledger.handled.clear()
            await asyncio.gather(*(reception.confirm(town.luis.send(text)) for text in texts))
            await ledger.sees(*texts)


def dawdling(use_case: Callable[..., Any], begun: threading.Event) -> Callable[..., Any]:
    """The same, but the first time it takes as long as the next update would need to get past."""

    def dawdle(*args: Any, **kwargs: Any) -> Any:
        if not begun.is_set():
            begun.set()
            time.sleep(0.3)
        return use_case(*args, **kwargs)

    return dawdle


async def test_while_the_first_update_is_looked_into_the_next_one_does_not_get_past(
    town: Town, process: Processes, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    slow = dawdling(list_people_waiting, begun)
    monkeypatch.setattr("bot.reception.list_people_waiting", slow)
    reception = process()
    first = asyncio.create_task(reception(town.luis.send("1")))
    await until(lambda: begun.is_set() or first.done())
    await asyncio.gather(first, reception(town.luis.send("2")))

    await ledger.sees("1", "2")


async def test_while_an_update_is_being_stored_the_next_one_does_not_get_past(
    town: Town, process: Processes, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    monkeypatch.setattr("bot.reception.keep_update", dawdling(keep_update, begun))
    reception = process()
    serving = asyncio.create_task(reception(town.luis.send("slow")))
    await until(lambda: ledger.began == ["slow"])
    storing = asyncio.gather(*(reception(town.luis.send(text)) for text in "12"))
    await until(begun.is_set)

    ledger.gate.set()
    await asyncio.gather(serving, storing)
    await ledger.sees("slow", "1", "2")


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


async def test_a_flood_is_slowed_for_its_maker_alone(town: Town, process: Processes, ledger: Ledger) -> None:
    reception = process(allowance=Allowance(burst=3, per_second=0.01))
    for number in range(8):
        await reception(town.luis.send(str(number)))
    await reception(town.rosa.send("Rosa"))

    assert ledger.handled == ["0", "1", "2", "Rosa"]
    assert len(await waiting(town)) == 5, "confirmed, and taken later"


async def test_what_a_flood_left_is_taken_at_its_pace_and_in_order(
    town: Town, process: Processes, ledger: Ledger
) -> None:
    reception = process(allowance=Allowance(burst=2, per_second=20))
    for number in range(6):
        await reception(town.luis.send(str(number)))

    assert len(ledger.handled) < 6
    await ledger.sees(*(str(number) for number in range(6)))


class Watcher(Unobserved):
    """Counts the updates that were not kept, and those that were stored."""

    def __init__(self) -> None:
        self.stored = self.lost = 0

    def turn(self, seconds: float, outcome: str) -> None:
        self.stored += outcome == "stored"

    def passed_over(self) -> None:
        self.lost += 1


async def test_beyond_the_bound_updates_are_passed_over_and_counted(
    town: Town, process: Processes, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.inbox.MOST_WAITING", 2)
    watcher = Watcher()
    reception = process(allowance=Allowance(burst=1, per_second=0.01), observer=watcher)
    updates = [town.luis.send(str(number)) for number in range(5)]
    for update in updates:
        await reception(update)

    assert [row.update_id for row in await waiting(town)] == [each["update_id"] for each in updates[1:3]]
    assert (watcher.stored, watcher.lost) == (2, 2)
