"""Sequential Phragmén with minutes as costs: all save at the same pace, supporters buy what they can first."""

from collections.abc import Sequence
from fractions import Fraction

from deliberation.maths.agenda.choosing import Choosing
from deliberation.maths.agenda.proposals import Agenda, Proposals
from deliberation.maths.agenda.purses import Purses
from deliberation.maths.agenda.sets import sizes


def phragmen(proposals: Proposals, minutes: int, reserved: Sequence[int] = ()) -> Agenda:
    """The agenda that Phragmén's rule makes.

    Every voter starts with nothing and earns one minute a unit of time. As soon as the supporters of an item together
    have its minutes they buy it and have nothing left. An item that would be bought and does not fit any more is passed
    over, and the buying goes on; up to there it is the rule as published, which stops there.

    minutes:  how long the agenda may be, in the unit of the proposals
    reserved: items that small groups are owed: taken before all others, and nobody pays for them
    source:   Brill, Freeman, Janson, Lackner 2017, "Phragmén's voting methods and justified representation"; with
              costs Los, Christoff, Grossi 2022, "Proportional budget allocations: towards a systematization"
    """
    choosing = Choosing(proposals.counted, minutes, reserved)
    save_and_buy(choosing, proposals, Purses(proposals.approvers.shape[1]), "rule")
    return choosing.agenda()


def save_and_buy(choosing: Choosing, proposals: Proposals, purses: Purses, why: str) -> None:
    """Let people add to their purses and buy, until nothing is left that fits."""
    while choosing.open:
        _buy_first(choosing, proposals, purses, why)


def _buy_first(choosing: Choosing, proposals: Proposals, purses: Purses, why: str) -> None:
    """Buy the item that its supporters can pay first, by rank where it is the same moment; pass over it if too long."""
    candidates = choosing.open
    saved = purses.units(proposals.approvers[candidates])
    first, lacking, savers = candidates[0], 0, 0
    for item, already in zip(candidates, saved, strict=True):
        lacks, count = proposals.minutes[item] * purses.unit - already, proposals.counted.approvals[item]
        if not savers or lacks * savers < lacking * count:
            first, lacking, savers = item, lacks, count
    if not choosing.fits(first):
        choosing.pass_over(first)
        return
    approvers = proposals.approvers[first]
    moment = Fraction(lacking, savers * purses.unit)
    shares = proposals.groups & approvers
    paid = zip(purses.units(shares), sizes(shares), strict=True)
    groups = [Fraction(had, purses.unit) + moment * count for had, count in paid]
    choosing.take(first, why, payers=savers, most=moment, groups=groups)
    purses.empty(approvers)
    purses.add(-moment, approvers)
