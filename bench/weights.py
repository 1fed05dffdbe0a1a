"""How long raking takes: four margins, with limits, one thread, the processor's time, the best of seven.

python -m bench.weights [--people 10000 1000000]
"""

import argparse
from time import process_time

import numpy as np

from deliberation.maths.weights import Margin, Raking, rake


def main() -> None:
    """A line for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, nargs="*", default=[10_000, 1_000_000])
    for people in parser.parse_args().people:
        margins, best = drawn(people), float("inf")
        raking: Raking = rake(margins)
        for _ in range(7):
            start = process_time()
            raking = rake(margins)
            best = min(best, process_time() - start)
        print(
            f"{people:>9,} people × 4 margins: {best * 1000:6.2f} ms; margins met to {raking.furthest:.0e}, "
            f"design effect {raking.design_effect:.3f}"
        )


def drawn(people: int) -> list[Margin]:
    """People in margins of 2, 5, 6 and 4 categories, that the population has in other shares."""
    draw, margins = np.random.default_rng(0), []
    for size in (2, 5, 6, 4):
        share = draw.dirichlet(np.full(size, 8))
        category = draw.choice(size, size=people, p=share)
        margins.append(Margin(category, share * draw.uniform(0.6, 1.5, size)))
    return margins


if __name__ == "__main__":
    main()
