"""The rules of the conversation, as ODK has them, and as a chat needs them."""

import pytest

from surveys.conversation.progress import Progress, from_json, to_json
from surveys.conversation.turns import (
    Back,
    Chose,
    Done,
    Finished,
    Located,
    Move,
    Show,
    Skip,
    Toggled,
    Turn,
    Typed,
)
from surveys.dialogue import advance, begin
from surveys.questionnaire import Choice, Kind, Questionnaire
from tests.surveys.people import (
    MOMENT,
    ZONE,
    Person,
    calculate,
    choices,
    group,
    integer,
    question,
    questionnaire,
    select,
)

YES, NO = Chose(0), Chose(1)


def test_asks_one_question_after_the_other_and_says_how_many_are_left() -> None:
    person = Person(questionnaire(question("a"), question("b"), question("c")))
    assert (person.place, person.ask.number, person.ask.total, person.ask.can_go_back) == ("a", 1, 3, False)
    person.does(Typed("x"))
    assert (person.place, person.ask.number, person.ask.total, person.ask.can_go_back) == ("b", 2, 3, True)
    person.does(Skip(), Typed("z"))
    assert person.place is None
    assert person.finished.answers == {"a": "x", "c": "z"}


def test_the_place_is_in_the_progress_and_nowhere_else() -> None:
    asked = questionnaire(question("a"), question("b"))
    person = Person(asked).does(Typed("x"))
    resumed = advance(asked, from_json(to_json(person.turn.progress)), Show(), moment=MOMENT, zone=ZONE)
    assert resumed == person.turn


class TestRelevance:
    asked = questionnaire(
        select("lives_here", "yes", "no"),
        group(
            "home",
            select("home/parish", "ilumán", "quiroga"),
            integer("home/rooms", relevant="/data/home/parish = 'ilumán'"),
            relevant="/data/lives_here = 'yes'",
        ),
        question("needs"),
    )

    @pytest.mark.parametrize(("moves", "places"), [
        ([YES, Chose(0), Typed("2")], ["lives_here", "home/parish", "home/rooms", "needs"]),
        ([YES, Chose(1)], ["lives_here", "home/parish", "needs"]),
        ([NO], ["lives_here", "needs"]),
    ])  # fmt: skip
    def test_passes_over_what_does_not_apply(self, moves: list[Move], places: list[str]) -> None:
        person = Person(self.asked)
        assert [person.place, *(person.does(move).place for move in moves)] == places

    def test_what_does_not_apply_any_more_is_left_out_but_not_forgotten(self) -> None:
        person = Person(self.asked).does(YES, Chose(0), Typed("2"), Typed("pan"))
        person.does(Back(), Back(), Back(), Back(), NO)
        assert person.finished.answers == {"lives_here": "no", "needs": "pan"}
        person.does(Back(), Back(), YES)
        assert person.finished.answers["home/rooms"] == "2"

    def test_what_does_not_apply_is_empty_for_every_expression(self) -> None:
        person = Person(
            questionnaire(*self.asked.nodes[:2], calculate("doubled", "coalesce(/data/home/rooms, 'none')"))
        )
        person.does(YES, Chose(0), Typed("2"), Back(), Back(), Back(), NO)
        assert person.finished.answers["doubled"] == "none"

    def test_counts_only_what_applies(self) -> None:
        person = Person(self.asked)
        assert person.ask.total == 2
        assert person.does(YES).ask.total == 3
        assert person.does(Chose(0)).ask.total == 4


