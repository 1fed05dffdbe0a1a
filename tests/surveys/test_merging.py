"""The questions of several versions stand in one column where they can, and what changed is told."""

import pytest

from surveys.questionnaire import Choice, Keep, Kind, Node
from surveys.versioning.comparison import What, changes_between, changes_by_question
from surveys.versioning.merging import Version, merge
from tests.surveys.people import calculate, choices, group, integer, question, questionnaire, select, several


def version(number: int, *nodes: Node) -> Version:
    return Version(10 + number, number, questionnaire(*nodes))


def names(*versions: Version) -> list[str]:
    return [each.name for each in merge(versions)]


def test_the_order_is_the_newest_and_what_was_dropped_stays_where_it_stood() -> None:
    old = version(1, question("a"), question("gone"), question("b"))
    new = version(2, question("b"), question("fresh"), question("a"))
    assert names(old, new) == ["b", "fresh", "a", "gone"]


def test_what_was_dropped_at_the_start_stays_there() -> None:
    assert names(version(1, question("gone"), question("a")), version(2, question("a"))) == ["gone", "a"]


def test_the_path_of_each_version_is_known() -> None:
    old = version(1, integer("age"))
    new = version(2, group("about", integer("about/age")))
    [age] = merge((old, new))
    assert age.name == "about/age"
    assert {key: stance.question.path for key, stance in age.stances.items()} == {11: "age", 12: "about/age"}


def test_a_name_that_two_questions_bear_is_no_name_to_find_one_by() -> None:
    old = version(1, integer("age"))
    new = version(2, group("me", integer("me/age")), group("you", integer("you/age")))
    assert names(old, new) == ["age", "me/age", "you/age"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (question("a"), integer("a")),
        (select("a", "x"), several("a", "x")),
        (integer("a"), integer("a", keep=Keep.INVITE)),
        (question("a"), calculate("a", "1")),
    ],
)
def test_answers_that_cannot_stand_together_have_two_columns(old: Node, new: Node) -> None:
    assert sorted(names(version(1, old), version(2, new))) == ["a", "a@1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (integer("a"), question("a", Kind.DECIMAL)),
        (question("a", Kind.DATE), question("a", Kind.DATETIME)),
        (question("a", Kind.IMAGE), question("a", Kind.FILE)),
    ],
)
def test_kinds_that_are_alike_share_a_column(old: Node, new: Node) -> None:
    assert names(version(1, old), version(2, new)) == ["a"]


def test_who_asks_the_old_kind_again_finds_the_old_column() -> None:
    merged = merge((version(1, question("a")), version(2, integer("a")), version(3, question("a"))))
    assert {each.name: sorted(each.stances) for each in merged} == {"a": [11, 13], "a@2": [12]}


def test_inside_a_repeat_is_another_question_than_outside() -> None:
    old = version(1, group("home", integer("home/age")))
    new = version(2, group("home", integer("home/age"), repeats=True))
    assert sorted(names(old, new)) == ["home/age", "home/age@1"]


def test_choices_of_all_versions_are_known() -> None:
    old = version(1, select("a", "gone", "kept"))
    new = version(2, select("a", "kept", "fresh"))
    [merged] = merge((old, new))
    assert [choice.value for choice in merged.question.choices] == ["kept", "fresh", "gone"]


def changed(old: Node, new: Node) -> list[tuple[str, str]]:
    changes = changes_between(version(1, old), version(2, new))
    return [(change.what.value, change.name) for change in changes]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (question("a"), question("a", label={"es": "Otra"}), [What.REWORDED]),
        (question("a"), question("a", label={"es": "a", "qu": "a-ka"}), [What.TRANSLATED]),
        (question("a"), question("a", hint={"es": "pista"}), [What.HINT]),
        (integer("a"), question("a", Kind.DECIMAL), [What.RETYPED]),
        (question("a"), integer("a"), [What.REPLACED]),
        (question("a"), group("g", question("g/a", label={"es": "a"})), [What.MOVED]),
        (question("a"), question("a", relevant="1 = 1"), [What.RELEVANT]),
        (question("a"), question("a", required="true()"), [What.REQUIRED]),
        (question("a"), question("a", constraint=". > 1"), [What.CONSTRAINT]),
        (select("a", "x"), select("a", "x", choice_filter="y = 1"), [What.FILTER]),
        (calculate("a", "1"), calculate("a", "2"), [What.CALCULATION]),
        (select("a", "x"), select("a", "x", "y"), [What.CHOICE_ADDED]),
        (select("a", "x", "y"), select("a", "x"), [What.CHOICE_REMOVED]),
        (
            select("a", "x"),
            question("a", Kind.SELECT_ONE, choices=(Choice("x", {"es": "Otra", "qu": "x-ka"}),)),
            [What.CHOICE_REWORDED],
        ),
        (question("a"), question("a"), []),
    ],
)
def test_what_changed_about_a_question(old: Node, new: Node, what: list[What]) -> None:
    assert [found for found, _ in changed(old, new)] == what


def test_a_condition_of_the_group_is_one_of_the_question() -> None:
    old = group("g", question("g/a"))
    new = group("g", question("g/a"), relevant="/data/b = 1")
    assert changed(old, new) == [("relevant", "g/a")]


def test_what_came_and_what_went() -> None:
    assert changed(question("a"), question("b")) == [("removed", "a"), ("added", "b")]


def test_changes_through_versions_are_found_under_the_name_of_the_column() -> None:
    versions = (
        version(1, integer("age"), question("gone")),
        version(2, group("about", integer("about/age", label={"es": "age"}))),
        version(3, group("about", integer("about/age", label={"es": "¿Edad?"}))),
    )
    found = changes_by_question(versions)
    assert {name: [(number, change.what) for number, change in told] for name, told in found.items()} == {
        "about/age": [(2, What.MOVED), (3, What.REWORDED)],
        "gone": [(2, What.REMOVED)],
    }


def test_a_column_of_its_own_is_told_on_the_new_one() -> None:
    found = changes_by_question((version(1, question("a")), version(2, integer("a"))))
    assert [(name, change.what) for name, told in found.items() for _, change in told] == [
        ("a", What.REPLACED)
    ]


def test_choices_keep_their_extra_columns() -> None:
    [merged] = merge((version(1, select("a", choices=choices("x", x={"agenda": "no"}))),))
    assert merged.question.choices[0].extra == {"agenda": "no"}
