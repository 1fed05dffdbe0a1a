"""The fair lottery beside sortition-algorithms, and on pools as large as any that were drawn from.

    python -m bench.lottery [--data FOLDER] [--sizes 300/40 1500/100 5000/150] [--peer-limit 300]

Both begin with people and quotas in memory and end with panels and their chances; each runs in a process of its own,
held to one processor core, and time is the processor's, so that a busy machine changes little. The peer is its
`maximin` with HiGHS (its `leximin` needs a commercial solver): it makes the smallest chance as large as can be and
leaves the others. It is left out above --peer-limit people.

Synthetic pools have six categories; who volunteers differs from the population that the quotas follow, and features go
together. Memory is the most that the process held, some 60 MB of it libraries.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from deliberation.lottery.draw import prepare
from deliberation.lottery.pool_file import read_draw
from deliberation.lottery.quotas import Quota, Quotas, quotas_of
from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.people import Person, seated
from deliberation.maths.lottery.replacement import replacement_lottery

_DATA = Path(__file__).parents[2] / "shared" / "data"
_SIZES = ("300/40", "1500/100", "5000/150")
_AIMS = {"300/40": (3, 5e-5), "1500/100": (15, 1e-4), "5000/150": (120, 1e-3)}
_FEATURES = {300: (2, 3, 5, 3, 2, 3), 1500: (2, 4, 6, 4, 2, 3), 5000: (2, 5, 6, 5, 3, 4)}
_LEEWAY = 1

Pool = tuple[Quotas, Sequence[Person], int]


def synthetic(people: int, seats: int, seed: int = 0) -> Pool:
    """Volunteers with features that go together, and quotas that follow a population and not the volunteers."""
    chance = np.random.default_rng(seed)
    leaning = chance.normal(size=(people, 2))
    columns, quotas = [], []
    for category, many in enumerate(_FEATURES.get(people, _FEATURES[1500])):
        population = chance.dirichlet(np.full(many, 4.0))
        volunteers = np.log(population) + 0.5 * chance.normal(size=many)
        loads = 0.6 * chance.normal(size=(2, many))
        columns.append((volunteers + leaning @ loads + chance.gumbel(size=(people, many))).argmax(axis=1))
        for feature, share in enumerate(population * seats):
            low, high = max(0, int(share - _LEEWAY)), int(np.ceil(share + _LEEWAY))
            quotas.append(Quota(f"c{category}", f"f{feature}", low, high))
    found = quotas_of(quotas)
    rows = np.stack(columns, axis=1).tolist()
    persons = [
        found.person(f"p{number}", {f"c{category}": f"f{feature}" for category, feature in enumerate(row)})
        for number, row in enumerate(rows)
    ]
    return found, persons, seats


def _pool_of(source: str) -> Pool:
    folder = Path(source)
    if folder.is_dir():
        quotas, people = read_draw(folder / "categories.csv", folder / "respondents.csv")
        return quotas, people, int(folder.name.rpartition("_")[2])
    people_wanted, seats = map(int, source.split("/"))
    return synthetic(people_wanted, seats)


def _ours(pool: Pool) -> dict[str, Any]:
    start = process_time()
    found = prepare(*pool)
    seconds = process_time() - start
    return {
        "seconds": seconds,
        "types": found.typed.pool.types,
        "panels": len(found.lottery.panels),
        "minimum": float(found.lottery.chance.min()),
        "bound": float(found.lottery.bound.min()),
        "epsilon": found.lottery.epsilon,
    }


def _peer(pool: Pool) -> dict[str, Any]:
    """sortition-algorithms' maximin on the same people and quotas."""
    from sortition_algorithms import Settings
    from sortition_algorithms.adapters import CSVStringDataSource, SelectionData
    from sortition_algorithms.committee_generation import find_distribution_maximin

    quotas, people, seats = pool
    lines = (f"{each.category},{each.feature},{each.low},{each.high}\n" for each in quotas.quotas)
    features = "feature,value,min,max\n" + "".join(lines)
    rows = [",".join([person.id, *quotas.features(person.rules).values()]) for person in people]
    header = ",".join(["id", *quotas.categories])
    data = SelectionData(CSVStringDataSource(features, "\n".join([header, *rows]) + "\n"))
    wanted, _ = data.load_features(seats)
    known, _ = data.load_people(Settings(id_column="id", columns_to_keep=[]), wanted)
    start = process_time()
    panels, chances, _ = find_distribution_maximin(wanted, known, seats, [])
    seconds = process_time() - start
    held = dict.fromkeys(known, 0.0)
    for panel, chance in zip(panels, chances, strict=True):
        for id in panel:
            held[id] += chance
    return {"seconds": seconds, "minimum": min(held.values())}


def _replacing(pool: Pool) -> dict[str, Any]:
    """Seconds to the lottery for twelve free seats, with twenty-eight people who have accepted."""
    quotas, people, seats = pool
    found = prepare(*pool)
    drawn = seated(found.typed, found.lottery.panels[0], Lots("seed", "pool"))
    start = process_time()
    free = replacement_lottery(people, quotas.rules(seats), set(drawn[:28]), set(drawn[28:]))
    return {"seconds": process_time() - start, "epsilon": free.lottery.epsilon}


def _in_a_process(source: str, whose: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.lottery", "--one", source, whose]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = subprocess.run(command, env={**os.environ, **threads}, check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _measure(source: str, whose: str) -> dict[str, Any]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    run = {"ours": _ours, "peer": _peer, "replacing": _replacing}[whose]
    measured = run(_pool_of(source))
    return measured | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _compare(source: str, peer_limit: int) -> float:
    """Print a line for one pool; our seconds."""
    ours = _in_a_process(source, "ours")
    name = Path(source).name if Path(source).is_dir() else source
    line = f"{name:<18}{ours['types']:>6,} types {ours['seconds']:7.2f} s {ours['memory']:4.0f} MB"
    line += f"  minimum {ours['minimum']:.5f} of {ours['bound']:.5f}, epsilon {ours['epsilon']:.0e}"
    line += f", {ours['panels']:,} panels"
    if source in _AIMS:
        seconds, epsilon = _AIMS[source]
        line += f"  (aim {seconds} s at {epsilon:.0e})"
    print(line, flush=True)
    if len(_pool_of(source)[1]) <= peer_limit:
        peer = _in_a_process(source, "peer")
        ratio = peer["seconds"] / ours["seconds"]
        line = f"{'':<18}maximin of the peer {peer['seconds']:.2f} s, minimum {peer['minimum']:.5f}"
        print(f"{line}: {ratio:.0f} times as long", flush=True)
    return float(ours["seconds"])


def main() -> None:
    """Measure every pool at hand, then synthetic ones and how time grows with them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("RIMAY_DATA", _DATA)))
    parser.add_argument("--sizes", nargs="*", default=list(_SIZES))
    parser.add_argument("--peer-limit", type=int, default=300)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_measure(*given.one)))
        return
    for folder in sorted(given.data.glob("sortition/*_*/")):
        _compare(str(folder), given.peer_limit)
    seconds = {size: _compare(size, given.peer_limit) for size in given.sizes}
    for small, large in pairwise(given.sizes):
        people = [int(size.split("/")[0]) for size in (small, large)]
        power = log(seconds[large] / seconds[small]) / log(people[1] / people[0])
        print(f"from {small} to {large} time grows as people to the power of {power:.1f}", flush=True)
    free = _in_a_process("300/40", "replacing")
    print(f"12 free seats of 300/40: {free['seconds']:.2f} s, epsilon {free['epsilon']:.0e} (aim 1 s)")


if __name__ == "__main__":
    main()
