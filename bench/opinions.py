"""Polis's analysis of a conversation, beside red-dwarf 0.4 that computes the same from the same rows.

    python -m bench.opinions [--peer-limit 2000000] [--data FOLDER] [--sizes 20000x500 100000x1000]

Both are given the same list of row dicts (the last vote of each person on each statement) and both times begin there;
one thread for both, and time is the processor's, so that a busy machine changes little. Ours is the best of three;
red-dwarf's of three where it takes less than two seconds, else of one. Synthetic conversations have 50 votes a person;
20 where there are a million people, and then the time begins with arrays in no order, because so many row dicts fit
into few machines. Each runs in a process of its own; memory is the largest that it held beyond its rows, with arrays
the largest in all.

red-dwarf is left out above --peer-limit votes: with 100,000 people it takes minutes and 6 GB.
"""

import argparse
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from deliberation.maths.polis import PolisAnalysis, analyse_as_polis
from deliberation.maths.threads import one_thread
from deliberation.maths.votes import Votes, last_votes
from deliberation.opinions.vote_file import read_conversation

_KEYS = ("participant_id", "statement_id", "vote")
_SIZES = ("20000x500", "100000x1000")
_DATA = Path(__file__).parents[2] / "shared" / "data"

Rows = list[dict[str, int]]


def compatible_seconds(votes_csv: str) -> float:
    """Seconds from a list of row dicts to the whole analysis, the best of three."""
    rows = rows_of(read_conversation(Path(votes_csv))[0])
    return _best(lambda: analysed(rows), 3, perf_counter)[0]


def analysed(rows: Rows) -> PolisAnalysis:
    """Groups, components, consensus, priorities and representative statements."""
    return analyse_as_polis(last_votes(*(_column(rows, key) for key in _KEYS)))


def _column(rows: Rows, key: str) -> NDArray[np.int64]:
    """A column of the rows. `struct` turns whole numbers of Python into those of NumPy in half the time of NumPy."""
    return np.frombuffer(struct.pack(f"={len(rows)}q", *map(itemgetter(key), rows)), np.int64)


def rows_of(votes: Votes) -> Rows:
    """The votes as the peer wants them. Ids that are no numbers are numbered."""
    people, statements = _ids(votes.people), _ids(votes.statements)
    cells = zip(votes.person.tolist(), votes.statement.tolist(), votes.value.tolist(), strict=True)
    return [
        {"participant_id": people[person], "statement_id": statements[statement], "vote": value}
        for person, statement, value in cells
    ]


def _ids(names: Sequence[str]) -> Sequence[int]:
    return list(map(int, names)) if all(name.isdigit() for name in names) else range(len(names))


def _peer(rows: Rows) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from reddwarf.implementations.polis import run_pipeline

        return run_pipeline(votes=rows, random_state=0)


def _best(run: Callable[[], Any], times: int, clock: Callable[[], float] = process_time) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(times):
        start = clock()
        result = run()
        best = min(best, clock() - start)
    return best, result


def synthetic(people: int, statements: int, each: int, seed: int = 0) -> tuple[NDArray[Any], ...]:
    """Person, statement and vote: three camps, votes not spread evenly over statements, one in seven a pass."""
    chance = np.random.default_rng(seed)
    camps, loads = chance.normal(size=(3, 2)) * 1.5, chance.normal(size=(statements, 2))
    stand = camps[chance.integers(3, size=people)] + 0.7 * chance.normal(size=(people, 2))
    count = people * each
    person = chance.integers(people, size=count, dtype=np.int32)
    statement = (statements * chance.random(count, dtype=np.float32) ** 1.5).astype(np.int32)
    leaning = np.einsum("ij,ij->i", stand[person], loads[statement])
    agrees = chance.random(count, dtype=np.float32) < 1 / (1 + np.exp(-leaning))
    passes = chance.random(count, dtype=np.float32) < 1 / 7
    return person, statement, np.where(passes, 0, np.where(agrees, 1, -1)).astype(np.int8)


