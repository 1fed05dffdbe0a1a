"""Replies of contributors, yes, partly or no, as an account shows them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surveys.disclosure import protect_exclusive


@dataclass(frozen=True, slots=True)
class Replies:
    """How many replied what. counts: None where that is not shown; of: how many there are, None where they are few."""

    counts: Mapping[str, int | None]
    of: int | None

    @property
    def is_whole(self) -> bool:
        """Whether every number is shown."""
        return self.of is not None and None not in self.counts.values()


def protected(counted: Mapping[str, int], threshold: int) -> Replies:
    """What may be shown of exact counts."""
    total = sum(counted.values())
    shown = protect_exclusive(tuple(counted.values()), total, threshold)
    return Replies(dict(zip(counted, shown, strict=True)), None if 0 < total < threshold else total)


def summed(replies: Iterable[Replies]) -> Replies:
    """The sum of what is shown whole: nothing that is withheld is in it, so nothing can be subtracted out of it."""
    counts: dict[str, int | None] = {}
    total = 0
    for each in replies:
        if each.is_whole and each.of:
            counts = {reply: (counts.get(reply) or 0) + (count or 0) for reply, count in each.counts.items()}
            total += each.of
    return Replies(counts, total)
