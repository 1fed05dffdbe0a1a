"""A draw and its file: everything that anybody needs to check it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from deliberation.lottery.commitment import lottery_commitment, pool_commitment, salt_of
from deliberation.lottery.quotas import Quotas
from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.lottery import Lottery, fair_lottery
from deliberation.maths.lottery.people import Person, Typed, seated, typed
from deliberation.maths.lottery.pool import IntArray
from deliberation.maths.lottery.progress import Progress, untold

FORMAT = "rimay-draw-1"
DrawFile = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is fixed before anybody knows the seed.

    alike: how many people at least are alike in all that is counted of them; None: nobody saw to that
    """

    quotas: Quotas
    people: tuple[Person, ...]
    typed: Typed
    lottery: Lottery
    salt: str
    pool_commitment: str
    lottery_commitment: str
    alike: int | None = None

    @property
    def panels(self) -> list[dict[str, Any]]:
        """As in the file."""
        return panels_listed(self.lottery)


def prepare(
    quotas: Quotas,
    people: Collection[Person],
    seats: int,
    progress: Progress = untold,
    *,
    alike: int | None = None,
) -> Prepared:
    """The lottery and the commitments. Raises NoPanel where the quotas cannot be met.

    alike: where quotas and people are those of `count_alike`
    """
    types = typed(people, quotas.rules(seats))
    lottery = fair_lottery(types.pool, progress)
    salt = salt_of(people, quotas, types.homes)
    return Prepared(
        quotas,
        tuple(sorted(people, key=lambda person: person.id)),
        types,
        lottery,
        salt,
        pool_commitment(people, salt),
        lottery_commitment(seats, quotas, panels_listed(lottery)),
        alike,
    )


def draw(prepared: Prepared, seed: str) -> DrawFile:
    """Draw the panel; DRAW.json as docs/lottery.md describes it."""
    types, lottery = prepared.typed, prepared.lottery
    lots = Lots(seed, commitments(prepared.pool_commitment, prepared.lottery_commitment))
    tickets = lottery.tickets.tolist()
    number = lots.panel(tickets)
    panel = lottery.panels[number]
    return {
        "version": FORMAT,
        "selected": seated(types, panel, lots),
        "seats": types.pool.seats,
        "seed": seed,
        "probabilities": probabilities(types, lottery),
        "minimum_probability": float(lottery.chance.min()),
        "leximin_bound": float(lottery.bound.min()),
        "epsilon": lottery.epsilon,
        "quotas": quotas_listed(prepared.quotas, types, panel),
        "pool_commitment": prepared.pool_commitment,
        "lottery_commitment": prepared.lottery_commitment,
        "salt": prepared.salt,
        "ticket": lots.ticket(sum(tickets)),
        "panel": number,
        "types": types_listed(prepared.quotas, types, lottery),
        "households": households_listed(types),
        "panels": prepared.panels,
        "cuts": [
            {
                "weights": [[int(t), int(cut.weights[t])] for t in np.flatnonzero(cut.weights)],
                "most": cut.most,
            }
            for cut in lottery.cuts
        ],
        **alike_listed(prepared.alike),
    }


def commitments(pool: str, lottery: str) -> str:
    """What the lots are drawn with beside the seed: both commitments, joined by a line feed."""
    return f"{pool}\n{lottery}"


def alike_listed(alike: int | None) -> dict[str, int]:
    """What only the file of a draw that counts people alike says."""
    return {} if alike is None else {"alike": alike}


def probabilities(types: Typed, lottery: Lottery) -> dict[str, float]:
    """Everybody's chance, by id, sorted."""
    chances = zip(types.members, lottery.chance.tolist(), strict=True)
    return dict(sorted((id, chance) for members, chance in chances for id in members))


def panels_listed(lottery: Lottery) -> list[dict[str, Any]]:
    """Each panel by its tickets and the type of each of its seats."""
    return [
        {"tickets": int(tickets), "types": np.repeat(np.arange(len(panel)), panel).tolist()}
        for panel, tickets in zip(lottery.panels, lottery.tickets, strict=True)
    ]


def types_listed(quotas: Quotas, types: Typed, lottery: Lottery) -> list[dict[str, Any]]:
    """What the people of each type have in common, who they are, and the bound of their chance."""
    many = len(quotas.categories)
    rows = zip(types.pool.rule.tolist(), types.members, lottery.bound.tolist(), strict=True)
    return [
        {"features": quotas.features(rule[:many]), "people": list(members), "bound": bound}
        for rule, members, bound in rows
    ]


def households_listed(types: Typed) -> list[list[str]]:
    """Ids of who lives together; not where."""
    homes: dict[str, list[str]] = {}
    for id in sorted(types.homes):
        homes.setdefault(types.homes[id], []).append(id)
    return sorted(homes.values())


def quotas_listed(quotas: Quotas, types: Typed, panel: IntArray) -> list[dict[str, Any]]:
    """Each quota, how many people of the pool it is about, and how many of them were drawn."""
    pool, drawn = types.pool.counts(types.pool.size), types.pool.counts(panel)
    return [
        {
            "category": quota.category,
            "feature": quota.feature,
            "min": quota.low,
            "max": quota.high,
            "pool": round(float(pool[number])),
            "selected": round(float(drawn[number])),
        }
        for number, quota in enumerate(quotas.quotas)
    ]
