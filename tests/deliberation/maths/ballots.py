"""Votes written as a person would: a row for each voter, a sign for each statement."""

import numpy as np

from deliberation.maths.votes import Votes, last_votes

SIGNS = {"+": 1, "-": -1, "0": 0}


def votes_of(*ballots: str) -> Votes:
    """`+` agrees, `-` disagrees, `0` passes, `.` has not seen it. People and statements are numbered from 0."""
    cells = [
        (person, statement, SIGNS[sign])
        for person, ballot in enumerate(ballots)
        for statement, sign in enumerate(ballot)
        if sign != "."
    ]
    return last_votes(*zip(*cells, strict=True))


def random_votes(people: int, statements: int, share: float, seed: int = 0) -> Votes:
    """Two camps that differ on most statements; each person has seen a share of them."""
    chance = np.random.default_rng(seed)
    camp = np.where(chance.random(people) < 0.6, 1, -1)
    leaning = chance.normal(size=statements)
    agrees = chance.random((people, statements)) < 1 / (1 + np.exp(-2 * camp[:, None] * leaning))
    vote = np.where(chance.random((people, statements)) < 0.1, 0, np.where(agrees, 1, -1))
    person, statement = np.nonzero(chance.random((people, statements)) < share)
    return last_votes(person, statement, vote[person, statement])


def dense(votes: Votes) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(n, m) the votes with nan for those that are missing."""
    matrix = np.full(votes.shape, np.nan)
    matrix[votes.person, votes.statement] = votes.value
    return matrix