def _measure(source: str, whose: str) -> dict[str, Any]:
    if whose == "arrays":
        arrays = [np.load(f"{source}.{number}.npy") for number in range(3)]
        seconds, _ = _best(lambda: analyse_as_polis(last_votes(*arrays)), 3)
        return {"seconds": seconds, "memory": _held(), "votes": len(arrays[0])}
    votes = _votes_of(source)
    rows = rows_of(votes)
    measured: dict[str, Any] = {"people": votes.shape[0], "statements": votes.shape[1], "votes": len(votes)}
    before = _held()
    with one_thread():
        if whose == "ours":
            seconds, _ = _best(lambda: analysed(rows), 3)
            return measured | {"seconds": seconds, "memory": _held() - before}
        seconds, theirs = _best(lambda: _peer(rows), 1)
        held = _held() - before
        if seconds < 2:
            seconds = min(seconds, _best(lambda: _peer(rows), 2)[0])
    return measured | {"seconds": seconds, "memory": held} | _likeness(analysed(rows), theirs)


def _likeness(ours: PolisAnalysis, theirs: Any) -> dict[str, float]:
    """How near the results are: cosines of components, projections, groups."""
    pairs = list(zip(ours.components.directions, theirs.reducer.components_, strict=True))
    other = theirs.participants_df[["x", "y"]].to_numpy()
    signs = np.sign([one @ two for one, two in pairs])
    inside = np.flatnonzero(theirs.participants_df["to_cluster"].to_numpy())
    return {
        "cosine": float(min(abs(one @ two) for one, two in pairs)),
        "projection": float(np.abs(ours.components.people * signs - other).max() / np.abs(other).max()),
        "rand": float(adjusted_rand_score(theirs.clusterer.labels_, ours.label[inside])),
        "k": ours.groups,
        "their_k": int(theirs.clusterer.n_clusters),
    }


def _votes_of(source: str) -> Votes:
    if Path(source).exists():
        return read_conversation(Path(source))[0]
    people, statements = map(int, source.split("x"))
    return last_votes(*synthetic(people, statements, 50))


def _held() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_a_process(source: str, whose: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.opinions", "--one", source, whose]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = subprocess.run(command, env={**os.environ, **threads}, check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _compare(source: str, peer_limit: int) -> None:
    name = Path(source).parent.name if Path(source).exists() else source
    ours = _in_a_process(source, "ours")
    line = f"{name:<28}{ours['people']:>8,} × {ours['statements']:<6,}{ours['votes']:>10,} votes"
    line += f"{ours['seconds'] * 1000:8.1f} ms {ours['memory']:4.0f} MB"
    if ours["votes"] <= peer_limit:
        peer = _in_a_process(source, "peer")
        line += f"   red-dwarf{peer['seconds'] * 1000:9.0f} ms {peer['memory']:5.0f} MB"
        line += f"   {peer['seconds'] / ours['seconds']:4.0f} times   cosine {peer['cosine']:.6f}"
        line += f" projections {peer['projection']:.0e} k {peer['k']}/{peer['their_k']} groups alike {peer['rand']:.2f}"
    print(line, flush=True)


def _from_arrays(people: int, statements: int, each: int) -> None:
    """What no list of row dicts holds."""
    with tempfile.TemporaryDirectory() as folder:
        source = f"{folder}/votes"
        for number, column in enumerate(synthetic(people, statements, each)):
            np.save(f"{source}.{number}.npy", column)
        ours = _in_a_process(source, "arrays")
    print(
        f"{people:,} × {statements:,}, {ours['votes']:,} votes from arrays: {ours['seconds']:.2f} s (aim 4), "
        f"{ours['memory']:.0f} MB in all (aim 1,500)",
        flush=True,
    )


def main() -> None:
    """Measure every conversation at hand, and synthetic ones."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("RIMAY_DATA", _DATA)))
    parser.add_argument("--sizes", nargs="*", default=list(_SIZES))
    parser.add_argument("--million", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--peer-limit", type=int, default=2_000_000)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_measure(*given.one)))
        return
    for path in sorted(given.data.glob("polis/*/votes.csv")):
        _compare(str(path), given.peer_limit)
    for size in given.sizes:
        _compare(size, given.peer_limit)
    if given.million:
        _from_arrays(1_000_000, 1000, 20)


if __name__ == "__main__":
    main()
