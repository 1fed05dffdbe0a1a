"""What is asked once for each member of a household, say."""

import pytest

from surveys.conversation.turns import Back, Chose, Done, Move, Show, Skip, Typed
from tests.surveys.people import (
    Person,
    calculate,
    group,
    integer,
    question,
    questionnaire,
    select,
)

YES, NO = Chose(0), Chose(1)


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
