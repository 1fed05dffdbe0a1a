"""Numbers and dates put into a few bins of round width. Pure.

The first and the last bin are open, so that one person of a great age or with a large debt does not stand
alone; and a bin with fewer people than asked for is joined with the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor, inf, log10

_WANTED = 8
_MOST_SINGLE_STEPS = 12
_MONTHS_SHOWN = 18


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie in [low, high)."""

    low: float
    high: float
    count: int


def bin_numbers(values: Sequence[float], *, whole: bool, least: int) -> list[Bin]:
    """Bins of a round width (1, 2 or 5 times a power of ten).

    values:  sorted
    whole:   whether they are whole numbers; then no bin is narrower than 1
    least:   no bin holds fewer, unless all together are fewer
    """
    low, high = _middle(values)
    if whole and high - low < _MOST_SINGLE_STEPS:
        return _bins(values, 1.0, least)
    step = _round_step((high - low) / _WANTED or 1.0)
    return _bins(values, max(step, 1.0) if whole else step, least)


def bin_months(values: Sequence[float], *, least: int) -> list[Bin]:
    """Bins of months, or of round numbers of years where the values lie far apart.

    values:  sorted; a month is 12 * year + month - 1
    least:   no bin holds fewer, unless all together are fewer
    """
    low, high = _middle(values)
    if high - low < _MONTHS_SHOWN:
        return _bins(values, 1.0, least)
    return _bins(values, 12 * max(1.0, _round_step((high - low) / 12 / _WANTED)), least)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the sorted values lies, interpolated between neighbours."""
    position = share * (len(values) - 1)
    below = floor(position)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (position - below)


def _middle(values: Sequence[float]) -> tuple[float, float]:
    return (quantile(values, 0.05), quantile(values, 0.95)) if values else (0.0, 0.0)


def _round_step(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least * (1 - 1e-9))


def _bins(values: Sequence[float], step: float, least: int) -> list[Bin]:
    if not values:
        return []
    low, high = (floor(end / step) for end in _middle(values))
    counts = [0] * (high - low + 1)
    for value in values:
        counts[min(max(floor(value / step), low), high) - low] += 1
    bins = [Bin((low + i) * step, (low + i + 1) * step, count) for i, count in enumerate(counts)]
    bins[0] = replace(bins[0], low=-inf)
    bins[-1] = replace(bins[-1], high=inf)
    return list(_joined(bins, least))


def _joined(bins: list[Bin], least: int) -> Iterator[Bin]:
    """Each bin with those after it until they are enough; what is left at the end goes to the last."""
    ready: Bin | None = None
    waiting: Bin | None = None
    for found in bins:
        waiting = found if waiting is None else Bin(waiting.low, found.high, waiting.count + found.count)
        if waiting.count >= least:
            if ready is not None:
                yield ready
            ready, waiting = waiting, None
    if ready is not None and waiting is not None:
        ready = Bin(ready.low, waiting.high, ready.count + waiting.count)
    last = ready or waiting
    if last is not None:
        yield last
