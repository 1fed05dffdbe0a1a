"""`rimay brief`: in four forms and three ways of language, told by an option or by the name of the file."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from core.database import Database
from rimay.commands.brief import brief
from tests.deliberation.council.test_briefing import closed

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an installation with one closed consultation."""
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path))
    database = Database(sqlite_url)
    asyncio.run(database.run(closed))
    app = typer.Typer()
    app.command()(brief)
    return lambda *arguments: CliRunner().invoke(app, ["1", *arguments])


def test_the_ending_tells_the_form_and_the_same_file_comes_again(run: Run, tmp_path: Path) -> None:
    begins = {
        "brief.pdf": b"%PDF-",
        "brief.docx": b"PK",
        "brief.html": b"<!doctype",
        "brief.zip": b"PK",
        "brief": b"%PDF-",
    }
    for name, beginning in begins.items():
        out = tmp_path / name
        result = run("--language", "es+qu", "--out", str(out))
        assert result.exit_code == 0, result.output
        first = out.read_bytes()
        assert first.lstrip().startswith(beginning)
        assert run("--language", "es+qu", "--out", str(out)).exit_code == 0 and out.read_bytes() == first
    assert not list(tmp_path.glob("*.part"))


def test_the_option_goes_before_the_ending(run: Run, tmp_path: Path) -> None:
    assert run("--format", "html", "--language", "qu", "--out", str(tmp_path / "brief.txt")).exit_code == 0
    assert 'lang="qu-EC"' in (tmp_path / "brief.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "wrong", [("--language", "en"), ("--format", "odt"), ("--out", "/nowhere/at/all/brief.pdf")]
)
def test_wrong_usage_is_said_and_nothing_is_written(run: Run, tmp_path: Path, wrong: tuple[str, str]) -> None:
    out = () if wrong[0] == "--out" else ("--out", str(tmp_path / "brief.pdf"))
    assert run(*wrong, *out).exit_code == 2
    assert not (tmp_path / "brief.pdf").exists()
