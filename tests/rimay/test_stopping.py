"""A web that is told to stop stops, whoever looks at its pages, and has nothing to complain about."""

from pathlib import Path

from httpx import AsyncClient

from tests.rimay.houses import NewHouse
from tests.rimay.web_process import WebProcess


async def test_an_open_page_ends_with_its_process_and_leaves_a_quiet_line(
    new_house: NewHouse, tmp_path: Path
) -> None:
    house, log = new_house("sqlite"), tmp_path / "web.log"
    environment = {
        "RIMAY_HOME": str(house.home),
        "RIMAY_DATABASE_URL": house.database_url,
        "RIMAY_LOG": "json",
    }
    async with WebProcess(environment, log, "serve") as web, AsyncClient(base_url=web.address) as browser:
        assert (await browser.get("/simulator")).status_code == 200
        async with browser.stream("GET", "/simulator/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")

            assert await web.stop() in (0, -15)
            async for (
                _
            ) in stream.aiter_raw():  # ends as a whole answer does: a connection cut short would raise
                pass
    lines = [line for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    assert [line for line in lines if '"INFO"' not in line] == []
    assert "stops" in lines[-1]
