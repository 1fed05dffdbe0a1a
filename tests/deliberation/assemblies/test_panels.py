"""More people are drawn than there are seats: how many, by which quotas, and what everybody can check of it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from deliberation.assemblies.draw_pools import freeze_pool, prepare_draw
from deliberation.assemblies.draws import (
    Announced,
    commit_draw,
    draw_seats,
    get_draw,
    invite_drawn,
)
from deliberation.assemblies.panels import PanelSize, scale_quotas, widen_quota
from deliberation.assemblies.published_draws import get_draw_file, get_published_draw
from deliberation.assemblies.quotas import check_quotas
from deliberation.assemblies.tables import DrawTicket, Invitation
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.quotas import Quota
from deliberation.lottery.verification import all_hold, verify
from tests.deliberation.assemblies.provinces import LOTTERY_AT, NOON, found_province, lottery_assembly

LATER = LOTTERY_AT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("low", "high", "seats", "size", "expected"),
    [
        (4, 6, 10, 10, (4, 6)),
        (4, 6, 10, 15, (6, 9)),
        (4, 6, 10, 13, (5, 8)),  # 5.2 and 7.8
        (1, 1, 3, 4, (1, 2)),
        (0, 10, 10, 15, (0, 15)),  # no limit stays none
    ],
)
def test_quotas_grow_with_the_panel_and_are_rounded_outwards(
    low: int, high: int, seats: int, size: int, expected: tuple[int, int]
) -> None:
    (found,) = scale_quotas([Quota("gender", "woman", low, high)], seats, size)
    assert (found.low, found.high) == expected


sides = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(st.lists(sides, min_size=1, max_size=6), st.integers(1, 40), st.integers(0, 20))
def test_what_fits_the_seats_fits_the_panel(sides: list[list[int]], seats: int, more: int) -> None:
    quotas = [Quota("canton", str(at), low, high) for at, (low, high) in enumerate(sides)]
    size = seats + min(more, seats // 2)
    if not check_quotas(quotas, seats):
        assert check_quotas(scale_quotas(quotas, seats, size), size) == []


@given(sides, st.integers(1, 40), st.integers(0, 20), st.integers(0, 60), st.integers(0, 60))
def test_a_quota_is_widened_by_no_more_than_the_panel_needs(
    sides: list[int], seats: int, more: int, low: int, high: int
) -> None:
    quota, size = Quota("gender", "woman", *sides), seats + min(more, seats // 2)
    widened = widen_quota(quota, low, high, seats, size)
    (scaled,) = scale_quotas([widened], seats, size)
    assert widened.low <= quota.low and widened.high >= quota.high
    assert scaled.low <= low and scaled.high >= high
    narrower = [Quota("", "", widened.low + 1, 0), Quota("", "", 0, widened.high - 1)]
    wants, allows = scale_quotas(narrower, seats, size)
    assert widened.low == quota.low or wants.low > low
    assert widened.high == quota.high or allows.high < high


def sealed(db: Session, size: int) -> int:
    """A draw of so many people for the ten seats."""
    pool = freeze_pool(db, lottery_assembly(db), size)
    return commit_draw(db, pool, prepare_draw(pool), Announced("Lotería 6543", LOTTERY_AT), account_id=None)


async def test_a_larger_panel_is_drawn_by_larger_quotas_and_anybody_verifies_its_file(
    database: Database, tmp_path: Path
) -> None:
    def work(db: Session) -> None:
        found_province(db)
        with at(NOON):
            draw_id = sealed(db, 15)
            before = get_published_draw(db, draw_id, 2)
        with at(LATER):
            draw_seats(db, draw_id, "12 34 56", account_id=None)
        file = get_draw_file(db, draw_id, 2, witness=False)
        path = tmp_path / "draw.json"
        path.write_text(json.dumps(file))
        assert all_hold(verify(read_draw_file(path)))
        assert (file["seats"], len(file["selected"])) == (15, 15)
        shown = get_published_draw(db, draw_id, 2)
        assert (shown.seats, shown.panel_size) == (before.seats, before.panel_size) == (10, 15)
        women = next(each for each in shown.groups if each.value == "woman")
        assert (women.low, women.high) == (6, 9), "known before the draw as well"
        assert [(each.low, each.high) for each in before.groups] == [
            (each.low, each.high) for each in shown.groups
        ]
        assert women.drawn is not None and 6 <= women.drawn <= 9

    await database.run(work)


async def test_all_who_were_drawn_are_invited(database: Database) -> None:
    def work(db: Session) -> None:
        found_province(db)
        with at(NOON):
            draw_id = sealed(db, 15)
        with at(LATER):
            draw_seats(db, draw_id, "12 34 56", account_id=None)
            invite_drawn(db, draw_id, account_id=None)
        selected = select(DrawTicket.participant_id).where(DrawTicket.selected)
        assert set(db.scalars(select(Invitation.participant_id))) == set(db.scalars(selected))
        assert db.scalar(select(func.count()).select_from(Invitation)) == 15

    await database.run(work)


async def test_a_draw_that_was_sealed_before_there_were_larger_panels_is_drawn_as_it_was_sealed(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        found_province(db)
        with at(NOON):
            draw_id = sealed(db, 10)
        row = get_draw(db, draw_id)
        row.file = {name: value for name, value in (row.file or {}).items() if name != "quotas"}
        with at(LATER):
            draw_seats(db, draw_id, "12 34 56", account_id=None)
        file = get_draw_file(db, draw_id, 2, witness=False)
        assert len(file["selected"]) == 10 and file["quotas"][0]["min"] == 4

    await database.run(work)


@pytest.mark.parametrize("size", [9, 16])
async def test_no_fewer_than_the_seats_are_drawn_and_no_more_than_half_may_wait(
    database: Database, size: int
) -> None:
    def work(db: Session) -> None:
        found_province(db)
        with at(NOON), pytest.raises(PanelSize) as refusal:
            freeze_pool(db, lottery_assembly(db), size)
        assert refusal.value.params == {"seats": 10, "most": 15}

    await database.run(work)
