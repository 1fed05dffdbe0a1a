"""What an examination finds."""

from dataclasses import dataclass, field
from enum import StrEnum


class Grade(StrEnum):
    """How a thing is. Only what is wrong makes the examination fail."""

    RIGHT = "right"
    NOTE = "note"
    """Good to know: the house runs, and somebody may want to change it."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `key` is the sentence that says how it is, and what to do."""

    name: str
    grade: Grade
    key: str
    params: dict[str, str | int] = field(default_factory=dict)


def right(name: str, key: str, **params: str | int) -> Finding:
    """It is as it should be."""
    return Finding(name, Grade.RIGHT, key, params)


def note(name: str, key: str, **params: str | int) -> Finding:
    """It is good to know."""
    return Finding(name, Grade.NOTE, key, params)


def wrong(name: str, key: str, **params: str | int) -> Finding:
    """Somebody has to do something."""
    return Finding(name, Grade.WRONG, key, params)
