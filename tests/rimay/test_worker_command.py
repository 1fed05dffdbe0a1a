"""`rimay worker` and `rimay web`: what they need, and what they refuse."""

import asyncio

import pytest
from typer.testing import CliRunner

from bot.jobs_slot import AlreadyCarried, slot_of
from bot.way_out import TokenMissing
from core.settings import read_settings
from rimay.command_line import app


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("RIMAY_DATABASE_URL", raising=False)


@pytest.mark.parametrize("command", ["worker", "web"])
def test_without_telegram_there_is_nothing_to_carry(command: str) -> None:
    done = CliRunner().invoke(app, [command])

    assert isinstance(done.exception, TokenMissing)


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"]])
def test_a_second_process_on_the_same_file_is_refused(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIMAY_TELEGRAM_TOKEN", "1:x")
    slot = slot_of(read_settings().jobs_url)
    asyncio.run(slot.take())

    done = CliRunner().invoke(app, command)

    assert isinstance(done.exception, AlreadyCarried)
    asyncio.run(slot.leave())


@pytest.mark.parametrize("command", ["worker", "web", "serve"])
def test_help_is_in_spanish(command: str) -> None:
    assert "envíos" in CliRunner().invoke(app, [command, "--help"]).output
