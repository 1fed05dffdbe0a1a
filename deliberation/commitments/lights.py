"""The traffic light of a commitment: by its days alone, never by what anybody thinks of it. Pure."""

from datetime import date, timedelta
from typing import Literal

SOON = timedelta(days=30)
"""So long before its day a commitment stands in amber."""

Light = Literal["kept", "green", "amber", "red", "dropped"]
LIGHTS: tuple[Light, ...] = ("red", "amber", "green", "kept", "dropped")
"""What asks for attention first."""


def light_of(due_on: date, done_on: date | None, dropped_on: date | None, day: date) -> Light:
    """How it stands on a day.

    kept:    it was reported as done, with proof, whenever that was
    dropped: it was given up, with a reason
    red:     its day is over
    amber:   its day comes within 30 days, or is today
    green:   there are more than 30 days left
    """
    if done_on is not None:
        return "kept"
    if dropped_on is not None:
        return "dropped"
    if due_on < day:
        return "red"
    return "amber" if due_on - day <= SOON else "green"


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
