"""`rimay deliveries`: what is going out, followed and steered from a terminal."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from core.broadcasts import CHUNK, BroadcastCard, Course, get_broadcast
from core.claims import claim_batch
from core.clock import at, now
from core.courses import AlreadyPaused
from core.database import Database
from core.errors import NotFound
from core.outbox import Settled, settle
from core.progress import State
from core.tables import Participant
from migrations.schema import upgrade
from rimay.commands import deliveries as command
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaires import store_questionnaire
from tests.surveys.people import questionnaire
from tests.surveys.people import select as choose

OPENING = "1"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installation of its own, where a consultation goes out to five people."""
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path))
    monkeypatch.setenv("RIMAY_QUIET_HOURS", "off")
    url = f"sqlite:///{tmp_path / 'rimay.db'}"
    do(url, _open)
    return url


def do(url: str, use_case: Callable[..., Any], *args: Any) -> Any:
    async def work() -> Any:
        database = Database(url)
        upgrade(database.engine)
        try:
            return await database.run(use_case, *args)
        finally:
            await database.dispose()

    return asyncio.run(work())


def _open(db: Session) -> None:
    for number in range(5):
        db.add(
            Participant(
                chat_index=number.to_bytes(32),
                chat_sealed=b"sealed",
                language="es",
                profile={},
                consent_version="1",
                consented_on=date(2026, 11, 1),
            )
        )
    asked = questionnaire(choose("canton", "ibarra", "otavalo"))
    stored = store_questionnaire(db, asked, content=b"", file_name="x.xlsx", account_id=None)
    open_consultation(db, draft_consultation(db, questionnaire_id=stored, account_id=None), account_id=None)


def _claim(db: Session, count: int) -> list[int]:
    with at(now() - timedelta(minutes=2)):
        return [one.delivery_id for one in claim_batch(db, 1, 0, count)]


def card(url: str) -> BroadcastCard:
    found = do(url, get_broadcast, 1)
    assert isinstance(found, BroadcastCard)
    return found


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(command.deliveries)
    return CliRunner().invoke(app, arguments)


def test_all_are_listed(url: str) -> None:
    result = run()
    assert result.exit_code == 0 and "La consulta" in result.stdout and "Saliendo" in result.stdout

    [listed] = json.loads(run("--json").stdout)
    counts = {state.value: listed[state] for state in State}
    assert counts == {state.value: 5 if state is State.NEW else 0 for state in State}
    assert (listed["id"], listed["state"], listed["doing"], listed["in_doubt"]) == (
        1,
        "running",
        "running",
        0,
    )


def test_where_nothing_was_sent_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path))
    assert run().stdout == "Todavía no hay envíos.\n"
    assert run("--json").stdout == "[]\n"


def test_one_is_shown_as_in_the_console(url: str) -> None:
    first, second = do(url, _claim, 2)
    do(url, settle, 1, 0, [Settled(first, State.FAILED, "BadRequest")])

    shown = run(OPENING).stdout
    reached = "La recibieron: 0. Empezaron: 0. Terminaron: 0."
    for sentence in ("Por salir: 3", "En duda: 1", "Telegram no aceptó el mensaje (1)", reached):
        assert sentence in shown
    told = json.loads(run(OPENING, "--json").stdout)
    assert (told["doubts"], told["failures"]) == ([second], {"BadRequest": 1})


def test_it_is_paused_resumed_and_cancelled(url: str) -> None:
    assert run(OPENING, "--pause").stdout == "Envío 1: en pausa.\n"
    assert card(url).course is Course.PAUSED
    assert isinstance(run(OPENING, "--pause").exception, AlreadyPaused), "said in a sentence by `main`"
    assert run(OPENING, "--resume").exit_code == 0
    assert card(url).course is Course.RUNNING
    assert json.loads(run(OPENING, "--cancel", "--json").stdout) == {"id": 1, "changed": 5}
    assert (card(url).course, card(url).sending.skipped) == (Course.CANCELLED, 5)


def test_doubts_and_failures_are_decided(url: str) -> None:
    first, *_ = do(url, _claim, 3)
    do(url, settle, 1, 0, [Settled(first, State.FAILED, "unusable_key")])

    assert "1 vuelve a salir" in run(OPENING, "--retry-failed").stdout
    assert "2 en duda vuelven a salir" in run(OPENING, "--resend-doubtful").stdout
    assert card(url).sending.new == 5
    do(url, _claim, 2)
    assert "2 en duda quedan así" in run(OPENING, "--leave-doubtful").stdout
    assert json.loads(run(OPENING, "--leave-doubtful", "--json").stdout) == {"id": 1, "changed": 0}
    assert card(url).sending.left == 2


def test_what_is_over_is_watched_no_longer(url: str) -> None:
    ids = do(url, _claim, CHUNK)
    do(url, settle, 1, 0, [Settled(id, State.SENT) for id in ids])

    result = run(OPENING, "--watch")
    assert result.exit_code == 0 and "Terminado" in result.stdout and "Llegaron: 5" in result.stdout
    [line] = run(OPENING, "--watch", "--json").stdout.splitlines()
    assert json.loads(line)["sent"] == 5


def test_ctrl_c_leaves_quietly_and_stops_nothing(url: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "rimay", "deliveries", OPENING, "--watch", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None and watching.stderr is not None
        assert json.loads(watching.stdout.readline())["new"] == 5
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0 and watching.stderr.read() == ""
    assert card(url).course is Course.RUNNING


@pytest.mark.parametrize(
    "arguments",
    [("--pause",), ("--watch",), ("1", "--pause", "--resume"), ("1", "--watch", "--cancel"), ("x",)],
)
def test_what_is_misspelt_changes_nothing(url: str, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
    assert card(url).course is Course.RUNNING


@pytest.mark.parametrize("option", ["--json", "--watch", "--pause", "--leave-doubtful"])
def test_what_is_not_there_is_said(url: str, option: str) -> None:
    result = run("7", option)
    assert result.exit_code == 1 and isinstance(result.exception, NotFound)
