"""Who is missing beside the population, and that nothing is said which withheld numbers would have to tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.assemblies.reference import (
    Eligible,
    get_planned,
    list_eligible,
    set_reference,
    who_is_missing,
)
from tests.deliberation.asked import person
from tests.deliberation.assemblies.provinces import lottery_assembly

THRESHOLD = 5


def people(**counts: int) -> list[Eligible]:
    """So many of each gender."""
    said = [value for value, count in counts.items() for _ in range(count)]
    return [Eligible(number, {"gender": value}) for number, value in enumerate(said)]


@pytest.mark.parametrize(
    ("counts", "reference", "verdicts"),
    [
        ({"woman": 50, "man": 50}, {"woman": 50, "man": 50}, ["alike", "alike"]),
        ({"woman": 20, "man": 80}, {"woman": 50, "man": 50}, ["missing", "over"]),
        (
            {"woman": 0, "man": 80},
            {"woman": 50, "man": 50},
            ["missing", "hidden"],
        ),  # all are men: it would tell
        ({"woman": 2, "man": 98}, {"woman": 50, "man": 50}, ["missing", "hidden"]),
        ({}, {"woman": 50, "man": 50}, ["alike", "alike"]),
    ],
)
def test_who_is_missing(counts: dict[str, int], reference: dict[str, int], verdicts: list[str]) -> None:
    found = who_is_missing(people(**counts), {"gender": reference}, THRESHOLD)["gender"]
    assert [each.verdict for each in found] == verdicts


def test_a_share_has_an_interval_and_stands_beside_the_population() -> None:
    [woman, man] = who_is_missing(people(woman=20, man=80), {"gender": {"woman": 60, "man": 40}}, 5)["gender"]
    assert (woman.count, woman.share, woman.reference) == (20, 0.2, 0.6)
    assert woman.low is not None and woman.high is not None and woman.low < 0.2 < woman.high < 0.6
    assert man.share == 0.8


@given(
    st.lists(st.integers(0, 40), min_size=2, max_size=5),
    st.lists(st.integers(1, 100), min_size=5, max_size=5),
    st.integers(0, 12),
)
def test_what_is_said_of_a_small_count_could_be_said_of_one_that_is_not(
    counts: list[int], population: list[int], unsaid: int
) -> None:
    """Nobody can rule out that a number which is withheld reaches the threshold."""
    names = [f"v{number}" for number in range(len(counts))]
    reference = {"gender": dict(zip(names, population, strict=False))}

    def verdicts(these: list[int]) -> list[tuple[int | None, float | None, str]]:
        found = people(**dict(zip(names, these, strict=True)), **({"": unsaid} if unsaid else {}))
        lines = who_is_missing(found, reference, THRESHOLD)["gender"]
        return [(each.count, each.share, each.verdict) for each in lines]

    first = verdicts(counts)
    assert all(count is None or not 0 < count < THRESHOLD for count, _, _ in first)
    smaller = [0 < count < THRESHOLD for count in counts]
    if sum(smaller) > 1:  # then the small ones are withheld whichever of these sizes they have
        others = [THRESHOLD - 1 if small else count for small, count in zip(smaller, counts, strict=True)]
        again = verdicts(others)
        assert [line[2] for line in again] == [line[2] for line in first] or sum(counts) < THRESHOLD


async def test_who_may_be_invited_is_known_by_what_they_said(database: Database) -> None:
    def check(db: Session) -> None:
        willing = person(db, "qu", invite="yes", gender="woman", age="18_29", needs=["food"])
        person(db, invite="no", gender="woman")
        person(db, invite="yes", gender="man", reachable=False)
        assembly = get_planned(db, lottery_assembly(db))
        assert list_eligible(db, assembly) == [
            Eligible(willing, {"gender": "woman", "age": "18_29", "language": "qu"})
        ]

    await database.run(check)


async def test_a_category_of_which_nothing_is_known_is_not_kept(database: Database) -> None:
    assembly_id = await database.run(lottery_assembly)
    given_counts = {"gender": {"man": 1}, "canton": {}}
    await database.run(set_reference, assembly_id, given_counts, account_id=None)
    kept = await database.read(lambda db: get_planned(db, assembly_id).reference)
    assert kept == {"gender": {"man": 1}}
