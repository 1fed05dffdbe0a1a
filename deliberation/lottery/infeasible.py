"""Why quotas cannot be met, and what would help."""

from collections.abc import Collection
from typing import Any

from deliberation.lottery.quotas import Quota, Quotas
from deliberation.maths.lottery.conflict import find_conflict
from deliberation.maths.lottery.people import Person, typed
from deliberation.maths.lottery.pool import IntArray, Pool
from deliberation.maths.lottery.remedy import cheapest_fix, whom_to_invite

Infeasible = dict[str, Any]


def explain(quotas: Quotas, people: Collection[Person], seats: int) -> Infeasible:
    """What conflicts, which change of quotas is cheapest, and whom to invite; as docs/lottery.md describes it."""
    pool = typed(people, quotas.rules(seats)).pool
    rules = len(quotas.quotas)
    found = find_conflict(pool, rules)
    sides = [
        {
            **_named(quotas.quotas[side.rule]),
            **(
                {"min": quotas.quotas[side.rule].low}
                if side.at_least
                else {"max": quotas.quotas[side.rule].high}
            ),
            "people": int(pool.size[(pool.rule == side.rule).any(axis=1)].sum()),
        }
        for side in found.sides
    ]
    return {
        "infeasible": {
            "conflict": sides or [_too_few(people, seats)],
            "smallest": found.smallest,
            "cheapest_fix": _fix(quotas, pool),
            "invite": _invitations(quotas, pool),
        }
    }


def _named(quota: Quota) -> dict[str, Any]:
    return {"category": quota.category, "feature": quota.feature}


def _too_few(people: Collection[Person], seats: int) -> dict[str, int]:
    """There would be no panel without any quota: one of a household, and not enough of them."""
    homes = {person.household for person in people if person.household}
    alone = sum(not person.household for person in people)
    return {"seats": seats, "people": len(people), "households": len(homes) + alone}


def _fix(quotas: Quotas, pool: Pool) -> list[dict[str, Any]]:
    changes = cheapest_fix(pool, len(quotas.quotas))
    if changes is None:
        return []
    return [
        {
            **_named(quota),
            "min": quota.low,
            "max": quota.high,
            "new_min": quota.low - int(less),
            "new_max": quota.high + int(more),
        }
        for quota, less, more in zip(quotas.quotas, *changes, strict=True)
        if less or more
    ]


def _invitations(quotas: Quotas, pool: Pool) -> list[dict[str, Any]]:
    """People as they could be, composed of what is missing of each category."""
    missing = whom_to_invite(pool, list(quotas.categories.values()))
    if missing is None or not missing.any():
        return []
    left: IntArray = missing.copy()
    invited = []
    while left.any():
        rules = [next(rule for rule in places if left[rule]) for places in quotas.categories.values()]
        many = int(min(left[rules]))
        left[rules] -= many
        invited.append({"people": many, "features": quotas.features(rules)})
    return invited
