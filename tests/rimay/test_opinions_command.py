"""`rimay opinions`: what the file holds, and that nothing about how it is made changes a byte of it."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deliberation.maths.votes import Votes
from tests.deliberation.maths.ballots import random_votes

HEADER = "timestamp,datetime,comment-id,voter-id,vote"


def lines_of(votes: Votes) -> list[str]:
    """The rows of VOTES.csv, and one person who voted three times, the last time in the middle."""
    cells = zip(votes.person.tolist(), votes.statement.tolist(), votes.value.tolist(), strict=True)
    written = [
        f"{row},x,{statement},{person},{value}" for row, (person, statement, value) in enumerate(cells)
    ]
    return [*written, "900001,x,0,1,1", "900002,x,0,1,-1", "900000,x,0,1,0"]


def run(*arguments: str | Path, threads: int = 1) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rimay", "opinions", *map(str, arguments)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": str(threads), "PYTHONHASHSEED": str(threads)},
        capture_output=True,
        text=True,
    )


def map_of(folder: Path, lines: list[str], *options: str, threads: int = 1) -> bytes:
    votes, out = folder / "votes.csv", folder / "map.json"
    votes.write_text("\n".join([HEADER, *lines]))
    done = run(votes, "--out", out, *options, threads=threads)
    assert done.returncode == 0, done.stderr
    return out.read_bytes()


@pytest.mark.parametrize(
    ("votes", "options"),
    [
        (random_votes(1500, 390, 0.1), ("--compatible",)),
        (random_votes(1200, 430, 0.05), ("--compatible",)),
        (random_votes(1200, 130, 0.1), ()),
    ],
    ids=["solved", "iterated", "default"],
)
def test_neither_the_order_of_rows_nor_the_number_of_threads_changes_a_byte(
    tmp_path: Path, votes: Votes, options: tuple[str, ...]
) -> None:
    """Without pinned threads the one that is solved differs on two cores."""
    lines = lines_of(votes)
    shuffled = random.Random(7).sample(lines, len(lines))
    first = map_of(tmp_path, lines, *options, threads=1)
    assert map_of(tmp_path, shuffled, *options, threads=2) == first


def test_the_map_has_the_fields_that_others_read(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(
        "\n".join(
            [HEADER]
            + [
                f"1,x,{statement},{person},{1 if person < 12 else -1}"
                for person in range(20)
                for statement in range(8)
            ]
            + ["1,x,0,newcomer,1"]
        )
    )
    (tmp_path / "comments.csv").write_text("comment-id,moderated\n0,1\n3,-1\n9,0\n10,-1\n")
    out = tmp_path / "map.json"
    done = run(votes, "--statements", tmp_path / "comments.csv", "--out", out, "--compatible", "--json")
    assert json.loads(done.stdout) == {
        "file": str(out),
        "people": 21,
        "statements": 8,
        "votes": 161,
        "k": 2,
        "groups": [12, 8],
    }
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    assert found["participants"]["0"].keys() == {"group", "x", "y"}
    assert {found["participants"][str(person)]["group"] for person in range(12)} == {0}
    assert found["participants"]["newcomer"]["group"] is None
    assert [(group["id"], group["size"]) for group in found["groups"]] == [(0, 12), (1, 8)]
    for chosen in found["groups"][0]["representative"]:
        assert chosen["direction"] == "agree" and chosen["p"] == pytest.approx(13 / 14)
    shown = {"0", "1", "2", "4", "5", "6", "7"}
    assert found["consensus"].keys() == shown
    assert found["priorities"].keys() == shown | {"9"}, (
        "what nobody has voted on is to be shown; what was rejected not"
    )
    assert set(found["pca"]["statements"]) == shown
    assert [len(each) for each in found["pca"]["components"]] == [7, 7]
    assert found["pca"]["center"][0] == pytest.approx(5 / 21)
    assert (found["k"], found["method"]) == (2, "polis") and found["version"]


def test_the_default_map_says_how_sure_it_is(tmp_path: Path) -> None:
    votes, out = tmp_path / "votes.csv", tmp_path / "map.json"
    votes.write_text("\n".join([HEADER, *lines_of(random_votes(60, 20, 0.9)), "1,x,19,newcomer,1"]))
    (tmp_path / "comments.csv").write_text("comment-id,moderated,is-meta\n3,-1,false\n4,1,true\n77,0,false\n")
    done = run(votes, "--statements", tmp_path / "comments.csv", "--out", out)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    shown = {str(number) for number in range(20)} - {"3"}
    assert found["consensus"].keys() == shown
    assert found["priorities"].keys() == shown | {"77"}
    assert set(found["pca"]["statements"]) == shown - {"4"}, "what asks about the person makes no group"
    assert found["k"] == len(found["groups"]) == 2 and found["method"] == "rimay" and found["seed"] == 0
    assert found["stability"]["chosen"] == found["stability"]["by_k"]["2"] > 0.8
    assert sum(group["size"] for group in found["groups"]) == 60
    assert found["participants"]["newcomer"]["group"] is None
    assert sum(found["participants"]["7"]["membership"]) == pytest.approx(1)
    for group in found["groups"]:
        for told in group["representative"]:
            assert told["q"] <= 0.05 and told["interval"][0] < told["p"] < told["interval"][1]
            assert group["votes"][told["statement"]]["seen"] > 0
    assert found["groups"][0]["representative"] and found["divisive"][0]["low"] > 0
    intervals = found["consensus_intervals"]
    assert all(intervals["low"][name] < found["consensus"][name] < intervals["high"][name] for name in shown)


def test_where_every_statement_was_rejected_there_is_a_map_all_the_same(tmp_path: Path) -> None:
    votes, out = tmp_path / "votes.csv", tmp_path / "map.json"
    votes.write_text(f"{HEADER}\n1,x,0,ana,1\n")
    (tmp_path / "comments.csv").write_text("comment-id,moderated\n0,-1\n5,1\n")
    done = run(votes, "--statements", tmp_path / "comments.csv", "--out", out)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text("utf-8"))
    assert found["k"] == 1 and found["consensus"] == {} and found["priorities"].keys() == {"5"}
    assert found["participants"].keys() == {"ana"}


def test_faults_leave_nothing_behind(tmp_path: Path) -> None:
    votes, out = tmp_path / "votes.csv", tmp_path / "map.json"
    votes.write_text(f"{HEADER}\n1,x,0,0,2\n1,x,0,,1\n")
    done = run(votes, "--out", out)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "votes.csv · 2 · vote: «2» no es un voto. Escriba 1 de acuerdo, 0 paso o -1 en desacuerdo.",
        "votes.csv · 3 · voter-id: Falta el número. Escriba quién vota o sobre qué afirmación.",
    ]
    assert list(tmp_path.iterdir()) == [votes]


def test_a_folder_that_is_not_there_is_a_matter_of_usage(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(f"{HEADER}\n1,x,0,0,1\n")
    done = run(votes, "--out", tmp_path / "nowhere" / "map.json")
    assert done.returncode == 2 and "No existe la carpeta" in done.stderr
    assert run(tmp_path / "nothing.csv", "--out", tmp_path / "map.json").returncode == 2
