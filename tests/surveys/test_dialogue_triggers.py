"""Values that are set when another answer changes, and at no other time."""

from datetime import UTC, datetime
from typing import Any

from surveys.conversation.progress import from_json, to_json
from surveys.conversation.turns import Back, Chose, Done, Finished, Skip, Typed
from surveys.dialogue import advance
from surveys.questionnaire import Kind, Question
from tests.surveys.people import (
    ZONE,
    Person,
    calculate,
    group,
    integer,
    question,
    questionnaire,
    select,
)

YES, NO = Chose(0), Chose(1)


def set_when(path: str, calculation: str, *triggers: str, **fields: Any) -> Question:
    return question(
        path, **{"kind": Kind.CALCULATE, "calculation": calculation, "triggers": triggers, **fields}
    )


STAMPED = questionnaire(
    question("a"), question("b"), set_when("stamp", "now()", "a"), set_when("copy", "/data/b", "a")
)
LATER = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def test_nothing_is_set_until_a_trigger_changes() -> None:
    assert Person(STAMPED).does(Skip(), Typed("x")).finished.answers == {"b": "x"}


def test_a_trigger_sets_once_and_other_changes_do_not() -> None:
    person = Person(STAMPED).does(Typed("x"), Typed("y"))
    stamp = "2026-11-23T10:00:00.000-05:00"
    assert person.finished.answers == {"a": "x", "b": "y", "stamp": stamp}  # b was empty when a changed
    progress = from_json(to_json(person.does(Back(), Back()).turn.progress))
    same = advance(STAMPED, progress, Typed("x"), moment=LATER, zone=ZONE).outcome
    other = advance(STAMPED, progress, Typed("z"), moment=LATER, zone=ZONE).outcome
    assert isinstance(same, Finished)
    assert isinstance(other, Finished)
    assert same.answers["stamp"] == stamp, "the same answer again is no change"
    assert other.answers["stamp"] == "2026-11-25T10:00:00.000-05:00"


def test_what_it_reads_counts_as_it_is_when_the_trigger_changes() -> None:
    person = Person(STAMPED).does(Typed("x"), Typed("y"), Back(), Back(), Typed("other"))
    assert person.finished.answers["copy"] == "y"
    assert person.does(Back(), Typed("later")).finished.answers["copy"] == "y"


def test_without_a_calculation_the_answer_is_emptied_and_asked_again() -> None:
    asked = questionnaire(
        select("canton", "otavalo", "ibarra"),
        question("street", triggers=("canton",)),
        question("z"),
    )
    person = Person(asked).does(Chose(0), Typed("Calle Sucre"), Typed("z"))
    assert person.finished.answers["street"] == "Calle Sucre"
    person.does(Back(), Back(), Back(), Chose(0))
    assert person.finished.answers["street"] == "Calle Sucre"
    person.does(Back(), Back(), Back(), Chose(1))
    assert (person.place, person.ask.value) == ("street", "")
    assert person.does(Skip()).finished.answers == {"canton": "ibarra", "z": "z"}


def test_a_calculation_stands_in_place_of_the_answer_until_it_is_confirmed_or_changed() -> None:
    asked = questionnaire(
        integer("n"), set_when("twice", "/data/n * 2", "n", kind=Kind.INTEGER), question("z")
    )
    person = Person(asked).does(Typed("3"))
    assert person.ask.value == "6"
    person.does(Typed("7"), Typed("z"))
    assert person.finished.answers["twice"] == "7"
    person.does(Back(), Back(), Back(), Typed("5"))
    assert (person.place, person.ask.value) == ("twice", "10")
    assert person.does(Done()).finished.answers["twice"] == "10"


def test_any_of_several_triggers_sets() -> None:
    asked = questionnaire(
        question("a"), question("b"), set_when("both", "concat(/data/a, '+', /data/b)", "a", "b")
    )
    person = Person(asked).does(Typed("x"), Typed("y"))
    assert person.finished.answers["both"] == "x+y"


def test_what_is_set_may_set_in_turn_and_a_circle_ends() -> None:
    asked = questionnaire(
        integer("n"),
        set_when("one", "/data/n + 1", "n", "two"),
        set_when("two", "/data/one + 1", "one"),
        calculate("sum", "/data/one + /data/two"),
    )
    assert Person(asked).does(Typed("1")).finished.answers == {"n": "1", "one": "2", "two": "3", "sum": "5"}


def test_a_calculation_that_changes_is_a_trigger_too() -> None:
    asked = questionnaire(
        integer("n"),
        calculate("adult", "if(/data/n > 17, 'yes', 'no')"),
        set_when("since", "/data/n", "adult"),
        question("z"),
    )
    person = Person(asked).does(Typed("20"), Skip())
    assert person.finished.answers["since"] == "20"
    assert person.does(Back(), Back(), Typed("30")).finished.answers["since"] == "20"


def test_in_a_repeat_a_trigger_sets_what_stands_in_the_same_member() -> None:
    asked = questionnaire(
        group(
            "p",
            question("p/name"),
            set_when("p/when", "concat(position(..), ../name)", "p/name"),
            group("p/pet", question("p/pet/name"), set_when("p/pet/of", "../../name", "p/pet/name"),
                  repeats=True, repeat_count="2"),
            repeats=True,
        ),
        set_when("last", "count(/data/p)", "p/name"),
    )  # fmt: skip
    person = Person(asked).does(Typed("Rosa"), Typed("Michi"), Typed("Toby"), YES)
    person.does(Typed("Luis"), Typed("Firulais"), Skip(), NO)
    assert person.finished.answers == {
        "p[1]/name": "Rosa", "p[1]/when": "1Rosa", "p[2]/name": "Luis", "p[2]/when": "2Luis", "last": "2",
        "p[1]/pet[1]/name": "Michi", "p[1]/pet[1]/of": "Rosa", "p[1]/pet[2]/name": "Toby", "p[1]/pet[2]/of": "Rosa",
        "p[2]/pet[1]/name": "Firulais", "p[2]/pet[1]/of": "Luis",
    }  # fmt: skip


def test_a_trigger_outside_sets_in_every_member() -> None:
    asked = questionnaire(
        question("a"),
        group("p", question("p/b", triggers=("a",)), repeats=True, repeat_count="2"),
    )
    person = Person(asked).does(Typed("x"), Typed("1"), Typed("2"))
    person.does(Back(), Back(), Back(), Typed("y"))
    assert person.place == "p[1]/b"
    assert person.does(Skip(), Skip()).finished.answers == {"a": "y"}


def test_chance_is_drawn_anew_each_time() -> None:
    asked = questionnaire(integer("n"), set_when("lot", "random()", "n"), question("z"))
    person = Person(asked).does(Typed("1"), Skip())
    first = person.finished.answers["lot"]
    assert person.does(Back(), Back(), Typed("1")).finished.answers["lot"] == first
    assert person.does(Back(), Back(), Typed("2")).finished.answers["lot"] != first
