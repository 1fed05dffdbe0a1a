"""Simple approval beside the proportional rules: what most people want, as long as it fits."""

from collections.abc import Sequence

from deliberation.maths.agenda.choosing import Choosing
from deliberation.maths.agenda.proposals import Agenda, Counted


def approval(counted: Counted, minutes: int, reserved: Sequence[int] = ()) -> Agenda:
    """Items from the most approved to the least, each where it still fits. Who is outvoted once is outvoted each time.

    minutes:  how long the agenda may be, in the unit of the items
    reserved: items taken before all others, for small groups
    """
    choosing = Choosing(counted, minutes, reserved)
    for item in list(choosing.open):
        if choosing.fits(item):
            choosing.take(item, "rule")
        else:
            choosing.pass_over(item)
    return choosing.agenda()
