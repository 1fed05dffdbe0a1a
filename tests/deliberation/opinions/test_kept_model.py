"""What is kept of a model says of people what the whole model said, from their votes alone."""

import numpy as np
import pytest

from deliberation.maths.leanings import person_given
from deliberation.maths.opinion_model import fit_opinion_model
from deliberation.maths.votes import Votes, last_votes
from deliberation.opinions.kept_model import KeptModel, pack, unpack
from tests.deliberation.opinions.ballot_box import camps


@pytest.fixture(scope="module")
def votes() -> Votes:
    """Of 80 people on 14 statements."""
    rows = [(person, n, v) for person, each in enumerate(camps(80, 14)) for n, v in each.items()]
    people, statements, values = zip(*rows, strict=True)
    return last_votes(people, statements, values)


def kept(votes: Votes) -> KeptModel:
    nothing = np.arange(2 * len(votes.statements)).reshape(2, -1)
    return KeptModel(
        np.arange(1, 15), fit_opinion_model(votes), np.array([1, 3]), np.array([50, 30]), nothing, nothing[0]
    )


def test_what_is_packed_comes_out_as_it_was(votes: Votes) -> None:
    before = kept(votes)
    after = unpack(pack(before))
    assert after is not None
    for name in ("statements", "numbers", "sizes", "seen", "voted"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    assert pack(after) == pack(before)
    # Only somebody unknown is left of the people.
    assert len(after.model.opinion.people.mean) == 1
    assert len(pack(before)) < 2 * 4 * 50 * 17


def test_a_form_that_is_not_known_is_no_model(votes: Votes) -> None:
    assert unpack(b"\x02" + pack(kept(votes))[1:]) is None


def test_a_person_by_their_votes_is_as_the_full_fit_says(votes: Votes) -> None:
    """As far as the full fit has come to rest: it ends after a fixed number of rounds."""
    model, everything = unpack(pack(kept(votes))), fit_opinion_model(votes)
    assert model is not None
    statements, apart = np.arange(14), []
    for person in range(80):
        own = slice(votes.starts[person], votes.starts[person + 1])
        statement, value = votes.statement[own].astype(np.int64), votes.value[own]
        decided = value != 0
        for known, full, answered, yes in (
            (model.model.opinion, everything.opinion, statement[decided], value[decided] > 0),
            (model.model.passing, everything.passing, statement, value == 0),
        ):
            alone = person_given(answered, yes, known).chance(np.zeros(14, np.int64), statements)
            apart.append(alone - full.chance(np.full(14, person), statements))
    assert np.abs(apart).max() < 0.03
    assert np.abs(apart).mean() < 0.002


def test_of_whom_nothing_is_known_is_anybody(votes: Votes) -> None:
    leanings = fit_opinion_model(votes).opinion
    statements = np.arange(14)
    nobody = person_given(np.zeros(0, np.int64), np.zeros(0, bool), leanings)
    np.testing.assert_allclose(
        nobody.chance(np.zeros(14, np.int64), statements), leanings.chance(np.full(14, -1), statements)
    )
