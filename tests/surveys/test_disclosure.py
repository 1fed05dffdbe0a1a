"""What a table tells to a reader who knows the rules, the threshold, the base and every number shown."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.disclosure import Shown, protect_base, protect_exclusive, protect_overlapping

Counts = tuple[int, ...]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((30, 20, 10), (30, 20, 10)),
        ((30, 0, 10), (30, 0, 10)),
        ((30, 10, 2), (30, None, None)),
        ((30, 10, 10, 2), (30, None, None, None)),
        ((30, 10, 1, 1), (30, None, None, None)),
        ((30, 10, 3, 3), (30, 10, None, None)),
        ((30, 10, 4, 4), (30, None, None, None)),
        ((30, 0, 2), (None, 0, None)),
        ((4, 4, 0), (None, None, None)),
        ((3, 1, 0), (None, None, None)),
        ((12, 0, 0), (None, None, None)),
        ((0, 0, 0), (0, 0, 0)),
    ],
)
def test_each_person_in_one_cell(counts: Counts, shown: Shown) -> None:
    assert protect_exclusive(counts, sum(counts), 5) == shown


@pytest.mark.parametrize(
    ("counts", "base", "shown"),
    [
        ((80, 50, 20), 100, (80, 50, 20)),
        ((80, 50, 3), 100, (80, 50, None)),
        ((97, 50, 20), 100, (None, 50, 20)),
        ((100, 50, 20), 100, (None, 50, 20)),
        ((60, 30, 10, 4), 100, (60, 30, 10, None)),
        ((60, 26, 10, 4), 100, (60, 26, None, None)),
        ((80, 0, 50), 100, (80, 0, 50)),
        ((3, 4, 0), 4, (None, None, None)),
        ((0, 0), 0, (0, 0)),
    ],
)
def test_each_person_in_one_cell_or_more(counts: Counts, base: int, shown: Shown) -> None:
    assert protect_overlapping(counts, base, 5) == shown


@pytest.mark.parametrize(
    ("base", "shown"), [(0, None), (3, None), (5, 5), (60, 60), (95, 95), (98, None), (100, 100)]
)
def test_how_many_a_question_applied_to_is_a_count_too(base: int, shown: int | None) -> None:
    assert protect_base(base, 100, 5) == shown


def test_a_cell_can_be_withheld_whatever_its_size() -> None:
    assert protect_exclusive((40, 30, 20, 10), 100, 5, sensitive={1}) == (40, None, 20, None)


def test_a_table_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        protect_exclusive((1, 2), 4, 5)


def _exclusive_tables(cells: int, base: int) -> Iterator[Counts]:
    return (counts for counts in product(range(base + 1), repeat=cells) if sum(counts) == base)


def _overlapping_tables(cells: int, base: int) -> Iterator[Counts]:
    return (counts for counts in product(range(base + 1), repeat=cells) if sum(counts) >= base)


@pytest.mark.parametrize("threshold", [2, 3, 4, 5])
@pytest.mark.parametrize(
    ("protect", "tables", "largest"),
    [(protect_exclusive, _exclusive_tables, 15), (protect_overlapping, _overlapping_tables, 11)],
)
def test_nothing_withheld_can_be_worked_out_by_trying_every_table(
    protect: Callable[[Counts, int, int], Shown],
    tables: Callable[[int, int], Iterator[Counts]],
    largest: int,
    threshold: int,
) -> None:
    """For every table there are others that look the same and differ in each cell that is withheld."""
    for cells, base in product((2, 3, 4), range(threshold, largest)):
        alike: dict[Shown, list[Counts]] = defaultdict(list)
        for counts in tables(cells, base):
            alike[protect(counts, base, threshold)].append(counts)
        for shown, possible in alike.items():
            for cell, count in enumerate(shown):
                values = {counts[cell] for counts in possible}
                assert count is not None or len(values) > 1, (shown, base, possible)


many_counts = st.lists(st.integers(0, 40), min_size=2, max_size=12).filter(any)
thresholds = st.integers(2, 12)


@given(many_counts, thresholds)
def test_no_small_count_is_shown(counts: list[int], threshold: int) -> None:
    exclusive = protect_exclusive(counts, sum(counts), threshold)
    overlapping = protect_overlapping(counts, max(counts), threshold)
    assert all(not count or count >= threshold for count in (*exclusive, *overlapping) if count is not None)


@given(many_counts, thresholds)
def test_the_sum_leaves_room_from_one_to_the_threshold(counts: list[int], threshold: int) -> None:
    shown = protect_exclusive(counts, sum(counts), threshold)
    hidden = shown.count(None)
    if 0 < hidden < len(shown):
        to_share = sum(counts) - sum(count for count in shown if count is not None)
        assert hidden > 1
        assert to_share - (hidden - 1) >= threshold


@given(many_counts, thresholds)
def test_nothing_is_withheld_where_nothing_is_small(counts: list[int], threshold: int) -> None:
    large = [count + threshold for count in counts]
    assert protect_exclusive(large, sum(large), threshold) == tuple(large)
    base = max(large) + threshold
    assert protect_overlapping(large, base, threshold) == tuple(large)


@given(many_counts, thresholds, st.randoms())
def test_the_order_of_the_cells_does_not_matter(counts: list[int], threshold: int, random: object) -> None:
    order = sorted(range(len(counts)), key=lambda _: random.random())  # type: ignore[attr-defined]
    shown = protect_exclusive(counts, sum(counts), threshold)
    moved = protect_exclusive([counts[cell] for cell in order], sum(counts), threshold)
    assert moved == tuple(shown[cell] for cell in order)


@given(many_counts, thresholds, st.integers(0, 11))
def test_a_sensitive_cell_is_never_the_only_one_withheld(
    counts: list[int], threshold: int, position: int
) -> None:
    cell = position % len(counts)
    shown = protect_exclusive(counts, sum(counts), threshold, sensitive={cell})
    if counts[cell]:
        assert shown[cell] is None
        assert shown.count(None) > 1
