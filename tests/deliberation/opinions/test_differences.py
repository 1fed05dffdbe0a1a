"""Two releases are subtracted: what that would tell of a few people is not in the later one."""

import pytest

from deliberation.opinions.breakdown import Part, protect_parts
from deliberation.opinions.differences import protect_sizes, tells_of_few


@pytest.mark.parametrize(
    ("now", "then", "tells"),
    [
        ((10, 10), (10, 10), False),
        ((11, 10), (10, 10), True),
        ((15, 10), (10, 10), False),
        ((13, 7), (10, 10), True),  # three people say otherwise: each is in two cells
        ((5, 15), (10, 10), False),
    ],
)
def test_a_change_that_a_few_could_have_made_tells(
    now: tuple[int, ...], then: tuple[int, ...], tells: bool
) -> None:
    assert tells_of_few(now, then, 5) is tells


@pytest.mark.parametrize(
    ("sizes", "then", "shown", "people"),
    [
        ({1: 40, 2: 36, 3: 30}, {1: 40, 2: 30, 3: 30}, (40, 36, 30), 106),
        ({1: 41, 2: 46, 3: 30}, {1: 40, 2: 40, 3: 25}, (None, 46, None), 117),
        ({1: 41, 2: 46, 3: 30}, {1: 40, 2: 40, 3: 30}, (None, None, None), 117),
        ({1: 41, 2: 40}, {1: 40, 2: 40}, (None, None), None),
        ({1: 46, 4: 30}, {1: 40, 2: 30}, (46, 30), 76),
        ({1: 41}, {1: 40}, (None,), None),
        ({1: 45}, {1: 40}, (45,), 45),
    ],
    ids=["enough", "with a companion", "the sum tells", "all tell", "another group", "one of all", "all"],
)
def test_no_size_is_shown_from_which_another_would_be_taken(
    sizes: dict[int, int], then: dict[int, int], shown: tuple[int | None, ...], people: int | None
) -> None:
    assert protect_sizes(sizes, [], 5) == (tuple(sizes.values()), sum(sizes.values()))
    assert protect_sizes(sizes, [then], 5) == (shown, people)


def test_no_votes_of_a_group_are_shown_that_differ_by_one_persons() -> None:
    then = [Part(20, 40), Part(20, 40), Part(20, 40)]
    now = [Part(21, 41), Part(26, 46), Part(28, 48)]
    assert protect_parts(now, 5) == now
    first, *others = protect_parts(now, 5, [then])
    assert first is None
    # What is withheld is all less what is shown: that must not be a few people's, either.
    withheld = [place for place, part in enumerate((first, *others)) if part is None]
    more = [sum(now[place].agree - then[place].agree for place in withheld)]
    assert len(withheld) > 1 and more[0] >= 5
