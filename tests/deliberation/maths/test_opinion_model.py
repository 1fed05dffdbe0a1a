"""The model knows what was voted, leaves room for what was not, and treats agreeing and disagreeing alike."""

import numpy as np
import pytest

from deliberation.maths.opinion_model import fit_opinion_model, fit_opinions
from deliberation.maths.votes import last_votes
from tests.deliberation.maths.ballots import random_votes, votes_of

CAMPS = ["++++----"] * 8 + ["----++++"] * 8


def test_who_votes_like_a_camp_is_predicted_with_it() -> None:
    model = fit_opinion_model(votes_of(*CAMPS, "+++.----", "---.++++"))
    chances = model.opinion.chance(np.array([16, 17]), np.array([3, 3]))
    assert chances[0] > 0.85 and chances[1] < 0.15


def test_little_is_predicted_of_who_voted_little() -> None:
    model = fit_opinion_model(votes_of(*CAMPS, "+++.....", "+......."))
    much, little, nothing = model.opinion.chance(np.array([16, 17, -1]), np.array([7, 7, 7]))
    assert much < little < nothing == pytest.approx(0.5, abs=0.1)


def test_a_pass_is_no_half_agreement_but_an_outcome_of_its_own() -> None:
    ballots = ["+0"] * 12 + ["+-"] * 4
    model = fit_opinion_model(votes_of(*ballots))
    person = np.zeros(2, np.int64)
    passing = model.passing.chance(person, np.array([0, 1]))
    assert passing[0] < 0.3 and passing[1] > 0.6
    assert model.opinion.chance(person, np.array([1]))[0] < 0.6, "of those with an opinion all disagree"


def test_turning_every_vote_round_turns_every_chance_round() -> None:
    votes = random_votes(80, 20, 0.5)
    turned = last_votes(votes.person, votes.statement, -votes.value)
    person, statement = votes.person, votes.statement
    chance = fit_opinions(votes).chance(person, statement)
    assert fit_opinions(turned).chance(person, statement) == pytest.approx(1 - chance, abs=2e-3)


def test_held_out_votes_are_foreseen_better_than_by_the_share_of_each_statement() -> None:
    votes = random_votes(300, 40, 0.4)
    hidden = (np.arange(len(votes)) % 7 == 0) & (votes.value != 0)
    shown = last_votes(votes.person[~hidden], votes.statement[~hidden], votes.value[~hidden])
    assert shown.shape == votes.shape
    yes = votes.value[hidden] > 0
    chance = fit_opinions(shown).chance(votes.person[hidden], votes.statement[hidden])
    agreed = np.bincount(shown.statement, shown.value > 0)
    share = ((agreed + 1) / (np.bincount(shown.statement, shown.value != 0) + 2))[votes.statement[hidden]]
    assert _loss(chance, yes) < 0.85 * _loss(share, yes)


def test_more_votes_leave_less_uncertain() -> None:
    votes = random_votes(200, 30, 0.5)
    leanings = fit_opinions(votes)
    spread = np.trace(leanings.people.covariance(np.arange(1, 8))[:-1], axis1=1, axis2=2)
    order = np.argsort(votes.votes_by_person)
    assert spread[order[:50]].mean() > spread[order[-50:]].mean()
    assert (np.linalg.eigvalsh(leanings.people.covariance(np.arange(1, 8))) > 0).all()


@pytest.mark.parametrize("ballots", [(".",), ("0",), ("+",), ("-", "-"), ("+-", "0.")])
def test_the_smallest_conversations_have_chances_too(ballots: tuple[str, ...]) -> None:
    votes = votes_of("+", *ballots)
    model = fit_opinion_model(votes)
    chance = model.opinion.chance(np.array([0, -1]), np.array([0, -1]))
    assert np.isfinite(chance).all() and (chance > 0).all() and (chance < 1).all()


def test_where_only_a_part_is_fitted_first_the_rest_is_known_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = random_votes(600, 30, 0.4)
    whole = fit_opinions(votes).chance(votes.person, votes.statement)
    monkeypatch.setattr("deliberation.maths.leanings._FEW_VOTES", 1500)
    in_two_steps = fit_opinions(votes).chance(votes.person, votes.statement)
    assert np.abs(whole - in_two_steps).mean() < 0.04


def _loss(chance: np.ndarray, yes: np.ndarray) -> float:
    return float(-np.log(np.where(yes, chance, 1 - chance)).mean())
