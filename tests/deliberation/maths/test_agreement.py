"""What is shared, divisive or a group's own is told with how sure it is, and noise is not told at all."""

import numpy as np
import pytest

from deliberation.maths.agreement import (
    consensus_of,
    distinctions,
    divisive_statements,
    shrunk_shares,
)
from deliberation.maths.counts import GroupCounts
from deliberation.maths.next_statement import information, newness, worth_showing
from deliberation.maths.opinion_groups import stable_groups
from deliberation.maths.opinion_model import fit_opinion_model, fit_opinions
from deliberation.maths.votes import last_votes
from tests.deliberation.maths.ballots import votes_of


def _counts(agree: list[list[int]], disagree: list[list[int]]) -> GroupCounts:
    one, other = np.array(agree), np.array(disagree)
    return GroupCounts(one, other, one + other)


def test_a_share_of_few_votes_is_drawn_to_what_is_usual() -> None:
    shares = shrunk_shares(np.array([[2, 80, 40, 0]]), np.array([[2, 80, 80, 0]]))
    few, many, half, none = shares.mean[0]
    assert 0.5 < few < many < 1 and half == pytest.approx(0.5, abs=0.1) and 0.5 < none < few
    width = (shares.high - shares.low)[0]
    assert width[3] > width[0] > width[1]


def test_consensus_is_as_low_as_the_group_that_agrees_least() -> None:
    counts = _counts([[50, 50, 50], [50, 0, 0]], [[0, 0, 0], [0, 50, 0]])
    consensus = consensus_of(shrunk_shares(counts.agree, counts.seen))
    assert consensus.value[0] > 0.85 > 0.15 > consensus.value[1]
    assert (consensus.low < consensus.value).all() and (consensus.value < consensus.high).all()
    assert consensus.high[2] - consensus.low[2] > consensus.high[0] - consensus.low[0]


def test_what_divides_is_told_and_what_may_be_chance_is_not() -> None:
    counts = _counts([[40, 40, 2, 9], [5, 38, 0, 40]], [[2, 4, 0, 30], [40, 4, 2, 2]])
    found = divisive_statements(shrunk_shares(counts.agree, counts.seen))
    assert [each.statement for each in found] == [0, 3]
    assert (found[0].agreeing, found[0].disagreeing) == (0, 1)
    assert 0 < found[0].low < found[0].width < 1


def test_one_group_alone_has_nothing_that_sets_it_apart() -> None:
    counts = _counts([[40, 3]], [[2, 30]])
    assert distinctions(counts, counts) == ((),)
    assert divisive_statements(shrunk_shares(counts.agree, counts.seen)) == []


def test_what_only_one_group_says_is_marked() -> None:
    counts = _counts(
        [[40, 40, 20], [3, 39, 20], [2, 10, 20]],
        [[1, 1, 20], [40, 2, 20], [38, 30, 20]],
    )
    first, second, third = distinctions(counts, counts)
    assert {(each.statement, each.direction): each.alone for each in first} == {
        (0, "agree"): True,
        (1, "agree"): False,
    }
    assert all(each.statement != 2 for group in (first, second, third) for each in group)
    assert {(each.statement, each.direction) for each in third} == {(0, "disagree"), (1, "disagree")}
    assert all(each.share > 0.5 and each.low < each.share < each.high for each in first)
    assert all(each.q <= 0.05 and each.repness > 1 for each in first)


def test_groups_made_from_noise_are_not_said_to_differ() -> None:
    told, told_on_the_same_votes = 0, 0
    for seed in range(4):
        value = np.random.default_rng(seed).choice([-1, 1], (50, 10))
        person, statement = np.indices(value.shape)
        votes = last_votes(person.ravel(), statement.ravel(), value.ravel())
        groups = stable_groups(votes, fit_opinions(votes))
        told += sum(map(len, distinctions(groups.counts, groups.apart)))
        told_on_the_same_votes += sum(map(len, distinctions(groups.counts, groups.counts)))
    assert told == 0 < told_on_the_same_votes


@pytest.mark.parametrize("mean", [0.0, 1.5, -3.0])
@pytest.mark.parametrize("variance", [0.01, 0.5, 3.0])
def test_information_is_what_an_answer_tells_on_average(mean: float, variance: float) -> None:
    at, weight = np.polynomial.hermite_e.hermegauss(60)
    chance = 1 / (1 + np.exp(-(mean + np.sqrt(variance) * at)))
    weight = weight / weight.sum()

    def entropy(p: np.ndarray) -> np.ndarray:
        return np.asarray(-(p * np.log2(p) + (1 - p) * np.log2(1 - p)))

    exact = entropy(weight @ chance) - weight @ entropy(chance)
    assert information(np.array([mean]), np.array([variance]))[0] == pytest.approx(exact, abs=0.025)


def test_an_open_question_whose_answer_teaches_nothing_is_worth_nothing() -> None:
    assert information(np.array([0.0]), np.array([0.0]))[0] == pytest.approx(0, abs=1e-3)


def test_what_few_have_seen_comes_first_and_what_people_pass_on_last() -> None:
    votes = votes_of(*["++--0."] * 8, *["--++0."] * 8, "++...+")
    model = fit_opinion_model(votes)
    seen = np.bincount(votes.statement)
    worth = worth_showing(model, 16, np.arange(6), seen)
    assert worth[4] == min(worth[2:5]), "all others passed on it"
    new, old = worth_showing(model, 16, np.array([3, 3]), np.array([0, 40]))
    assert new > old
    assert newness(np.array([0, 5])).tolist() == [9, 5]
    assert worth_showing(model, -1, np.array([-1]), np.array([0]))[0] > 0, "a new statement, a newcomer"
