"""Groups come out again without a fifth of the votes, are no handful, and are tested on votes not their own."""

import numpy as np
import pytest

from deliberation.maths.opinion_groups import _fewest, rand_index, stable_groups
from deliberation.maths.opinion_model import fit_opinions
from deliberation.maths.plane import plane_of
from deliberation.maths.polis import people_inside
from deliberation.maths.votes import Votes, last_votes
from tests.deliberation.maths.ballots import random_votes, votes_of


def _noise(people: int, statements: int, seed: int = 0) -> Votes:
    value = np.random.default_rng(seed).choice([-1, 1], (people, statements))
    person, statement = np.indices(value.shape)
    return last_votes(person.ravel(), statement.ravel(), value.ravel())


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
        ([0, 0, 0, 0], [0, 0, 0, 0], 1.0),
        ([0, 0, 1, 1], [0, 0, 0, 0], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2], 0.242424),
    ],
)
def test_how_alike_two_divisions_are(one: list[int], other: list[int], expected: float) -> None:
    assert rand_index(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("two", "three", "expected"),
    [
        ([0.5, 0.7, 0.6], [0.8, 0.9, 0.9], 3),
        ([0.5, 0.9, 0.6], [0.8, 0.6, 0.9], 2),
        ([0.9, 0.9, 0.9], [0.5, 0.6, 0.5], 2),
        ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], 2),
    ],
)
def test_there_are_more_groups_only_where_they_are_clearly_steadier(
    two: list[float], three: list[float], expected: int
) -> None:
    assert _fewest({2: np.array(two), 3: np.array(three)}) == expected


def test_two_camps_are_found_and_come_out_again() -> None:
    votes = votes_of(*["++++++----"] * 12, *["------++++"] * 9)
    groups = stable_groups(votes, fit_opinions(votes))
    assert groups.groups == 2 and groups.stability == 1
    assert groups.label.tolist() == [0] * 12 + [1] * 9
    assert groups.membership[0].tolist() == [1, 0]


def test_three_camps_are_three_groups() -> None:
    votes = votes_of(*["+++++-----"] * 12, *["-----+++++"] * 11, *["+-+-++-+-+"] * 10)
    groups = stable_groups(votes, fit_opinions(votes))
    assert np.bincount(groups.label).tolist() == [12, 11, 10]


def test_a_few_are_no_group_of_their_own() -> None:
    votes = votes_of(*["++++++----"] * 12, *["------++++"] * 9, *["+-+-+-+-+-"] * 3)
    groups = stable_groups(votes, fit_opinions(votes))
    assert min(np.bincount(groups.label)) >= 5


def test_nine_people_are_one_group() -> None:
    votes = votes_of(*["++++++----"] * 5, *["------++++"] * 4)
    groups = stable_groups(votes, fit_opinions(votes))
    assert groups.groups == 1 and (groups.label == 0).all() and groups.stability == 1


def test_who_voted_too_little_is_in_no_group_but_has_a_place() -> None:
    votes = votes_of(*["++++++----"] * 12, *["------++++"] * 9, "+.........")
    groups = stable_groups(votes, fit_opinions(votes))
    assert groups.label[-1] == -1
    assert np.isnan(groups.membership[-1]).all() and np.isfinite(groups.plane.people[-1]).all()


def test_where_there_is_only_noise_it_is_seen_by_the_stability() -> None:
    noise, camps = _noise(60, 12), random_votes(60, 30, 0.9)
    assert stable_groups(noise, fit_opinions(noise)).stability < 0.6
    assert stable_groups(camps, fit_opinions(camps)).stability > 0.8


def test_each_vote_of_the_grouped_counts_once_in_a_group_made_without_it() -> None:
    votes = random_votes(120, 25, 0.6)
    groups = stable_groups(votes, fit_opinions(votes))
    assert groups.apart.seen.sum() == groups.counts.seen.sum()
    assert groups.apart.agree.sum(axis=0).tolist() == groups.counts.agree.sum(axis=0).tolist()


def test_the_same_votes_make_the_same_groups_and_another_seed_nearly() -> None:
    votes = random_votes(80, 20, 0.7)
    leanings = fit_opinions(votes)
    one, again, other = (stable_groups(votes, leanings, seed=seed) for seed in (0, 0, 1))
    assert one.membership.tobytes() == again.membership.tobytes()
    assert one.stability == again.stability != other.stability


def test_a_place_follows_from_the_completed_votes() -> None:
    votes = votes_of(*["+++---"] * 6, *["---+++"] * 6)
    plane = plane_of(votes, fit_opinions(votes), people_inside(votes))
    signs = np.array([[1, 1, 1, -1, -1, -1]] * 6 + [[-1, -1, -1, 1, 1, 1]] * 6)
    assert plane.people == pytest.approx((signs - plane.center) @ plane.directions.T)
    assert plane.people[:6, 0] == pytest.approx(-plane.people[6:, 0])


@pytest.mark.parametrize("ballots", [("+",), ("0",), ("+-", "-."), ("+++++++",) * 15, ("0000000",) * 15])
def test_where_nothing_differs_there_is_one_group(ballots: tuple[str, ...]) -> None:
    votes = votes_of(*ballots)
    groups = stable_groups(votes, fit_opinions(votes))
    assert groups.groups == 1 and np.isfinite(groups.plane.people).all()
