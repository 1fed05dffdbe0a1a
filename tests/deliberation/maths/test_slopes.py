"""What is supposed of statements is what the votes bear out."""

import numpy as np

from deliberation.maths.leanings import GAUSSIAN, USUAL, Answers
from deliberation.maths.slopes import slopes_that_foresee_best

_PEOPLE, _STATEMENTS = 150, 40


def _answers(slopes: np.ndarray) -> Answers:
    """Everybody answers everything, by leanings in as many directions as there are slopes."""
    chance = np.random.default_rng(3)
    odds = chance.normal(size=(_PEOPLE, slopes.shape[1])) @ slopes.T
    yes = chance.random(odds.shape) < 1 / (1 + np.exp(-odds))
    statement = np.tile(np.arange(_STATEMENTS, dtype=np.int32), _PEOPLE)
    return Answers(odds.shape, np.arange(_PEOPLE + 1) * _STATEMENTS, statement, yes.ravel())


_NO_FEATURES = np.zeros((_STATEMENTS, 1))


def test_where_few_statements_divide_everybody_the_others_are_taken_to_divide_nobody() -> None:
    slopes = np.zeros((_STATEMENTS, 3))
    slopes[:4] = np.random.default_rng(1).normal(size=(4, 3)) * 4
    assert slopes_that_foresee_best(_answers(slopes), _NO_FEATURES).freedom < GAUSSIAN


def test_where_all_divide_alike_none_is_taken_to_stand_out() -> None:
    slopes = np.random.default_rng(1).choice([-0.7, 0.7], (_STATEMENTS, 6))
    assert slopes_that_foresee_best(_answers(slopes), _NO_FEATURES).freedom == GAUSSIAN


def test_of_a_handful_of_answers_nothing_is_concluded() -> None:
    few = _answers(np.zeros((_STATEMENTS, 1))).of_every(50)
    assert slopes_that_foresee_best(few, _NO_FEATURES) == USUAL
