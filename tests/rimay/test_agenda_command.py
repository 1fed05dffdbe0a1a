"""`rimay agenda`: what the file holds, who is left out, and that no order of rows changes a byte of it."""

import json
import random
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from rimay.command_line import main

ITEMS = "id,title,minutes\n1,Albergue,10\n2,Salud,10\n3,Cancha,10\n4,Papeles,10\n5,Museo,90\n6,Nadie,5\n"
CAMPS = {"norte": (14, "1 2 3"), "sur": (6, "4"), "este": (5, "5")}


def pairs() -> list[str]:
    """14 people want the items 1 to 3, 6 want 4, 5 want what is too long."""
    return [
        f"{camp}{n},{item}"
        for camp, (size, liked) in CAMPS.items()
        for n in range(size)
        for item in liked.split()
    ]


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str | Path) -> Done:
    """The command in this process, as the front door runs it."""
    out, err, code = StringIO(), StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["rimay", "agenda", *map(str, arguments)])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture
def files(tmp_path: Path) -> tuple[str | Path, ...]:
    (tmp_path / "items.csv").write_text(ITEMS)
    (tmp_path / "votes.csv").write_text("\n".join(["voter,item", *pairs()]))
    camps = [f"{camp}{n},{camp}" for camp, (size, _) in CAMPS.items() for n in range(size)]
    (tmp_path / "groups.csv").write_text("\n".join(["voter,group", *camps]))
    return tmp_path / "items.csv", "--votes", tmp_path / "votes.csv", "--out", tmp_path / "AGENDA.json"


def made(files: tuple[str | Path, ...], *more: str | Path) -> dict[str, Any]:
    done = run(*files, *more)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(Path(files[-1]).read_text("utf-8"))
    return found


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def test_the_file_says_what_is_on_the_agenda_what_is_not_and_who_is_left_out(
    files: tuple[str | Path, ...],
) -> None:
    found = made(files, "--minutes", "30")
    assert (found["rule"], found["minutes"], found["used"]) == ("phragmen", 30, 30)
    assert ids(found["items"]) == ["1", "2", "4"]
    assert found["items"][0] == {
        "id": "1",
        "title": "Albergue",
        "minutes": 10,
        "approvals": 14,
        "position": 1,
        "why": "rule",
        "after_one_that_did_not_fit": False,
        "paid_by": {"people": 14, "most": pytest.approx(10 / 14)},
    }
    left = {item["id"]: item["reason"] for item in found["left_out_items"]}
    assert left == {"3": "no_minutes", "5": "too_long", "6": "nobody"}
    assert found["left_out_people"] == {"count": 5, "of": 25, "share": 0.2}
    assert ids([{"id": item} for item in found["compared"]["approval"]["items"]]) == ["1", "2", "3"]
    assert found["compared"]["approval"]["left_out_people"]["count"] == 11
    assert set(found["compared"]) == {"equal-shares", "approval"} and found["minimum"] is None
    assert (
        "Quedan fuera 5 de 25 personas (20 %): no apoyan ninguno de estos puntos."
        in found["explanation"]["es"]
    )
    assert len(found["explanation"]["qu"]) == len(found["explanation"]["es"])


def test_no_order_of_rows_changes_a_byte(files: tuple[str | Path, ...], tmp_path: Path) -> None:
    options = ("--minutes", "30", "--rule", "equal-shares", "--groups", tmp_path / "groups.csv")
    made(files, *options)
    before = Path(files[-1]).read_bytes()
    chance = random.Random(4)
    for name in ("items.csv", "votes.csv", "groups.csv"):
        header, *rows = (tmp_path / name).read_text().split()
        chance.shuffle(rows)
        (tmp_path / name).write_text("\n".join([header, *rows]))
    # Another process: sets of texts have another order there.
    command = [sys.executable, "-m", "rimay", "agenda", *map(str, (*files, *options))]
    subprocess.run(command, check=True, capture_output=True)
    assert Path(files[-1]).read_bytes() == before


