"""How many people are drawn for the seats of an assembly, and by which quotas: as many as the seats, or more.

Some of those who are drawn cannot come. Where more are drawn than there are seats, who says yes first has one, and who
comes later waits. The quotas are those of the seats, for so many people more.
"""

from collections.abc import Sequence
from typing import Any

from core.errors import RimayError
from deliberation.assemblies.asking import most_to_invite
from deliberation.assemblies.quotas import read_quotas
from deliberation.assemblies.tables import Draw
from deliberation.lottery.quotas import Quota, Quotas, quotas_of


class PanelSize(RimayError):
    """Fewer than the seats, or more than may be left waiting."""

    code = "draw_panel_size"


def check_panel_size(size: int, seats: int) -> None:
    """Raises PanelSize."""
    most = most_to_invite(seats)
    if not seats <= size <= most:
        raise PanelSize(seats=seats, most=most)


def scale_quotas(quotas: Sequence[Quota], seats: int, size: int) -> tuple[Quota, ...]:
    """Quotas of the seats for a panel of this size, rounded outwards: down what is wanted, up what is allowed. Pure.

    Rounded inwards, or to the nearest, they might fit no panel at all: a seat of three for each of three cantons would
    be 1⅓ of 4 people, and who wants 2 of each wants 6, who allows 1 of each allows 3. Rounded outwards, what is wanted
    of a category adds up to no more than the panel, and what is allowed to no less, as it is with the seats.
    """
    return tuple(
        Quota(each.category, each.feature, each.low * size // seats, -(-each.high * size // seats))
        for each in quotas
    )


def widen_quota(quota: Quota, low: int, high: int, seats: int, size: int) -> Quota:
    """A quota of the seats, changed as little as it takes to want at most `low` and allow `high` of the panel. Pure."""
    wanted, allowed = -(-(low + 1) * seats // size) - 1, (high - 1) * seats // size + 1
    return Quota(quota.category, quota.feature, min(quota.low, wanted), max(quota.high, allowed))


def panel_size_of(row: Draw) -> int:
    """How many people are drawn for the seats."""
    size: int = (row.file or {}).get("seats", row.seats)
    return size


def panel_quotas_of(row: Draw) -> Quotas:
    """Those that the panel is drawn by, as they were sealed."""
    sealed = (row.file or {}).get("quotas")
    if sealed is None:  # of a draw from before there were larger panels
        return read_quotas(row.quotas)
    return quotas_of(Quota(each["category"], each["feature"], each["min"], each["max"]) for each in sealed)


def sealed_quotas(quotas: Quotas) -> list[dict[str, Any]]:
    """As the file of a draw keeps them before it is drawn."""
    return [
        {"category": each.category, "feature": each.feature, "min": each.low, "max": each.high}
        for each in quotas.quotas
    ]
