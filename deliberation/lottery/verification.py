"""Checking a published draw: everything is computed anew from the people and the quotas, and compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from deliberation.lottery.alike import Counted, count_alike, names_nobody
from deliberation.lottery.commitment import lottery_commitment, pool_commitment, salt_of
from deliberation.lottery.draw import commitments, households_listed, quotas_listed
from deliberation.lottery.draw_file import Published
from deliberation.lottery.quotas import Quotas
from deliberation.maths.lottery.bound import Cut, leximin_bound
from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.people import Person, Typed, seated, typed
from deliberation.maths.lottery.pool import FloatArray, IntArray, NoPanel
from deliberation.maths.lottery.pricing import dearest_panel
from deliberation.maths.lottery.tickets import TICKETS, exact_chances

_SAME_CHANCE = 1e-12
_SAME_BOUND = 1e-6
"""Another machine may solve the same problem with other last digits."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `holds` is None where it could not be."""

    code: str
    holds: bool | None


def verify(
    draw: Published, quotas: Quotas | None = None, people: Sequence[Person] | None = None
) -> list[Check]:
    """What holds of a draw and what does not, in the order in which it is told.

    quotas, people: as they are in the files that the draw was made of, where they are at hand
    """
    if quotas is not None and people is not None and "alike" in draw.file:
        counted = _counted(draw, quotas, people)
        quotas, people = counted.quotas, counted.people
    checks = [Check("quotas_file", None if quotas is None else quotas == draw.quotas)]
    try:
        types = typed(draw.people, draw.quotas.rules(draw.file["seats"]))
        checks.append(Check("pool_file", None if people is None else _same_people(draw, types, people)))
    except NoPanel:
        return [*checks, Check("pool_file", holds=False)]
    recount = Recount(draw, types)
    checks.append(Check("types", _types(recount)))
    if checks[-1].holds:
        if "alike" in draw.file:
            checks.append(Check("alike", _alike(recount)))
        checks += (Check(code, _of(check, recount)) for code, check in _CHECKS.items())
    return checks


@dataclass(frozen=True)
class Recount:
    """A draw, and what comes out when it is counted anew from its people."""

    draw: Published
    types: Typed

    @cached_property
    def panels(self) -> IntArray:
        """(n, T) people of each type on each panel."""
        many = self.types.pool.types
        counted = [np.bincount(panel["types"], minlength=many) for panel in self.draw.file["panels"]]
        return np.stack(counted).astype(np.int64)

    @cached_property
    def tickets(self) -> list[int]:
        """Of each panel."""
        return [panel["tickets"] for panel in self.draw.file["panels"]]

    @cached_property
    def chances(self) -> list[Fraction]:
        """Of a person of each type, exactly."""
        total = max(sum(self.tickets), 1)
        return exact_chances(self.types.pool.size, self.panels, np.array(self.tickets, np.int64), total)

    @cached_property
    def cuts(self) -> list[Cut]:
        """What the file says that no panel exceeds."""
        cuts = []
        for cut in self.draw.file["cuts"]:
            weights = np.zeros(self.types.pool.types, np.int64)
            for each, weight in cut["weights"]:
                weights[each] = weight
            cuts.append(Cut(weights, cut["most"]))
        return cuts

    @cached_property
    def fresh_bound(self) -> FloatArray:
        """(T,) the fairest chances there could be, computed now."""
        return leximin_bound(self.types.pool, self.cuts).chance

    @property
    def listed_bound(self) -> FloatArray:
        """(T,) the same as the file says."""
        return np.array([each["bound"] for each in self.draw.file["types"]], float)


def _of(check: Callable[[Recount], bool], recount: Recount) -> bool:
    try:
        return bool(check(recount))
    except NoPanel:  # with these quotas nobody could have been drawn
        return False


def _same_people(draw: Published, types: Typed, people: Sequence[Person]) -> bool:
    """Ids, features, and who lives together."""
    theirs = typed(people, draw.quotas.rules(draw.file["seats"]))
    counted = [{person.id: person.rules for person in each} for each in (people, draw.people)]
    return counted[0] == counted[1] and households_listed(theirs) == households_listed(types)


def _counted(draw: Published, quotas: Quotas, people: Sequence[Person]) -> Counted:
    """What may be counted of the people of a file of a pool."""
    return count_alike(quotas, people, draw.file["seats"], draw.file["alike"])


def _alike(recount: Recount) -> bool:
    """What is counted of somebody is counted of as many as the file says."""
    file = recount.draw.file
    return names_nobody(file["types"], file["households"], file["alike"])


