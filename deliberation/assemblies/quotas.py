"""The quotas of a lottery: proposed from the population, changed by the organiser, checked all at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import Fault, InvalidInput
from deliberation.assemblies.opinion_groups import NO_GROUP, deliberation_of
from deliberation.assemblies.reference import Reference, get_planned
from deliberation.lottery.quotas import Quota, Quotas, quotas_of

_ROOM = 10
"""A quota leaves room of one seat to each side, or of a tenth of its seats where that is more."""


def propose_quotas(reference: Reference, seats: int) -> tuple[Quota, ...]:
    """For each value as many seats as its share of the population, with some room. Pure.

    Of opinion groups half of that at least, and no limit: of most people no group is known.
    """
    return tuple(
        quota for category, values in reference.items() for quota in _proposed(category, values, seats)
    )


def check_quotas(quotas: Sequence[Quota], seats: int) -> list[Fault]:
    """What is wrong with them, all of it; the column names category and value."""
    faults = []
    for quota in quotas:
        place = f"{quota.category}__{quota.feature}"
        if quota.low > quota.high:
            faults.append(Fault("quota_upside_down", column=place, params={"value": quota.low}))
        if quota.high > seats:
            faults.append(Fault("quota_over_seats", column=place, params={"seats": seats}))
    for category in dict.fromkeys(quota.category for quota in quotas):
        mine = [quota for quota in quotas if quota.category == category]
        low, high = sum(quota.low for quota in mine), sum(quota.high for quota in mine)
        place = f"{category}__{mine[0].feature}"
        if low > seats:
            faults.append(Fault("quotas_want_more", column=place, params={"sum": low, "seats": seats}))
        if high < seats:
            faults.append(Fault("quotas_want_fewer", column=place, params={"sum": high, "seats": seats}))
    return faults


def set_quotas(db: Session, assembly_id: int, quotas: Sequence[Quota], *, account_id: int | None) -> None:
    """Keep them for the next draw; a draw that is committed keeps its own. Raises InvalidInput with every fault."""
    assembly = get_planned(db, assembly_id)
    faults = check_quotas(quotas, assembly.seats)
    if faults:
        raise InvalidInput(tuple(faults))
    assembly.quotas = listed(quotas) or None
    note_act(db, account_id, "set_quotas", "assembly", assembly_id)


def listed(quotas: Sequence[Quota]) -> list[dict[str, Any]]:
    """As an assembly and a draw keep them."""
    return [
        {"category": each.category, "value": each.feature, "min": each.low, "max": each.high}
        for each in quotas
    ]


def read_quotas(rows: Sequence[Mapping[str, Any]]) -> Quotas:
    """Out of what an assembly or a draw keeps."""
    return quotas_of(Quota(row["category"], row["value"], row["min"], row["max"]) for row in rows)


def _proposed(category: str, people: Mapping[str, int], seats: int) -> Iterator[Quota]:
    by_group = deliberation_of(category) is not None
    for value, share in zip(people, _shared_out(list(people.values()), seats), strict=True):
        if by_group:
            yield Quota(category, value, share // 2, seats)
        else:
            yield Quota(category, value, max(0, share - _room(share)), min(seats, share + _room(share)))
    if by_group:
        yield Quota(category, NO_GROUP, 0, seats)


def _room(share: int) -> int:
    return max(1, round(share / _ROOM))


def _shared_out(people: Sequence[int], seats: int) -> list[int]:
    """Seats by largest remainder, in whole numbers; of equal remainders the first."""
    whole = sum(people)
    if not whole:
        return [0] * len(people)
    shares = [seats * each // whole for each in people]
    remainders = sorted(range(len(people)), key=lambda at: (-(seats * people[at] % whole), at))
    for at in remainders[: seats - sum(shares)]:
        shares[at] += 1
    return shares
