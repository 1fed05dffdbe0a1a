"""`rimay form rehearse`: what it prints, its exit status, and that it can be stopped."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from i18n.translator import Translator
from rimay.command_line import app
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.rehearsal.rehearsal import Rehearsal
from surveys.rehearsal.report import Code, Finding
from surveys.rehearsal.wording import sentence_of

STUCK = """
| survey |
| | type | name | label | constraint | required |
| | text | a | ¿Qué? | | |
| | integer | age | ¿Cuántos años tiene usted? | . > 10 and . < 5 | yes |
"""
REFUSED = "| survey |\n| | type | name | label |\n| | txt | a | A |"
KEYS = {
    "respondents", "seed", "begun", "finished", "minutes", "minutes_by_language", "findings", "questions", "faults",
}  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "form.md"
        path.write_text(text, "utf-8")
        return str(path)

    return write


def rehearse(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["form", "rehearse", *arguments])


def test_a_sound_form_is_fine_and_takes_minutes() -> None:
    result = rehearse(str(NEEDS_ASSESSMENT), "--respondents", "10", "--seed", "killa")
    assert result.exit_code == 0, result.output
    assert "10 de 10 personas" in result.stdout
    assert "No se encontró ningún fallo" in result.stdout


def test_a_form_in_which_people_get_stuck_says_where(written: Callable[[str], str]) -> None:
    result = rehearse(written(STUCK), "--respondents", "3")
    assert result.exit_code == 1
    assert "survey, fila 3: Aquí nadie puede seguir. «age» es obligatoria" in result.stdout
    assert "Nadie llegó al final" in result.stdout


def test_the_report_for_programs(written: Callable[[str], str]) -> None:
    result = rehearse(written(STUCK), "--respondents", "3", "--seed", "s", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert told.keys() == KEYS
    assert (told["respondents"], told["seed"], told["begun"], told["finished"]) == (3, "s", 3, 0)
    assert told["minutes"] == {"median": None, "p90": None}
    first = told["findings"][0]
    assert (first["code"], first["severity"], first["question"]) == ("dead_end", "error", "age")
    assert (first["sheet"], first["row"], first["proven"]) == ("survey", 3, True)
    assert "nadie puede seguir" in first["message"]
    assert [(each["name"], each["shown"]) for each in told["questions"]] == [("a", 3), ("age", 3)]


def test_the_same_seed_prints_the_same() -> None:
    prints = {rehearse(str(NEEDS_ASSESSMENT), "--respondents", "5", "--json").stdout for _ in range(2)}
    assert len(prints) == 1
    told = json.loads(prints.pop())
    assert 0 < told["minutes"]["median"] <= told["minutes"]["p90"]
    assert told["minutes_by_language"].keys() == {"es", "qu"}


def test_a_form_that_is_refused_is_not_rehearsed(written: Callable[[str], str]) -> None:
    path = written(REFUSED)
    result = rehearse(path)
    assert result.exit_code == 1
    assert "survey · 2 · type" in result.stderr
    told = json.loads(rehearse(path, "--json").stdout)
    assert told.keys() == KEYS
    assert [(fault["code"], fault["row"]) for fault in told["faults"]] == [("type_unknown", 2)]


@pytest.mark.parametrize("wrong", [["--respondents", "0"], ["--respondents", "many"], ["--unknown"]])
def test_a_wrong_use(wrong: list[str]) -> None:
    assert rehearse(str(NEEDS_ASSESSMENT), *wrong).exit_code == 2
    assert rehearse("no_such_form.xlsx").exit_code == 2


def test_stopped_by_hand_it_tells_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Rehearsal.steps

    def interrupted(self: Rehearsal) -> Iterator[int]:
        for begun in steps(self):
            yield begun
            if begun == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(Rehearsal, "steps", interrupted)
    result = rehearse(str(NEEDS_ASSESSMENT), "--respondents", "50", "--json")
    assert result.exit_code == 0
    assert "Usted paró el ensayo" in result.stderr
    assert json.loads(result.stdout)["begun"] == 2


PARAMS: dict[str, str | int] = {
    "tries": 3, "names": "a → b → a", "count": 2, "total": 5, "most": 50, "way": "a = 1", "choices": "x",
    "locale": "qu", "field": "choice", "choice": "x", "words": 22, "limit": 20, "begun": 1,
}  # fmt: skip


@pytest.mark.parametrize("language", ["es", "qu"])
@pytest.mark.parametrize("code", list(Code))
def test_every_finding_has_a_sentence_that_names_the_question(code: Code, language: str) -> None:
    for proven in (True, False):
        for way in ("a = 1", ""):
            finding = Finding(code, "group/needs", proven, {**PARAMS, "way": way})
            told = sentence_of(finding, Translator(), language)
            assert "«needs»" in told or code in (Code.LOOP, Code.CUT_SHORT, Code.DEAD_END)
