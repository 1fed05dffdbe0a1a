"""The steps of a draw, as its organiser takes them in the console."""

from datetime import timedelta

from core.clock import at
from tests.api.conftest import ANA, Browse
from tests.deliberation.assemblies.provinces import LOTTERY_AT, NOON

LATER = LOTTERY_AT + timedelta(hours=1)
PAGE = "/assemblies/1/draw"
FOR_WITNESSES = {
    "source": "Lotería Nacional 6543",
    "source_at": "2026-12-03T12:00",
    "panel_size": "10",
    "access": "witnesses",
}
FOR_EVERYBODY = FOR_WITNESSES | {"access": "open"}
SEED = {"seed": "12 34 56", "seed_again": "12 34 56"}


async def seal(browse: Browse, source: dict[str, str]) -> None:
    """The first draw, before its seed is known."""
    with at(NOON):
        browser = await browse(ANA)
        assert (await browser.fill(PAGE, "/assemblies/1/draws", **source)).status_code == 303


async def enter_seed(browse: Browse) -> None:
    """And after it came out."""
    with at(LATER):
        browser = await browse(ANA)
        assert (await browser.fill(PAGE, "/assemblies/1/draws/1/seed", **SEED)).status_code == 303
