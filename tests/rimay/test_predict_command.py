"""`rimay predict`: the same rows with a probability, whatever the order of the votes."""

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deliberation.maths.ballots import random_votes

HEADER = "timestamp,datetime,comment-id,voter-id,vote"


def run(*arguments: str | Path, threads: int = 1) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rimay", "predict", *map(str, arguments)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": str(threads), "PYTHONHASHSEED": str(threads)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def lines() -> list[str]:
    votes = random_votes(500, 60, 0.3)
    cells = zip(votes.person.tolist(), votes.statement.tolist(), votes.value.tolist(), strict=True)
    return [f"{row},x,{statement},{person},{value}" for row, (person, statement, value) in enumerate(cells)]


def test_neither_the_order_of_rows_nor_the_number_of_threads_changes_a_byte(
    tmp_path: Path, lines: list[str]
) -> None:
    votes, held = tmp_path / "votes.csv", tmp_path / "held.csv"
    held.write_text("voter-id,comment-id\n" + "".join(f"{i},{i % 60}\n" for i in range(0, 500, 5)))
    printed = []
    for threads, order in ((1, lines), (2, random.Random(3).sample(lines, len(lines)))):
        votes.write_text("\n".join([HEADER, *order]))
        done = run(votes, "--holdout", held, threads=threads)
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    assert printed[0] == printed[1]
    chances = [float(row["p_agree"]) for row in csv.DictReader(printed[0].splitlines())]
    assert len(chances) == 100 and min(chances) < 0.3 and max(chances) > 0.7


def test_the_rows_stay_as_they_are_and_strangers_are_predicted_too(tmp_path: Path, lines: list[str]) -> None:
    votes, held = tmp_path / "votes.csv", tmp_path / "held.csv"
    votes.write_text("\n".join([HEADER, *lines]))
    held.write_text('comment-id;note;voter-id\n3;"a;b";7\n3;;nobody\n99;;7\n')
    done = run(votes, "--holdout", held)
    first, *rest = done.stdout.splitlines()
    assert first == "comment-id;note;voter-id;p_agree"
    assert [row.rsplit(";", 1)[0] for row in rest] == ['3;"a;b";7', "3;;nobody", "99;;7"]
    assert all(0 < float(row.rsplit(";", 1)[1]) < 1 for row in rest)
    assert [row["voter-id"] for row in json.loads(run(votes, "--holdout", held, "--json").stdout)] == [
        "7",
        "nobody",
        "7",
    ]


def test_the_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    votes, held = tmp_path / "votes.csv", tmp_path / "held.csv"
    votes.write_text(f"{HEADER}\n1,x,0,0,2\n")
    held.write_text("voter-id,comment-id\n,4\n")
    done = run(votes, "--holdout", held)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.splitlines() == [
        "votes.csv · 2 · vote: «2» no es un voto. Escriba 1 de acuerdo, 0 paso o -1 en desacuerdo.",
        "held.csv · 2 · voter-id: Falta el número. Escriba quién vota o sobre qué afirmación.",
    ]


def test_what_lacks_its_columns_or_its_file_is_refused(tmp_path: Path) -> None:
    votes, held = tmp_path / "votes.csv", tmp_path / "held.csv"
    votes.write_text(f"{HEADER}\n1,x,0,0,1\n")
    held.write_text("who,what\n1,2\n")
    assert run(votes, "--holdout", held).returncode == 1
    assert run(votes, "--holdout", tmp_path / "none.csv").returncode == 2
