"""Every sentence of the summary by theme and group is counted from answers, tells of nobody, and fails with them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.voices.kinds import Kind
from deliberation.voices.summary_facts import About, Answers, Rule, Said, Told, check, recount, tell

WATER, WORK = 1, 2
CANTON = "canton"
VALUES = {CANTON: ("ibarra", "otavalo")}


def said(number: int, theme: int | None, kind: Kind, canton: str = "", **more: str) -> Said:
    words = {"agua": more.get("word", "agua")} if theme == WATER else {}
    groups = {CANTON: canton} if canton else {}
    person = more.get("person", f"p{number:02}")
    return Said(f"v{number:02}", person, theme, more.get("language", "es"), kind, words, groups)


def town() -> list[Said]:
    """Twenty speak of water, fourteen of work, six of nothing; in two cantons."""
    water = [
        said(n, WATER, Kind.NEED if n < 12 else Kind.PROPOSAL, "ibarra" if n < 10 else "otavalo")
        for n in range(20)
    ]
    work = [said(n, WORK, Kind.REQUEST, "otavalo" if n < 28 else "ibarra") for n in range(20, 34)]
    none = [said(n, None, Kind.OTHER, "ibarra") for n in range(34, 40)]
    return [*water, *work, *none]


def told(answers: list[Said], threshold: int = 5) -> dict[About, Told]:
    found = tell(Answers(answers, threshold), (WATER, WORK), VALUES)
    return {sentence.about: sentence for sentence in found}


def numbers(found: dict[About, Told], rule: Rule, *about: object) -> tuple[int, int] | None:
    sentence = found.get(About(rule, *about))  # type: ignore[arg-type]
    return (sentence.count, sentence.of) if sentence else None


def test_says_how_many_of_how_many_and_from_which_answers() -> None:
    found = told(town())
    assert numbers(found, Rule.PEOPLE) == (40, 40)
    assert numbers(found, Rule.SIZE, WATER) == (20, 40)
    assert numbers(found, Rule.NEEDS, WATER) == (12, 20)
    assert numbers(found, Rule.PROPOSALS, WATER) == (8, 20)
    assert numbers(found, Rule.GROUP, WATER, CANTON, "otavalo") == (10, 18)
    assert found[About(Rule.NEEDS, WATER)].answers == tuple(f"v{n:02}" for n in range(12))


def test_a_person_who_answers_twice_is_one_person() -> None:
    twice = [*town(), said(50, WATER, Kind.NEED, "ibarra", person="p00")]
    assert numbers(told(twice), Rule.SIZE, WATER) == (20, 40)


def test_of_few_nothing_is_told_nor_can_it_be_worked_out() -> None:
    few = [*town(), *(said(n, WATER, Kind.THANKS, "ibarra") for n in range(60, 63))]
    found = told(few)
    assert numbers(found, Rule.THANKS, WATER) is None
    kinds = [numbers(found, rule, WATER) for rule in (Rule.NEEDS, Rule.PROPOSALS)]
    assert None in kinds, "of three cells whose sum is known one small one cannot be hidden alone"
    assert not [sentence for sentence in found.values() if sentence.count < 5]


def test_where_fewer_wrote_than_may_be_told_of_there_is_no_sentence() -> None:
    assert told(town()[:4]) == {}


def test_the_word_is_shown_as_most_people_write_it() -> None:
    written = [replace(each, words={"agua": "aguas"}) if each.id < "v07" else each for each in town()]
    sentence = told(written)[About(Rule.NEED_WORD, WATER, word="agua")]
    assert (sentence.shown, sentence.count, sentence.of) == ("aguas", 12, 12)


def test_what_was_counted_holds() -> None:
    answers = Answers(town(), 5)
    assert check(told(town()).values(), answers) == []


@pytest.mark.parametrize("changed", range(0, 34, 3))
def test_change_one_answer_and_a_sentence_is_refused(changed: int) -> None:
    other = town()
    other[changed] = replace(other[changed], theme=None, kind=Kind.OTHER, words={})
    assert check(told(town()).values(), Answers(other, 5))


@pytest.mark.parametrize(
    "invented",
    [
        {"count": 21},
        {"of": 41},
        {"answers": ("v00",)},
        {"about": About(Rule.NEEDS, WORK)},
        {"about": About(Rule.GROUP, WATER, CANTON, "quito")},
        {"about": About(Rule.SIZE, 9)},
    ],
)
def test_refuses_what_no_answer_carries(invented: dict[str, object]) -> None:
    answers = Answers(town(), 5)
    true = recount(About(Rule.SIZE, WATER), answers)
    assert true is not None and check([true], answers) == []
    forged = replace(true, **invented)  # type: ignore[arg-type]
    assert check([forged], answers) == [forged]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, None]),
            st.sampled_from(list(Kind)),
            st.sampled_from(["ibarra", "otavalo", ""]),
        ),
        max_size=60,
    )
)
def test_whatever_people_say_all_that_is_told_holds_and_is_of_many(
    rows: list[tuple[int | None, Kind, str]],
) -> None:
    people = [said(n, theme, kind, canton) for n, (theme, kind, canton) in enumerate(rows)]
    found = told(people)
    assert check(found.values(), Answers(people, 5)) == []
    assert all(sentence.count >= 5 and sentence.count == len(sentence.answers) for sentence in found.values())
    assert told(people[::-1]) == found, "the order of answers changes nothing"
