"""One sending, to three people: carried a little way, looked at, steered."""

from datetime import UTC, datetime, timedelta

from httpx import Response

from core.claims import claim_batch
from core.clock import at
from core.outbox import Settled, settle
from tests.api.conftest import Browser, Console

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
OPENING = 1


async def claim(console: Console, count: int, moment: datetime = NOON) -> list[int]:
    with at(moment):
        claimed = await console.database.run(claim_batch, OPENING, 0, count)
    return [one.delivery_id for one in claimed]


async def end(console: Console, *ends: Settled) -> None:
    await console.database.run(settle, OPENING, 0, list(ends))


async def see(browser: Browser, path: str = f"/deliveries/{OPENING}", moment: datetime = NOON) -> str:
    with at(moment):
        answer = await browser.look(path)
    assert answer.status_code == 200
    return answer.text


async def press(browser: Browser, deed: str, **fields: str) -> Response:
    with at(NOON + timedelta(minutes=5)):
        return await browser.fill("/account", f"/deliveries/{OPENING}/{deed}", **fields)