class TestRefusals:
    @pytest.mark.parametrize(("kind", "fields", "typed", "code"), [
        (Kind.INTEGER, {}, "muchos", "not_a_number"),
        (Kind.INTEGER, {}, "2,5", "not_an_integer"),
        (Kind.INTEGER, {}, "1234567890", "out_of_range"),
        (Kind.DECIMAL, {}, "1,2,3", "not_a_number"),
        (Kind.DECIMAL, {}, "9" * 400, "out_of_range"),
        (Kind.RANGE, {"parameters": {"start": "0", "end": "5"}}, "6", "out_of_range"),
        (Kind.RANGE, {"parameters": {"start": "0", "end": "5"}}, "2.5", "not_an_integer"),
        (Kind.RANGE, {"parameters": {"start": "0", "end": "1", "step": "0.25"}}, "0,3", "constraint"),
        (Kind.DATE, {}, "31/02/2026", "not_a_date"),
        (Kind.DATE, {}, "mayo de 2020", "no_day"),
        (Kind.DATE, {}, "mayo 2020", "no_day"),
        (Kind.TIME, {}, "tarde", "not_a_time"),
        (Kind.DATETIME, {}, "23/11/2026", "not_a_datetime"),
        (Kind.GEOPOINT, {}, "cerca del parque", "not_a_location"),
        (Kind.GEOPOINT, {}, "95, 10", "not_a_location"),
        (Kind.SELECT_ONE, {"choices": choices("work", "food")}, "casa", "not_a_choice"),
        (Kind.SELECT_MULTIPLE, {"choices": choices("work", "food")}, "work, casa", "not_a_choice"),
        (Kind.ACKNOWLEDGE, {}, "no", "not_a_choice"),
        (Kind.TEXT, {}, "x" * 4001, "too_long"),
        (Kind.TEXT, {}, " \x00 ", "not_here"),
    ])  # fmt: skip
    def test_say_what_is_wrong_and_keep_the_place(
        self, kind: Kind, fields: dict[str, object], typed: str, code: str
    ) -> None:
        person = Person(questionnaire(question("a", kind, **fields), question("b")))
        before = person.turn.progress
        person.does(Typed(typed))
        assert (person.refused, person.turn.progress) == (code, before)

    @pytest.mark.parametrize(("kind", "typed", "value"), [
        (Kind.TEXT, "  Hola ", "Hola"),
        (Kind.TEXT, "x" * 4000, "x" * 4000),
        (Kind.INTEGER, "veinte", "20"),
        (Kind.DECIMAL, "2,50", "2.5"),
        (Kind.RANGE, "7", "7"),
        (Kind.DATE, "ayer", "2026-11-22"),
        (Kind.TIME, "3:15 pm", "15:15:00.000-05:00"),
        (Kind.DATETIME, "23/11/2026 15:15", "2026-11-23T15:15:00.000-05:00"),
        (Kind.GEOPOINT, "0.35, -78.12", "0.35 -78.12 0 0"),
        (Kind.ACKNOWLEDGE, "ari", "OK"),
        (Kind.BARCODE, "A-17", "A-17"),
    ])  # fmt: skip
    def test_what_is_understood_is_written_as_odk_writes_it(self, kind: Kind, typed: str, value: str) -> None:
        assert Person(questionnaire(question("a", kind))).does(Typed(typed)).finished.answers == {"a": value}

    @pytest.mark.parametrize("move", [Located(0.3, -78.1), Toggled(0, on=True), Chose(0), Done()])
    def test_a_move_that_is_no_answer_here_changes_nothing(self, move: Move) -> None:
        person = Person(questionnaire(question("a")))
        before = person.turn.progress
        assert (person.does(move).refused, person.turn.progress) == ("not_here", before)

    def test_a_required_question_cannot_be_skipped(self) -> None:
        asked = questionnaire(question("a", required="true()", required_message={"es": "Hace falta."}))
        person = Person(asked).does(Skip())
        assert not person.ask.can_skip
        assert person.ask.refusal is not None
        assert (person.ask.refusal.code, person.ask.refusal.message) == ("required", {"es": "Hace falta."})

    def test_required_may_be_a_condition(self) -> None:
        asked = questionnaire(
            select("why", "other", "none"), question("what", required="/data/why = 'other'")
        )
        assert Person(asked).does(Chose(0), Skip()).refused == "required"
        assert Person(asked).does(Chose(1), Skip()).finished.answers == {"why": "none"}

    def test_the_authors_message_says_what_a_constraint_wants(self) -> None:
        asked = questionnaire(integer("age", constraint=". < 120", constraint_message={"es": "¿Tanto?"}))
        person = Person(asked).does(Typed("130"))
        assert person.ask.refusal is not None
        assert (person.ask.refusal.code, person.ask.refusal.message) == ("constraint", {"es": "¿Tanto?"})
        assert person.does(Typed("119")).finished.answers == {"age": "119"}

    def test_an_empty_answer_never_violates_a_constraint(self) -> None:
        assert Person(questionnaire(integer("age", constraint=". > 5"))).does(Skip()).finished.answers == {}

    @pytest.mark.parametrize(
        "expression", ["(", "foo(", "unknown(1)", "instance('none')/root/item", "1 div 0 > 'x"]
    )
    def test_an_expression_that_cannot_be_carried_out_stops_nobody(self, expression: str) -> None:
        asked = questionnaire(
            question(
                "a", relevant=expression, constraint=expression, required=expression, default=expression
            ),
            calculate("b", expression),
            select("c", "x", "y", choice_filter=expression),
        )
        assert Person(asked).does(Typed("x"), Chose(1)).finished.answers == {"a": "x", "c": "y"}


