"""Polis's measures, computed by hand."""

from math import sqrt

import numpy as np
import pytest

from deliberation.maths.counts import GroupCounts, count_votes
from deliberation.maths.representative import majority_statements, representative_statements, shared_agreement
from tests.deliberation.maths.ballots import random_votes, votes_of


def _counts(agree: list[list[int]], disagree: list[list[int]], seen: list[list[int]]) -> GroupCounts:
    return GroupCounts(np.array(agree), np.array(disagree), np.array(seen))


def test_votes_are_counted_by_group_and_who_has_none_is_not_counted() -> None:
    votes = votes_of("+-0", "++.", "-0+", "000")
    counts = count_votes(votes, np.array([0, 0, 1, -1]), 2)
    assert counts.agree.tolist() == [[2, 1, 0], [0, 0, 1]]
    assert counts.disagree.tolist() == [[0, 1, 0], [1, 0, 0]]
    assert counts.seen.tolist() == [[2, 2, 1], [1, 1, 1]]


def test_the_counts_are_those_of_the_whole_matrix() -> None:
    votes = random_votes(50, 9, 0.5)
    label = np.arange(50) % 4 - 1
    counts = count_votes(votes, label, 3)
    assert counts.seen.sum() == sum(votes.votes_by_person[label >= 0])
    assert (counts.others.seen + counts.seen == counts.all.seen).all()


def test_what_is_shared_is_the_product_over_groups() -> None:
    counts = _counts([[3, 0], [1, 0]], [[0, 0], [1, 0]], [[4, 0], [2, 0]])
    assert shared_agreement(counts) == pytest.approx([4 / 6 * 2 / 4, 0.25])


def test_the_measures_of_a_representative_statement() -> None:
    counts = _counts([[9, 5], [1, 5]], [[1, 5], [9, 5]], [[10, 10], [10, 10]])
    (first, *_), others = representative_statements(counts)
    assert (first.statement, first.direction, first.best_agree) == (0, "agree", True)
    assert (first.votes, first.seen) == (9, 10)
    assert first.share == pytest.approx(10 / 12)
    assert first.share_z == pytest.approx(2 * sqrt(11) * (10 / 11 - 0.5))
    assert first.repness == pytest.approx(10 / 12 / (2 / 12))
    pooled = 12 / 22
    assert first.repness_z == pytest.approx((10 / 11 - 2 / 11) / sqrt(pooled * (1 - pooled) * 2 / 11))
    assert [(each.statement, each.direction) for each in others if not each.best_agree] == [(0, "disagree")]


def test_a_group_for_which_nothing_is_significant_still_has_a_statement() -> None:
    counts = _counts([[0, 0], [1, 0]], [[1, 1], [0, 1]], [[1, 1], [1, 1]])
    assert [len(each) for each in representative_statements(counts)] == [1, 1]


def test_at_most_five_agreed_ones_first() -> None:
    agree = [[9] * 4 + [0] * 4, [0] * 4 + [9] * 4]
    disagree = [[0] * 4 + [9] * 4, [9] * 4 + [0] * 4]
    for chosen in representative_statements(_counts(agree, disagree, [[9] * 8] * 2)):
        assert len(chosen) == 5
        assert [each.direction for each in chosen] == sorted(each.direction for each in chosen)


def test_one_group_alone_has_nobody_to_differ_from() -> None:
    assert representative_statements(_counts([[9, 1]], [[0, 8]], [[9, 9]])) == ((),)


def test_what_most_agree_and_disagree_with() -> None:
    agreed, disagreed = majority_statements(_counts([[9, 1, 5, 8]], [[1, 9, 5, 2]], [[10, 10, 10, 10]]))
    assert [each.statement for each in agreed] == [0, 3]
    assert [each.statement for each in disagreed] == [1]


def test_without_statements_there_is_nothing_to_say() -> None:
    nothing = np.zeros((2, 0), np.int64)
    counts = GroupCounts(nothing, nothing, nothing)
    assert representative_statements(counts) == ((), ())
    assert majority_statements(GroupCounts(nothing[:1], nothing[:1], nothing[:1])) == ((), ())
