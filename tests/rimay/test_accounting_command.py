"""`rimay accounting`: a folder for any web server, whole or not there."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from core.clock import at
from core.database import Database
from deliberation.accounting.year import NoSuchYear
from rimay.backup.refusals import Unwritable
from rimay.commands import accounting
from tests.deliberation.accounting.circles import circle
from tests.deliberation.council.sessions import NOW

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command in an installation with a whole year, on the day of the tests."""
    database = Database(sqlite_url)
    with at(NOW), Session(database.engine) as db, db.begin():
        circle(db)
    database.engine.dispose()
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path))
    monkeypatch.setattr(accounting, "upgrade", lambda engine: None)  # its tables are there already
    app = typer.Typer()
    app.command()(accounting.accounting)
    with at(NOW):
        yield lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_same_year_is_the_same_folder(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    second.mkdir()
    said = run(NOW.year, "--out", first, "--json")
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["files"] == sorted(_contents(first))
    assert run(NOW.year, "--out", second).exit_code == 0
    assert _contents(first) == _contents(second)
    assert first.stat().st_mode & 0o055 == 0o055 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_is_there_stays_as_it_is(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "site" / "mine.html"
    mine.parent.mkdir()
    mine.write_text("mine")
    refused = run(NOW.year, "--out", mine.parent)
    assert isinstance(refused.exception, accounting.FolderNotEmpty)
    assert _contents(mine.parent) == {"mine.html": b"mine"}


def test_a_year_of_which_there_is_nothing_leaves_nothing(run: Run, tmp_path: Path) -> None:
    refused = run(NOW.year - 1, "--out", tmp_path / "site")
    assert isinstance(refused.exception, NoSuchYear)
    assert not (tmp_path / "site").exists()


def test_what_cannot_be_written_whole_is_not_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, content: bytes) -> int:
        if self.suffix == ".csv":
            raise OSError
        return 0

    monkeypatch.setattr(Path, "write_bytes", fail)
    refused = run(NOW.year, "--out", tmp_path / "site")
    assert isinstance(refused.exception, Unwritable)
    assert [path.name for path in tmp_path.iterdir() if "site" in path.name] == []
