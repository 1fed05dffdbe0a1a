"""How much a draw counts if anybody may check it: what nobody is recognised by, beside all draws before it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from deliberation.assemblies.draw_releases import Features, Releases
from deliberation.assemblies.reference import CATEGORIES
from deliberation.lottery.alike import Counted, count_alike
from deliberation.lottery.quotas import Quotas
from deliberation.maths.lottery.people import Person


@dataclass(frozen=True, slots=True)
class Opening:
    """What a draw keeps to for its file to be open.

    threshold: how many people are alike in all that is counted of them
    releases:  what draws before it have told
    """

    threshold: int
    releases: Releases


def count_openly(
    quotas: Quotas, people: Collection[Person], seats: int, drawn: int, opening: Opening
) -> Counted:
    """As much of a pool as an open file may count. Pure, and may take seconds.

    Where the draws before it do not let it count all categories, those are counted of nobody that matter least.
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
    return count(kept)


def _may_be_told(counted: Counted, opening: Opening) -> bool:
    people: Counter[Features] = Counter(
        frozenset(counted.quotas.features(person.rules).items()) for person in counted.people
    )
    return opening.releases.judge(people, names_nobody=True).is_open


def _importance(category: str) -> tuple[int, str]:
    """The first matters most; opinion groups come after what the population is known by."""
    return (CATEGORIES.index(category) if category in CATEGORIES else len(CATEGORIES)), category
