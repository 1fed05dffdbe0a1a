"""Who answers a question is said in words, or it is said that one must ask."""

from functools import partial

import pytest

from i18n.translator import Translator
from surveys.paper.conditions import Asked, condition_words
from surveys.questionnaire import Choice, Kind, Question

WORK = Question(
    "work",
    Kind.SELECT_ONE,
    choices=(Choice("yes", {"es": "Sí", "qu": "Ari"}), Choice("no", {"es": "No", "qu": "Mana"})),
)
NEEDS = Question("needs", Kind.SELECT_MULTIPLE, choices=(Choice("food", {"es": "Comida", "qu": "Mikuna"}),))
AGE = Question("home/age", Kind.INTEGER)
WORD = Question("word", Kind.TEXT)
ASKED = {
    question.path: Asked(question, number, {choice.value: choice.label["es"] for choice in question.choices})
    for number, question in enumerate((WORK, NEEDS, AGE, WORD), 1)
}
FORMULAS = {"adult": "if(/data/home/age >= 18, 'yes', 'no')", "odd": "uuid()"}


def words(expression: str, translator: Translator, language: str = "es", at: str = "home/school") -> str:
    def say(key: str, **params: object) -> str:
        return translator.text(key, language, **params)

    return condition_words(expression, at, ASKED, FORMULAS, partial(say))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/data/work = 'yes'", "en la pregunta 1 marcó «Sí»"),
        ("'yes' = /data/work", "en la pregunta 1 marcó «Sí»"),
        ("/data/work != 'yes'", "en la pregunta 1 no marcó «Sí»"),
        ("not(/data/work = 'yes')", "en la pregunta 1 no marcó «Sí»"),
        ("selected(/data/needs, 'food')", "en la pregunta 2 marcó «Comida»"),
        ("not(selected(/data/needs, 'food'))", "en la pregunta 2 no marcó «Comida»"),
        ("../age > 17", "en la pregunta 3 escribió más de 17"),
        ("current()/../age >= 1500", "en la pregunta 3 escribió 1.500 o más"),
        ("18 > ../age", "en la pregunta 3 escribió menos de 18"),
        ("not(../age > 17)", "en la pregunta 3 escribió 17 o menos"),
        ("/data/word = 'sol'", "en la pregunta 4 escribió «sol»"),
        ("/data/word != ''", "respondió la pregunta 4"),
        ("string-length(/data/word) > 0", "respondió la pregunta 4"),
        ("count-selected(/data/needs) = 0", "no respondió la pregunta 2"),
        (
            "/data/work = 'yes' and ../age < 30",
            "en la pregunta 1 marcó «Sí» y en la pregunta 3 escribió menos de 30",
        ),
        (
            "not(/data/work = 'yes' or ../age < 30)",
            "en la pregunta 1 no marcó «Sí» y en la pregunta 3 escribió 30 o más",
        ),
        ("/data/work = 'yes' or /data/work = 'yes'", "en la pregunta 1 marcó «Sí»"),
        ("/data/adult = 'yes'", "en la pregunta 3 escribió 18 o más"),
        ("/data/adult = 'no'", "en la pregunta 3 escribió menos de 18"),
        ("/data/adult != 'no'", "en la pregunta 3 escribió 18 o más"),
    ],
)
def test_says_in_words_who_answers(expression: str, expected: str, translator: Translator) -> None:
    assert words(expression, translator) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "today() > date('2026-01-01')",
        "regex(/data/word, '^a')",
        "/data/elsewhere = 'yes'",
        "/data/odd = 'x'",
        "selected(/data/needs, 'gold')",
        "/data/home[1]/age > 3",
        "sum(/data/home/age) > 3",
        "/data/work = 'yes' and random() > 0.5",
        "not a condition (",
    ],
)
def test_where_there_are_no_plain_words_nothing_is_claimed(expression: str, translator: Translator) -> None:
    assert words(expression, translator) == ""


def test_says_it_in_kichwa(translator: Translator) -> None:
    found = words("/data/work = 'yes' and ../age < 30", translator, "qu")
    assert found == "1 tapuypi «Sí» nishkata akllashpaka shinallatak 3 tapuypi 30manta pishita killkashpaka"
