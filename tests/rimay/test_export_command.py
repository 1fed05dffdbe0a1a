"""`rimay export`: what it leaves on the disk, and its exit status."""

import asyncio
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import IO
from zipfile import ZipFile

import pytest
import typer
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from core.database import Database
from core.errors import InvalidInput, NotFound
from migrations.schema import upgrade
from rimay.commands import export as command
from surveys.exporting.formats import Format
from surveys.exporting.plan import Plan
from surveys.questionnaire import Node
from tests.surveys.consulting import Sent, hold_consultation
from tests.surveys.people import group, integer, questionnaire, select

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an installation of its own, where one consultation was answered twice."""
    return installed(tmp_path, monkeypatch, select("canton", "ibarra", "otavalo"))


@pytest.fixture
def run_with_repeats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, where the members of a household were asked of."""
    home = group("home", integer("home/age"), repeats=True)
    return installed(tmp_path, monkeypatch, select("canton", "ibarra", "otavalo"), home)


def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *nodes: Node) -> Run:
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    asyncio.run(_fill(f"sqlite:///{tmp_path / 'var' / 'rimay.db'}", *nodes))
    app = typer.Typer()
    app.command()(command.export)
    return lambda *arguments: CliRunner().invoke(app, arguments)


async def _fill(url: str, *nodes: Node) -> None:
    database = Database(url)
    upgrade(database.engine)
    people = [Sent({"canton": "ibarra"}), Sent({"canton": "otavalo"})]
    await database.run(hold_consultation, questionnaire(*nodes), people)
    await database.dispose()


def test_data_and_dictionary_are_written(run: Run, tmp_path: Path) -> None:
    result = run("1", "--out", "answers.csv")
    assert result.exit_code == 0
    assert "answers.csv (2 " in result.stdout
    with (tmp_path / "answers.csv").open() as file:
        assert sorted(row["canton"] for row in csv.DictReader(file)) == ["ibarra", "otavalo"]
    assert (tmp_path / "answers.csv.dictionary.csv").read_text().startswith("name,table,type,value,question")
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
    def breaks(db: Session, plan: Plan, form: Format, file: IO[bytes]) -> None:
        file.write(b"half")
        raise OSError("the disk is full")

    (tmp_path / "answers.csv").write_text("older")
    monkeypatch.setattr(command, "write_export", breaks)
    assert isinstance(run("1", "--out", "answers.csv").exception, OSError)
    assert (tmp_path / "answers.csv").read_text() == "older"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "var"]


@pytest.mark.parametrize(
    ("form", "ending"),
    [("csv", "csv"), ("xlsx", "xlsx"), ("jsonl", "jsonl"), ("hxl", "hxl.csv"), ("spss", "sav")],
)
def test_every_format_has_a_name_of_its_own(run: Run, tmp_path: Path, form: str, ending: str) -> None:
    found = json.loads(run("1", "--format", form, "--json").stdout)
    assert found["file"] == f"consultation-1.{ending}"
    assert (tmp_path / found["file"]).stat().st_size and (tmp_path / found["dictionary"]).stat().st_size


def test_linked_tables_are_one_archive(run_with_repeats: Run, tmp_path: Path) -> None:
    found = json.loads(run_with_repeats("1", "--out", "answers.csv", "--json").stdout)
    assert found["file"] == "answers.zip"
    with ZipFile(tmp_path / "answers.zip") as archive:
        assert archive.namelist() == ["responses.csv", "home.csv", "dictionary.csv"]


def test_a_tag_of_ones_own(run: Run, tmp_path: Path) -> None:
    run("1", "--format", "hxl", "--hxl", "canton=#adm2+code", "--out", "answers.csv")
    assert (tmp_path / "answers.csv").read_text().splitlines()[1].endswith("#adm2+code")


@pytest.mark.parametrize(
    "arguments",
    [["--language", "fr"], ["--hxl", "nowhere=#adm2"], ["--hxl", "canton=adm2"]],
)
def test_what_is_not_there_is_said_and_nothing_is_left(
    run: Run, tmp_path: Path, arguments: list[str]
) -> None:
    assert isinstance(run("1", *arguments).exception, InvalidInput)
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


@pytest.mark.parametrize(
    "arguments",
    [[], ["one"], ["1", "--format", "pdf"], ["1", "--out", "no/such/file"]],
)
def test_usage(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
