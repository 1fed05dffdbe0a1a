"""What pages read of an analysis: exact for who organises, protected for all others."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import NotFound
from deliberation.opinions.reading import Reading, find_reading, list_published
from deliberation.opinions.tables import Statement
from tests.deliberation.opinions.analysed import BRIDGE, CAMPS, COMMON, REFUSED, analyse, analysed
from tests.deliberation.opinions.ballot_box import cast, open_box


async def read(
    database: Database, deliberation_id: int, *, exact: bool, number: int | None = None
) -> Reading:
    found = await database.read(find_reading, deliberation_id, number, threshold=5, exact=exact)
    assert found is not None
    return found


async def test_the_camps_are_found_with_what_they_share_and_where_they_meet(database: Database) -> None:
    reading = await read(database, await database.run(analysed), exact=True)
    sizes = sorted((group.size or 0 for group in reading.groups), reverse=True)
    assert all(abs(size - camp) <= 3 for size, camp in zip(sizes, CAMPS, strict=True))
    common = {judged.number: judged.common for judged in reading.common}
    assert common == dict.fromkeys(COMMON, "agree") | {REFUSED: "disagree"}
    assert {each.judged.number for each in reading.divided} >= set(range(4, 13))
    meeting = [(judged.number, bridge) for judged, bridge in reading.bridges if bridge.kind == "meeting"]
    assert BRIDGE in [number for number, _ in meeting]
    assert reading.people == sum(CAMPS)
    assert reading.map is not None


async def test_each_order_holds_every_statement_once(database: Database) -> None:
    reading = await read(database, await database.run(analysed), exact=True)
    for order in ("consensus", "division", "votes"):
        numbers = [judged.number for judged in reading.listed(order)]
        assert sorted(numbers) == list(range(1, 14))
    assert {judged.number for judged in reading.listed("consensus")[:2]} == set(COMMON)
    assert reading.listed("division")[-1].number in (*COMMON, REFUSED)
    assert reading.listed("unheard of") == reading.listed("consensus")


async def test_others_see_published_analyses_only(database: Database) -> None:
    deliberation_id = await database.run(analysed)
    assert await database.read(find_reading, deliberation_id, None, threshold=5, exact=False) is None
    with pytest.raises(NotFound):
        await database.read(find_reading, deliberation_id, 1, threshold=5, exact=False)
    await database.run(analyse, deliberation_id, published=True)
    reading = await read(database, deliberation_id, exact=False)
    assert (reading.card.number, reading.numbers) == (2, (2,))
    assert (await read(database, deliberation_id, exact=True)).numbers == (2, 1)


async def test_others_see_neither_the_map_nor_any_small_number(database: Database) -> None:
    reading = await read(database, await database.run(analysed, published=True), exact=False)
    assert reading.map is None
    for judged in reading.statements.values():
        whole = judged.whole
        for count in (whole.agree, whole.disagree, whole.passed, whole.seen):
            assert count is None or count == 0 or count >= 5
        for part in judged.parts.values():
            assert part is None or min(part.agree, part.seen - part.agree) >= 5
        assert not judged.counts
        if whole.agree is None:
            assert judged.bar is None
            assert not any(judged.parts.values())
    for group in reading.groups:
        for said in group.says:
            assert said.elsewhere is None
            assert (said.here is None) == (said.share is None)


async def test_what_is_not_put_to_the_vote_any_more_is_for_organisers_only(database: Database) -> None:
    deliberation_id = await database.run(analysed, published=True)

    def reject(db: Session) -> None:
        db.execute(update(Statement).where(Statement.number == 1).values(state="rejected", reason="personal"))

    await database.run(reject)
    assert 1 not in (await read(database, deliberation_id, exact=False)).statements
    assert 1 in (await read(database, deliberation_id, exact=True)).statements


async def test_without_groups_there_is_nothing_between_them(database: Database) -> None:
    def alike(db: Session) -> int:
        deliberation_id = open_box(db, 4)
        cast(db, deliberation_id, [{1: 1, 2: 1, 3: -1, 4: 1}] * 9)
        analyse(db, deliberation_id, published=True)
        return deliberation_id

    deliberation_id = await database.run(alike)
    guarded = await read(database, deliberation_id, exact=False)
    assert [(group.size, guarded.people) for group in guarded.groups] == [(9, 9)]
    assert not any(any(judged.parts.values()) for judged in guarded.statements.values())
    reading = await read(database, deliberation_id, exact=True)
    assert len(reading.groups) == 1
    assert not reading.divided
    assert not reading.bridges
    assert {judged.number for judged in reading.common} == {1, 2, 3, 4}


async def test_what_was_published_last_is_listed_first(database: Database) -> None:
    first = await database.run(analysed, published=True)
    await database.run(analysed)
    third = await database.run(analysed, published=True)
    assert [each.deliberation_id for each in await database.read(list_published)] == [third, first]
    await database.run(analyse, first, published=True)
    assert [each.deliberation_id for each in await database.read(list_published)] == [first, third]
