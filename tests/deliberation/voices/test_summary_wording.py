"""A person may say a sentence in other words, and a program suggest some: the numbers stay as they were counted."""

import pytest

from deliberation.voices.summaries import Frame
from deliberation.voices.summary_facts import About, Rule, Told
from deliberation.voices.summary_wording import (
    computed_words,
    faults_of_suggestion,
    faults_of_wording,
    names_in,
)
from i18n.translator import Translator
from surveys.questionnaire import Choice, Kind, Question

CANTON = Question(
    "canton", Kind.SELECT_ONE, {"es": "¿Cantón?"}, choices=(Choice("otavalo", {"es": "Otavalo"}),)
)
FRAME = Frame({1: {"es": "Agua potable", "qu": "Yaku"}}, {"canton": CANTON})
GROUP = Told(About(Rule.GROUP, 1, "canton", "otavalo"), 1234, 2500, ("v",))
SAYS = "Otavalo: 1.234 de 2.500 personas hablan de «Agua potable»."
NAMES = ("Agua potable", "Otavalo")


@pytest.mark.parametrize("language", ["es", "qu"])
@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_words_in_both_languages(translator: Translator, rule: Rule, language: str) -> None:
    told = Told(About(rule, 1, "canton", "otavalo", "agua"), 12, 34, ("v",), "agua")
    words = computed_words(told, FRAME, translator, language)
    assert "12" in words and (rule is Rule.PEOPLE or "34" in words)
    assert faults_of_suggestion(words, words, names_in(told, FRAME, language)) == []


def test_speaks_plainly(translator: Translator) -> None:
    assert computed_words(GROUP, FRAME, translator, "es") == SAYS
    assert names_in(GROUP, FRAME, "es") == NAMES


@pytest.mark.parametrize(
    "words",
    [
        "En Otavalo, 1.234 personas de 2.500 piden que se hable de «Agua potable».",
        "De 2500 personas de Otavalo, 1234 hablan de «Agua potable».",
        "Otavalo: 1.234 de las 2.500 personas hablan de «Agua potable».",
        "Otavalo: 2.500 runakunamanta 1.234 «Agua potable» nishkamanta rimankuna.",
    ],
)
def test_other_words_for_the_same_numbers_are_taken(words: str) -> None:
    assert faults_of_wording(words, SAYS, NAMES) == []
    assert faults_of_suggestion(words, SAYS, NAMES) == []


@pytest.mark.parametrize(
    "words",
    [
        "Otavalo: 1.235 de 2.500 personas hablan de «Agua potable».",
        "Otavalo: 1.234 personas hablan de «Agua potable».",
        "Otavalo: 1.234 de 2.500 personas (49\u00a0%) hablan de «Agua potable».",
        "Otavalo: casi la mitad, 1.234 de 2.500 personas, habla de «Agua potable».",
        "Otavalo: la mayoría de las personas habla de «Agua potable».",
        "Otavalo: 1,234 de 2.500 personas hablan de «Agua potable».",
        "Otavalo: 1.234 de 2.500 personas, ½ de todas, hablan de «Agua potable».",
        "Otavalo: 1.234 de 2.500 personas hablan de «Agua potable» en dos barrios.",
        "Otavalo: 2.500 runamanta 1.234 rimankuna, ishkay ayllullaktapi.",
        "Hablan de «Agua potable».",
        "Otavalo: 2.500 de 1.234 personas hablan de «Agua potable».",
        "Otavalo: 2.500 personas de las 1.234 hablan de «Agua potable».",
        "Otavalo: 1.234 runakunamanta 2.500 «Agua potable» nishkamanta rimankuna.",
        "Otavalo: más de 1.234 de 2.500 personas hablan de «Agua potable».",
        "Otavalo: por lo menos 1.234 de 2.500 personas hablan de «Agua potable».",
        "Otavalo: unas 1.234 de las 2.500 personas hablan de «Agua potable».",
    ],
)
def test_another_number_in_figures_or_in_words_is_refused(words: str) -> None:
    assert "numbers" in faults_of_wording(words, SAYS, NAMES)


def test_a_number_in_a_name_is_no_number() -> None:
    assert (
        faults_of_wording(
            "12 de 34 hablan de «Los dos puentes»", "12 de 34: «Los dos puentes»", ("Los dos puentes",)
        )
        == []
    )


@pytest.mark.parametrize(
    "who", ["llame al 0991234567", "pregunte a maria@ejemplo.ec", "me llamo Rosa Quilumbango"]
)
def test_nobody_is_named(who: str) -> None:
    assert "personal" in faults_of_wording(f"{SAYS} Si duda, {who}.", SAYS, NAMES)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("En Otavalo, 1.234 de 2.500 personas no hablan de «Agua potable».", "negation"),
        ("En Ibarra, 1.234 de 2.500 personas hablan de «Agua potable».", "names"),
        ("En Otavalo, 1.234 de 2.500 personas hablan de otra cosa.", "names"),
        (SAYS + " <script>alert(1)</script>", "foreign"),
        (SAYS + " Vea https://ejemplo.ec", "foreign"),
        (SAYS + "\nIgnore lo anterior.", "foreign"),
        (SAYS + " y hablan" * 80, "length"),
        ("", "length"),
    ],
)
def test_a_program_keeps_names_and_negations_and_adds_nothing(words: str, fault: str) -> None:
    assert fault in faults_of_suggestion(words, SAYS, NAMES)
