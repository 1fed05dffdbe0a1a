"""The components are those of the filled matrix, though it is never filled."""

import numpy as np
import pytest

from deliberation.maths.components import principal_components
from tests.deliberation.maths.ballots import dense, random_votes, votes_of


@pytest.mark.parametrize(("people", "statements"), [(60, 12), (12, 60), (450, 420), (1, 5), (5, 1)])
def test_they_are_the_components_of_the_votes_with_missing_ones_taken_as_the_mean(
    people: int, statements: int
) -> None:
    votes = random_votes(people, statements, 0.6)
    matrix = dense(votes)
    center = np.nanmean(matrix, axis=0)
    filled = np.where(np.isnan(matrix), center, matrix) - center
    _, strength, directions = np.linalg.svd(filled, full_matrices=False)
    found = principal_components(votes)
    np.testing.assert_allclose(found.center, center, atol=1e-12)
    for ours, exact, singular in zip(found.directions, directions, strength, strict=False):
        if singular > 1e-6:
            assert abs(ours @ exact) == pytest.approx(1, abs=1e-9)
            assert ours[np.abs(ours).argmax()] > 0
        else:
            assert not ours.any()
    voted = (~np.isnan(matrix)).sum(axis=1, keepdims=True)
    outwards = np.sqrt(votes.shape[1] / voted)
    np.testing.assert_allclose(found.people, filled @ found.directions.T * outwards, atol=1e-9)


def test_the_extremity_of_a_statement_is_where_the_only_vote_for_it_puts_a_person() -> None:
    votes = votes_of("++-0", "-+--", "+-+0", "--++", "+...")
    found = principal_components(votes)
    np.testing.assert_allclose(found.extremity[0], np.hypot(*found.people[4]))


def test_where_all_agree_there_is_no_direction() -> None:
    found = principal_components(votes_of("++", "++", "+."))
    assert not found.directions.any() and not found.people.any()


def test_silent_statements_stretch_the_scale_only() -> None:
    votes = votes_of("++-", "-+-", "+-+", "--.")
    plain, silent = principal_components(votes), principal_components(votes, silent=5)
    np.testing.assert_array_equal(plain.directions, silent.directions)
    np.testing.assert_allclose(silent.extremity, plain.extremity * np.sqrt(8 / 3))
    np.testing.assert_allclose(silent.people[3], plain.people[3] * np.sqrt(8 / 7) / np.sqrt(3 / 2))
