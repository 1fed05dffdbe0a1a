"""What comes out of a ballot: who wins, in which order, and what is never counted out to anybody."""

import pytest

from deliberation.assembly_day.ballot_results import (
    ANSWERS,
    BallotKind,
    Result,
    count_out,
    from_json,
    to_json,
)

YES, NO, ABSTAIN = (["yes"], ["no"], ["abstain"])
POINTS = ("a", "b", "c")


@pytest.mark.parametrize(
    ("votes", "hands", "expected"),
    [
        ([YES] * 3 + [NO] * 2, {}, Result(5, passed=True, counts={"yes": 3, "no": 2, "abstain": 0})),
        ([YES] * 3 + [NO] * 3, {}, Result(6, passed=False, counts={"yes": 3, "no": 3, "abstain": 0})),
        ([YES] + [ABSTAIN] * 5, {}, Result(6, passed=True, counts={"yes": 1, "no": 0, "abstain": 5})),
        ([NO] * 5, {"yes": 6}, Result(11, passed=True, counts={"yes": 6, "no": 5, "abstain": 0})),
        ([], {"yes": 2, "no": 1}, Result(3, passed=True, counts={"yes": 2, "no": 1, "abstain": 0})),
        ([YES] * 4, {}, Result(None, passed=True)),
        ([YES] * 4, {"no": 9}, Result(13, passed=False)),
        ([], {}, Result(0, passed=False, counts={"yes": 0, "no": 0, "abstain": 0})),
    ],
    ids=[
        "more yes than no",
        "a tie does not pass",
        "who abstains is not against",
        "hands count as votes do",
        "raised hands alone are seen by all",
        "few secret votes are not counted out",
        "nor by what is left after the hands",
        "nobody voted",
    ],
)
def test_a_proposal_passes_by_more_yes_than_no(
    votes: list[list[str]], hands: dict[str, int], expected: Result
) -> None:
    assert count_out(BallotKind.PROPOSAL, ANSWERS, votes, hands, 5) == expected


def test_the_order_is_proportional_and_not_the_largest_camps_alone() -> None:
    votes = [["a", "b"]] * 6 + [["c"]] * 4
    result = count_out(BallotKind.ORDER, POINTS, votes, {}, 5)
    assert result.order == ("a", "c", "b")
    assert result.counts == {"a": 6, "b": 6, "c": 4}


def test_a_raised_hand_counts_as_a_person_who_chose_that_point_alone() -> None:
    result = count_out(BallotKind.ORDER, POINTS, [["a"]] * 5, {"b": 7}, 5)
    assert (result.order, result.voters) == (("b", "a", "c"), 12)


def test_what_nobody_chose_comes_last_as_it_was_listed() -> None:
    assert count_out(BallotKind.ORDER, POINTS, [], {}, 5).order == POINTS
    few = count_out(BallotKind.ORDER, POINTS, [["c"]], {}, 5)
    assert (few.order, few.counts) == (("c", "a", "b"), None)


def test_the_order_of_the_votes_changes_nothing() -> None:
    votes = [["a", "b"], ["c"], ["b", "c"], ["a"], ["c", "a"]]
    forwards = count_out(BallotKind.ORDER, POINTS, votes, {}, 5)
    assert count_out(BallotKind.ORDER, POINTS, votes[::-1], {}, 5) == forwards


@pytest.mark.parametrize(
    "result",
    [
        Result(None, passed=True),
        Result(5, passed=False, counts={"yes": 2, "no": 3, "abstain": 0}),
        Result(5, counts={"a": 5}, order=("a",)),
        Result(void=True),
    ],
)
def test_a_result_is_kept_as_it_is(result: Result) -> None:
    assert from_json(to_json(result)) == result
