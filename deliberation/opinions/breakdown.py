"""What may be shown of the votes of each group on a statement to who may not see small counts. Pure.

What is assumed of who reads: they know these rules, all that is shown, and how many in all agree and voted. Even so,
of a group that is withheld they cannot rule out that its small count reaches the threshold, nor tell that all in it
said the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from deliberation.opinions.differences import tells_since
from surveys.disclosure import protect_exclusive


@dataclass(frozen=True, slots=True)
class Part:
    """How many of some people agree, of how many who voted."""

    agree: int
    seen: int

    def __add__(self, other: "Part") -> "Part":
        return Part(self.agree + other.agree, self.seen + other.seen)

    @property
    def cells(self) -> tuple[int, int]:
        """Those who agree and those who do not."""
        return self.agree, self.seen - self.agree

    def may_be_shown(self, threshold: int) -> bool:
        """Whether both those who agree and those who do not are many: nobody's vote follows from it."""
        return min(self.cells) >= threshold


@dataclass(frozen=True, slots=True)
class Whole:
    """The votes of all on a statement; None stands for a number that is not shown."""

    agree: int | None
    disagree: int | None
    passed: int | None
    seen: int | None


def protect_whole(agree: int, disagree: int, passed: int, threshold: int | None) -> Whole:
    """What may be shown of the votes of all. Without a threshold everything."""
    seen = agree + disagree + passed
    if threshold is None:
        return Whole(agree, disagree, passed, seen)
    shown = protect_exclusive((agree, disagree, passed), seen, threshold)
    return Whole(shown[0], shown[1], shown[2], None if 0 < seen < threshold else seen)


def protect_parts(
    parts: Sequence[Part], threshold: int | None, then: Sequence[Sequence[Part]] = ()
) -> list[Part | None]:
    """What may be shown of groups that together are everybody; those who are in none have to be one of them.

    What is withheld could be worked out from the rest as one sum: that sum has to be fit to be shown, as if it
    were a group. So the smallest groups are withheld with those that must be, until it is.

    then:  the same groups in releases that were shown before: nothing is shown that differs by a few people
    """
    if threshold is None:
        return list(parts)

    def is_fit(places: Collection[int]) -> bool:
        now = _sum(parts, places)
        before = (_sum(other, places).cells for other in then)
        return now.may_be_shown(threshold) and not tells_since(now.cells, before, threshold)

    shown = {place for place, part in enumerate(parts) if part.seen and is_fit([place])}
    while shown:
        hidden = [place for place in range(len(parts)) if place not in shown]
        if not any(parts[place].seen for place in hidden) or is_fit(hidden):
            break
        least = min(parts[place].seen for place in shown)
        shown -= {place for place in shown if parts[place].seen == least}
    return [part if place in shown else None for place, part in enumerate(parts)]


def _sum(parts: Sequence[Part], places: Collection[int]) -> Part:
    return sum((parts[place] for place in places), Part(0, 0))
