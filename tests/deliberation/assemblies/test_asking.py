"""How many to invite: by hand-computed cases, and what holds for all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import at
from core.database import Database
from deliberation.assemblies.asking import get_asking, propose_asking
from deliberation.assemblies.changing import cancel_assembly
from tests.deliberation.assemblies.meetings import NOON, STARTS, invited, meeting


@pytest.mark.parametrize(
    ("seats", "waiting", "invited", "accepted", "people"),
    [
        (30, 30, 0, 0, 60),  # nothing known: every second one accepts
        (30, 15, 0, 0, 45),  # no more than may wait
        (30, 90, 90, 25, 100),  # (25 + 5) / (90 + 10) = 0.3
        (30, 90, 10, 10, 40),  # (10 + 5) / (10 + 10) = 0.75
        (1, 0, 0, 0, 1),
    ],
)
def test_so_many_are_asked_that_the_seats_are_expected_to_fill(
    seats: int, waiting: int, invited: int, accepted: int, people: int
) -> None:
    assert propose_asking(seats, waiting, invited=invited, accepted=accepted).people == people


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 10_000), st.floats(0, 1))
def test_at_least_the_seats_at_most_who_may_wait_and_nobody_is_certain(
    seats: int, waiting: int, invited: int, share: float
) -> None:
    found = propose_asking(seats, waiting, invited=invited, accepted=int(invited * share))
    assert seats <= found.people <= seats + waiting
    assert 0 < found.rate < 1


@given(st.integers(1, 1000))
def test_the_more_is_known_the_less_the_guess_weighs(invited: int) -> None:
    few, many = (propose_asking(10, 99, invited=n, accepted=0).rate for n in (invited, 2 * invited))
    assert many < few < 0.5


def test_more_acceptances_than_invitations_are_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="acceptances"):
        propose_asking(10, 5, invited=3, accepted=4)


async def test_it_is_learnt_from_assemblies_that_took_place(database: Database) -> None:
    with at(NOON):
        held, called_off = [await database.run(meeting) for _ in range(2)]
        for assembly_id in (held, called_off):
            await database.run(invited, assembly_id, "yes", "waiting", "no", "lapsed", "none")
        assert (await database.read(get_asking, 10)).invited == 0, "it has not begun"
        await database.run(cancel_assembly, called_off, account_id=None)
    with at(STARTS):
        found = await database.read(get_asking, 10)
    assert (found.invited, found.accepted, found.people) == (5, 2, 15)