class TestGoingBack:
    asked = questionnaire(
        select("adult", "yes", "no"),
        integer("age", constraint="/data/adult = 'no' or . >= 18"),
        question("c"),
        question("d"),
    )

    def test_leads_to_the_question_before_with_its_answer(self) -> None:
        person = Person(self.asked).does(YES, Typed("40"), Back())
        assert (person.place, person.ask.value) == ("age", "40")
        assert person.does(Back()).ask.selected == (0,)

    def test_stays_at_the_first_question(self) -> None:
        assert Person(self.asked).does(Back(), Back()).place == "adult"

    def test_after_a_correction_goes_on_where_the_person_was(self) -> None:
        person = Person(self.asked).does(YES, Typed("40"), Typed("c"), Back(), Back(), Typed("41"))
        assert person.place == "d"

    def test_done_keeps_the_answer_that_is_there(self) -> None:
        person = Person(self.asked).does(YES, Typed("40"), Typed("c"), Back(), Back(), Done())
        assert (person.place, person.turn.progress.answers["age"]) == ("d", "40")

    def test_an_answer_that_breaks_its_constraint_after_a_change_is_asked_again(self) -> None:
        person = Person(self.asked).does(NO, Typed("12"), Typed("c"), Back(), Back(), Back(), YES)
        assert (person.place, person.ask.value) == ("age", "12")
        assert person.does(Done()).refused == "constraint"
        assert person.does(Typed("18")).place == "d"

    def test_returns_from_the_end_too(self) -> None:
        person = Person(self.asked).does(YES, Typed("40"), Skip(), Skip(), Back())
        assert person.place == "d"
        assert person.does(Typed("d")).finished.answers["d"] == "d"

    def test_skipping_takes_an_answer_back(self) -> None:
        person = Person(self.asked).does(YES, Typed("40"), Typed("c"), Back(), Skip(), Skip())
        assert person.finished.answers == {"adult": "yes", "age": "40"}

    @pytest.mark.parametrize(
        "move", [Chose(0), Typed("x"), Done(), Skip(), Show(), Toggled(0, on=True), Located(0, 0)]
    )
    def test_at_the_end_nothing_but_going_back_changes_anything(self, move: Move) -> None:
        person = Person(self.asked).does(YES, Typed("40"), Typed("c"), Typed("d"))
        before = person.turn
        assert person.does(move).turn == before


@pytest.mark.parametrize("progress", [
    Progress(),
    Progress(answers={"a": "x", "needs": ["b"], "c": ""}, place="d", draft=(), filled={"d": ""}, seed=5),
    Progress(draft=("x", "y"), added={"p[2]": True, "p[3]": False}),
])  # fmt: skip
def test_progress_survives_being_written_down(progress: Progress) -> None:
    assert from_json(to_json(progress)) == progress


def test_what_is_empty_is_not_written_down() -> None:
    assert to_json(Progress(place="a")) == {"place": "a"}


def test_a_place_that_does_not_exist_any_more_leads_to_an_open_question() -> None:
    asked = questionnaire(question("a"))
    lost = Progress(place="gone")
    assert advance(asked, lost, Typed("x"), moment=MOMENT, zone=ZONE) == begin(
        asked, moment=MOMENT, zone=ZONE
    )


def test_equal_questionnaires_are_prepared_each_for_itself() -> None:
    def make(text: str) -> Turn:
        asked: Questionnaire = questionnaire(select("a", choices=(Choice("x", {"es": text}),)))
        return begin(asked, moment=MOMENT, zone=ZONE)

    labels = [make(str(number)).outcome for number in range(200)]
    assert [outcome.choices[0].label["es"] for outcome in labels if not isinstance(outcome, Finished)] == [  # type: ignore[union-attr]
        str(number) for number in range(200)
    ]
