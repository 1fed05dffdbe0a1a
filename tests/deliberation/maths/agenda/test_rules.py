"""The rules choose as they are defined, whatever the order of people and items, and say who is left out."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.maths.agenda.approval import approval as approval_of
from deliberation.maths.agenda.equal_shares import equal_shares
from deliberation.maths.agenda.minimum import Claim, choose
from deliberation.maths.agenda.phragmen import phragmen
from deliberation.maths.agenda.proposals import Agenda, LeftOut, Proposals, left_out, proposals_of
from tests.deliberation.maths.agenda.plain_rules import Plain, proposals

Rule = Callable[[Proposals, int], Agenda]
A, B, C, D, E = range(5)


def approval(made: Proposals, minutes: int) -> Agenda:
    return approval_of(made.counted, minutes)


def ballots(*lots: tuple[int, str]) -> list[frozenset[int]]:
    """(3, "ab") are three people who approve of the items 0 and 1."""
    return [frozenset("abcde".index(each) for each in liked) for people, liked in lots for _ in range(people)]


@st.composite
def votes(draw: st.DrawFn) -> tuple[list[frozenset[int]], list[int], int]:
    items = draw(st.integers(1, 7))
    lots = st.tuples(st.integers(1, 5), st.frozensets(st.integers(0, items - 1)))
    people = [liked for count, liked in draw(st.lists(lots, min_size=1, max_size=7)) for _ in range(count)]
    minutes = draw(st.lists(st.integers(1, 9), min_size=items, max_size=items))
    return people, minutes, draw(st.integers(1, 40))


@given(votes())
@settings(max_examples=300, deadline=None)
def test_phragmen_chooses_what_saving_person_by_person_chooses(
    given: tuple[list[frozenset[int]], list[int], int],
) -> None:
    people, minutes, limit = given
    assert phragmen(proposals(people, minutes), limit).items == Plain(people, minutes, limit).phragmen()


@given(votes())
@settings(max_examples=300, deadline=None)
def test_equal_shares_chooses_what_paying_person_by_person_chooses(
    given: tuple[list[frozenset[int]], list[int], int],
) -> None:
    people, minutes, limit = given
    assert (
        equal_shares(proposals(people, minutes), limit).items == Plain(people, minutes, limit).equal_shares()
    )


def test_rules_agree_with_their_definitions_where_purses_differ_by_little() -> None:
    draw = np.random.default_rng(3)
    likes = draw.random((400, 12)) < 0.3
    people = [frozenset(np.flatnonzero(row).tolist()) for row in likes]
    minutes = draw.integers(5, 30, 12).tolist()
    made = proposals(people, minutes)
    assert phragmen(made, 120).items == Plain(people, minutes, 120).phragmen()
    assert equal_shares(made, 120).items == Plain(people, minutes, 120).equal_shares()


def test_phragmen_by_hand() -> None:
    # 6 want a and b, 3 want c. a: 6/6 = 1. Then b needs 1 more of each: at 2; c: 6/3 = 2. More approve of b.
    agenda = phragmen(proposals(ballots((6, "ab"), (3, "c")), [6, 6, 6]), 18)
    assert agenda.items == [A, B, C]
    assert [place.most for place in agenda.places] == [1, 2, 2]
    assert [place.payers for place in agenda.places] == [6, 6, 3]
    assert agenda.used == 18


def test_equal_shares_by_hand() -> None:
    # 20 minutes for 10 people: 2 each. a costs the 6 one each; then b one each; c needs 9 and its 4 have 8.
    agenda = equal_shares(proposals(ballots((6, "ab"), (4, "c")), [6, 6, 8]), 20)
    assert [(place.item, place.why, place.most) for place in agenda.places] == [
        (A, "rule", Fraction(1)),
        (B, "rule", Fraction(1)),
        (C, "rule", Fraction(2)),
    ]
    dearer = equal_shares(proposals(ballots((6, "a"), (4, "c")), [6, 6, 9]), 20)
    assert [(place.item, place.why) for place in dearer.places] == [(A, "rule"), (C, "completed")]


def test_the_poor_pay_what_they_have_and_the_rich_the_rest() -> None:
    # 12 minutes for 4: 3 each. a takes 2 from the first three; b of 4 gets 1 from the third, and 3 from the fourth.
    agenda = equal_shares(proposals(ballots((2, "a"), (1, "ab"), (1, "b")), [6, 4], [0, 0, 1, 1]), 12)
    assert [(place.payers, place.most, place.groups) for place in agenda.places] == [
        (3, Fraction(2), (Fraction(4), Fraction(2))),
        (2, Fraction(3), (Fraction(0), Fraction(4))),
    ]


def test_who_has_nothing_left_is_not_said_to_have_paid() -> None:
    # 4 minutes for 4: 1 each, and all of it goes to b and c at once. What a lacks is saved, by all who approve of it.
    agenda = equal_shares(proposals(ballots((2, "ab"), (2, "b"), (1, "")), [2, 4]), 6)
    assert [(place.item, place.why, place.payers) for place in agenda.places] == [
        (B, "rule", 4),
        (A, "completed", 2),
    ]
    # 3 each: the first spends it on a, b and c, so that the third pays for d alone.
    agenda = equal_shares(proposals(ballots((1, "abcd"), (1, "abc"), (1, "d")), [2, 2, 2, 3]), 9)
    assert [(place.item, place.payers, place.most) for place in agenda.places] == [
        (A, 2, Fraction(1)),
        (B, 2, Fraction(1)),
        (C, 2, Fraction(1)),
        (D, 1, Fraction(3)),
    ]


def test_approval_lets_the_largest_camp_win_every_time() -> None:
    made = proposals(ballots((6, "abc"), (4, "de")), [5] * 5)
    assert approval(made, 15).items == [A, B, C]
    assert phragmen(made, 15).items == [A, D, B] and equal_shares(made, 15).items == [A, D, B]


@pytest.mark.parametrize("rule", [phragmen, equal_shares, approval])
def test_an_item_that_does_not_fit_is_passed_over_and_those_after_it_are_marked(rule: Rule) -> None:
    agenda = rule(proposals(ballots((9, "abc"), (1, "")), [5, 9, 3]), 12)
    assert (agenda.items, agenda.used) == ([C, A], 8)
    long_first = approval(proposals(ballots((5, "a"), (4, "b"), (3, "c")), [5, 9, 3]), 12)
    assert [(place.item, place.later) for place in long_first.places] == [(A, False), (C, True)]


@pytest.mark.parametrize("rule", [phragmen, equal_shares, approval])
def test_what_nobody_approves_of_is_on_no_agenda(rule: Rule) -> None:
    assert rule(proposals(ballots((3, "a"), (2, "")), [5, 5]), 60).items == [A]
    assert rule(proposals(ballots((3, "")), [5, 5]), 60).items == []


@pytest.mark.parametrize("rule", [phragmen, equal_shares, approval])
def test_equal_items_go_by_approvals_then_minutes_then_order(rule: Rule) -> None:
    assert rule(proposals(ballots((2, "a"), (2, "b"), (2, "c")), [4, 4, 4]), 8).items == [A, B]
    assert rule(proposals(ballots((2, "a"), (2, "b")), [4, 2]), 5).items == [B]


@pytest.mark.parametrize("rule", [phragmen, equal_shares, approval])
def test_the_order_of_people_changes_nothing(rule: Rule) -> None:
    draw = np.random.default_rng(8)
    person, item = np.nonzero(draw.random((900, 30)) < 0.2)
    minutes = tuple(draw.integers(5, 20, 30).tolist())
    first = rule(proposals_of(person, item, people=900, minutes=minutes), 150)
    shuffled, rows = draw.permutation(900), draw.permutation(len(person))
    again = rule(proposals_of(shuffled[person[rows]], item[rows], people=900, minutes=minutes), 150)
    assert first == again


def test_people_with_nothing_they_approve_of_are_counted_of_those_who_approve_of_something() -> None:
    made = proposals(ballots((6, "ab"), (3, "c"), (1, "")), [5, 5, 5], [0] * 6 + [1] * 4)
    assert left_out(made, [A, B]) == (LeftOut(3, 9), (LeftOut(0, 6), LeftOut(3, 3)))
    assert left_out(made, [A, C])[0] == LeftOut(0, 9)


def test_a_minimum_gives_people_without_anything_the_item_they_agree_on() -> None:
    made = proposals(ballots((17, "abc"), (3, "d")), [5, 5, 5, 5])
    assert choose("phragmen", made, 15).agenda.items == [A, B, C]
    granted = choose("phragmen", made, 15, Fraction(15, 100))
    assert granted.agenda.items == [A, B, D] and granted.met == (Claim(D, 3),) and not granted.unmet
    assert granted.agenda.places[-1].why == "minimum"
    assert not choose("phragmen", made, 15, Fraction(16, 100)).met


def test_a_minimum_changes_nothing_where_the_rule_meets_it() -> None:
    made = proposals(ballots((12, "abc"), (8, "d")), [5, 5, 5, 5])
    assert choose("phragmen", made, 15, Fraction(1, 4)) == choose("phragmen", made, 15)


@pytest.mark.parametrize("rule", ["phragmen", "equal-shares", "approval"])
def test_a_named_group_gets_an_item_of_its_own_beside_what_all_share(rule: str) -> None:
    people = ballots((17, "abe"), (3, "de"))
    made = proposals(people, [5, 5, 5, 5, 5], [0] * 17 + [1] * 3)
    assert D not in choose(rule, made, 15).agenda.items
    granted = choose(rule, made, 15, Fraction(1, 10))
    assert D in granted.agenda.items and E in granted.agenda.items
    assert granted.met == (Claim(D, 3, 1),)


@pytest.mark.parametrize("rule", ["phragmen", "equal-shares", "approval"])
def test_a_claim_for_which_there_are_no_minutes_is_said(rule: str) -> None:
    made = proposals(ballots((8, "a"), (4, "b"), (4, "c")), [6, 6, 14])
    granted = choose(rule, made, 12, Fraction(1, 4))
    assert granted.unmet == (Claim(C, 4),)


def test_nobody_pays_for_a_minimum_and_only_the_other_minutes_are_shared_out() -> None:
    made = proposals(ballots((9, "ab"), (1, "c")), [9, 5, 10])
    agenda = choose("equal-shares", made, 20, Fraction(1, 10)).agenda
    assert [(place.item, place.why, place.payers) for place in agenda.places] == [
        (B, "rule", 9),
        (C, "minimum", None),
    ]
    assert agenda.used == 15


@given(votes(), st.integers(1, 10))
@settings(max_examples=150, deadline=None)
def test_with_a_minimum_no_open_claim_fits(
    given: tuple[list[frozenset[int]], list[int], int], part: int
) -> None:
    people, minutes, limit = given
    made = proposals(people, minutes, [number % 3 for number in range(len(people))])
    for rule in ("phragmen", "equal-shares", "approval"):
        granted = choose(rule, made, limit, Fraction(part, 10))
        spare = limit - sum(minutes[claim.item] for claim in granted.met)
        assert granted.agenda.used == sum(minutes[item] for item in granted.agenda.items) <= limit
        assert all(minutes[claim.item] > spare for claim in granted.unmet)
        assert {claim.item for claim in granted.met} <= set(granted.agenda.items)
