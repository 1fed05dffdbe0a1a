"""The last vote counts, and the order of the rows does not."""

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.maths.votes import Votes, last_votes

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "10", "ana"]), st.integers(0, 3), st.integers(-1, 1), st.integers(0, 4)
    )
)


def _collected(rows: list[tuple[str, int, int, int]]) -> Votes:
    people, statements, values, times = zip(*rows, strict=True) if rows else ((), (), (), ())
    return last_votes(people, statements, values, times)


def _triples(votes: Votes) -> list[tuple[str, str, int]]:
    return [
        (votes.people[person], votes.statements[statement], int(value))
        for person, statement, value in zip(votes.person, votes.statement, votes.value, strict=True)
    ]


def test_the_last_vote_counts_by_its_time_not_by_its_row() -> None:
    votes = _collected([("1", 0, 1, 20), ("1", 0, -1, 10), ("1", 0, 0, 15)])
    assert _triples(votes) == [("1", "0", 1)]


def test_without_times_the_later_row_counts() -> None:
    votes = last_votes([1, 1], [0, 0], [1, -1])
    assert _triples(votes) == [("1", "0", -1)]


def test_different_votes_of_one_moment_are_a_pass() -> None:
    votes = _collected([("1", 0, 1, 5), ("1", 0, -1, 5), ("1", 1, 1, 4), ("2", 0, 1, 5), ("2", 0, 1, 5)])
    assert _triples(votes) == [("1", "0", 0), ("1", "1", 1), ("2", "0", 1)]


def test_people_stand_in_the_order_in_which_people_count() -> None:
    votes = _collected([("ana", 0, 1, 1), ("10", 0, 1, 2), ("2", 0, 1, 3)])
    assert votes.people == ("2", "10", "ana")


def test_a_number_and_its_text_are_one_person() -> None:
    numbers, texts = last_votes([7, 10], [0, 1], [1, 0]), last_votes(["7", "10"], ["0", "1"], [1, 0])
    assert _triples(numbers) == _triples(texts)
    assert numbers.people == texts.people == ("7", "10")


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[str, int, int, int]], chance: Random) -> None:
    shuffled = chance.sample(rows, len(rows))
    if len({time for *_, time in rows}) < 2:
        return
    one, other = _collected(rows), _collected(shuffled)
    assert (one.people, one.statements) == (other.people, other.statements)
    for left, right in (
        (one.starts, other.starts),
        (one.statement, other.statement),
        (one.value, other.value),
    ):
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("empty", [([], [], [], []), ([], [], [], None)])
def test_no_votes_are_no_people(empty: tuple[Any, ...]) -> None:
    assert last_votes(*empty).shape == (0, 0)


@pytest.mark.parametrize("statements", [3, 300, 70_000])
def test_of_rows_in_no_order_the_later_one_counts_however_many_statements_there_are(statements: int) -> None:
    chance = np.random.default_rng(1)
    person, statement = chance.integers(40, size=5000), chance.integers(statements, size=5000)
    value = chance.integers(-1, 2, size=5000)
    last = {(who, what): vote for who, what, vote in zip(person, statement, value, strict=True)}
    in_order = [(str(who), str(what), vote) for (who, what), vote in sorted(last.items())]
    assert _triples(last_votes(person, statement, value)) == in_order
