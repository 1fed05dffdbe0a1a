"""Who stays in a conversation is answered the same as who comes anew, at the price of what an answer changes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.conversation.marks import Marks, marks_of
from surveys.conversation.turns import Ask, Back, Move, Show, Skip, Typed
from surveys.dialogue import Conversation, advance, begin
from surveys.questionnaire import Questionnaire
from tests.surveys.people import MOMENT, ZONE, calculate, group, integer, question, questionnaire


@given(st.lists(st.booleans(), max_size=200), st.integers(0, 200))
def test_marks_are_a_set_of_places_in_a_row(marked: list[bool], place: int) -> None:
    marks, places = marks_of(marked), [number for number, each in enumerate(marked) if each]
    assert list(marks.places()) == places and len(marks) == len(places)
    assert (place in marks) is (place in places)
    assert list(marks.before(place).places()) == [each for each in places if each < place]
    assert list(marks.since(place).places()) == [each for each in places if each >= place]
    assert marks.last() == (places[-1] if places else None)
    assert list(marks.without(marks.before(place)).places()) == list(marks.since(place).places())
    marks.set(place, True)
    assert list(marks.places()) == sorted({*places, place})
    marks.set(place, False)
    assert list(marks.places()) == [each for each in places if each != place]
    assert list(marks.shared(Marks()).places()) == []


def long(questions: int) -> Questionnaire:
    """Every third question depends on the one before, every third is calculated from another."""
    nodes = []
    for number in range(0, questions, 3):
        nodes += [
            question(f"a{number}"),
            integer(
                f"b{number}",
                relevant=f"/data/a{number} != 'no'",
                constraint=f". >= 0 or /data/a{number} = ''",
            ),
            calculate(f"c{number}", f"/data/b{number} * 2"),
        ]
    return questionnaire(*nodes)


def work_of_answering(asked: Questionnaire) -> int:
    """The most that any answer costs."""
    talk = Conversation(asked, begin(asked, moment=MOMENT, zone=ZONE).progress, MOMENT, ZONE)
    turn, most = talk.make(Show()), 0
    talk.instance.spent()
    while isinstance(turn.outcome, Ask):
        turn = talk.make(Typed("2") if turn.outcome.path.startswith("b") else Typed("no" if most else "sí"))
        most = max(most, talk.instance.spent())
    return most


def test_an_answer_costs_what_depends_on_it_however_long_the_questionnaire_is() -> None:
    assert 0 < work_of_answering(long(900)) == work_of_answering(long(90)) < 10


def test_counted_repeats_are_built_anew_only_when_they_are_to_be_asked_another_number_of_times() -> None:
    asked = questionnaire(
        integer("people"),
        group("person", question("person/name"), repeats=True, repeat_count="/data/people"),
        *(question(f"q{number}") for number in range(200)),
    )
    talk = Conversation(asked, begin(asked, moment=MOMENT, zone=ZONE).progress, MOMENT, ZONE)
    talk.instance.spent()
    turn = talk.make(Typed("2"))
    assert talk.instance.spent() > 200
    assert isinstance(turn.outcome, Ask) and turn.outcome.path == "person[1]/name"
    talk.make(Typed("Tamia"))
    assert talk.instance.spent() < 10


def test_what_was_handed_out_is_not_changed_by_what_comes_after() -> None:
    asked = questionnaire(
        integer("a"), group("toy", question("toy/name"), repeats=True, repeat_count="/data/a")
    )
    talk = Conversation(asked, begin(asked, moment=MOMENT, zone=ZONE).progress, MOMENT, ZONE)
    first = talk.make(Show())
    filled = dict(first.progress.filled)
    second = talk.make(Typed("4"))
    assert second.progress.filled != filled, "something new is remembered"
    assert first.progress.filled == filled


def test_who_returns_to_where_they_were_finds_all_as_it_was() -> None:
    asked = long(30)
    talk = Conversation(asked, begin(asked, moment=MOMENT, zone=ZONE).progress, MOMENT, ZONE)
    before = talk.make(Typed("sí"))
    talk.make(Back())
    assert talk.take_up(before.progress, MOMENT)
    assert talk.make(Show()) == before
    talk.make(Typed("3"))
    assert not talk.take_up(before.progress, MOMENT), "another answer was given since"


@pytest.mark.parametrize("move", [Typed("5"), Skip(), Back(), Show()])
def test_days_later_the_same_conversation_goes_on_unless_it_looks_at_the_clock(move: Move) -> None:
    later = MOMENT + timedelta(days=9)
    asked = questionnaire(integer("a"), question("since", default="today()"), integer("b"), integer("c"))
    talk = Conversation(asked, begin(asked, moment=MOMENT, zone=ZONE).progress, MOMENT, ZONE)
    talk.make(Typed("1"))
    turn = talk.make(Typed("ayer"))
    assert talk.take_up(turn.progress, later)
    assert talk.make(move) == advance(asked, turn.progress, move, moment=later, zone=ZONE)


def test_a_condition_on_the_day_is_looked_at_anew_days_later() -> None:
    asked = questionnaire(integer("a"), integer("b", relevant="today() > '2026-12-01'"))
    talk = Conversation(asked, begin(asked, moment=MOMENT, zone=ZONE).progress, MOMENT, ZONE)
    turn = talk.make(Show())
    assert talk.take_up(turn.progress, MOMENT)
    assert not talk.take_up(turn.progress, MOMENT + timedelta(days=30))
