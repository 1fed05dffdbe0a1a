"""The words that set answers apart: by contrast, by people, never under the threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.voices.keywords import log_odds, telling_words
from i18n.language import Language

WATER = ["Falta agua en mi barrio."] * 6 + ["El agua llega sucia y hay poca agua."] * 3
WORK = ["Necesito trabajo en mi barrio."] * 8 + ["Quiero trabajar en el mercado."] * 2


def test_finds_what_one_group_speaks_of_and_the_rest_does_not() -> None:
    found = telling_words(WATER, WORK, Language.SPANISH, threshold=5)
    assert (found[0].word, found[0].people) == ("agua", 9)
    assert "barrio" not in [word.word for word in found]


def test_a_word_that_too_few_people_used_is_not_shown() -> None:
    assert "sucia" not in [word.word for word in telling_words(WATER, WORK, Language.SPANISH, threshold=5)]


def test_a_person_counts_once_however_often_they_say_it() -> None:
    found = telling_words(["agua agua agua agua"] * 2 + WORK, [], Language.SPANISH, threshold=5)
    assert "agua" not in [word.word for word in found]


def test_with_nothing_to_compare_with_the_commonest_words() -> None:
    assert telling_words(WATER, [], Language.SPANISH, threshold=5)[0].word == "agua"


def test_reads_each_language_apart() -> None:
    kichwa = ["Yakuta mana charinchik.", "Yakumi mana tiyan."] * 3
    found = telling_words([*WATER, *kichwa], [], Language.KICHWA, threshold=5)
    assert [(word.word, word.people) for word in found] == [("yakumi", 6)]


def test_a_covered_detail_is_not_a_word() -> None:
    found = telling_words(["Me llamo [name] y busco arriendo."] * 6, [], Language.SPANISH, threshold=5)
    assert "name" not in [word.word for word in found]


@pytest.mark.parametrize("answers", [[], ["..."], ["123"]])
def test_nothing_to_read_gives_no_words(answers: list[str]) -> None:
    assert telling_words(answers, [], Language.SPANISH, threshold=5) == ()


def test_log_odds_of_a_small_table_computed_by_hand() -> None:
    # y = (8, 2 | 2, 8), prior 50 a word: log(58/52) - log(52/58), divided by sqrt(1/58 + 1/52)
    expected = 2 * np.log(58 / 52) / np.sqrt(1 / 58 + 1 / 52)
    assert log_odds(np.array([[8.0, 2.0], [2.0, 8.0]])) == pytest.approx([expected, -expected])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=20))
def test_swapping_the_groups_turns_the_signs(pairs: list[tuple[int, int]]) -> None:
    counts = np.array(pairs, dtype=float).T + 1
    assert log_odds(counts) == pytest.approx(-log_odds(counts[::-1]))
