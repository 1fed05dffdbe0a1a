"""What two releases of the same numbers tell when they are subtracted. Pure.

The numbers of a release are counts of people, each in one cell. Where so few people as the threshold forbids could have
made the difference of two releases, the later one does not show what would tell of them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from surveys.disclosure import Shown, protect_exclusive


def tells_of_few(now: Sequence[int], then: Sequence[int], threshold: int) -> bool:
    """Whether fewer people than the threshold may have come, gone or changed their cell, and somebody has."""
    changes = [here - there for here, there in zip(now, then, strict=True)]
    more = sum(change for change in changes if change > 0)
    less = -sum(change for change in changes if change < 0)
    return 0 < max(more, less) < threshold


def tells_since(now: Sequence[int], then: Iterable[Sequence[int]], threshold: int) -> bool:
    """The same, of any of several earlier releases."""
    return any(tells_of_few(now, other, threshold) for other in then)


def protect_sizes(
    sizes: Mapping[int, int], then: Sequence[Mapping[int, int]], threshold: int | None
) -> tuple[Shown, int | None]:
    """What may be shown of how many people are in each group, and how many in all.

    sizes:  by the number of the group, which stays from one release to the next
    then:   the same of earlier releases
    threshold: None shows everything
    """
    numbers, counts, base = list(sizes), list(sizes.values()), sum(sizes.values())
    if threshold is None:
        return tuple(counts), base
    if base < threshold or tells_since([base], [[sum(other.values())] for other in then], threshold):
        return (None,) * len(counts), None
    if len(counts) == 1:  # one group is everybody, of whom it is said how many they are
        return tuple(counts), base

    def tells(groups: Collection[int]) -> bool:
        """Of some groups together."""
        now = sum(sizes[number] for number in groups)
        return tells_since(
            [now], [[sum(other.get(number, 0) for number in groups)] for other in then], threshold
        )

    withheld = {place for place, number in enumerate(numbers) if tells([number])}
    while True:
        shown = protect_exclusive(counts, base, threshold, sensitive=withheld)
        hidden = {place for place, size in enumerate(shown) if size is None}
        left = [place for place in range(len(counts)) if place not in hidden]
        # What is withheld is known as one sum: of all less what is shown.
        if not left or not tells([numbers[place] for place in hidden]):
            return shown, base
        withheld = hidden | {min(left, key=counts.__getitem__)}
