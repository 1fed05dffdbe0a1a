"""What it costs that people can come: what those who come need, by what each need costs a person. Disclosure holds.

A cost that may be shown is a count times a price, and gives the count away. So where a count is withheld its cost is,
too, and all that is withheld together is told rounded up, so far that each of the counts could reach the threshold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from deliberation.assemblies.attendance import Need
from deliberation.assemblies.reference import get_planned
from deliberation.assemblies.tables import Assembly, Invitation
from i18n.localized import Localized
from surveys.disclosure import protect_overlapping


@dataclass(frozen=True, slots=True)
class Asked:
    """What those who come need: how many people, how many of them nothing, and how many each need."""

    people: int
    nothing: int
    needs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A need: what it costs for each person, who needs it, and both together. None is not known, or not shown."""

    need: str
    price: Decimal | None
    people: int | None
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class NeedsCost:
    """All needs.

    people:   who comes: those who said so, or, once there were any, who came
    total:    of the needs that have a price; `at_most` where some of it is withheld and rounded up
    unpriced: whether somebody needs what has no price yet
    """

    title: Localized
    people: int
    lines: tuple[NeedLine, ...]
    total: Decimal
    at_most: bool
    unpriced: bool

    @property
    def per_head(self) -> Decimal | None:
        """Of who comes; None where nobody does."""
        return self.total / self.people if self.people else None


def list_needs(db: Session, assembly_id: int) -> list[str]:
    """Those of the chat, and what else somebody asked for or was priced. Raises NotFound."""
    assembly = get_planned(db, assembly_id)
    others = sorted({*find_asked(db, assembly).needs, *(assembly.costs or ())})
    return list(dict.fromkeys([*(need.value for need in Need), *others]))


def set_costs(
    db: Session, assembly_id: int, prices: Mapping[str, Decimal], *, account_id: int | None
) -> None:
    """Keep what each need costs a person. Raises NotFound."""
    get_planned(db, assembly_id).costs = {need: str(price) for need, price in prices.items()} or None
    note_act(db, account_id, "set_costs", "assembly", assembly_id)


def prices_of(costs: Mapping[str, Any] | None) -> dict[str, Decimal]:
    """As an assembly keeps them."""
    return {need: Decimal(str(price)) for need, price in (costs or {}).items()}


def report_needs_cost(db: Session, assembly_id: int, threshold: int) -> NeedsCost:
    """For the council and the public. Raises NotFound."""
    assembly = get_planned(db, assembly_id)
    asked, needs = find_asked(db, assembly), list_needs(db, assembly_id)
    return needs_cost(assembly.title, asked, needs, prices_of(assembly.costs), threshold)


def find_asked(db: Session, assembly: Assembly) -> Asked:
    """Of who comes: those who said so, or, once there were any, who came. What nobody of them needs counts 0.

    What was counted before it was forgotten stays as it was.
    """
    if assembly.tallied is not None:
        kept = assembly.tallied
        return Asked(kept["people"], kept["nothing"], kept["needs"])
    mine = Invitation.assembly_id == assembly.id
    rows = list(db.execute(select(Invitation.needs, Invitation.answer, Invitation.came).where(mine)))
    came = [row.needs for row in rows if row.came] or [row.needs for row in rows if row.answer == "yes"]
    return count_asked(came, sorted({need for row in rows for need in row.needs}))


def count_asked(asked: Sequence[Sequence[str]], needs: Sequence[str]) -> Asked:
    """Pure. asked: the needs of each person who comes."""
    counts = {need: sum(need in each for each in asked) for need in needs}
    return Asked(len(asked), sum(not each for each in asked), counts)


def needs_cost(
    title: Localized,
    asked: Asked,
    needs: Sequence[str],
    prices: Mapping[str, Decimal],
    threshold: int,
) -> NeedsCost:
    """Pure. needs: all that are to be said, in their order."""
    counts = [asked.needs.get(need, 0) for need in needs]
    shown = protect_overlapping([*counts, asked.nothing], asked.people, threshold)[:-1]
    lines, total, withheld, step = [], Decimal(0), Decimal(0), Decimal(0)
    for need, count, known in zip(needs, counts, shown, strict=True):
        price = prices.get(need)
        cost = None if price is None or known is None else price * known
        lines.append(NeedLine(need, price, known, cost))
        total += cost or 0
        if price and known is None:
            withheld += price * count
            step = max(step, price * threshold)
    if step:
        total += max(Decimal(1), (withheld / step).to_integral_value(ROUND_CEILING)) * step
    unpriced = any(count and need not in prices for need, count in zip(needs, counts, strict=True))
    return NeedsCost(title, asked.people, tuple(lines), total, bool(step), unpriced)
