"""What an answer does is told by rules that abstain where they do not know."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.voices.kinds import Kind, kind_of
from i18n.language import Language, detect

CASES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "kind_cases.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("language", ["es", "qu"])
def test_hears_what_nine_in_ten_answers_do(language: str) -> None:
    cases = [(kind, text) for kind, its_language, text in CASES if its_language == language]
    wrong = [text for kind, text in cases if kind_of(text, Language(language)) != kind]
    assert len(wrong) <= 0.1 * len(cases), wrong


def test_a_mixed_answer_is_heard_by_the_rules_of_both_languages() -> None:
    mixed = [(kind, text) for kind, language, text in CASES if language == "mixed"]
    assert [kind_of(text, detect(text)) for _, text in mixed] == [kind for kind, _ in mixed]


def test_an_experience_is_not_taken_for_the_thanks_it_ends_with() -> None:
    told = "Me negaron la atención en el hospital. Gracias por preguntar."
    assert kind_of(told, Language.SPANISH) == Kind.EXPERIENCE


@given(st.text(max_size=300))
def test_abstains_in_a_language_it_does_not_know(text: str) -> None:
    assert kind_of(text, Language.OTHER) == Kind.OTHER
