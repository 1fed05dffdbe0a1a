"""`rimay analysis make` and `rimay analysis check`."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from core.database import Database
from core.errors import NotFound
from core.settings import read_settings
from deliberation.opinions.tables import Analysis, Voter
from migrations.schema import upgrade
from rimay.command_line import app
from tests.deliberation.opinions.ballot_box import camps, cast, open_box


@pytest.fixture
def change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Session], Any]], Any]:
    """Changes the database of the installation that the command finds."""
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path))
    monkeypatch.delenv("RIMAY_DATABASE_URL", raising=False)

    def run(use_case: Callable[[Session], Any]) -> Any:
        async def work() -> Any:
            database = Database(read_settings().database_url)
            upgrade(database.engine)
            try:
                return await database.run(use_case)
            finally:
                await database.dispose()

        return asyncio.run(work())

    return run


@pytest.fixture
def box(change: Callable[[Callable[[Session], Any]], Any]) -> str:
    """A deliberation that forty people have voted in."""

    def fill(db: Session) -> int:
        made = open_box(db, 12)
        cast(db, made, camps(40, 12))
        return made

    return str(change(fill))


def said(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["analysis", *words, "--json"])
    told: dict[str, Any] = json.loads(done.output)
    return told | {"status": done.exit_code}


def test_an_analysis_is_made_and_checked(box: str) -> None:
    made = said("make", box)
    assert (made["status"], made["number"], made["people"], made["statements"]) == (0, 1, 40, 12)
    assert said("check", box) | {"version": ""} == {
        "number": 1,
        "verdict": "same",
        "version": "",
        "status": 0,
    }
    told = CliRunner().invoke(app, ["analysis", "check", box, "--number", "1"])
    assert "bit por bit" in told.output


def test_votes_that_were_withdrawn_are_said_to_be_gone(
    box: str, change: Callable[[Callable[[Session], Any]], Any]
) -> None:
    said("make", box)
    change(lambda db: db.delete(db.scalars(select(Voter).limit(1)).one()))
    checked = said("check", box)
    assert (checked["status"], checked["verdict"]) == (1, "votes")


def test_what_was_altered_is_found(box: str, change: Callable[[Callable[[Session], Any]], Any]) -> None:
    said("make", box)

    def alter(db: Session) -> None:
        row = db.scalars(select(Analysis)).one()
        row.result = row.result | {"k": 4}

    change(alter)
    checked = said("check", box)
    assert (checked["status"], checked["verdict"]) == (1, "differs")


def test_what_is_not_there_is_refused(box: str) -> None:
    assert isinstance(CliRunner().invoke(app, ["analysis", "check", box]).exception, NotFound)
    assert isinstance(CliRunner().invoke(app, ["analysis", "make", "99"]).exception, NotFound)
