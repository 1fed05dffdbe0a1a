"""The report of an assembly: numbers of a group together or not at all, and never one group alone withheld."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.assemblies.turnout_report import Answered, by_group, counted

REFERENCE = {"gender": {"woman": 60, "man": 40}}
OUTCOMES = ("came", "yes", "waiting", "no", "none", "lapsed")


def group(value: str, **outcomes: int) -> list[Answered]:
    """So many people of a gender with each outcome."""
    return [
        Answered("yes" if outcome == "came" else outcome, outcome == "came", {"gender": value})
        for outcome, count in outcomes.items()
        for _ in range(count)
    ]


def lines(people: list[Answered], *values: str) -> list[tuple[object, ...]]:
    """What is shown of each group: how many were invited, came; and the thirds."""
    found = by_group(people, "gender", values or ("woman", "man"), REFERENCE, 5)
    return [
        (each.invited, each.counts.came if each.counts else None, each.said_yes, each.came) for each in found
    ]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (
            [*group("woman", came=10, no=5), *group("man", came=6, no=6)],
            [(15, 10, None, None), (12, 6, None, None)],
        ),
        (  # three of the men declined: theirs are withheld, and so are those of the women that would give them away
            [*group("woman", came=10, no=5), *group("man", came=9, no=3)],
            [(15, None, "most", "most"), (12, None, "most", "most")],
        ),
        (  # everybody came: that would tell it of each
            [*group("woman", came=15), *group("man", came=6, no=6)],
            [(15, None, "most", "most"), (12, None, "half", "half")],
        ),
        (  # so few that not even how many is said
            [*group("woman", came=15, no=5), *group("man", came=2)],
            [(None, None, None, None), (None, None, None, None)],
        ),
        ([], [(0, 0, None, None), (0, 0, None, None)]),
    ],
    ids=["shown", "small cell", "all alike", "small group", "nobody"],
)
def test_what_is_shown_of_each_group(people: list[Answered], expected: list[tuple[object, ...]]) -> None:
    assert lines(people) == expected


def test_those_who_have_not_said_it_are_a_group_that_is_withheld() -> None:
    people = [*group("woman", came=10, no=5), *group("man", came=6, no=6), *group("", came=5, no=1)]
    assert lines(people)[1][1] is None  # all less the women and men would be those six


def test_a_group_stands_beside_its_share_of_the_population() -> None:
    found = by_group([], "gender", ("woman", "man", "other"), REFERENCE, 5)
    assert [each.share for each in found] == [0.6, 0.4, None]


outcomes = st.fixed_dictionaries({outcome: st.integers(0, 12) for outcome in OUTCOMES})


@given(outcomes, outcomes, outcomes)
def test_no_small_cell_is_shown_and_none_is_withheld_alone(
    woman: dict[str, int], man: dict[str, int], other: dict[str, int]
) -> None:
    people = [*group("woman", **woman), *group("man", **man), *group("other", **other)]
    found = by_group(people, "gender", ("woman", "man", "other"), REFERENCE, 5)
    for line in found:
        if line.counts:
            assert all(cell == 0 or cell >= 5 for cell in line.counts.cells())
            assert sum(line.counts.cells()) == line.counts.invited == line.invited
        assert line.invited is None or line.invited == 0 or line.invited >= 5
    withheld = [line for line in found if line.counts is None]
    filled = [line for line in found if line.counts is None or line.counts.invited]
    assert len(withheld) != 1 or len(filled) == 1


def test_silence_is_no_answer_and_time_that_ran_out() -> None:
    assert counted(group("woman", none=2, lapsed=3, came=1, yes=1)).silent == 5
