"""Weights meet their margins where that can be done, say where it cannot, and what they cost."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deliberation.maths.weights import (
    Conflict,
    Margin,
    design_effect,
    presence_of,
    rake,
    shares_of,
)


def margin(category: list[int], reference: list[float]) -> Margin:
    return Margin(np.array(category, np.int64), np.array(reference, float))


def weighted(weight: np.ndarray, each: Margin) -> list[float]:
    known = each.category >= 0
    total = np.bincount(each.category[known], weight[known], len(each.reference))
    return (total / total.sum()).tolist()  # type: ignore[no-any-return]


def test_one_margin_by_hand() -> None:
    # 3 women and 1 man where half are women: 2/3 each, and 2 for him. 4 · (3 · 4/9 + 4) / 16 = 4/3.
    raking = rake([margin([0, 0, 0, 1], [50, 50])])
    assert raking.weight == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
    assert raking.design_effect == pytest.approx(4 / 3) and raking.effective == pytest.approx(3)
    assert raking.furthest == pytest.approx(0) and not raking.conflicts and raking.limited == 0


def test_two_margins_by_hand() -> None:
    # Cells 4, 2 / 2, 2 of ten; even margins. Their cross ratio 2 stays: x² / (5 - x)² = 2, x = 5√2 / (1 + √2).
    one, other = margin([0] * 6 + [1] * 4, [1, 1]), margin([0] * 4 + [1] * 2 + [0] * 2 + [1] * 2, [1, 1])
    raking = rake([one, other], None)
    corner = 5 * 2**0.5 / (1 + 2**0.5)
    cells = [corner / 4] * 4 + [(5 - corner) / 2] * 4 + [corner / 2] * 2
    assert raking.weight == pytest.approx(cells)
    assert weighted(raking.weight, one) == pytest.approx([0.5, 0.5])


def test_equal_weights_cost_nothing() -> None:
    raking = rake([margin([0, 1, 0, 1], [3, 3]), margin([0, 0, 1, 1], [0.5, 0.5])])
    assert raking.weight.tolist() == [1, 1, 1, 1] and raking.design_effect == 1


def test_who_is_in_no_known_category_keeps_their_weight() -> None:
    raking = rake([margin([0, 0, 0, 1, -1], [1, 1])])
    assert raking.weight == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2, 1])


def test_limits_hold_and_what_they_cost_is_said() -> None:
    sample = margin([0] * 98 + [1] * 2, [50, 50])
    assert rake([sample], None).weight.max() == pytest.approx(25)
    limited = rake([sample], (0.2, 5.0))
    assert limited.weight.max() == pytest.approx(5) and limited.weight.mean() == pytest.approx(1)
    assert limited.furthest == pytest.approx(0.4) and limited.limited == 2
    assert not limited.conflicts
    assert limited.design_effect < rake([sample], None).design_effect


def test_a_category_of_which_nobody_answered_is_said() -> None:
    raking = rake([margin([0, 0, 1], [40, 40, 20])])
    assert raking.conflicts == (Conflict(0, 2, 0.2, 0.0),)
    assert raking.weight == pytest.approx([0.75, 0.75, 1.5]) and raking.furthest == pytest.approx(0.2)


def test_margins_that_cannot_hold_together_are_said() -> None:
    # All women are from the town: half women and a third from the town cannot both be.
    raking = rake([margin([0, 0, 1, 1], [1, 1]), margin([0, 0, 1, 1], [1, 2])], None)
    assert raking.conflicts and raking.furthest > 0.05
    assert all(abs(each.asked - each.reached) == pytest.approx(1 / 6) for each in raking.conflicts)
    # With one woman from the country they can.
    assert not rake([margin([0, 0, 1, 1], [1, 1]), margin([0, 1, 1, 1], [1, 2])], None).conflicts


def test_people_whom_the_reference_does_not_know_count_for_nothing_without_limits() -> None:
    assert rake([margin([0, 1, 2], [1, 1, 0])], None).weight == pytest.approx([1.5, 1.5, 0])


def test_margins_that_rule_each_other_out_leave_weights_that_are_numbers() -> None:
    raking = rake([margin([0, 0, 1, 1], [1, 0]), margin([0, 0, 1, 1], [0, 1])], None)
    assert np.isfinite(raking.weight).all() and raking.weight.sum() == pytest.approx(4)
    assert raking.conflicts and raking.furthest == pytest.approx(1)


def test_nobody_has_no_weights() -> None:
    assert rake([margin([], [1, 1])]).weight.tolist() == []


@pytest.mark.parametrize("reference", [[-1, 2], [0, 0], [float("nan"), 1]])
def test_a_reference_that_is_none_is_refused(reference: list[float]) -> None:
    with pytest.raises(ValueError):
        margin([0, 1], reference)


def test_a_category_that_the_reference_lacks_is_refused() -> None:
    with pytest.raises(ValueError):
        margin([0, 2], [1, 1])


@example(2335, 30)  # brought together only by thousands of rounds
@given(st.integers(0, 10_000), st.integers(30, 400))
@settings(max_examples=60, deadline=None)
def test_margins_are_met_and_the_order_of_people_changes_no_bit(seed: int, people: int) -> None:
    draw = np.random.default_rng(seed)
    sizes = (2, 3, 5)
    categories = [draw.integers(size, size=people) for size in sizes]
    margins = [
        Margin(each, draw.uniform(0.5, 1.5, size)) for each, size in zip(categories, sizes, strict=True)
    ]
    raking = rake(margins, None)
    if not raking.conflicts:
        for each in margins:
            assert weighted(raking.weight, each) == pytest.approx(each.share.tolist(), abs=1e-6)
    order = draw.permutation(people)
    again = rake([Margin(each.category[order], each.reference) for each in margins], None)
    assert (again.weight == raking.weight[order]).all()


def test_many_categories_are_raked_like_few() -> None:
    draw = np.random.default_rng(1)
    margins = [Margin(draw.integers(60, size=500), draw.uniform(0.9, 1.1, 60)) for _ in range(3)]
    raking = rake(margins, None)
    for each in margins:
        reached = each.count > 0
        goal = np.where(reached, each.reference, 0)
        assert weighted(raking.weight, each) == pytest.approx((goal / goal.sum()).tolist(), abs=1e-5)


def test_design_effect_by_hand() -> None:
    assert design_effect(np.array([1.0, 1, 1, 3])) == pytest.approx(4 * 12 / 36)


def test_weighted_shares_stand_beside_plain_ones_with_wider_intervals() -> None:
    answer, weight = np.array([0, 0, 0, 1, -1]), np.array([2 / 3, 2 / 3, 2 / 3, 2, 9])
    plain, heavy = shares_of(answer, 2), shares_of(answer, 2, weight)
    assert plain.value == pytest.approx([0.75, 0.25]) and plain.people == 4
    assert heavy.value == pytest.approx([0.5, 0.5]) and heavy.people == pytest.approx(3)
    # Wilson of 3 of 4 at 95 %.
    assert (plain.low[0], plain.high[0]) == pytest.approx((0.3006, 0.9544), abs=1e-4)
    assert heavy.high[0] - heavy.low[0] > plain.high[0] - plain.low[0]


def test_without_answers_a_share_may_be_anything() -> None:
    nothing = shares_of(np.array([-1, -1]), 2)
    assert nothing.low.tolist() == [0, 0] and nothing.high.tolist() == [1, 1] and nothing.people == 0


def test_who_is_missing_is_said_only_where_chance_does_not_explain_it() -> None:
    few = presence_of(margin([0] * 7 + [1] * 3, [50, 50]))
    assert not few.missing.any() and not few.over.any()
    many = presence_of(margin([0] * 70 + [1] * 30 + [-1] * 40, [500, 500]))
    assert many.missing.tolist() == [False, True] and many.over.tolist() == [True, False]
    assert many.share == pytest.approx([0.7, 0.3]) and many.count.tolist() == [70, 30]
    nobody = presence_of(margin([0] * 40, [80, 20]))
    assert nobody.missing.tolist() == [False, True] and nobody.high[1] < 0.2


def test_one_of_many_categories_is_not_missing_by_chance() -> None:
    draw, alarms = np.random.default_rng(2), 0
    for _ in range(400):
        sample = Margin(draw.integers(24, size=600), np.ones(24))
        alarms += bool(presence_of(sample).missing.any())
    assert alarms <= 20
