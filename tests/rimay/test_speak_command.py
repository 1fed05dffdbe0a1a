"""`rimay speak`: every text of a consultation spoken beforehand, and nothing spoken twice."""

import asyncio
import json
from pathlib import Path

import pytest
import typer
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from core.database import Database
from i18n.translator import Translator
from migrations.schema import upgrade
from rimay.commands import speak as command
from surveys.speech.recordings import keep_person
from surveys.speech.soundtrack import soundtrack
from surveys.tables import Recording
from tests.speaking import ParrotSpeech
from tests.surveys.consulting import hold_consultation
from tests.surveys.people import questionnaire
from tests.surveys.people import select as choose


@pytest.fixture
def database_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installation of its own with one consultation, where one text was recorded by a person."""
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'rimay.db'}"
    asyncio.run(_fill(url))
    return url


async def _fill(url: str) -> None:
    database = Database(url)
    upgrade(database.engine)
    await database.run(hold_consultation, questionnaire(choose("canton", "ibarra", "otavalo")), [])
    track = await database.read(soundtrack, 1, "es", Translator(), "x")
    await database.run(keep_person, track.lines[0].passage, b"Rosa", account_id=None)
    await database.dispose()


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(command.speak)
    return CliRunner().invoke(app, arguments)


def test_everything_is_spoken_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    speech = ParrotSpeech()
    monkeypatch.setattr(command, "Speech", lambda: speech)
    told = json.loads(run("1", "--json").stdout)
    assert told["person"] == 1 and told["machine"] == len(speech.said) > 5 and told["unspoken"] == 0
    assert asyncio.run(_count(database_url)) == told["person"] + told["machine"]

    made = len(speech.said)
    again = run("1")
    assert again.exit_code == 0 and "Todo está listo" in again.stdout
    assert len(speech.said) == made


def test_what_cannot_be_spoken_is_counted(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    speech = ParrotSpeech()
    speech.mute = True
    monkeypatch.setattr(command, "Speech", lambda: speech)
    result = run("1")

    assert result.exit_code == 1 and "No se pudieron leer" in result.stdout


async def _count(url: str) -> int:
    database = Database(url)
    count = await database.read(lambda db: db.scalar(select(func.count()).select_from(Recording)))
    await database.dispose()
    return count or 0
