"""Polis's analysis: who is in, what moderation does, what comes next."""

import numpy as np
import pytest

from deliberation.maths.polis import analyse_as_polis, people_inside, priorities
from deliberation.maths.representative import shared_agreement
from deliberation.maths.votes import Votes, last_votes
from tests.deliberation.maths.ballots import random_votes, votes_of


def test_who_has_seven_votes_is_in() -> None:
    votes = votes_of(*["+-+-+-+-"] * 14, "+-+-+-+.", "+-+-+-..", "+.......")
    assert people_inside(votes).tolist() == list(range(15))


def test_where_there_are_fewer_statements_all_of_them_are_enough() -> None:
    votes = votes_of(*["+-+"] * 15, "+-.")
    assert people_inside(votes).tolist() == list(range(15))


def test_too_few_are_topped_up_with_the_most_active_first_by_id() -> None:
    votes = votes_of("+.......", *["++......"] * 15, "+++.....", "++++++++")
    assert people_inside(votes).tolist() == [*range(1, 14), 16, 17]


def test_a_rejected_statement_counts_as_passed_by_everybody() -> None:
    votes = random_votes(80, 12, 0.7)
    rejected = np.arange(12) == 4
    passed = last_votes(
        [*votes.person[votes.statement != 4], *range(80)],
        [*votes.statement[votes.statement != 4], *[4] * 80],
        [*votes.value[votes.statement != 4], *[0] * 80],
    )
    one, other = analyse_as_polis(votes, rejected=rejected), analyse_as_polis(passed)
    np.testing.assert_allclose(one.components.people, other.components.people, atol=1e-12)
    np.testing.assert_allclose(one.components.extremity, other.components.extremity[~rejected], atol=1e-12)
    assert all(each.statement != 4 for chosen in (*one.representative, *one.majority) for each in chosen)


def test_a_statement_about_the_person_is_shown_early_and_makes_no_group() -> None:
    votes = random_votes(80, 12, 0.7)
    about_person = np.arange(12) == 3
    analysis = analyse_as_polis(votes, about_person=about_person)
    assert analysis.priorities[3] == 49
    assert analysis.components.directions.shape == (2, 11)


def test_groups_counts_and_shared_agreement_belong_together() -> None:
    votes = random_votes(120, 15, 0.8)
    analysis = analyse_as_polis(votes)
    assert set(analysis.label.tolist()) - {-1} == set(range(analysis.groups))
    np.testing.assert_array_equal(analysis.shared, shared_agreement(analysis.counts))
    np.testing.assert_array_equal(analysis.label == -1, votes.votes_by_person < 7)


def test_the_priority_by_hand() -> None:
    analysis = analyse_as_polis(votes_of(*["+0"] * 3))
    agreed, passed = 4 / 5, 1 / 5
    assert analysis.priorities[0] == pytest.approx(((1 - passed) * agreed * (1 + 8 * 2 ** (-3 / 5))) ** 2)
    assert priorities(analysis.counts.all, np.array([1.0, 0]))[0] == pytest.approx(4 * analysis.priorities[0])


@pytest.mark.parametrize(
    "votes", [last_votes([], [], []), votes_of("+"), votes_of("+-", "-+"), votes_of("0", "0")]
)
def test_the_smallest_conversations_have_an_analysis(votes: Votes) -> None:
    analysis = analyse_as_polis(votes)
    assert len(analysis.label) == len(votes.people)
    assert np.isfinite(analysis.components.people).all() and np.isfinite(analysis.priorities).all()


def test_other_names_give_the_same_groups() -> None:
    votes = random_votes(150, 20, 0.6)
    renamed = last_votes(-votes.person.astype(int) + 1000, votes.statement, votes.value)
    one, other = analyse_as_polis(votes), analyse_as_polis(renamed)
    np.testing.assert_array_equal(one.label, other.label[::-1])