def _types(recount: Recount) -> bool:
    """People of a type have all in common that counts, and the households are as listed."""
    file = recount.draw.file
    listed = [tuple(each["people"]) for each in file["types"]]
    alike = listed == list(recount.types.members)
    return alike and bool(file["households"] == households_listed(recount.types))


def _pool_commitment(recount: Recount) -> bool:
    draw = recount.draw
    salt = salt_of(draw.people, draw.quotas, recount.types.homes)
    return (draw.file["salt"], draw.file["pool_commitment"]) == (salt, pool_commitment(draw.people, salt))


def _lottery_commitment(recount: Recount) -> bool:
    file = recount.draw.file
    computed = lottery_commitment(file["seats"], recount.draw.quotas, file["panels"])
    return bool(file["lottery_commitment"] == computed)


def _panels(recount: Recount) -> bool:
    """Every panel that could have been drawn has its seats and keeps to quotas and households."""
    sorted_ones = all(panel["types"] == sorted(panel["types"]) for panel in recount.draw.file["panels"])
    return sorted_ones and all(map(recount.types.pool.allows, recount.panels))


def _tickets(recount: Recount) -> bool:
    return min(recount.tickets) > 0 and sum(recount.tickets) == TICKETS


def _drawn(recount: Recount) -> bool:
    """The seed leads to the ticket, the ticket to the panel, and the lots to the people on it."""
    file = recount.draw.file
    if not _tickets(recount):
        return False
    lots = Lots(file["seed"], commitments(file["pool_commitment"], file["lottery_commitment"]))
    number = lots.panel(recount.tickets)
    panel = recount.panels[number]
    if (file["ticket"], file["panel"]) != (lots.ticket(TICKETS), number) or not recount.types.pool.allows(
        panel
    ):
        return False
    return bool(file["selected"] == seated(recount.types, panel, lots))


def _counts(recount: Recount) -> bool:
    """How many of each quota there were in the pool, and how many were drawn."""
    file, number = recount.draw.file, recount.draw.file["panel"]
    if number >= len(recount.panels):
        return False
    return bool(file["quotas"] == quotas_listed(recount.draw.quotas, recount.types, recount.panels[number]))


def _probabilities(recount: Recount) -> bool:
    theirs = recount.draw.file["probabilities"]
    members = zip(recount.types.members, recount.chances, strict=True)
    ours = {id: float(chance) for ids, chance in members for id in ids}
    return ours.keys() == theirs.keys() and all(
        abs(chance - theirs[id]) <= _SAME_CHANCE for id, chance in ours.items()
    )


def _minimum(recount: Recount) -> bool:
    smallest = float(min(recount.chances))
    return bool(abs(smallest - recount.draw.file["minimum_probability"]) <= _SAME_CHANCE)


def _cuts(recount: Recount) -> bool:
    """No panel has more than each cut says: a search through all panels proves it."""
    return all(dearest_panel(recount.types.pool, cut.weights).proven.most <= cut.most for cut in recount.cuts)


def _bound(recount: Recount) -> bool:
    """The fairest chances there could be, of each type and of the least of them."""
    listed = recount.listed_bound
    same = np.abs(recount.fresh_bound - listed).max() <= _SAME_BOUND
    return bool(same and abs(listed.min() - recount.draw.file["leximin_bound"]) <= _SAME_CHANCE)


def _epsilon(recount: Recount) -> bool:
    """By how much somebody's chance is below the bound, at most."""
    chance, told = np.array([float(each) for each in recount.chances]), recount.draw.file["epsilon"]
    listed = max(0.0, float((recount.listed_bound - chance).max()))
    fresh = float((recount.fresh_bound - chance).max())
    return bool(abs(told - listed) <= _SAME_CHANCE and fresh <= told + _SAME_BOUND)


_CHECKS: dict[str, Callable[[Recount], bool]] = {
    "pool_commitment": _pool_commitment,
    "lottery_commitment": _lottery_commitment,
    "panels": _panels,
    "tickets": _tickets,
    "drawn": _drawn,
    "counts": _counts,
    "probabilities": _probabilities,
    "minimum": _minimum,
    "cuts": _cuts,
    "bound": _bound,
    "epsilon": _epsilon,
}


def all_hold(checks: Sequence[Check]) -> bool:
    """Whether nothing that could be looked at was wrong."""
    return all(check.holds is not False for check in checks)


def checks_as_json(checks: Sequence[Check]) -> dict[str, Any]:
    """For programs: null where the files of pool and quotas are needed to tell."""
    return {check.code: check.holds for check in checks}
