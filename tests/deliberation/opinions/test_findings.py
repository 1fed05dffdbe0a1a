"""Findings: the same bits whatever the order of people, groups that return, and votes that are hardly there."""

from dataclasses import replace

import numpy as np
import pytest

from deliberation.maths.votes import Votes, last_votes
from deliberation.opinions.findings import Findings, Task, Terms, find, from_parameters, to_parameters
from deliberation.opinions.identity import Before, Identity
from tests.deliberation.opinions.analysed import camps

TERMS = Terms(tuple(range(1, 13)))


def votes_of(ballots: list[dict[int, int]]) -> Votes:
    rows = [(person, number, value) for person, each in enumerate(ballots) for number, value in each.items()]
    return last_votes(*(np.array([row[column] for row in rows], np.int64) for column in range(3)))


def nobody_before(votes: Votes, highest: int = 0) -> Before:
    people = len(votes.people)
    return Before(np.zeros(people, np.int64), np.full((people, 2), np.nan), highest)


@pytest.fixture(scope="module")
def first() -> tuple[Votes, Findings]:
    """Three camps, three groups."""
    votes = votes_of(camps())
    return votes, find(Task(votes, TERMS, nobody_before(votes)))


def test_what_is_stored_is_enough_to_work_it_out_again(first: tuple[Votes, Findings]) -> None:
    votes, findings = first
    terms, identity = from_parameters(to_parameters(TERMS, findings.identity))
    assert (terms, identity) == (TERMS, findings.identity)
    again = find(Task(votes, terms, identity))
    assert (again.result, again.model) == (findings.result, findings.model)


def test_a_group_has_its_number_wherever_it_is_told_of(first: tuple[Votes, Findings]) -> None:
    votes, findings = first
    turned = find(Task(votes, TERMS, replace(findings.identity, numbers=(3, 1, 2))))
    sizes = [{each["id"]: each["size"] for each in one.result["groups"]} for one in (findings, turned)]
    assert sizes[1] == {3: sizes[0][1], 1: sizes[0][2], 2: sizes[0][3]}
    assert [group["id"] for group in turned.result["groups"]] == [1, 2, 3]
    assert {cell["group"] for cell in turned.result["map"]["cells"]} == {1, 2, 3}
    number = dict(zip((1, 2, 3), (3, 1, 2), strict=True))
    for one, other in zip(findings.result["divisive"], turned.result["divisive"], strict=True):
        assert (number[one["agreeing"]], number[one["disagreeing"]]) == (
            other["agreeing"],
            other["disagreeing"],
        )
    for name, one in findings.result["statements"].items():
        other = turned.result["statements"][name]["by_group"]
        assert {str(number[int(each)]): counts for each, counts in one["by_group"].items()} == other


def test_a_group_that_vanished_and_returns_has_its_number_again(first: tuple[Votes, Findings]) -> None:
    """The last analysis saw two groups only; one before it had the third, too."""
    votes, findings = first
    number = findings.placed.number
    merged = np.where(number == 3, 1, number)
    before = Before(merged, findings.placed.at, highest=4)
    fresh = find(Task(votes, TERMS, before))
    assert fresh.identity.numbers == (1, 2, 5)
    person = np.arange(len(votes.people))
    back = find(Task(votes, TERMS, before, Task(votes, TERMS, findings.identity), person))
    assert back.identity.numbers == (1, 2, 3)
    strangers = find(Task(votes, TERMS, before, Task(votes, TERMS, findings.identity), person * 0 - 1))
    assert strangers.identity.numbers == (1, 2, 5)


def test_the_map_stays_the_way_up_it_was(first: tuple[Votes, Findings]) -> None:
    votes, findings = first
    other_way_up = findings.placed.at * [-1, 1]
    turned = find(Task(votes, TERMS, Before(findings.placed.number, other_way_up, 3)))
    np.testing.assert_allclose(turned.placed.at, other_way_up, atol=1e-9)


@pytest.mark.parametrize(
    "ballots", [[], [{1: 1}], [{1: 1}, {2: -1}], [{1: 0, 2: 0}] * 9], ids=["none", "one", "two", "passes"]
)
def test_votes_that_are_hardly_there_make_an_analysis_too(ballots: list[dict[int, int]]) -> None:
    votes = votes_of(ballots)
    findings = find(Task(votes, TERMS, nobody_before(votes)))
    assert findings.result["k"] == 1
    assert findings.result["people"] == len(ballots)
    assert findings.result["divisive"] == []
    assert isinstance(findings.identity, Identity)
