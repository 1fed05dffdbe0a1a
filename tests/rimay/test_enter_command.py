"""`rimay form enter`: paper forms out of a file, all or none, or the right ones with the rest in a file of its own."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import typer
from typer.testing import CliRunner, Result

from core.database import Database
from core.errors import InvalidInput
from migrations.schema import upgrade
from rimay.commands import enter as command
from surveys.entry.entries import count_entries
from tests.surveys.entering import open_rich
from tests.surveys.people import integer, question, questionnaire, select

Run = Callable[..., Result]
GOOD = "_code;canton;age;more\n2222-2222;otavalo;34;Educación\n2222-2235;Ibarra;9;\n"
WRONG = GOOD.replace("Ibarra;9", "Quito;900")
ASKED = questionnaire(
    select("canton", "ibarra", "otavalo"), integer("age", constraint=". < 120"), question("more")
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an installation of its own, where one consultation is open."""
    monkeypatch.setenv("RIMAY_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    asyncio.run(_open(f"sqlite:///{tmp_path / 'var' / 'rimay.db'}"))
    app = typer.Typer()
    app.command()(command.enter)
    return lambda *arguments: CliRunner().invoke(app, arguments)


async def _open(url: str) -> None:
    database = Database(url)
    upgrade(database.engine)
    await database.run(open_rich, ASKED)
    await database.dispose()


def entered(tmp_path: Path) -> int:
    async def count() -> int:
        database = Database(f"sqlite:///{tmp_path / 'var' / 'rimay.db'}")
        try:
            return (await database.read(count_entries, 1)).get(("paper", "finished"), 0)
        finally:
            await database.dispose()

    return asyncio.run(count())


def test_a_file_as_excel_in_spanish_saves_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "forms.csv").write_bytes(GOOD.encode("cp1252"))
    result = run("1", "forms.csv")
    assert (result.exit_code, result.stdout) == (0, "2 formularios guardados.\n")
    again = run("1", "forms.csv", "--json")
    assert json.loads(again.stdout) == {"stored": 0, "before": 2, "left_out": 0, "faults": []}
    assert entered(tmp_path) == 2


def test_every_fault_with_its_row_and_nothing_stored(run: Run, tmp_path: Path) -> None:
    (tmp_path / "forms.csv").write_text(WRONG)
    result = run("1", "forms.csv")
    assert result.exit_code == 1
    assert [line.partition(":")[0] for line in result.stderr.splitlines() if line] == [
        "3 · canton",
        "3 · age",
    ]
    assert entered(tmp_path) == 0


def test_the_right_rows_and_the_rest_apart(run: Run, tmp_path: Path) -> None:
    (tmp_path / "forms.csv").write_text(WRONG)
    result = run("1", "forms.csv", "--rest", "rest.xlsx")
    assert result.exit_code == 1 and entered(tmp_path) == 1
    rows = list(openpyxl.load_workbook(tmp_path / "rest.xlsx").worksheets[0].iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["_code", "2222-2235"]
    assert not list(tmp_path.glob("*.part"))


def test_what_is_no_table_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "forms.csv").write_bytes(b"\x89PNG\0")
    assert isinstance(run("1", "forms.csv").exception, InvalidInput)
