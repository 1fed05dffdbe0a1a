"""How many votes it takes to know as much when statements are chosen as the chat chooses them: recorded votes replayed.

    python -m bench.choosing [--data FOLDER] [--seeds 1] [--rounds 12]

As `bench.next_statement`, but ours does not know of each vote what the model would make of it: there is an analysis now
and then, when votes are a tenth more, packed as it is stored, and a person is found from their own votes.
"""

import argparse
from pathlib import Path

import numpy as np

from bench.next_statement import by_information, by_polis, learning_curve, votes_to_reach
from deliberation.maths.opinion_model import OpinionModel
from deliberation.maths.votes import FloatArray, Votes
from deliberation.opinions.choosing import Offered, worth_to_person
from deliberation.opinions.findings import Task, Terms, find
from deliberation.opinions.identity import Before
from deliberation.opinions.kept_model import KeptModel, unpack
from deliberation.opinions.vote_file import read_conversation

_DATA = Path(__file__).parents[2] / "shared" / "data"


def main() -> None:
    """Print a line for each conversation."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=_DATA)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    for path in sorted((options.data / "polis").glob("*/votes.csv")):
        if options.only and path.parent.name not in options.only:
            continue
        votes, _ = read_conversation(path)
        told = [_needed(votes, seed, options.rounds) for seed in range(options.seeds)]
        chat, each_vote = np.mean(told, axis=0)
        print(
            f"{path.parent.name:28} as the chat chooses {_told(chat)}, with each vote known {_told(each_vote)}",
            flush=True,
        )


def _told(share: float) -> str:
    return f"{share:.2f}" if np.isfinite(share) else "not reached"


class AsTheChat:
    """Chooses with the newest analysis, which is made when votes are a tenth more."""

    def __init__(self) -> None:
        self._votes = 0
        self._kept: KeptModel | None = None
        self._groups: list[int] = []

    def __call__(self, votes: Votes, _: OpinionModel, person: int) -> FloatArray:
        """What each statement is worth to a person."""
        if self._kept is None or len(votes) >= 1.1 * self._votes:
            self._analyse(votes)
        assert self._kept is not None
        seen = np.bincount(votes.statement, minlength=len(votes.statements)).tolist()
        offered = [Offered(0, index, False, count) for index, count in enumerate(seen)]
        own = slice(votes.starts[person], votes.starts[person + 1])
        said = list(zip(votes.statement[own].tolist(), votes.value[own].tolist(), strict=True))
        return worth_to_person(self._kept, said, self._groups[person] or None, offered)

    def _analyse(self, votes: Votes) -> None:
        people, statements = votes.shape
        named = Votes(
            votes.people, tuple(map(str, range(statements))), votes.starts, votes.statement, votes.value
        )
        before = Before(np.zeros(people, np.int64), np.full((people, 2), np.nan))
        findings = find(Task(named, Terms(tuple(range(statements))), before))
        self._votes, self._kept = len(votes), unpack(findings.model)
        self._groups = findings.placed.number.tolist()


def _needed(votes: Votes, seed: int, rounds: int) -> tuple[float, float]:
    """Votes needed for the loss that Polis's rule reaches, as shares of what Polis's needs; infinite if they were not
    enough."""
    polis = learning_curve(votes, by_polis, same_for_all=True, seed=seed, rounds=rounds)
    cast, loss = polis[-1]
    found = []
    for rule in (AsTheChat(), by_information):
        ours = learning_curve(votes, rule, same_for_all=False, seed=seed, rounds=rounds)
        found.append(votes_to_reach([(float(n), each) for n, each in ours], loss) / cast)
    return found[0], found[1]


if __name__ == "__main__":
    main()
