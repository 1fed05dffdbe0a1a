"""Chances in whole tickets, so that a draw needs no rounding and anybody can redo it."""

from fractions import Fraction

import numpy as np

from deliberation.maths.lottery.pool import FloatArray, IntArray

TICKETS = 10**12
"""So many that rounding to whole ones moves nobody's chance by what could be noticed."""


def tickets_for(chance: FloatArray) -> IntArray:
    """(n,) tickets of each panel, TICKETS in all: the largest remains are rounded up."""
    exact = np.maximum(chance, 0) / np.maximum(chance, 0).sum() * TICKETS
    tickets: IntArray = np.floor(exact).astype(np.int64)
    left = TICKETS - int(tickets.sum())
    tickets[np.argsort(tickets - exact, kind="stable")[:left]] += 1
    return tickets


def exact_chances(size: IntArray, panels: IntArray, tickets: IntArray, total: int) -> list[Fraction]:
    """The chance of a person of each type, exactly."""
    seats = (panels * tickets[:, None]).sum(axis=0)  # seats times tickets: far below 2**63
    return [Fraction(int(held), total * int(people)) for held, people in zip(seats, size, strict=True)]


def chances_of(size: IntArray, panels: IntArray, tickets: IntArray, total: int) -> FloatArray:
    """The same as numbers."""
    return np.array([float(chance) for chance in exact_chances(size, panels, tickets, total)])
