"""What a questionnaire fills in must not tell what redaction has covered, nor when a person answered."""

import pytest

from surveys.derived import telling_values
from surveys.questionnaire import Kind, Question, Questionnaire

QUESTIONS = (
    Question("age", Kind.INTEGER, {"es": "¿Edad?"}),
    Question("words", Kind.TEXT, {"es": "Cuéntenos"}),
    Question("begun", Kind.START),
    Question("device", Kind.METADATA),
    Question("hour", Kind.CALCULATE, calculation="substr(/data/begun, 11)"),
    Question("adult", Kind.CALCULATE, calculation="/data/age >= 18"),
    Question("shout", Kind.CALCULATE, calculation="concat(/data/words, '!')"),
    Question("echo", Kind.CALCULATE, calculation="string-length(/data/shout)"),
    Question("stamp", Kind.CALCULATE, calculation="once(now())"),
    Question("born", Kind.DATE, {"es": "¿Nacimiento?"}),
    Question("this_day", Kind.CALCULATE, calculation="format-date(today(), '%d')"),
    Question("same_day", Kind.CALCULATE, calculation="concat(/data/this_day, '')"),
    Question("years", Kind.CALCULATE, calculation="int((today() - /data/born) div 365.25)"),
    Question("lives", Kind.HIDDEN, default="'here'"),
)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("age", False),
        ("words", False),
        ("adult", False),
        ("begun", False),
        ("device", True),
        ("hour", True),
        ("shout", True),
        ("echo", True),
        ("stamp", True),
        ("this_day", True),
        ("same_day", True),
        ("years", False),
        ("lives", False),
    ],
)
def test_what_repeats_words_or_moments_is_not_stored(path: str, told: bool) -> None:
    questionnaire = Questionnaire("n", {"es": "N"}, "1", ("es",), "es", QUESTIONS)
    assert (path in telling_values(questionnaire)) is told
