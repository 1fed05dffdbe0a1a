"""How far a long computation has come."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how many steps are done, and of how many as far as is known now."""


def untold(_done: int, _total: int) -> None:
    """Nobody looks."""
