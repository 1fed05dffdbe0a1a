"""A fair lottery: panels, each with its tickets, by which everybody has the fairest chance there can be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deliberation.maths.lottery.balance import balanced
from deliberation.maths.lottery.bound import Bound, Cut, leximin_bound
from deliberation.maths.lottery.columns import closest_panels
from deliberation.maths.lottery.pool import FloatArray, IntArray, Pool
from deliberation.maths.lottery.pricing import any_panel
from deliberation.maths.lottery.progress import Progress, untold
from deliberation.maths.lottery.tickets import TICKETS, chances_of, tickets_for
from deliberation.maths.lottery.tracking import following_panels

_FIRST_SHARE, _GROWTH, _TRIES = 1.2, 1.2, 4
_AT_LEAST = 12
_OUT_OF_REACH = 30.0


@dataclass(frozen=True, slots=True)
class Lottery:
    """What a draw needs, and what is proven of it.

    panels:   (n, T) people of each type on each panel
    tickets:  (n,) of TICKETS, whole, none without
    chance:   (T,) that a person of the type is drawn
    bound:    (T,) the fairest chances that any lottery could give
    cuts:     proofs beside the rules on which the bound rests
    """

    panels: IntArray
    tickets: IntArray
    chance: FloatArray
    bound: FloatArray
    cuts: tuple[Cut, ...]

    @property
    def epsilon(self) -> float:
        """By how much anybody's chance is below the bound, at most. No lottery can be fairer by more than this."""
        return max(0.0, float((self.bound - self.chance).max()))


def fair_lottery(pool: Pool, progress: Progress = untold) -> Lottery:
    """The leximin lottery over the panels of a pool. Raises NoPanel where there are none.

    Nothing in it depends on a seed: who knows pool and rules computes the same lottery before anything is drawn.
    """
    first = any_panel(pool)
    bound = leximin_bound(pool)
    panels, shares = _follow(pool, bound, progress)
    if shares is not None:
        return _lottery(pool, panels, shares, bound, ())
    found = closest_panels(pool, [first, *panels], bound, progress)
    return _lottery(pool, found.panels, found.chance, found.bound, found.cuts)


def _follow(pool: Pool, bound: Bound, progress: Progress) -> tuple[list[IntArray], FloatArray | None]:
    """Panels that follow the averages of the bound, and their chances; None where these do not come out."""
    average = bound.average
    moving = int((average > np.floor(average + 1e-6) + 1e-6).sum())
    wanted = int(_FIRST_SHARE * moving) + _AT_LEAST
    panels: dict[bytes, IntArray] = {}
    owed = np.zeros(pool.types)
    following = following_panels(pool, average)
    drawn = 0
    for _ in range(_TRIES):
        while drawn < wanted:
            panel = next(following, None)
            drawn += 1
            if panel is None:
                return list(panels.values()), None
            panels.setdefault(panel.tobytes(), panel)
            owed += average - panel
            progress(drawn, wanted)
        chance = balanced(np.stack(list(panels.values()), axis=1).astype(float), average)
        if chance is not None:
            return list(panels.values()), chance
        if np.abs(owed).max() > _OUT_OF_REACH:
            break
        wanted = int(wanted * _GROWTH)
    return list(panels.values()), None


def _lottery(
    pool: Pool, panels: Sequence[IntArray], chance: FloatArray, bound: Bound, cuts: tuple[Cut, ...]
) -> Lottery:
    tickets = tickets_for(chance)
    kept = np.flatnonzero(tickets)
    stacked = np.stack([panels[each] for each in kept.tolist()])
    return Lottery(
        stacked, tickets[kept], chances_of(pool.size, stacked, tickets[kept], TICKETS), bound.chance, cuts
    )
