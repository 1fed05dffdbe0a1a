"""What groups share, and where groups meet that elsewhere stand apart."""

from typing import Any

import pytest

from deliberation.opinions.bridging import Counts, common_way, find_bridges

YES, NO, SPLIT, FEW = Counts(28, 1, 30), Counts(1, 28, 30), Counts(15, 15, 30), Counts(3, 0, 3)
QUARREL = {"1": {1: YES, 2: NO, 3: SPLIT}}
"""The first two groups stand against each other; the third against nobody."""


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ({1: YES, 2: YES}, "agree"),
        ({1: NO, 2: NO}, "disagree"),
        ({1: YES, 2: NO}, None),
        ({1: YES, 2: SPLIT}, None),
        ({1: YES, 2: FEW}, None),
        ({}, None),
    ],
)
def test_common_ground_is_what_most_of_every_group_say(votes: Any, expected: Any) -> None:
    assert common_way(votes, 5) == expected


def test_groups_that_stand_apart_meet_on_a_sentence_that_a_third_does_not_share() -> None:
    (bridge,) = find_bridges(QUARREL | {"2": {1: YES, 2: YES, 3: SPLIT}}, 5)
    assert (bridge.statement, bridge.kind, bridge.way, bridge.groups) == ("2", "meeting", "agree", (1, 2))
    assert bridge.apart == 1


def test_they_may_meet_in_refusing_it() -> None:
    (bridge,) = find_bridges(QUARREL | {"2": {1: NO, 2: NO, 3: SPLIT}}, 5)
    assert (bridge.kind, bridge.way) == ("meeting", "disagree")


def test_what_a_good_part_of_the_other_group_says_opens_a_way() -> None:
    (bridge,) = find_bridges(QUARREL | {"2": {1: SPLIT, 2: YES, 3: SPLIT}}, 5)
    assert (bridge.kind, bridge.way, bridge.groups) == ("opening", "agree", (2, 1))


def test_what_all_share_is_no_bridge() -> None:
    assert find_bridges(QUARREL | {"2": {1: YES, 2: YES, 3: YES}}, 5) == []


def test_groups_that_never_stand_apart_need_no_bridge() -> None:
    assert find_bridges({"2": {1: YES, 2: YES, 3: NO}}, 5) == []


def test_few_votes_say_nothing() -> None:
    assert find_bridges(QUARREL | {"2": {1: YES, 2: FEW, 3: SPLIT}}, 5) == []


def test_those_who_stand_furthest_apart_come_first_and_the_order_of_sentences_is_irrelevant() -> None:
    statements = {
        "1": {1: YES, 2: NO, 3: SPLIT},
        "2": {1: YES, 2: SPLIT, 3: NO},
        "3": {1: NO, 2: YES, 3: YES},
        "4": {1: YES, 2: NO, 3: YES},
        "5": {1: YES, 2: YES, 3: SPLIT},
    }
    found = find_bridges(statements, 5)
    assert next(bridge.statement for bridge in found if bridge.groups == (1, 2)) == "5"
    assert found == find_bridges(dict(reversed(statements.items())), 5)
    assert len({bridge.statement for bridge in found}) == len(found)
