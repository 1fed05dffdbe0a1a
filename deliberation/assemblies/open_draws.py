"""How much a draw counts if anybody may check it: what nobody is recognised by, beside all draws before it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from deliberation.assemblies.draw_releases import Features, Releases
from deliberation.assemblies.reference import CATEGORIES
from deliberation.lottery.alike import Counted, Told, count_again, count_alike
from deliberation.lottery.quotas import Quotas
from deliberation.maths.lottery.people import Person


@dataclass(frozen=True, slots=True)
class Opening:
    """What a draw keeps to for its file to be open.

    threshold: how many people are alike in all that is counted of them
    releases:  what draws before it have told
    told:      what the last open one told of those who are in the pool, and of those who left
    """

    threshold: int
    releases: Releases
    told: Told | None = None


def count_openly(
    quotas: Quotas, people: Collection[Person], seats: int, drawn: int, opening: Opening
) -> Counted:
    """As much of a pool as an open file may count. Pure, and may take seconds.

    Where the draws before it do not let it count all of it anew, it counts the same as the last of them of whoever is
    still there, or else leaves out the categories that matter least: whichever counts more.
    """

    def count(kept: Collection[str]) -> Counted:
        left_out = quotas.categories.keys() - set(kept)
        return count_alike(quotas, people, seats, opening.threshold, drawn=drawn, left_out=left_out)

    counted = count_alike(quotas, people, seats, opening.threshold, drawn=drawn)
    if _may_be_told(counted, opening):
        return counted
    kept: list[str] = []
    for category in sorted(quotas.categories, key=_importance):
        if _may_be_told(count([*kept, category]), opening):
            kept.append(category)
    ways = [count(kept)]
    if opening.told is not None:
        again = count_again(quotas, people, seats, drawn, opening.threshold, opening.told)
        ways += [again] if _may_be_told(again, opening) else []
    return max(ways, key=_cells)


def _cells(counted: Counted) -> int:
    """How much is counted, of all people together."""
    return sum(len(counted.people) - many for many in counted.uncounted.values())


def _may_be_told(counted: Counted, opening: Opening) -> bool:
    people: Counter[Features] = Counter(
        frozenset(counted.quotas.features(person.rules).items()) for person in counted.people
    )
    return opening.releases.judge(people, names_nobody=True).is_open


def _importance(category: str) -> tuple[int, str]:
    """The first matters most; opinion groups come after what the population is known by."""
    return (CATEGORIES.index(category) if category in CATEGORIES else len(CATEGORIES)), category
