"""Column generation: the panel that helps most is added, until it is proven that none helps.

For the pools where panels cannot follow the bound of divisible panels, because there are few, or because whole people
cannot do what fractions can. Then each proof that no panel is worth more than so much is a cut, and the bound is
computed anew with it: bound and lottery meet.
"""

from dataclasses import dataclass

from deliberation.maths.lottery.bound import Bound, Cut, leximin_bound
from deliberation.maths.lottery.master import Master, Shares
from deliberation.maths.lottery.pool import FloatArray, IntArray, Pool
from deliberation.maths.lottery.pricing import dearest_panel, whole_prices
from deliberation.maths.lottery.progress import Progress

_GOOD = 1e-9
_MOST_STEPS = 600


@dataclass(frozen=True, slots=True)
class Found:
    """Panels, their chances, and the bound they come near to, with the cuts it rests on."""

    panels: list[IntArray]
    chance: FloatArray
    bound: Bound
    cuts: tuple[Cut, ...]


def closest_panels(pool: Pool, panels: list[IntArray], bound: Bound, progress: Progress) -> Found:
    """Panels and chances whose largest shortfall is as small as is found, below a bound as low as is proven."""
    master = Master(pool, panels, bound.average)
    cuts: list[Cut] = []
    shares = master.solve()
    for step in range(_MOST_STEPS):
        if shares.shortfall <= _GOOD:
            break
        progress(step, _MOST_STEPS)
        helped = _improve(pool, master, panels, shares, bound, cuts)
        if helped is None:
            break
        bound = helped
        shares = master.solve()
    return Found(panels, shares.chance, bound, tuple(cuts))


def _improve(
    pool: Pool, master: Master, panels: list[IntArray], shares: Shares, bound: Bound, cuts: list[Cut]
) -> Bound | None:
    """Add the panel that helps most, and the cut that it proves. None where neither helps."""
    price = whole_prices(shares.price)
    priced = dearest_panel(pool, price)
    helps = float(shares.price @ priced.panel) > shares.worth + _GOOD / 10
    if helps:
        panels.append(priced.panel)
        master.add(priced.panel)
    if priced.proven.most < price @ bound.average - 1e-6 * max(1, abs(priced.proven.most)):
        cuts.append(priced.proven)
        bound = leximin_bound(pool, cuts)
        master.aim(bound.average)
        return bound
    return bound if helps else None
