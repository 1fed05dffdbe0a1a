"""What comes out of a ballot: who wins, in which order, and what is never counted out to anybody."""

from itertools import product

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
    few = count_out(BallotKind.ORDER, POINTS, [["c"]] * 3, {}, 5)
    assert (few.order, few.counts) == (("c", "a", "b"), None)


@pytest.mark.parametrize(
    ("votes", "hands"), [(v, (y, n)) for v in range(1, 6) for y in range(7) for n in range(7)]
)
def test_what_comes_out_of_few_secret_votes_tells_of_nobody_what_they_voted(
    votes: int, hands: tuple[int, int]
) -> None:
    """Whoever sees the hands and the outcome can still think of any answer for each person."""
    seen: dict[Result, list[tuple[str, ...]]] = {}
    raised = dict(zip(("yes", "no"), hands, strict=True))
    for voted in product(ANSWERS, repeat=votes):
        result = count_out(BallotKind.PROPOSAL, ANSWERS, [[answer] for answer in voted], raised, 6)
        assert result.counts is None
        seen.setdefault(result, []).append(voted)
    for possible in seen.values():
        for person in range(votes):
            assert {voted[person] for voted in possible} == set(ANSWERS)


def test_an_order_that_one_or_two_chose_in_secret_is_not_counted() -> None:
    for votes in ([["c"]], [["c"], ["a"]]):
        assert count_out(BallotKind.ORDER, POINTS, votes, {"b": 9}, 5) == Result(void=True, few=True)


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
        Result(void=True, few=True),
    ],
)
def test_a_result_is_kept_as_it_is(result: Result) -> None:
    assert from_json(to_json(result)) == result
