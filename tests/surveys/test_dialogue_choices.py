"""What may be chosen, and how several choices become one answer."""

from datetime import UTC, datetime

import pytest

from surveys.conversation.turns import Back, Chose, Done, Located, Toggled, Typed
from surveys.dialogue import begin
from surveys.questionnaire import Kind
from tests.surveys.people import (
    ZONE,
    Person,
    choices,
    group,
    question,
    questionnaire,
    select,
    several,
)

YES, NO = Chose(0), Chose(1)


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
