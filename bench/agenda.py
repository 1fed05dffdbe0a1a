"""How long the rules of the agenda take, and that two other implementations choose the same.

    python -m bench.agenda [--people 10000] [--items 50] [--minutes 300] [--cases 1000]

Time is the processor's, one thread, the best of five, and begins with pairs of numbers (who approves of what).

abcvoting (items of one minute each) and pabutools (items of different length) are compared where they are installed;
the project does not ask for them, since each brings a proprietary solver. This module needs only numpy, so it runs in
an environment made for the comparison and thrown away. In each of many small random cases, a third of them full of
ties, the seats have to be the same. Ties are broken our way: their items are named in our order. pabutools stops at
the first item that does not fit, also where only one of several tied ones does not, and leaves equal shares
incomplete: compared is what we choose up to there.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.agenda.equal_shares import equal_shares
from deliberation.maths.agenda.minimum import RULES
from deliberation.maths.agenda.phragmen import phragmen
from deliberation.maths.agenda.proposals import Agenda, Proposals, left_out, proposals_of


@dataclass(frozen=True)
class Case:
    """Ballots, minutes of each item, and how many minutes there are."""

    likes: NDArray[np.bool_]
    minutes: tuple[int, ...]
    limit: int

    def proposals(self) -> Proposals:
        """As the rules take them."""
        person, item = np.nonzero(self.likes)
        return proposals_of(person, item, people=len(self.likes), minutes=self.minutes)


def main() -> None:
    """Print times, then the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in (("people", 10_000), ("items", 50), ("minutes", 300), ("cases", 1000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    for share in (0.1, 0.2, 0.4):
        print_times(large(given.people, given.items, given.minutes, share), share)
    print_blocs()
    for name, compare in (("abcvoting", seats_of_abcvoting), ("pabutools", seats_of_pabutools)):
        if find_spec(name) is None:
            print(f"{name} is not installed here")
            continue
        print_large(name, compare, large(given.people, given.items, given.minutes, 0.2))
        same = Counter((rule, equal) for case in small(given.cases) for rule, equal, _ in compare(case))
        for (rule, equal), count in sorted(same.items()):
            print(
                f"{name:10} {rule:14} {'the same seats' if equal else 'OTHER SEATS'} in {count} of {given.cases}"
            )


def large(people: int, items: int, limit: int, share: float) -> Case:
    """Ballots of which each item has a share of its own, on average the given one."""
    draw = np.random.default_rng(1)
    likes = draw.random((people, items)) < share * 2 * draw.random(items)
    return Case(likes, tuple(draw.integers(5, 30, items).tolist()), limit)


def small(cases: int) -> Iterator[Case]:
    """A few people and items: by chance, in camps with exceptions, and in camps without, where all is tied."""
    draw = np.random.default_rng(5)
    for number in range(cases):
        people, items = int(draw.integers(3, 40)), int(draw.integers(3, 11))
        camp = draw.integers(0, 3, people)[:, None] == np.arange(items)[None] % 3
        likes = (draw.random((people, items)) < 0.35, draw.random((people, items)) < 0.08 + 0.7 * camp, camp)[
            number % 3
        ]
        likes[0] |= ~likes.any(axis=0)
        minutes = tuple(draw.integers(1, 12, items).tolist())
        yield Case(likes[likes.any(axis=1)], minutes, int(draw.integers(6, max(7, sum(minutes)))))


def print_times(case: Case, share: float) -> None:
    """A line for each rule."""
    for name, rule in RULES.items():
        seconds, agenda = _best(lambda rule=rule: rule(case.proposals(), case.limit, ()))  # type: ignore[misc]
        nothing, _ = left_out(case.proposals(), agenda.items)
        print(
            f"{len(case.likes):,} people × {len(case.minutes)}, {share:.0%} of approvals  {name:13} "
            f"{seconds * 1000:7.1f} ms  {len(agenda.items)} items, {nothing.count} people without any"
        )


def print_blocs() -> None:
    """Three camps of 55, 30 and 15 % with items of their own and two that all like: whom the rules give what."""
    draw = np.random.default_rng(2)
    camp = np.repeat([0, 1, 2], [5500, 3000, 1500])
    owner = np.append(np.repeat([0, 1, 2], 16), [-1, -1])
    chance = np.where(owner == -1, 0.6, np.where(owner == camp[:, None], 0.55, 0.03))
    case = Case(draw.random(chance.shape) < chance, (1,) * 50, 10)
    made = case.proposals()
    for name, rule in RULES.items():
        agenda = rule(made, 10, ())
        seats = [int((owner[agenda.items] == each).sum()) for each in (0, 1, 2, -1)]
        nothing, _ = left_out(made, agenda.items)
        print(
            f"camps of 55/30/15 %, ten items  {name:13} {seats[:3]} and {seats[3]} shared; "
            f"{nothing.count / nothing.of:.1%} without any"
        )


def print_large(name: str, compare: Callable[[Case], Iterator[tuple[str, bool, float]]], case: Case) -> None:
    """How long the other takes for one large case."""
    for rule, equal, seconds in compare(case):
        print(f"{name:10} {rule:14} {seconds:.2f} s for {len(case.likes):,} people, the same seats: {equal}")


def seats_of_abcvoting(case: Case) -> Iterator[tuple[str, bool, float]]:
    """Whether its seats are ours, by rule; all items take one minute there."""
    rules, profiles = import_module("abcvoting.abcrules"), import_module("abcvoting.preferences")
    size = min(max(1, case.limit * len(case.minutes) // sum(case.minutes)), len(case.minutes))
    even = Case(case.likes, (1,) * len(case.minutes), size)
    made = even.proposals()
    profile = profiles.Profile(len(even.minutes))
    profile.add_voters([np.array(made.counted.rank)[row].tolist() for row in even.likes])
    for name, rule in (("seqphragmen", phragmen), ("equal-shares", equal_shares)):
        start = process_time()
        found = rules.compute(
            name, profile, committeesize=size, resolute=True, algorithm="standard-fractions"
        )
        seconds = process_time() - start
        yield name, {made.counted.rank[item] for item in rule(made, size).items} == set(found[0]), seconds


def seats_of_pabutools(case: Case) -> Iterator[tuple[str, bool, float]]:
    """Whether its seats are ours, by rule."""
    election, rules = import_module("pabutools.election"), import_module("pabutools.rules")
    made = case.proposals()
    projects = [
        election.Project(f"{rank:04}", cost=minutes)
        for rank, minutes in zip(made.counted.rank, case.minutes, strict=True)
    ]
    ballots = [
        election.ApprovalBallot([projects[item] for item in np.flatnonzero(row)]) for row in case.likes
    ]
    instance, profile = (
        election.Instance(projects, budget_limit=case.limit),
        election.ApprovalProfile(ballots),
    )
    start = process_time()
    chosen = rules.sequential_phragmen(instance, profile)
    seconds = process_time() - start
    ours = {made.counted.rank[each.item] for each in phragmen(made, case.limit).places if not each.later}
    yield "seqphragmen", ours == _named(chosen), seconds
    start = process_time()
    chosen = rules.method_of_equal_shares(instance, profile, sat_class=election.Cardinality_Sat)
    seconds = process_time() - start
    paid = [each for each in equal_shares(made, case.limit).places if each.why == "rule"]
    yield "equal-shares", {made.counted.rank[each.item] for each in paid} == _named(chosen), seconds


def _named(projects: Any) -> set[int]:
    return {int(str(project)) for project in projects}


def _best(run: Callable[[], Agenda]) -> tuple[float, Agenda]:
    seconds, agenda = float("inf"), Agenda((), 0)
    for _ in range(5):
        start = process_time()
        agenda = run()
        seconds = min(seconds, process_time() - start)
    return seconds, agenda


if __name__ == "__main__":
    main()
