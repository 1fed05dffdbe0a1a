"""How much an open draw counts, how long that takes, and what it does to chances beside a draw that counts all.

    python -m bench.alike [--sizes 150/20 300/40 1500/100 5000/150] [--alike 5]

Pools and quotas are those of `bench.lottery`: six categories, features that go together, volunteers unlike the
population. *whole* is what is left out if categories are given up for everybody, each time the one that leaves fewest
alone. Time is the processor's, of the hiding alone.
"""

import argparse
from time import process_time

import numpy as np

from bench.lottery import synthetic
from deliberation.lottery.alike import UNCOUNTED, Counted, count_alike
from deliberation.lottery.draw import Prepared, prepare
from deliberation.maths.lottery.pool import IntArray, NoPanel


def main() -> None:
    """A line for each pool."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="*", default=["150/20", "300/40", "1500/100", "5000/150"])
    parser.add_argument("--alike", type=int, default=5)
    given = parser.parse_args()
    for size in given.sizes:
        people, seats = map(int, size.split("/"))
        quotas, persons, _ = synthetic(people, seats)
        start = process_time()
        counted = count_alike(quotas, persons, seats, given.alike)
        seconds = process_time() - start
        rows = np.array([person.rules for person in persons])
        hidden = sum(counted.uncounted.values()) / rows.size
        line = (
            f"{size:>9}: {hidden:4.0%} not counted (whole {_whole(rows, given.alike):4.0%}), {seconds:4.1f} s"
        )
        chance, rarest = _chances(counted, seats)
        line += f"; smallest chance {chance:.4f}, of who is least counted on average {rarest:.4f}"
        try:
            line += f"; with all counted {prepare(quotas, persons, seats).lottery.chance.min():.4f}"
        except NoPanel:
            line += "; with all counted there is no panel"
        print(f"{line}; equal {seats / people:.4f}", flush=True)


def _chances(counted: Counted, seats: int) -> tuple[float, float]:
    """The smallest, and the average of those of whom most is not counted."""
    found: Prepared = prepare(counted.quotas, counted.people, seats)
    pool = found.typed.pool
    star = np.array([quota.feature == UNCOUNTED for quota in counted.quotas.quotas])
    uncounted = star[pool.rule].sum(axis=1)
    rarest = uncounted == uncounted.max()
    average = np.average(found.lottery.chance[rarest], weights=pool.size[rarest])
    return float(found.lottery.chance.min()), float(average)


def _whole(rows: IntArray, alike: int) -> float:
    kept = list(range(rows.shape[1]))
    while kept and _alone(rows[:, kept], alike):
        left = [_alone(rows[:, [each for each in kept if each != one]], alike) for one in kept]
        del kept[int(np.argmin(left))]
    return 1 - len(kept) / int(rows.shape[1])


def _alone(rows: IntArray, alike: int) -> int:
    if not rows.shape[1]:
        return 0
    many = np.unique(rows, axis=0, return_counts=True)[1]
    return int(many[many < alike].sum())


if __name__ == "__main__":
    main()
