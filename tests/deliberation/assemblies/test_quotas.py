"""Quotas come from the population by largest remainder, with room to each side, and say all that is wrong at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import Database
from core.errors import InvalidInput
from deliberation.assemblies.quotas import check_quotas, propose_quotas, read_quotas, set_quotas
from deliberation.assemblies.reference import get_planned
from deliberation.lottery.quotas import Quota
from tests.deliberation.assemblies.provinces import lottery_assembly


@pytest.mark.parametrize(
    ("people", "seats", "expected"),
    [
        ({"woman": 51, "man": 49}, 10, [(4, 6), (4, 6)]),
        ({"a": 1, "b": 1, "c": 1}, 10, [(3, 5), (2, 4), (2, 4)]),  # the seat that is left goes to the first
        ({"a": 90, "b": 10}, 100, [(81, 99), (9, 11)]),  # a tenth of 90 is more than one seat
        ({"a": 999, "b": 1}, 10, [(9, 10), (0, 1)]),
        ({"a": 0, "b": 5}, 3, [(0, 1), (2, 3)]),
    ],
)
def test_each_value_has_its_share_of_the_seats_with_some_room(
    people: dict[str, int], seats: int, expected: list[tuple[int, int]]
) -> None:
    proposed = propose_quotas({"gender": people}, seats)
    assert [(quota.low, quota.high) for quota in proposed] == expected


@given(
    st.lists(st.integers(0, 10**7), min_size=1, max_size=12).filter(any),
    st.integers(1, 300),
)
def test_what_is_proposed_has_no_fault_and_is_near_the_population(people: list[int], seats: int) -> None:
    reference = {"canton": {str(number): each for number, each in enumerate(people)}}
    proposed = propose_quotas(reference, seats)
    assert check_quotas(proposed, seats) == []
    for quota in proposed:
        exact = seats * people[int(quota.feature)] / sum(people)
        assert quota.low <= exact <= quota.high


@pytest.mark.parametrize(
    ("quotas", "codes"),
    [
        ([Quota("a", "x", 2, 1), Quota("a", "y", 0, 9)], ["quota_upside_down"]),
        ([Quota("a", "x", 0, 11)], ["quota_over_seats"]),
        ([Quota("a", "x", 6, 7), Quota("a", "y", 5, 7)], ["quotas_want_more"]),
        ([Quota("a", "x", 0, 4), Quota("a", "y", 0, 5)], ["quotas_want_fewer"]),
        (
            [Quota("a", "x", 8, 7), Quota("a", "y", 3, 3), Quota("b", "z", 0, 2)],
            ["quota_upside_down", "quotas_want_more", "quotas_want_fewer"],
        ),
    ],
)
def test_all_faults_are_told(quotas: list[Quota], codes: list[str]) -> None:
    assert [fault.code for fault in check_quotas(quotas, 10)] == codes


async def test_wrong_quotas_are_not_kept(database: Database) -> None:
    assembly_id = await database.run(lottery_assembly)
    before = await database.read(lambda db: get_planned(db, assembly_id).quotas)
    with pytest.raises(InvalidInput):
        await database.run(set_quotas, assembly_id, (Quota("a", "x", 2, 1),), account_id=None)
    assert await database.read(lambda db: get_planned(db, assembly_id).quotas) == before


async def test_quotas_are_kept_and_read_again(database: Database) -> None:
    assembly_id = await database.run(lottery_assembly)
    quotas = (Quota("gender", "man", 4, 6), Quota("gender", "woman", 4, 6))
    await database.run(set_quotas, assembly_id, quotas, account_id=None)
    kept = await database.read(lambda db: get_planned(db, assembly_id).quotas)
    assert read_quotas(kept or ()).quotas == quotas
