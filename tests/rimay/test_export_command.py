"""`rimay export`: what it leaves on the disk, and its exit status."""

import asyncio
import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from core.database import Database
from core.errors import NotFound
from migrations.schema import upgrade
from rimay.commands import export as command
from tests.surveys.consulting import Sent, hold_consultation
from tests.surveys.people import questionnaire, select

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an installation of its own, where one consultation was answered twice."""
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    asyncio.run(_fill(f"sqlite:///{tmp_path / 'var' / 'rimay.db'}"))
    app = typer.Typer()
    app.command()(command.export)
    return lambda *arguments: CliRunner().invoke(app, arguments)


async def _fill(url: str) -> None:
    database = Database(url)
    upgrade(database.engine)
    form = questionnaire(select("canton", "ibarra", "otavalo"))
    await database.run(hold_consultation, form, [Sent({"canton": "ibarra"}), Sent({"canton": "otavalo"})])
    await database.dispose()


def test_data_and_dictionary_are_written(run: Run, tmp_path: Path) -> None:
    result = run("1", "--out", "answers.csv")
    assert result.exit_code == 0
    assert "answers.csv (2 " in result.stdout
    with (tmp_path / "answers.csv").open() as file:
        assert sorted(row["canton"] for row in csv.DictReader(file)) == ["ibarra", "otavalo"]
    assert (
        (tmp_path / "answers.csv.dictionary.csv").read_text().startswith("name,type,repeats,value,label_es")
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "answers.csv",
        "answers.csv.dictionary.csv",
        "var",
    ]
    assert (tmp_path / "answers.csv").stat().st_mode & 0o077 == 0


def test_json_lines_in_words_for_programs(run: Run, tmp_path: Path) -> None:
    result = run("1", "--format", "jsonl", "--language", "qu", "--json")
    found = json.loads(result.stdout)
    assert found["responses"] == 2
    lines = [json.loads(line) for line in (tmp_path / found["file"]).read_text().splitlines()]
    assert sorted(line["canton"] for line in lines) == ["ibarra-ka", "otavalo-ka"]


def test_nothing_is_left_of_a_consultation_that_does_not_exist(run: Run, tmp_path: Path) -> None:
    result = run("7", "--out", "answers.csv")
    assert isinstance(result.exception, NotFound)
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_a_failure_leaves_the_older_file_as_it_was(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(db: Session, consultation_id: int, **options: object) -> list[bytes]:
        raise OSError("the disk is full")

    (tmp_path / "answers.csv").write_text("older")
    monkeypatch.setattr(command, "csv_chunks", breaks)
    assert isinstance(run("1", "--out", "answers.csv").exception, OSError)
    assert (tmp_path / "answers.csv").read_text() == "older"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "var"]


@pytest.mark.parametrize(
    "arguments",
    [[], ["one"], ["1", "--format", "pdf"], ["1", "--language", "fr"], ["1", "--out", "no/such/file"]],
)
def test_usage(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
