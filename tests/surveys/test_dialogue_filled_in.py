"""What the questionnaire fills in, calculates and says by itself."""

from datetime import UTC, datetime

import pytest

from surveys.conversation.turns import Back, Chose, Done, Finished, Skip, Toggled, Typed
from surveys.dialogue import advance
from surveys.questionnaire import Choice, Keep, Kind
from tests.surveys.people import (
    ZONE,
    Person,
    calculate,
    group,
    integer,
    note,
    question,
    questionnaire,
    select,
    several,
)

YES = Chose(0)


class TestFilledIn:
    def test_calculations_follow_their_order_of_dependence(self) -> None:
        asked = questionnaire(
            calculate("total", "/data/double + 1"),
            calculate("double", "/data/n * 2"),
            integer("n"),
            question("z"),
        )
        person = Person(asked).does(Typed("3"), Skip())
        assert person.finished.answers == {"n": "3", "double": "6", "total": "7"}
        assert person.does(Back(), Back(), Typed("4")).finished.answers["total"] == "9"

    def test_a_default_stands_there_until_it_is_confirmed_or_changed(self) -> None:
        asked = questionnaire(
            question("country", default="'Colombia'"), question("day", Kind.DATE, default="today()")
        )
        person = Person(asked)
        assert person.ask.value == "Colombia"
        assert person.turn.progress.answers == {}
        assert person.does(Done(), Done()).finished.answers == {"country": "Colombia", "day": "2026-11-23"}
        assert person.does(Back(), Back(), Typed("Perú")).finished.answers["country"] == "Perú"

    def test_a_default_that_was_skipped_does_not_come_back(self) -> None:
        assert (
            Person(questionnaire(question("country", default="'Colombia'"))).does(Skip()).finished.answers
            == {}
        )

    def test_a_default_of_several_is_ticked(self) -> None:
        person = Person(questionnaire(several("needs", "work", "food", "health", default="'food health'")))
        assert person.ask.selected == (1, 2)
        assert person.does(Toggled(0, on=True), Done()).finished.answers == {
            "needs": ["work", "food", "health"]
        }

    def test_a_calculation_stands_in_an_asked_question_until_it_is_answered(self) -> None:
        asked = questionnaire(integer("n"), integer("twice", calculation="/data/n * 2"))
        person = Person(asked).does(Typed("3"))
        assert person.ask.value == "6"
        assert person.does(Typed("7"), Back(), Back(), Typed("5")).finished.answers == {
            "n": "5",
            "twice": "7",
        }

    def test_beginning_end_and_day_are_noted(self) -> None:
        asked = questionnaire(
            question("s", Kind.START),
            question("e", Kind.END),
            question("t", Kind.TODAY),
            question("d", Kind.METADATA),
            integer("n"),
        )
        later = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
        turn = advance(asked, Person(asked).turn.progress, Typed("1"), moment=later, zone=ZONE)
        assert isinstance(turn.outcome, Finished)
        assert turn.outcome.answers == {
            "s": "2026-11-23T10:00:00.000-05:00", "e": "2026-11-24T22:30:00.000-05:00", "t": "2026-11-23", "n": "1",
        }  # fmt: skip

    @pytest.mark.parametrize("calculation", ["once(random())", "random()", "once(uuid())", "once(now())"])
    def test_what_is_drawn_once_stays(self, calculation: str) -> None:
        asked = questionnaire(calculate("lot", calculation), integer("n"), integer("m"))
        person = Person(asked).does(Typed("1"))
        later = datetime(2026, 12, 1, tzinfo=UTC)
        after = advance(asked, person.turn.progress, Typed("2"), moment=later, zone=ZONE).outcome
        assert isinstance(after, Finished)
        assert after.answers["lot"] == person.does(Typed("2")).finished.answers["lot"] != ""

    def test_what_is_asked_for_the_profile_is_kept_apart(self) -> None:
        asked = questionnaire(
            question("needs"),
            select("come", "yes", "no", keep=Keep.INVITE),
            several("help", "a", "b", keep=Keep.NEEDS),
        )
        finished = Person(asked).does(Typed("pan"), YES, Typed("b")).finished
        assert finished.answers == {"needs": "pan"}
        assert finished.kept == {"come": "yes", "help": ["b"]}


class TestNotes:
    asked = questionnaire(
        note("hello", "Bienvenida"),
        question("a"),
        group(
            "home",
            note("home/why", "Por qué"),
            question("home/b"),
            question("home/c"),
            note("home/never", "No", relevant="false()"),
            label={"es": "Su casa"},
        ),
        group("empty", question("empty/d", relevant="false()"), label={"es": "Nada"}),
        note("bye", "Adiós ${/data/a}"),
    )

    def test_are_read_before_the_question_that_follows_them(self) -> None:
        person = Person(self.asked)
        assert person.ask.notes == ({"es": "Bienvenida"},)
        assert person.does(Typed("x")).ask.notes == ({"es": "Su casa"}, {"es": "Por qué"})
        assert person.does(Typed("y")).ask.notes == ()

    def test_the_last_is_read_at_the_end(self) -> None:
        assert Person(self.asked).does(Typed("Rosa"), Skip(), Skip()).finished.notes == (
            {"es": "Adiós Rosa"},
        )

    def test_a_questionnaire_of_notes_is_finished_at_once(self) -> None:
        assert Person(questionnaire(note("hello", "Hola"))).finished.notes == ({"es": "Hola"},)

    def test_what_may_only_be_read_is_shown_with_its_value(self) -> None:
        asked = questionnaire(
            integer("n"), integer("sum", calculation="/data/n + 1", read_only=True), question("z")
        )
        assert Person(asked).does(Typed("3")).ask.notes == ({"es": "sum\n4"},)


def test_labels_speak_of_earlier_answers_in_the_language_of_the_reader() -> None:
    asked = questionnaire(
        select("canton", "otavalo", "ibarra"),
        question("day", Kind.DATE),
        question(
            "b",
            label={"es": "¿Por qué ${/data/canton} el ${ /data/day }?", "qu": "${/data/canton}manta?"},
            hint={"es": "${jr:choice-name(/data/canton, '/data/canton')} ${1 + 1} ${(}"},
        ),
    )
    asked_question = Person(asked).does(Chose(0), Typed("ayer")).ask.question
    assert asked_question.label == {"es": "¿Por qué Otavalo el 22/11/2026?", "qu": "otavalo-kamanta?"}
    assert asked_question.hint == {"es": "Otavalo 2 "}


def test_choices_speak_of_earlier_answers_too() -> None:
    whom = (Choice("she", {"es": "${/data/name}"}), Choice("other", {"es": "Otra persona"}))
    person = Person(questionnaire(question("name"), select("who", choices=whom))).does(Typed("Rosa"))
    assert [choice.label["es"] for choice in person.ask.choices] == ["Rosa", "Otra persona"]
