"""Fields of commitments and programmes: amounts, links, targets, units."""

import re
from datetime import date

from starlette.datastructures import FormData

from api.forms import Fields
from deliberation.actors.contacts import website_of
from deliberation.commitments.units import UnitCard
from deliberation.council.goals import GOALS

_AMOUNT = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")
_DOLLARS = re.compile(r"\d{1,10}")
_LONGEST_LINK = 512


def read_amount(fields: Fields, name: str) -> float | None:
    """A number with at most two decimals, if one was typed: 1500 or 12,5, never with marks between thousands."""
    typed = fields.raw(name)
    if not typed:
        return None
    if not (typed.isascii() and _AMOUNT.fullmatch(typed)):
        fields.refuse(name, "commitments.amount_wrong")
        return None
    return float(typed.replace(",", "."))


def read_dollars(fields: Fields, name: str) -> int | None:
    """Whole dollars, if some were typed."""
    typed = fields.raw(name)
    if not typed:
        return None
    if not (typed.isascii() and _DOLLARS.fullmatch(typed)):
        fields.refuse(name, "commitments.dollars_wrong")
        return None
    return int(typed)


def read_link(fields: Fields, name: str) -> str | None:
    """An address on the web, if one was typed."""
    typed = fields.text(name, "commitments.link", optional=True, limit=_LONGEST_LINK)
    found = website_of(typed) if typed else None
    if typed and found is None:
        fields.refuse(name, "commitments.link_wrong")
    return found


def read_goals(given: FormData) -> tuple[str, ...]:
    """Those that were ticked, in their order."""
    ticked = given.getlist("sdg")
    return tuple(code for code in GOALS if code in ticked)


def read_unit(fields: Fields, units: list[UnitCard]) -> int:
    """One of those that work."""
    chosen = fields.choice("unit", {str(unit.id) for unit in units})
    return int(chosen) if "unit" not in fields.wrong else 0


def read_past_day(fields: Fields, name: str, today: date) -> date | None:
    """A day that has come. Browsers send 2026-11-23; people without a calendar type 23/11/2026."""
    typed = fields.raw(name)
    written = "-".join(reversed(typed.split("/"))) if "/" in typed else typed
    try:
        day = date.fromisoformat(written)
    except ValueError:
        fields.refuse(name, "console.form_not_a_date")
        return None
    if day > today:
        fields.refuse(name, "commitments.day_to_come")
    return day