def test_groups_are_told_what_they_paid_and_how_many_are_left_out(
    files: tuple[str | Path, ...], tmp_path: Path
) -> None:
    liked = {f"a{n}": 1 if n < 7 else 5 for n in range(12)} | {f"b{n}": 1 if n < 6 else 5 for n in range(12)}
    (tmp_path / "votes.csv").write_text(
        "\n".join(["voter,item", *(f"{who},{what}" for who, what in liked.items())])
    )
    (tmp_path / "groups.csv").write_text("\n".join(["voter,group", *(f"{who},{who[0]}" for who in liked)]))
    found = made(files, "--minutes", "26", "--groups", tmp_path / "groups.csv")
    assert found["items"][0]["paid_by"]["groups"] == {
        "a": pytest.approx(70 / 13),
        "b": pytest.approx(60 / 13),
    }
    assert found["left_out_people"]["groups"] == [
        {"group": "a", "count": 5, "of": 12},
        {"group": "b", "count": 6, "of": 12},
    ]


def test_no_small_count_of_a_group_is_told(files: tuple[str | Path, ...], tmp_path: Path) -> None:
    few = [
        line for line in (tmp_path / "votes.csv").read_text().split() if line not in ("este0,5", "este1,5")
    ]
    (tmp_path / "votes.csv").write_text("\n".join(few))
    found = made(files, "--minutes", "30", "--groups", tmp_path / "groups.csv")
    este = found["left_out_people"]["groups"][0]
    assert este == {"group": "este", "count": None, "of": None}


def test_a_minimum_is_off_until_it_is_asked_for_and_then_said(files: tuple[str | Path, ...]) -> None:
    assert "4" not in ids(made(files, "--minutes", "20")["items"])
    found = made(files, "--minutes", "20", "--minimum", "24")
    assert ids(found["items"]) == ["1", "4"] and found["items"][1]["why"] == "minimum"
    assert found["minimum"] == {
        "share": 0.24,
        "met": [{"item": "4", "people": 6, "group": None}],
        "unmet": [],
    }
    assert "phragmen" in found["compared"]


def test_counts_alone_are_taken_as_simple_approval_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("id,title,minutes,votes\na,Uno,10,50\nb,Dos,20,70\nc,Tres,4,9\n")
    found = made((tmp_path / "items.csv", "--out", tmp_path / "AGENDA.json"), "--minutes", "25")
    assert (found["rule"], found["asked_rule"], found["ballots"]) == ("approval", "phragmen", False)
    assert ids(found["items"]) == ["b", "c"] and found["left_out_people"] is None and found["compared"] == {}
    assert found["explanation"]["es"][0].startswith("El archivo dice cuántas personas")


def test_people_read_the_items_and_programs_read_json(files: tuple[str | Path, ...]) -> None:
    said = run(*files, "--minutes", "30").stdout.splitlines()
    assert said[0] == "1. Albergue (10 min): 14 personas lo apoyan"
    assert said[-1].startswith("Orden del día guardado")
    printed = json.loads(run(*files, "--minutes", "30", "--json").stdout)
    assert printed.pop("file") == str(files[-1])
    assert printed == json.loads(Path(files[-1]).read_text("utf-8"))


def test_faults_are_told_with_their_places_and_nothing_is_written(
    files: tuple[str | Path, ...], tmp_path: Path
) -> None:
    (tmp_path / "items.csv").write_text("id,title,minutes\n1,Albergue,mucho\n1,Salud,10\n")
    done = run(*files, "--minutes", "30")
    assert done.returncode == 1 and not Path(files[-1]).exists()
    assert done.stderr.splitlines()[:2] == [
        "items.csv · 2 · minutes: «mucho» no son minutos. Escriba un número mayor que 0, por ejemplo 10 o 7,5.",
        "items.csv · 3 · id: El punto «1» está dos veces. Deje solo uno.",
    ]


@pytest.mark.parametrize("wrong", [("--minutes", "0"), ("--minutes", "30", "--rule", "lottery"), ()])
def test_a_wrong_option_is_a_matter_of_usage(wrong: tuple[str, ...], files: tuple[str | Path, ...]) -> None:
    assert run(*files, *wrong).returncode == 2


def test_no_name_of_a_person_is_in_the_file(files: tuple[str | Path, ...], tmp_path: Path) -> None:
    made(files, "--minutes", "30", "--groups", tmp_path / "groups.csv", "--minimum", "10")
    text = Path(files[-1]).read_text("utf-8")
    assert not [line for line in pairs() if f'"{line.partition(",")[0]}"' in text]
