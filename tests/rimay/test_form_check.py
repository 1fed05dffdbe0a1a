"""`rimay form check`: what it prints, and its exit status."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rimay.commands.form import app
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from tests.surveys.accompanying import everything, workbook

FAULTY = "| survey |\n| | type | name | label |\n| | txt | a | A |\n| | text | | B |"
HALF = "| survey |\n| | type | name | label::Español (es) | label::Kichwa (qu) |\n| | text | a | A | |"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "form.md"
        path.write_text(text, "utf-8")
        return str(path)

    return write


def check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


def test_a_good_form() -> None:
    result = check(str(NEEDS_ASSESSMENT))
    assert result.exit_code == 0
    assert "Sus necesidades en Imbabura" in result.stdout
    assert "select_multiple" in result.stdout


def test_a_good_form_for_programs() -> None:
    result = check(str(NEEDS_ASSESSMENT), "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (found["title"], found["languages"]) == ("Sus necesidades en Imbabura", ["es", "qu"])
    assert found["questions"] == sum(found["types"].values())
    assert (found["faults"], found["notices"]) == ([], [])
    assert found["missing_translations"] == {"es": 0, "qu": 0}


def test_what_nobody_is_asked_is_among_the_types_and_not_among_the_questions(
    written: Callable[[str], str],
) -> None:
    form = written(f"{HALF}\n| | hidden | b | | |\n| | today | c | | |")
    found = json.loads(check(form, "--json").stdout)
    assert (found["questions"], found["types"]) == (1, {"text": 1, "hidden": 1, "today": 1})
    assert "Preguntas: 1" in check(form).stdout


def test_missing_translations_are_counted(written: Callable[[str], str]) -> None:
    found = json.loads(check(written(HALF), "--json").stdout)
    assert found["missing_translations"] == {"es": 0, "qu": 1}


def test_every_fault_is_listed(written: Callable[[str], str]) -> None:
    result = check(written(FAULTY))
    assert result.exit_code == 1
    assert "survey · 2 · type" in result.stderr
    assert "survey · 3 · name" in result.stderr


def test_every_fault_is_listed_for_programs(written: Callable[[str], str]) -> None:
    result = check(written(FAULTY), "--json")
    assert result.exit_code == 1
    faults = json.loads(result.stdout)["faults"]
    assert [(fault["code"], fault["row"]) for fault in faults] == [("type_unknown", 2), ("name_missing", 3)]
    assert "«txt»" in faults[0]["message"]


def test_a_form_that_is_not_there_is_a_wrong_use() -> None:
    assert check("no_such_form.xlsx").exit_code == 2


def test_files_beside_the_workbook_count_and_what_else_lies_there_does_not(tmp_path: Path) -> None:
    media = tmp_path / "form-media"
    media.mkdir()
    (tmp_path / "form.xlsx").write_bytes(workbook())
    for name, content in everything().items():
        (tmp_path if name == "towns.csv" else media).joinpath(name).write_bytes(content)
    (tmp_path / "holiday.png").write_bytes(b"not for this form, and broken")
    found = json.loads(check(str(tmp_path / "form.xlsx"), "--json").stdout)
    assert found["notices"] == []
    (media / "map.png").write_bytes(b"broken")
    (media / "yes.png").unlink()
    notices = json.loads(check(str(tmp_path / "form.xlsx"), "--json").stdout)["notices"]
    assert [(notice["code"], notice["sheet"], notice["row"]) for notice in notices] == [
        ("file_not_as_named", "survey", 2),
        ("file_missing", "choices", 2),
    ]


def test_what_lacks_a_translation_is_told_by_what_it_is(written: Callable[[str], str]) -> None:
    form = written(
        "| survey |\n| | type | name | label::es | label::qu | hint::es | guidance_hint::qu | image::es |\n"
        "| | select_one l | a | A | A | H | G | a.png |\n"
        "| choices |\n| | list_name | name | label::es | audio::qu |\n| | l | x | X | x.mp3 |\n"
    )
    found = json.loads(check(form, "--json").stdout)
    assert found["missing_by_text"] == {
        "es": {"guidance": 1, "choices audio": 1},
        "qu": {"hint": 1, "image": 1, "choices": 1},
    }
    assert found["missing_translations"] == {"es": 2, "qu": 3}
    assert "Textos sin traducir (qu): 3" in check(form).stdout
