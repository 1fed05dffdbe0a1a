"""Every sentence of a summary is counted from answers, and one that does not come out the same is refused."""

from dataclasses import replace

import pytest

from deliberation.voices.reading import read_answer
from deliberation.voices.summary import Heard, Rule, Sentence, check, in_words, summarise
from i18n.translator import Translator

TOLD = [
    ("Falta agua en la escuela.", 0),
    ("No hay agua potable.", 0),
    ("Propongo una minga para limpiar la acequia.", 0),
    ("Me negaron el agua porque no soy de aquí.", 0),
    ("Yakuta mana charinchik.", 0),
    ("No tengo trabajo.", 1),
    ("Gracias por preguntar.", None),
    ("Mi esposo me pega y no tengo a dónde ir.", None),
]


def heard(told: list[tuple[str, int | None]] = TOLD) -> list[Heard]:
    return [Heard(row, read_answer(text), theme) for row, (text, theme) in enumerate(told, start=1)]


def rows_of(sentences: list[Sentence], rule: Rule, theme: int | None = None) -> tuple[int, ...]:
    return next(
        (each.rows for each in sentences if (each.rule, each.theme) == (rule, theme)),
        (),
    )


def test_says_how_many_and_from_which_rows() -> None:
    sentences = summarise(heard())
    assert rows_of(sentences, Rule.SIZE, 0) == (1, 2, 3, 4, 5)
    assert rows_of(sentences, Rule.NEEDS, 0) == (1, 2, 5)
    assert rows_of(sentences, Rule.PROPOSALS, 0) == (3,)
    assert rows_of(sentences, Rule.EXPERIENCES, 0) == (4,)
    assert rows_of(sentences, Rule.KICHWA) == (5,)
    assert rows_of(sentences, Rule.DANGER) == (8,), "said by few but gravely"
    assert not rows_of(sentences, Rule.THANKS, 0), "what nobody said is left out"


def test_the_need_is_named_by_the_word_that_most_use_in_either_language() -> None:
    need = next(each for each in summarise(heard()) if each.rule is Rule.NEED_WORD and each.theme == 0)
    assert (need.word, need.shown, need.rows) == ("agua", "agua", (1, 2, 5))


def test_a_word_of_a_single_answer_is_not_said() -> None:
    assert not [each for each in summarise(heard()) if each.rule is Rule.NEED_WORD and each.theme == 1]


def test_what_was_counted_holds() -> None:
    assert check(summarise(heard()), heard()) == []


@pytest.mark.parametrize(
    ("row", "instead"),
    [*((row, "Todo bien.") for row in range(1, 7)), *((row, "") for row in range(1, len(TOLD) + 1))],
)
def test_change_one_answer_and_a_sentence_changes_or_is_refused(row: int, instead: str) -> None:
    changed = list(TOLD)
    changed[row - 1] = (instead, None)
    sentences = summarise(heard())
    refused = check(sentences, heard(changed))
    assert any(row in sentence.rows for sentence in refused)
    assert summarise(heard(changed)) != sentences
    assert check(summarise(heard(changed)), heard(changed)) == []


def test_what_was_stored_of_an_answer_is_not_believed() -> None:
    """Only the covered text counts: a kind that somebody changed by hand does not carry a sentence."""
    answers = heard()
    forged = [replace(answers[5], reading=replace(answers[5].reading, kind=answers[2].reading.kind))]
    sentences = summarise([*answers[:5], *forged, *answers[6:]])
    assert check(sentences, answers)
    assert {each.rule for each in check(sentences, forged)} >= {Rule.PROPOSALS}


@pytest.mark.parametrize(
    "invented",
    [
        Sentence(Rule.NEEDS, (1, 2), 0),
        Sentence(Rule.NEEDS, (1, 2, 3, 5), 0),
        Sentence(Rule.PROPOSALS, (), 1),
        Sentence(Rule.NEED_WORD, (1, 2), 0, "trabajo", "trabajo"),
        Sentence(Rule.NEED_WORD, (1, 2, 5), 0, "agua", "aguas"),
        Sentence(Rule.SIZE, (6,), 7),
    ],
)
def test_refuses_a_sentence_that_no_answer_carries(invented: Sentence) -> None:
    assert check([invented], heard()) == [invented]


def test_speaks_plainly_in_both_languages(translator: Translator) -> None:
    labels = {0: "agua, acequia"}
    size = next(each for each in summarise(heard()) if each.rule is Rule.SIZE and each.theme == 0)
    assert (
        in_words(size, labels, 8, translator, "es")
        == "Tema «agua, acequia»: hablan de esto 5 de 8 respuestas."
    )
    assert in_words(size, labels, 8, translator, "qu").endswith("8 kutichiymanta 5 kaymanta rimankuna.")


def test_every_rule_has_words_in_both_languages(translator: Translator) -> None:
    for rule in Rule:
        for language in ("es", "qu"):
            assert in_words(Sentence(rule, (1,), 0, "agua", "agua"), {0: "agua"}, 3, translator, language)
