"""The content of a brief: by size, nothing that is withheld, and honest about who is missing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.council.brief import Count, OpenAnswers, QuestionCounts, build_brief
from deliberation.council.brief_wording import word_brief
from i18n.translator import Translator
from tests.deliberation.council.brief_facts import SPANISH, both, canton_counts, invented_facts, needs_counts


def test_rows_come_by_size_and_what_is_withheld_comes_last() -> None:
    needs = build_brief(invented_facts(), "es").needs
    assert needs is not None
    assert [bar.count for bar in needs.bars] == [62, 55, 41, 33, 21, 12, None]


def test_says_who_is_missing_and_keeps_nobody_apart_from_withheld() -> None:
    brief = build_brief(invented_facts(), "es")
    assert brief.nobody == ("San Miguel de Urcuquí",)
    assert brief.withheld == ("Pimampiro",)


def test_what_is_not_in_kichwa_shows_in_spanish_and_is_said() -> None:
    assert build_brief(invented_facts(), "qu").fell_back
    assert not build_brief(invented_facts(), "es").fell_back


@pytest.mark.parametrize(("answers", "shown"), [(4, False), (40, True)])
def test_of_too_few_open_answers_no_tone_is_told(answers: int, shown: bool) -> None:
    heard = OpenAnswers(
        both("¿Qué más?"), SPANISH[:1] * answers + ("Gracias, todo bien por aquí.",) * answers
    )
    brief = build_brief(replace(invented_facts(), open_answers=(heard,), threshold=10), "es")
    assert (brief.voices[0].tone is not None) == shown


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=5, max_size=5))
def test_no_small_tone_count_is_shown(sizes: list[int]) -> None:
    kinds = (
        "Gracias, son muy amables.",
        "Necesito trabajo.",
        "No hay médico.",
        "Los martes.",
        "Yakuta mana charinchik.",
    )
    texts = tuple(text for text, size in zip(kinds, sizes, strict=True) for _ in range(size))
    brief = build_brief(replace(invented_facts(), open_answers=(OpenAnswers(both("?"), texts),)), "es")
    tone = brief.voices[0].tone
    counts = (tone.positive, tone.neutral, tone.negative, tone.unsure, tone.unread) if tone else ()
    assert all(count is None or count == 0 or count >= 5 for count in counts)


def test_a_table_without_rows_and_a_brief_without_anything_are_said_all_the_same(
    translator: Translator,
) -> None:
    bare = replace(
        invented_facts(), needs=QuestionCounts(both("¿Qué necesita?"), (), base=0), groups=(), questions=(),
        open_answers=(), points=(), asked=0, finished=0, cantons=0,
    )  # fmt: skip
    worded = word_brief(build_brief(bare, "es"), translator)
    assert worded.items == ()
    assert worded.missing == (translator.text("brief.missing_none", "es"),)


def test_a_withheld_number_is_in_no_text(translator: Translator) -> None:
    worded = word_brief(build_brief(invented_facts(), "es"), translator)
    assert worded.needs is not None
    assert worded.needs.rows[-1] == ("Protección frente a la violencia", "no se publica")
    assert worded.needs.rows[0] == ("Documentos y regularización", "62 de 148 (42\u00a0%)")


def test_covered_details_read_in_the_language_of_the_brief(translator: Translator) -> None:
    spanish = word_brief(build_brief(invented_facts(), "es"), translator)
    kichwa = word_brief(build_brief(invented_facts(), "qu"), translator)
    assert "[nombre]" in spanish.voices[0].quotes[0].text
    assert "[shuti]" in kichwa.voices[0].quotes[0].text


def test_both_languages_say_the_same_numbers() -> None:
    spanish, kichwa = (build_brief(invented_facts(), language) for language in ("es", "qu"))
    for one, other in zip(spanish.questions, kichwa.questions, strict=True):
        assert [bar.count for bar in one.bars] == [bar.count for bar in other.bars]
    assert [item.count for item in spanish.items] == [item.count for item in kichwa.items]


def test_the_order_in_which_rows_are_given_changes_no_number() -> None:
    turned = QuestionCounts(needs_counts().label, needs_counts().rows[::-1], 148, several=True)
    brief = build_brief(replace(invented_facts(), needs=turned, questions=(canton_counts(),)), "es")
    assert brief.needs == build_brief(invented_facts(), "es").needs


def test_a_count_keeps_its_label() -> None:
    row = Count(both("Salud", "Allikay"), 7)
    question = QuestionCounts(both("¿?"), (row,), base=10)
    brief = build_brief(replace(invented_facts(), questions=(question,)), "qu")
    assert brief.questions[0].bars[0].label == "Allikay"
