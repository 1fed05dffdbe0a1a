"""Who watches the house at work: what it is told holds numbers and kinds, never a person."""

from typing import Protocol


class Observer(Protocol):
    """Told as things happen, in the thread and loop where they do. It is quick, and never raises."""

    def turn(self, seconds: float, outcome: str) -> None:
        """An update came to the end of a turn: `handled` or `failed`; or it was `stored` for later, in no time."""

    def passed_over(self) -> None:
        """An update was neither handled nor stored, because too many of the same person waited."""

    def sent(self, outcome: str) -> None:
        """A message of a broadcast came to its state: `sent`, `blocked`, `failed`, `doubtful` or `postponed`."""

    def quiet(self, seconds: float) -> None:
        """Telegram asked for quiet of that length."""


class Unobserved:
    """Nobody watches: tests, benchmarks, the demonstration being made."""

    def turn(self, seconds: float, outcome: str) -> None:
        """Nothing."""

    def passed_over(self) -> None:
        """Nothing."""

    def sent(self, outcome: str) -> None:
        """Nothing."""

    def quiet(self, seconds: float) -> None:
        """Nothing."""
