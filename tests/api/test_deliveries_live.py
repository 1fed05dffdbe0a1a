"""A page of sendings that is looked at: the numbers come by themselves, and cost little."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest

from api.lookout import Lookout
from api.routes.sending import deliveries
from core.broadcasts import Kind
from core.clock import now
from core.outbox import Settled
from core.progress import State
from core.tables import Broadcast
from surveys.consultations import close_consultation
from tests.api.conftest import ANA, Browse, Browser, Console
from tests.api.steering import OPENING, claim, end, press, see


@pytest.fixture
async def ana(browse: Browse, opened: int) -> Browser:
    """The organiser, once a consultation has gone out to three people."""
    return await browse(ANA)


async def _events(console: Console, browser: Browser, path: str) -> AsyncGenerator[tuple[str, Any], None]:
    """The stream as it comes, which httpx would only give when it has ended."""
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    gone = asyncio.Event()
    asked = browser.client.build_request("GET", path)
    scope = {
        "type": "http",
        "method": "GET",
        "path": asked.url.path,
        "query_string": asked.url.query,
        "headers": [(name.lower(), value) for name, value in asked.headers.raw],
        "app": console.app,
    }

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        await queue.put(message.get("body", b""))

    running = asyncio.create_task(console.app(scope, receive, send))
    buffer = ""
    try:
        while True:
            buffer += (await asyncio.wait_for(queue.get(), 10)).decode()
            while "\n\n" in buffer:
                block, _, buffer = buffer.partition("\n\n")
                fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
                if "event" in fields:
                    yield fields["event"], json.loads(fields["data"])
    finally:
        gone.set()
        await running


def live_of(page: str) -> str:
    found = re.search(r'data-live="([^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


async def test_the_numbers_come_by_themselves_until_the_page_must_change(
    console: Console, ana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "LOOK_EVERY", 0.01)
    monkeypatch.setattr("api.lookout.LOOK_EVERY", 0.01)
    monkeypatch.setattr(deliveries, "_SAY_EVERY", 0.0)
    path = live_of(await see(ana, moment=now()))
    async with aclosing(_events(console, ana, path)) as events:
        kind, data = await anext(events)
        assert (kind, data["texts"]["1-sent"], data["texts"]["1-new"]) == ("figures", "0", "3")
        assert data["texts"]["received"] == "0", "nothing has left"
        await end(console, *(Settled(id, State.SENT) for id in await claim(console, 2, now())))
        while data["texts"]["1-sent"] != "2":
            kind, data = await anext(events)
        assert data["texts"]["1-said"] == "La consulta: llegaron 2 de 3."
        assert data["bars"]["1-sent"] == pytest.approx(66.7)
        while data["texts"]["received"] != "2":
            kind, data = await anext(events)
        await press(ana, "pause")
        while kind == "figures":
            kind, data = await anext(events)
        assert kind == "over", "other buttons are needed now"


async def test_the_page_follows_answers_until_the_consultation_closes(
    console: Console, ana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "LOOK_EVERY", 0.01)
    monkeypatch.setattr("api.lookout.LOOK_EVERY", 0.01)
    await end(console, *(Settled(id, State.SENT) for id in await claim(console, 3)))
    async with aclosing(_events(console, ana, live_of(await see(ana)))) as events:
        kind, _ = await anext(events)
        assert kind == "figures"
        await console.database.run(close_consultation, 1, account_id=None)
        kind, _ = await anext(events)
        assert kind == "over"
    assert "data-live" not in await see(ana)


async def test_twenty_who_look_cost_no_more_than_one(
    console: Console, ana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookout: Lookout = console.app.state.lookout
    reads = 0
    read = console.database.read

    async def counting(*args: Any) -> Any:
        nonlocal reads
        reads += 1
        return await read(*args)

    monkeypatch.setattr(console.database, "read", counting)
    seen = await asyncio.gather(*(lookout.watch(OPENING) for _ in range(20)))

    assert reads == 1 and all(each.outlook is seen[0].outlook for each in seen)
    await lookout.watch(OPENING, fresh=True)
    assert reads == 2, "after a deed the page shows what it did"


async def test_a_page_at_rest_follows_nothing(console: Console, ana: Browser) -> None:
    await end(console, *(Settled(id, State.SENT) for id in await claim(console, 3)))
    page = await see(ana)
    assert "consultation=1" in live_of(page), "answers come in until the consultation is closed"
    await console.database.run(lambda db: setattr(db.get_one(Broadcast, OPENING), "kind", Kind.DECISION))
    page = await see(ana, "/deliveries")
    assert "data-live" not in page
