"""`rimay services`: the actor map from a file and into one; and the demonstration's own map."""

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from core.clock import today
from core.database import Database
from core.errors import InvalidInput
from deliberation.actors.demand import demand_of
from deliberation.actors.directory import count_stale, list_offers
from rimay.commands.services import app
from rimay.demonstration.services import fill_map
from rimay.timetable import Timetable
from tests.deliberation.actors import charting

ZONE = ZoneInfo("America/Guayaquil")
Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an installation of its own."""
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_a_map_goes_in_and_comes_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text(charting.MAP, "utf-8")

    looked = json.loads(run("import", "map.csv", "--dry-run", "--json").stdout)
    assert looked == {
        "file": "map.csv",
        "written": False,
        "new": 10,
        "changed": 0,
        "same": 0,
        "persons_left_out": 0,
    }
    assert json.loads(run("import", "map.csv", "--json").stdout)["new"] == 10
    assert run("export", "--format", "hsds", "--out", "map.json").exit_code == 0
    again = run("import", "map.json")
    assert (again.exit_code, again.stdout) == (0, "Nuevos: 0. Cambian: 0. Iguales: 10.\n")
    assert json.loads(run("export", "--json").stdout) == {"file": "rimay-actors.csv", "actors": 2}


def test_every_fault_is_said_and_nothing_is_left(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text(
        charting.MAP.replace(",ibarra,Calle", ",quito,Calle").replace("0102", "x"), "utf-8"
    )

    refused = run("import", "map.csv")

    assert isinstance(refused.exception, InvalidInput)
    assert [(fault.row, fault.column) for fault in refused.exception.faults] == [(2, "canton"), (3, "phone")]
    assert json.loads(run("export", "--json").stdout)["actors"] == 0
    assert run("export", "--format", "xml").exit_code == 2
    assert run("export", "--out", "nowhere/map.csv").exit_code == 2


async def test_the_map_of_the_demonstration_is_whole_and_shows_gaps(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    day = date(2026, 11, 24)
    await database.run(fill_map, day)

    offers = await database.read(list_offers)
    assert len(offers) == 11 and all("(ejemplo)" in offer.actor for offer in offers)
    assert {code for offer in offers for code in offer.name} == {"es", "qu"}
    assert all((place.phone or "").startswith("+59360000") for offer in offers for place in offer.places)
    assert 0 < await database.read(count_stale, day) < len(offers)
    demand = await database.read(demand_of, day, 5)
    assert any(cell.gap for _, cells in demand.rows for cell in cells.values())
    await database.dispose()


async def test_who_is_late_is_noted_once_however_many_look(database: Database) -> None:
    await database.run(charting.fill_map)
    tables = [Timetable(database, ZONE, 5) for _ in range(2)]
    await asyncio.gather(*(table.keep() for table in tables))

    noted = [offer.reminded_on for offer in await database.read(list_offers) if offer.is_stale(today(ZONE))]
    assert noted and set(noted) == {today(ZONE)}
