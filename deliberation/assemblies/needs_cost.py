"""What it costs that people can come: what those who come need, by what each need costs a person. Disclosure holds.

A cost that may be shown is a count times a price, and gives the count away. So where a count is withheld its cost is,
too, and all that is withheld together is told rounded up, so far that each of the counts could reach the threshold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.audit import note_act
from deliberation.assemblies.attendance import Need
from deliberation.assemblies.reference import get_planned
from deliberation.assemblies.tables import Invitation
from i18n.localized import Localized
from surveys.disclosure import protect_overlapping


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
    priced = get_planned(db, assembly_id).costs or {}
    asked = db.scalars(select(Invitation.needs).where(Invitation.assembly_id == assembly_id))
    others = sorted({need for needs in asked for need in needs} | set(priced))
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
    mine = Invitation.assembly_id == assembly_id, or_(Invitation.answer == "yes", Invitation.came)
    rows = list(db.execute(select(Invitation.needs, Invitation.came).where(*mine)))
    came = [row.needs for row in rows if row.came]
    return needs_cost(
        assembly.title,
        came or [row.needs for row in rows],
        list_needs(db, assembly_id),
        prices_of(assembly.costs),
        threshold,
    )


def needs_cost(
    title: Localized,
    asked: Sequence[Sequence[str]],
    needs: Sequence[str],
    prices: Mapping[str, Decimal],
    threshold: int,
) -> NeedsCost:
    """Pure. asked: the needs of each person who comes."""
    counts = [sum(need in each for each in asked) for need in needs]
    nothing = sum(not each for each in asked)
    shown = protect_overlapping([*counts, nothing], len(asked), threshold)[:-1]
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
    return NeedsCost(title, len(asked), tuple(lines), total, bool(step), unpriced)
