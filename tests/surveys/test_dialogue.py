"""The rules of the conversation, as ODK has them, and as a chat needs them."""

from datetime import UTC, datetime

import pytest

from surveys.dialogue import advance, begin
from surveys.progress import Progress, from_json, to_json
from surveys.questionnaire import Choice, Keep, Kind, Questionnaire
from surveys.turns import Back, Chose, Done, Finished, Located, Move, Show, Skip, Toggled, Turn, Typed
from tests.surveys.people import (
    MOMENT,
    ZONE,
    Person,
    calculate,
    choices,
    group,
    integer,
    note,
    question,
    questionnaire,
    select,
    several,
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


class TestChoices:
    asked = questionnaire(
        several("needs", "work", "food", "health", "papers", constraint="count-selected(.) <= 2")
    )

    def test_what_is_ticked_is_no_answer_until_done(self) -> None:
        person = Person(self.asked).does(Toggled(2, on=True), Toggled(0, on=True))
        assert person.turn.progress.answers == {}
        assert person.ask.selected == (2, 0)
        assert person.does(Done()).finished.answers == {"needs": ["work", "health"]}

    def test_a_tick_repeated_changes_nothing(self) -> None:
        person = Person(self.asked).does(Toggled(2, on=True))
        before = person.turn
        assert person.does(Toggled(2, on=True)).turn == before
        assert person.does(Toggled(2, on=False), Toggled(2, on=False)).ask.selected == ()

    def test_no_more_can_be_ticked_than_the_constraint_allows(self) -> None:
        person = Person(self.asked)
        assert person.ask.limits == {"maximum": 2}
        person.does(Toggled(0, on=True), Toggled(1, on=True), Toggled(2, on=True))
        assert (person.refused, person.ask.selected) == ("too_many", (0, 1))
        assert person.does(Toggled(1, on=False), Toggled(2, on=True)).refused is None

    def test_fewer_than_the_constraint_wants_are_refused_when_done(self) -> None:
        asked = questionnaire(
            several("needs", "a", "b", "c", constraint="count-selected(.) >= 2 and . != 'x'")
        )
        person = Person(asked).does(Toggled(0, on=True), Done())
        assert (person.refused, person.ask.selected) == ("too_few", (0,))

    def test_done_with_nothing_ticked_is_refused(self) -> None:
        assert Person(self.asked).does(Done()).refused == "nothing_chosen"

    def test_taking_every_tick_away_leaves_an_optional_question_empty(self) -> None:
        person = Person(self.asked).does(Toggled(0, on=True), Done(), Back(), Toggled(0, on=False), Done())
        assert person.finished.answers == {}

    def test_what_was_ticked_and_not_confirmed_is_dropped_on_leaving(self) -> None:
        asked = questionnaire(question("a"), *self.asked.nodes)
        person = Person(asked).does(Typed("x"), Toggled(0, on=True), Back(), Done())
        assert person.ask.selected == ()

    @pytest.mark.parametrize("typed", ["1, 3", "Health y work", "work-ka, health-ka"])
    def test_several_may_be_typed_at_once(self, typed: str) -> None:
        assert Person(self.asked).does(Typed(typed)).finished.answers == {"needs": ["work", "health"]}

    def test_a_choice_that_is_not_there_is_refused(self) -> None:
        person = Person(questionnaire(select("a", "x", "y")))
        assert person.does(Chose(2)).refused == person.does(Chose(-1)).refused == "not_a_choice"
        assert Person(self.asked).does(Toggled(9, on=True)).refused == "not_a_choice"

    def test_a_rank_keeps_the_order_of_the_person(self) -> None:
        asked = questionnaire(question("order", Kind.RANK, choices=choices("a", "b", "c")))
        person = Person(asked).does(Toggled(2, on=True), Done())
        assert person.refused == "too_few"
        assert person.does(Toggled(0, on=True), Done()).finished.answers == {"order": ["c", "a", "b"]}

    def test_a_short_range_can_be_tapped(self) -> None:
        person = Person(
            questionnaire(question("mood", Kind.RANGE, parameters={"start": "5", "end": "1", "step": "2"}))
        )
        assert [choice.value for choice in person.ask.choices] == ["5", "3", "1"]
        assert person.ask.limits == {"low": "1", "high": "5"}
        assert person.does(Chose(2)).finished.answers == {"mood": "1"}
        assert not Person(questionnaire(question("much", Kind.RANGE, parameters={"end": "100"}))).ask.choices

    def test_a_location_or_a_canton_answers_where(self) -> None:
        asked = questionnaire(question("where", Kind.GEOPOINT, choices=choices("otavalo", "ibarra")))
        assert Person(asked).does(Chose(1)).finished.answers == {"where": "ibarra"}
        assert Person(asked).does(Located(0.3517001, -78.12)).finished.answers == {
            "where": "0.3517 -78.12 0 0"
        }
        assert Person(asked).does(Located(float("nan"), 0)).refused == "not_a_location"


PARISHES = choices(
    "iluman", "quichinche", "quiroga", iluman={"canton": "otavalo"}, quichinche={"canton": "otavalo"},
    quiroga={"canton": "cotacachi"},
)  # fmt: skip


class TestFilteredChoices:
    asked = questionnaire(
        select("canton", "otavalo", "cotacachi", "ibarra"),
        select("parish", choices=PARISHES, choice_filter="canton = /data/canton", required="true()"),
        parishes=PARISHES,
    )

    def test_only_what_the_filter_lets_through_is_on_offer(self) -> None:
        person = Person(self.asked).does(Chose(0))
        assert [choice.value for choice in person.ask.choices] == ["iluman", "quichinche"]
        assert person.does(Chose(1)).finished.answers == {"canton": "otavalo", "parish": "quichinche"}

    def test_an_answer_that_is_no_longer_on_offer_is_asked_again(self) -> None:
        person = Person(self.asked).does(Chose(0), Chose(1), Back(), Back(), Chose(1))
        assert (person.place, person.ask.selected) == ("parish", ())
        assert person.does(Chose(0)).finished.answers == {"canton": "cotacachi", "parish": "quiroga"}

    def test_where_nothing_is_left_to_choose_nobody_is_stopped(self) -> None:
        assert Person(self.asked).does(Chose(2)).finished.answers == {"canton": "ibarra"}
        assert Person(self.asked).does(Chose(2), Back()).place == "canton"

    def test_shuffled_choices_stay_where_they_are_for_the_same_person(self) -> None:
        values = [f"c{number}" for number in range(10)]
        asked = questionnaire(select("a", *values, parameters={"randomize": "true"}), question("b"))
        person = Person(asked)
        first = person.ask.choices
        assert sorted(choice.value for choice in first) == values
        assert person.does(Typed("no")).ask.choices == first
        another = begin(asked, moment=datetime(2026, 11, 24, tzinfo=UTC), zone=ZONE)
        assert another.outcome != Person(asked).turn.outcome

    def test_a_seed_gives_the_order_that_every_odk_client_gives(self) -> None:
        asked = questionnaire(select("a", "a", "b", "c", "d", parameters={"randomize": "true", "seed": "42"}))
        assert [choice.value for choice in Person(asked).ask.choices] == ["a", "d", "c", "b"]

    def test_choices_may_be_made_of_earlier_answers(self) -> None:
        asked = questionnaire(
            group("household", question("household/name"), repeats=True),
            select("head", parameters={"itemset": "/data/household", "value": "name", "label": "name"}),
        )
        person = Person(asked).does(Typed("Rosa"), YES, Typed("Tamia"), NO)
        assert [choice.label["es"] for choice in person.ask.choices] == ["Rosa", "Tamia"]
        assert person.does(Chose(1)).finished.answers["head"] == "Tamia"


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


class TestRepeats:
    household = group(
        "household",
        question("household/name"),
        integer("household/age", constraint=". < 120"),
        select("household/school", "yes", "no", relevant="../age < 18"),
        calculate("household/number", "position(..)"),
        repeats=True,
        label={"es": "Persona"},
    )
    asked = questionnaire(
        household,
        calculate("total", "sum(/data/household/age)"),
        calculate("size", "count(/data/household)"),
        question("z"),
    )

    def test_ask_after_each_member_whether_there_is_another(self) -> None:
        person = Person(self.asked)
        assert (person.place, person.ask.notes) == ("household[1]/name", ({"es": "Persona (1)"},))
        person.does(Typed("Rosa"), Typed("40"))
        assert (person.place, person.ask_repeat.position, person.ask_repeat.group.path) == (
            "household[2]",
            2,
            "household",
        )
        person.does(YES, Typed("Tamia"), Typed("9"), YES)
        assert person.place == "household[3]"
        assert person.does(NO).place == "z"

    def test_each_member_has_answers_and_rules_of_its_own(self) -> None:
        person = Person(self.asked).does(
            Typed("Rosa"), Typed("40"), YES, Typed("Tamia"), Typed("9"), YES, NO, Skip()
        )
        assert person.finished.answers == {
            "household[1]/name": "Rosa", "household[1]/age": "40", "household[1]/number": "1",
            "household[2]/name": "Tamia", "household[2]/age": "9", "household[2]/school": "yes",
            "household[2]/number": "2", "total": "49", "size": "2",
        }  # fmt: skip

    def test_a_member_may_be_taken_back_and_is_not_forgotten(self) -> None:
        person = Person(self.asked).does(
            Typed("Rosa"), Typed("40"), YES, Typed("Tamia"), Typed("9"), YES, NO, Skip()
        )
        while person.place != "household[2]":
            person.does(Back())
        assert person.ask_repeat.selected == (0,)
        assert person.does(NO).finished.answers["size"] == "1"
        person.does(Back(), Back(), YES)
        assert person.finished.answers["household[2]/name"] == "Tamia"

    @pytest.mark.parametrize(("move", "place"), [
        (Typed("sí"), "household[2]/name"), (Typed("mana"), "z"), (Typed("quizás"), "household[2]"),
        (Skip(), "household[2]"), (Done(), "household[2]"), (Chose(2), "household[2]"), (Show(), "household[2]"),
    ])  # fmt: skip
    def test_yes_and_no_may_be_typed(self, move: Move, place: str) -> None:
        assert Person(self.asked).does(Typed("Rosa"), Typed("40"), move).place == place

    def test_a_count_says_how_often(self) -> None:
        asked = questionnaire(
            integer("n"),
            group("child", question("child/name"), repeats=True, repeat_count="/data/n"),
            question("z"),
        )
        person = Person(asked).does(Typed("2"), Typed("A"), Typed("B"), Typed("z"))
        assert person.finished.answers == {"n": "2", "child[1]/name": "A", "child[2]/name": "B", "z": "z"}
        person.does(Back(), Back(), Back(), Back(), Typed("1"))
        assert person.finished.answers == {"n": "1", "child[1]/name": "A", "z": "z"}
        assert Person(asked).does(Typed("0")).place == "z"
        assert Person(asked).does(Skip()).place == "z"
        assert Person(asked).does(Typed("999999999")).ask.total == 52

    def test_repeats_inside_repeats(self) -> None:
        asked = questionnaire(
            group(
                "house",
                integer("house/rooms"),
                group("house/room", question("house/room/use"), repeats=True, repeat_count="../rooms"),
                repeats=True,
            )
        )
        person = Person(asked).does(
            Typed("1"), Typed("cocina"), YES, Typed("2"), Typed("sala"), Typed("cuarto"), NO
        )
        assert person.finished.answers == {
            "house[1]/rooms": "1", "house[1]/room[1]/use": "cocina",
            "house[2]/rooms": "2", "house[2]/room[1]/use": "sala", "house[2]/room[2]/use": "cuarto",
        }  # fmt: skip

    def test_a_default_is_filled_in_for_each_new_member(self) -> None:
        asked = questionnaire(
            group("p", question("p/name", default="concat('P', position(..))"), repeats=True)
        )
        assert Person(asked).does(Done(), YES).ask.value == "P2"

    def test_what_does_not_apply_is_not_asked_for_more(self) -> None:
        asked = questionnaire(
            question("a"), group("p", question("p/b"), repeats=True, relevant="/data/a = 'x'")
        )
        assert Person(asked).does(Typed("y")).finished.answers == {"a": "y"}


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
