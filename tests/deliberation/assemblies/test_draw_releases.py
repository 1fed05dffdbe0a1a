"""Two draws that everybody sees are subtracted: nothing of a few people may come out."""

from collections import Counter

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from deliberation.assemblies.draw_releases import Features, Releases
from deliberation.assemblies.published_draws import get_published_draw, will_file_be_open
from tests.deliberation.asked import person
from tests.deliberation.assemblies.provinces import NOON, commit, found_province, lottery_assembly


def pool(**people: int) -> Counter[Features]:
    """So many of each type, written as `woman_es`."""
    return Counter(
        {
            frozenset(zip(("gender", "language"), each.split("_"), strict=False)): people[each]
            for each in people
        }
    )


FIRST = pool(woman_es=20, woman_qu=20, man_es=20)


@pytest.mark.parametrize(
    ("second", "withheld", "is_open"),
    [
        (FIRST, set(), True),
        (pool(woman_es=20, woman_qu=21, man_es=20), {"gender", "language"}, False),
        (pool(woman_es=20, woman_qu=15, man_es=20), set(), True),
        (
            pool(woman_es=19, woman_qu=20, man_es=21),
            {"gender"},
            False,
        ),  # of either language as many as before
        (pool(woman=42, man=20), {"gender"}, False),
        (pool(woman=40, man=20), set(), True),
    ],
)
def test_what_differs_by_a_few_is_withheld(
    second: Counter[Features], withheld: set[str], is_open: bool
) -> None:
    releases = Releases(5)
    assert releases.add(FIRST, names_nobody=True).is_open
    found = releases.add(second, names_nobody=True)
    assert (found.withheld, found.is_open) == (frozenset(withheld), is_open)


def test_what_was_never_told_gives_nothing_away() -> None:
    releases = Releases(5)
    releases.add(FIRST, names_nobody=False)
    releases.add(pool(woman_es=20, woman_qu=23, man_es=20), names_nobody=False)
    found = releases.add(pool(woman_es=20, woman_qu=25, man_es=20), names_nobody=True)
    assert (found.withheld, found.is_open) == (frozenset(), True), (
        "the second was withheld, and no file was open"
    )


@pytest.mark.parametrize(
    ("first", "second", "is_open"),
    [
        # Who was not counted is, and one more: all of them are women, and so is she who came.
        (pool(woman=20, man=20, **{"*": 5}), pool(woman=26, man=20), False),
        # The same people, told in another way: who was not counted is a woman.
        (pool(woman=20, man=20, **{"*": 5}), pool(woman=25, man=20), False),
        (pool(woman=25, man=20), pool(woman=20, man=20, **{"*": 5}), False),
        (pool(woman=20, man=20, **{"*": 10}), pool(woman=14, man=26, **{"*": 10}), False),
        # As many, but surely other people.
        (pool(woman=20, man=20, **{"*": 5}), pool(woman=10, man=30, **{"*": 5}), True),
        # Many more people, and of no kind a few.
        (pool(woman=20, man=20, **{"*": 5}), pool(woman=30, man=30, **{"*": 10}), True),
        # One more, hidden among others who moved.
        (pool(woman=20, man=20, **{"*": 10}), pool(woman=26, man=20, **{"*": 5}), False),
        # By language as many of each as before, but of women one more.
        (
            pool(woman_es=20, woman_qu=20, man_es=20, man_qu=20),
            pool(woman_es=26, woman_qu=15, man_es=14, man_qu=25),
            False,
        ),
        # What is counted of nobody tells nothing.
        (pool(**{"woman_*": 20, "man_*": 20}), pool(**{"woman_*": 20, "man_*": 20}), True),
        (pool(woman=20, man=20), pool(**{"*": 41}), True),
    ],
)
def test_what_is_not_counted_is_subtracted_as_well(
    first: Counter[Features], second: Counter[Features], is_open: bool
) -> None:
    releases = Releases(5)
    assert releases.add(first, names_nobody=True).is_open
    assert releases.judge(second, names_nobody=True).is_open is is_open


async def test_who_joins_between_two_draws_is_not_told_by_the_second(database: Database) -> None:
    def check(db: Session) -> None:
        found_province(db, women=15)
        with at(NOON):
            here, there = lottery_assembly(db), lottery_assembly(db)
            first = commit(db, here)
            person(db, "qu", invite="yes", gender="woman")
            second, elsewhere = commit(db, here, "pool"), commit(db, there)
            told = [get_published_draw(db, each, 5) for each in (first, second, elsewhere)]
            assert all(group.people for group in told[0].groups)
            assert all(group.people is group.chance is None for each in told[1:] for group in each.groups)
            assert [each.file_is_open for each in told] == [True, False, False]
            assert not will_file_be_open(db, there, 5)

    await database.run(check)
