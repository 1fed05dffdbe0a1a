"""How well hidden votes are foreseen and how steady groups are, beside Polis's plane; and how long the map takes.

    python -m bench.prediction [--data FOLDER] [--seeds 3] [--sizes 20000x500 100000x1000]

Of each conversation a tenth of the agreements and disagreements is hidden and foreseen from the rest. Polis's two
components say no probabilities; three ways to have them are tried, and the best of each conversation stands beside
ours: `plain` votes projected with missing ones as means, `polis` the same moved outwards as much as a person left out,
`solved` the place that fits a person's votes best (ridge 0.1). Then the groups of all votes are compared with those of
four fifths of them (adjusted Rand index of the people who are grouped both times). One thread for all.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import rankdata

from deliberation.maths.components import principal_components
from deliberation.maths.forecast import fit_forecast
from deliberation.maths.opinion_groups import rand_index, stable_groups
from deliberation.maths.opinion_model import fit_opinions
from deliberation.maths.polis import analyse_as_polis
from deliberation.maths.threads import one_thread
from deliberation.maths.votes import FloatArray, Votes, last_votes
from deliberation.opinions.portrait import map_of
from deliberation.opinions.vote_file import Statements, read_conversation

_DATA = Path(__file__).parents[2] / "shared" / "data"
_EDGE = 0.02

Score = tuple[float, float]


def main() -> None:
    """Print a line for each conversation, the mean and a line for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=_DATA)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", nargs="*", default=["20000x500", "100000x1000"])
    options = parser.parse_args()
    ratios = []
    with one_thread():
        print(
            f"{'conversation':28} {'votes':>6}  PCA-2 loss/AUC         ours        ratio   steady: Polis's  ours"
        )
        for path in sorted((options.data / "polis").glob("*/votes.csv")):
            votes, _ = read_conversation(path)
            peers, ours = foreseen(votes, range(options.seeds))
            name, best = min(peers.items(), key=lambda each: each[1][0])
            ratio = ours[0] / best[0]
            steady = steadiness(votes, range(options.seeds))
            ratios += [ratio] * (len(votes) >= 1000)
            print(
                f"{path.parent.name:28} {len(votes):>6}  {name:6} {best[0]:.4f}/{best[1]:.3f}"
                f"  {ours[0]:.4f}/{ours[1]:.3f}  {ratio:.3f}   {steady[0]:.3f}  {steady[1]:.3f}"
            )
        if ratios:
            print(f"{'mean of 1,000 votes and more':28} ratio {np.mean(ratios):.3f}")
        for size in options.sizes:
            people, statements = map(int, size.split("x"))
            votes = synthetic(people, statements)
            start = process_time()
            map_of(votes, Statements())
            print(f"{size:28} {len(votes):>6}  the whole map in {process_time() - start:.1f} s")


def foreseen(votes: Votes, seeds: Iterable[int]) -> tuple[dict[str, Score], Score]:
    """Mean log-loss and AUC of each way with two components, and of ours."""
    found: dict[str, list[Score]] = {}
    for seed in seeds:
        decided = np.flatnonzero(votes.value != 0)
        hidden = np.zeros(len(votes), bool)
        hidden[np.random.default_rng(seed).choice(decided, len(decided) // 10, replace=False)] = True
        known, yes = without(votes, hidden), votes.value[hidden] > 0
        place = votes.person[hidden], votes.statement[hidden]
        for name, plane in components(known).items():
            chance = np.clip((plane[place] + 1) / 2, _EDGE, 1 - _EDGE)
            found.setdefault(name, []).append(score(chance, yes))
        found.setdefault("ours", []).append(score(fit_forecast(known).chance(*place), yes))
    means = {
        name: (float(np.mean([s[0] for s in each])), float(np.mean([s[1] for s in each])))
        for name, each in found.items()
    }
    ours = means.pop("ours")
    return means, ours


def components(votes: Votes) -> dict[str, FloatArray]:
    """(n, m) votes that two components expect, in three ways."""
    people, statements = votes.shape
    pca = principal_components(votes)
    outwards = np.sqrt(statements / np.maximum(votes.votes_by_person, 1))[:, None]
    solved = np.zeros((people, 2))
    for person in range(people):
        own = slice(votes.starts[person], votes.starts[person + 1])
        seen = votes.statement[own]
        loading = pca.directions[:, seen]
        solved[person] = np.linalg.solve(
            loading @ loading.T + 0.1 * np.eye(2), loading @ (votes.value[own] - pca.center[seen])
        )
    places = {"plain": pca.people / outwards, "polis": pca.people, "solved": solved}
    return {name: pca.center + at @ pca.directions for name, at in places.items()}


def steadiness(votes: Votes, seeds: Iterable[int]) -> tuple[float, float]:
    """Mean adjusted Rand index with the groups of four fifths of the votes: Polis's method, ours."""

    def labels(some: Votes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return analyse_as_polis(some).label, stable_groups(some, fit_opinions(some)).label

    whole, found = labels(votes), []
    for seed in seeds:
        part = labels(without(votes, np.random.default_rng(seed).random(len(votes)) >= 0.8))
        pairs = [
            (one[both], other[both])
            for one, other in zip(whole, part, strict=True)
            for both in [(one >= 0) & (other >= 0)]
        ]
        found.append([rand_index(one, other) for one, other in pairs])
    polis, ours = np.mean(found, axis=0)
    return float(polis), float(ours)


def without(votes: Votes, hidden: NDArray[np.bool_]) -> Votes:
    """The other votes of the same people on the same statements."""
    before = np.concatenate([[0], np.cumsum(~hidden)])
    return Votes(
        votes.people, votes.statements, before[votes.starts], votes.statement[~hidden], votes.value[~hidden]
    )


def score(chance: FloatArray, yes: NDArray[np.bool_]) -> Score:
    """Log-loss and area under the curve."""
    loss = -np.log(np.where(yes, chance, 1 - chance)).mean()
    positive, negative = int(yes.sum()), int((~yes).sum())
    area = (rankdata(chance)[yes].sum() - positive * (positive + 1) / 2) / max(positive * negative, 1)
    return float(loss), float(area)


def synthetic(people: int, statements: int, each: int = 50) -> Votes:
    """Three directions of opinion, a vote in seven a pass, fifty votes a person."""
    chance = np.random.default_rng(0)
    person = np.repeat(np.arange(people), each)
    order = [
        chance.random((min(5000, people - at), statements)).argpartition(each, axis=1)[:, :each]
        for at in range(0, people, 5000)
    ]
    statement = np.concatenate(order).ravel()
    leaning, slope = chance.normal(size=(people, 3)), chance.normal(size=(statements, 3))
    odds = chance.normal(size=statements)[statement] + (leaning[person] * slope[statement]).sum(axis=1)
    agrees = chance.random(len(person)) < expit(odds)
    value = np.where(chance.random(len(person)) < 1 / 7, 0, np.where(agrees, 1, -1))
    return last_votes(person, statement, value)


if __name__ == "__main__":
    main()
