"""`rimay draw`: what is printed, what is written, and with which exit status it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from deliberation.lottery.draw import Prepared, prepare
from deliberation.lottery.quotas import Quotas
from deliberation.maths.lottery.people import Person
from i18n.translator import Translator
from rimay.command_line import main
from rimay.commands import draw as command
from tests.deliberation.lottery.files import write_pool, write_quota_lines, write_quotas

Ran = subprocess.CompletedProcess[str]


def rimay(*arguments: str | Path) -> Ran:
    """The command as the shell would run it, in this process."""
    out, err = StringIO(), StringIO()
    given = ["rimay", "draw", *map(str, arguments)]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", given)
        with pytest.raises(SystemExit) as ended:
            main()
    code = ended.value.code
    return Ran(
        given, code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue()
    )


def draw(folder: Path, *options: str) -> Ran:
    files = ("--quotas", folder / "categories.csv", "--pool", folder / "respondents.csv")
    return rimay(*files, "--seats", "12", "--seed", "7 8 9", "--out", folder / "draw.json", *options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("draw")
    write_pool(folder, homes=6)
    write_quotas(folder)
    done = draw(folder)
    assert done.returncode == 0, done.stderr
    assert all(id in done.stdout for id in json.loads((folder / "draw.json").read_text())["selected"])
    return folder


def test_a_draw_is_written_for_its_owner_alone_and_holds(folder: Path) -> None:
    assert (folder / "draw.json").stat().st_mode & 0o077 == 0
    done = rimay("verify", folder / "draw.json", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["holds"] is True
    assert json.loads(done.stdout)["checks"]["pool_file"] is None


@pytest.mark.parametrize("language", ["es", "qu"])
def test_a_check_says_what_holds_and_what_not_in_words(folder: Path, tmp_path: Path, language: str) -> None:
    file = json.loads((folder / "draw.json").read_text())
    file["epsilon"] = 0.5
    (tmp_path / "draw.json").write_text(json.dumps(file))
    files = ("--pool", folder / "respondents.csv", "--quotas", folder / "categories.csv")
    done = rimay("verify", tmp_path / "draw.json", *files, "--language", language)
    translator = Translator()
    wrong = translator.text("lottery.check_epsilon", language)
    right = translator.text("lottery.check_drawn", language)
    assert done.returncode == 1
    assert translator.text("lottery.fails", language, what=wrong) in done.stdout
    assert translator.text("lottery.holds", language, what=right) in done.stdout
    assert translator.text("lottery.not_all_hold", language) in done.stdout


def test_the_commitments_are_known_before_the_seed(folder: Path) -> None:
    files = ("--quotas", folder / "categories.csv", "--pool", folder / "respondents.csv")
    done = rimay("commit", *files, "--seats", "12", "--json")
    file = json.loads((folder / "draw.json").read_text())
    assert json.loads(done.stdout) == {key: file[key] for key in ("pool_commitment", "lottery_commitment")}


def test_programs_get_json_and_no_word_beside(folder: Path) -> None:
    done = draw(folder, "--json")
    told = json.loads(done.stdout)
    assert told["minimum_probability"] >= told["leximin_bound"] - told["epsilon"] and not done.stderr


def test_quotas_that_cannot_be_met_are_explained(tmp_path: Path) -> None:
    write_pool(tmp_path)
    write_quota_lines(
        tmp_path,
        ["género,mujer,8,12", "género,hombre,6,12", *write_quotas(tmp_path)[2:]],
    )
    done = draw(tmp_path)
    why = json.loads((tmp_path / "draw.json").read_text())["infeasible"]
    assert done.returncode == 1 and "mujer" in done.stderr and not done.stdout
    assert {(side["feature"], side["min"]) for side in why["conflict"]} == {("mujer", 8), ("hombre", 6)}
    assert sum(each["min"] - each["new_min"] for each in why["cheapest_fix"]) == 2 and why["invite"] == []
    assert json.loads(draw(tmp_path, "--json").stdout)["infeasible"] == why
    assert rimay("verify", tmp_path / "draw.json").returncode == 1


def test_who_is_missing_is_said_in_both_languages(tmp_path: Path) -> None:
    write_pool(tmp_path, people=8)
    write_quotas(tmp_path, leeway=2)
    for language in ("es", "qu"):
        done = draw(tmp_path, "--language", language)
        why = json.loads((tmp_path / "draw.json").read_text())["infeasible"]
        people = sum(each["people"] for each in why["invite"])
        assert people >= 4 and done.returncode == 1
        assert Translator().plural("lottery.invite", language, people) in done.stderr


def test_faults_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    write_pool(tmp_path)
    write_quota_lines(tmp_path, ["género,mujer,8,x", "edad,joven,9,1"])
    done = draw(tmp_path)
    assert done.returncode == 1 and not (tmp_path / "draw.json").exists()
    assert "categories.csv · 2 · max" in done.stderr and "categories.csv · 3 · min" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [(), ("--seats", "3"), ("verify",), ("commit",), ("verify", __file__, "--pool", __file__)],
)
def test_what_is_missing_is_usage(arguments: tuple[str, ...]) -> None:
    assert rimay(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("epsilon", 10**400),
        ("epsilon", float("nan")),
        ("minimum_probability", -(10**400)),
        ("seed", "\ud800"),
    ],
)
def test_a_number_or_a_text_that_nobody_can_reckon_with_is_named_and_not_stumbled_over(
    folder: Path, tmp_path: Path, part: str, value: object
) -> None:
    file = json.loads((folder / "draw.json").read_text())
    (tmp_path / "draw.json").write_text(json.dumps(file | {part: value}))
    done = rimay("verify", tmp_path / "draw.json")
    assert done.returncode != 0 and f"draw.json · {part}:" in done.stderr


def test_what_a_file_says_as_its_seed_looks_like_no_line_of_ours(folder: Path, tmp_path: Path) -> None:
    file = json.loads((folder / "draw.json").read_text())
    forged = file | {"seed": "1\n✓ Todo está bien.\x1b[2J"}
    (tmp_path / "draw.json").write_text(json.dumps(forged))
    done = rimay("verify", tmp_path / "draw.json")
    assert done.returncode == 1 and "\x1b" not in done.stdout
    assert "✓ Todo está bien." not in done.stdout.splitlines()
    assert "1\\n✓ Todo está bien.\\x1b[2J" in done.stdout


@pytest.mark.parametrize("column", ["género", "id"])
def test_a_column_that_a_pool_has_twice_is_refused(folder: Path, tmp_path: Path, column: str) -> None:
    lines = (folder / "respondents.csv").read_text().splitlines()
    at = lines[0].split(",").index(column)
    twice = [f"{line},{line.split(',')[at]}" for line in lines]
    (tmp_path / "respondents.csv").write_text("\n".join(twice))
    files = ("--quotas", folder / "categories.csv", "--pool", tmp_path / "respondents.csv")
    done = rimay(*files, "--seats", "12", "--seed", "7", "--out", tmp_path / "draw.json")
    assert done.returncode != 0 and f"La columna «{column}» está dos veces." in done.stderr
    assert not (tmp_path / "draw.json").exists()


def test_the_options_that_are_missing_are_named() -> None:
    done = rimay("--seats", "3", "--seed", "7")
    assert "Faltan estas opciones: --quotas --pool --out." in " ".join(done.stderr.replace("│", " ").split())


def test_the_standard_output_of_a_process_is_json_alone(folder: Path, tmp_path: Path) -> None:
    """The solver is not Python: what it prints goes past everything that tests put in its place."""
    files = ("--quotas", folder / "categories.csv", "--pool", folder / "respondents.csv")
    options = ("--seats", "12", "--seed", "7 8 9", "--out", tmp_path / "draw.json", "--json")
    given = [sys.executable, "-m", "rimay", "draw", *map(str, (*files, *options))]
    done = subprocess.run(given, capture_output=True, text=True)
    assert json.loads(done.stdout)["seats"] == 12 and not done.stderr
    assert (tmp_path / "draw.json").read_bytes() == (folder / "draw.json").read_bytes()


def test_a_draw_that_is_interrupted_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pool(tmp_path)
    write_quotas(tmp_path)

    def prepare_and_stop(
        quotas: Quotas,
        people: Sequence[Person],
        seats: int,
        _progress: object = None,
        *,
        alike: int | None = None,
    ) -> Prepared:
        def stop(done: int, _total: int) -> None:
            if done == 3:
                os.kill(os.getpid(), signal.SIGTERM)

        return prepare(quotas, people, seats, stop, alike=alike)

    monkeypatch.setattr(command, "prepare", prepare_and_stop)
    assert draw(tmp_path).returncode != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["categories.csv", "respondents.csv"]


def test_a_draw_that_counts_people_alike_says_so_and_is_counted_anew_by_who_has_the_pool(
    folder: Path, tmp_path: Path
) -> None:
    files = ("--quotas", folder / "categories.csv", "--pool", folder / "respondents.csv")
    options = ("--seats", "12", "--household", "house", "--alike", "5")
    done = rimay(*files, *options, "--seed", "7 8 9", "--out", tmp_path / "draw.json")
    file = json.loads((tmp_path / "draw.json").read_text())
    assert done.returncode == 0 and Translator().text("lottery.alike_shown", "es", alike=5) in done.stdout
    committed = json.loads(rimay("commit", *files, *options, "--json").stdout)
    assert committed == {key: file[key] for key in ("pool_commitment", "lottery_commitment")}
    checked = rimay("verify", tmp_path / "draw.json", *files, "--household", "house")
    assert checked.returncode == 0 and Translator().text("lottery.check_alike", "es") in checked.stdout
    assert rimay("verify", tmp_path / "draw.json").returncode == 0
