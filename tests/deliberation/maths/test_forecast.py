"""A forecast hears what statements have in common beyond the model's directions, and trusts it as far as it held."""

import numpy as np
import pytest

from deliberation.maths.forecast import fit_forecast
from deliberation.maths.opinion_model import fit_opinions
from deliberation.maths.votes import Votes, last_votes
from tests.deliberation.maths.ballots import random_votes, votes_of


def paired_votes(people: int = 240, pairs: int = 20) -> Votes:
    """Each two statements ask nearly the same, and no pair has to do with another: more directions than a model has."""
    chance = np.random.default_rng(1)
    opinion = chance.random((people, pairs)) < 0.5
    once, again = (opinion ^ (chance.random(opinion.shape) < 0.1) for _ in range(2))
    agrees = np.stack([once, again], axis=2).reshape(people, 2 * pairs)
    person, statement = np.nonzero(chance.random(agrees.shape) < 0.7)
    return last_votes(person, statement, np.where(agrees[person, statement], 1, -1))


def test_what_was_said_to_its_double_tells_of_a_statement() -> None:
    votes = paired_votes()
    hidden = np.arange(len(votes)) % 9 == 0
    shown = last_votes(votes.person[~hidden], votes.statement[~hidden], votes.value[~hidden])
    assert shown.shape == votes.shape
    place, yes = (votes.person[hidden], votes.statement[hidden]), votes.value[hidden] > 0
    forecast = fit_forecast(shown)
    assert _loss(forecast.chance(*place), yes) < 0.95 * _loss(forecast.leanings.chance(*place), yes)


def test_where_nothing_ties_statements_the_model_alone_is_trusted() -> None:
    votes = random_votes(120, 25, 0.5)
    own, ties = fit_forecast(votes).weights
    assert own == pytest.approx(1, abs=0.3) and abs(ties) < 0.5


def test_of_few_votes_nothing_is_learnt_but_the_model() -> None:
    votes = votes_of("+-+", "-+.", "++-")
    forecast = fit_forecast(votes)
    assert forecast.weights.tolist() == [1, 0]
    assert forecast.chance(votes.person, votes.statement) == pytest.approx(
        fit_opinions(votes).chance(votes.person, votes.statement)
    )


def test_of_strangers_and_new_statements_is_said_what_the_model_says() -> None:
    forecast = fit_forecast(random_votes(120, 25, 0.5))
    person, statement = np.array([-1, 3, -1]), np.array([4, -1, -1])
    assert forecast.ties.told(person, statement).tolist() == [0, 0, 0]
    assert ((forecast.chance(person, statement) > 0) & (forecast.chance(person, statement) < 1)).all()


def test_a_pair_is_told_the_same_whatever_else_is_asked() -> None:
    forecast = fit_forecast(random_votes(120, 25, 0.5))
    person, statement = np.array([5, -1, 80, 5, 0]), np.array([3, 2, 7, 1, 24])
    alone = [forecast.ties.told(person[[at]], statement[[at]])[0] for at in range(len(person))]
    assert forecast.ties.told(person, statement).tolist() == alone


def _loss(
    chance: np.ndarray[tuple[int], np.dtype[np.float64]], yes: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> float:
    return float(-np.log(np.where(yes, chance, 1 - chance)).mean())
