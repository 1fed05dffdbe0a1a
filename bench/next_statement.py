"""How many votes it takes to know as much, shown by our rule and by Polis's: recorded votes replayed.

    python -m bench.next_statement [--data FOLDER] [--seeds 2] [--rounds 12]

Everybody begins with one vote and then casts, round by round, one more of those that they really cast, drawn in
proportion to what the rule says each is worth. After each round the same model is fitted and foresees the votes, every
seventh opinion, that were set aside. Told is how many votes ours needs for the loss that Polis's rule reaches in the
last round, as a share of what Polis's needs; where ours has not come as far, it says so.
"""

import argparse
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.components import principal_components
from deliberation.maths.counts import count_votes
from deliberation.maths.next_statement import worth_showing
from deliberation.maths.opinion_model import OpinionModel, fit_opinion_model
from deliberation.maths.polis import priorities
from deliberation.maths.votes import FloatArray, IntArray, Votes
from deliberation.opinions.vote_file import read_conversation

Rule = Callable[[Votes, OpinionModel, int], FloatArray]


_DATA = Path(__file__).parents[2] / "shared" / "data"


def main() -> None:
    """Print a line for each conversation."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=_DATA)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    for path in sorted((options.data / "polis").glob("*/votes.csv")):
        votes, _ = read_conversation(path)
        ours, polis = (
            _mean(
                [
                    learning_curve(
                        votes, rule, same_for_all=rule is by_polis, seed=seed, rounds=options.rounds
                    )
                    for seed in range(options.seeds)
                ]
            )
            for rule in (by_information, by_polis)
        )
        votes_polis, loss = polis[-1]
        needed = votes_to_reach(ours, loss)
        told = f"{needed / votes_polis:.2f}" if np.isfinite(needed) else f"not reached: {ours[-1][1]:.4f}"
        print(f"{path.parent.name:28} loss {loss:.4f} after {votes_polis:6.0f} votes of Polis's, ours {told}")


def by_information(votes: Votes, model: OpinionModel, person: int) -> FloatArray:
    """Ours."""
    seen = np.bincount(votes.statement, minlength=len(votes.statements))
    return worth_showing(model, person, np.arange(len(seen)), seen)


def by_polis(votes: Votes, _: OpinionModel, __: int) -> FloatArray:
    """Polis's: the same for everybody."""
    counts = count_votes(votes, np.zeros(len(votes.people), np.int64), 1)
    return priorities(counts, principal_components(votes).extremity)


def learning_curve(
    votes: Votes, rule: Rule, *, same_for_all: bool, seed: int, rounds: int
) -> list[tuple[int, float]]:
    """After each round, how many votes there are and the mean log-loss of the votes set aside."""
    chance = np.random.default_rng(seed)
    aside = (votes.value != 0) & (chance.random(len(votes)) < 0.15)
    order = chance.random(len(votes))
    cast = np.zeros(len(votes), bool)
    for person in range(len(votes.people)):
        own = _own(votes, person)[~aside[_own(votes, person)]]
        if len(own):
            cast[own[order[own].argmin()]] = True
    curve = []
    for _ in range(rounds):
        known = _only(votes, cast)
        model = fit_opinion_model(known)
        curve.append((int(cast.sum()), _loss(model, votes, aside)))
        everyone = rule(known, model, -1) if same_for_all else None
        for person in range(len(votes.people)):
            own = _own(votes, person)
            own = own[~aside[own] & ~cast[own]]
            if len(own):
                worth = rule(known, model, person) if everyone is None else everyone
                weight = worth[votes.statement[own]] + 1e-12
                cast[own[chance.choice(len(own), p=weight / weight.sum())]] = True
    return curve


def votes_to_reach(curve: list[tuple[float, float]], loss: float) -> float:
    """How many votes until the loss is as low for the first time, between rounds in proportion; infinite if never."""
    for (before, worse), (after, better) in pairwise(curve):
        if better <= loss:
            return (
                before + (after - before) * (worse - loss) / max(worse - better, 1e-12)
                if worse > loss
                else before
            )
    return float("inf")


def _mean(curves: list[list[tuple[int, float]]]) -> list[tuple[float, float]]:
    return [(float(votes), float(loss)) for votes, loss in np.mean(curves, axis=0)]


def _own(votes: Votes, person: int) -> IntArray:
    return np.arange(votes.starts[person], votes.starts[person + 1])


def _only(votes: Votes, chosen: NDArray[np.bool_]) -> Votes:
    before = np.concatenate([[0], np.cumsum(chosen)])
    return Votes(
        votes.people, votes.statements, before[votes.starts], votes.statement[chosen], votes.value[chosen]
    )


def _loss(model: OpinionModel, votes: Votes, aside: NDArray[np.bool_]) -> float:
    chance = model.opinion.chance(votes.person[aside], votes.statement[aside])
    return float(-np.log(np.where(votes.value[aside] > 0, chance, 1 - chance)).mean())


if __name__ == "__main__":
    main()
