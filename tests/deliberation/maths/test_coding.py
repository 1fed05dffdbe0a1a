"""Agreement of coders as computed by hand; a classifier that says when it does not know; what to code next."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from deliberation.maths.coding import (
    UNSURE,
    Check,
    alpha_interval,
    assign,
    cross_checked,
    krippendorff_alpha,
    most_informative,
    share_interval,
)

TWO_CODERS = [list("aabbca"), list("aabcca")]


def test_alpha_of_two_coders_as_by_hand() -> None:
    """One disagreement (b, c) among six: Do = 2/12. Totals a 6, b 3, c 3: De = (144 - 54) / (12 * 11)."""
    assert krippendorff_alpha(TWO_CODERS) == pytest.approx(1 - (2 / 12) / (90 / 132))


def test_alpha_with_a_third_coder_and_gaps_as_by_hand() -> None:
    """Units aab, bb and one coded once, which says nothing.

    Coincidences: aab gives a-a 1, a-b 1, b-a 1; bb gives b-b 2. Totals a 2, b 3: Do = 2/5, De = (25 - 13) / 20.
    """
    codings = [["a", "b", None], ["a", "b", None], ["b", None, "a"]]
    assert krippendorff_alpha(codings) == pytest.approx(1 - (2 / 5) / (12 / 20))


def test_alpha_at_its_ends() -> None:
    assert krippendorff_alpha([["a", "b"], ["a", "b"]]) == 1
    assert krippendorff_alpha([["a", "a"], ["a", "a"]]) == 1
    assert krippendorff_alpha([["a", "b"], ["b", "a"]]) < 0
    assert np.isnan(krippendorff_alpha([["a", None], [None, "b"]]))


def test_alpha_does_not_care_who_coded_or_what_the_codes_are_called() -> None:
    other = [[{"a": 7, "b": 1, "c": 3}[code] for code in coder] for coder in reversed(TWO_CODERS)]
    assert krippendorff_alpha(other) == pytest.approx(krippendorff_alpha(TWO_CODERS))


def test_assigns_what_is_like_the_labelled_and_is_unsure_of_the_rest() -> None:
    weights = csr_matrix(
        np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0.1], [0.1, 1], [1, 1], [0, 0]], float)
    )
    assigned = assign(weights, np.array([0, 2]), np.array([4, 9]), sure_enough=0.7)
    assert assigned.code.tolist() == [4, 4, 9, 9, 4, 9, UNSURE, UNSURE]
    assert assigned.codes.tolist() == [4, 9]
    assert assigned.chance.sum(axis=1) == pytest.approx(np.ones(8))


def test_a_person_is_never_overruled() -> None:
    weights = csr_matrix(np.array([[1, 0], [1, 0], [1, 0], [0, 1]], float))
    assert assign(weights, np.array([0, 1, 2, 3]), np.array([1, 1, 2, 2])).code.tolist() == [1, 1, 2, 2]


def test_of_a_single_code_nothing_can_be_learnt() -> None:
    weights = csr_matrix(np.eye(3))
    assert assign(weights, np.array([1]), np.array([5])).code.tolist() == [UNSURE, 5, UNSURE]


def test_offers_the_undecided_first_and_not_twice_the_same() -> None:
    weights = csr_matrix(np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8], [1, 0]], float))
    chance = np.array([[0.5, 0.5], [0.51, 0.49], [0.55, 0.45], [0.95, 0.05], [0.5, 0.5]])
    assert most_informative(weights, chance, np.array([4]), 2) == [0, 2], "row 1 says the same as row 0"
    assert most_informative(weights, chance, np.array([0, 1, 2, 3, 4]), 2) == []
    assert len(most_informative(weights, chance, np.array([], dtype=int), 9)) == 5


def test_the_interval_of_alpha_holds_it_and_narrows_with_more_answers() -> None:
    alpha = krippendorff_alpha(TWO_CODERS)
    low, high = alpha_interval(TWO_CODERS)
    many = [coder * 30 for coder in TWO_CODERS]
    low_of_many, high_of_many = alpha_interval(many)
    assert low <= alpha <= high <= 1
    assert low < low_of_many < krippendorff_alpha(many) < high_of_many < 1
    assert alpha_interval(TWO_CODERS) == (low, high), "drawn by the same seed"
    assert np.isnan(alpha_interval([["a", None], [None, "b"]])).all()


def test_what_is_checked_was_hidden_from_who_is_checked() -> None:
    """Rows 0 and 1 are told apart by a feature; row 10 bears a code that nothing else bears, so it cannot be right."""
    weights = csr_matrix(np.array([[1, 0]] * 5 + [[0, 1]] * 5 + [[0.9, 0]], float))
    rows, codes = np.arange(11), np.array([3] * 5 + [8] * 5 + [5])
    assert cross_checked(weights, rows, codes) == Check(right=10, assigned=11, labelled=11)
    sure = cross_checked(weights, rows, codes, 0.999)
    assert sure.labelled == 11 and sure.assigned < 11
    only_learnt_from = cross_checked(weights, rows, codes, examples=np.arange(9))
    assert only_learnt_from.labelled == 2 and only_learnt_from.right == 1


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(0, 0, 0, 1), (8, 10, 0.4902, 0.9433), (10, 10, 0.7225, 1)]
)
def test_the_interval_of_a_share_as_published(part: int, whole: int, low: float, high: float) -> None:
    assert share_interval(part, whole) == pytest.approx((low, high), abs=1e-4)
