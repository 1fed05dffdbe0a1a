"""Sittings: called together in time, with an agenda that stands, and closed when everything has its decision."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, list_broadcasts
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from deliberation.council.agenda import get_item, list_items
from deliberation.council.decisions import Verdict, WaitsForSitting, record_decision
from deliberation.council.holding import (
    ItemsUndecided,
    QuorumMissing,
    Record,
    RecordWrong,
    SittingNotBegun,
    again_by,
    close_sitting,
    decide_in_sitting,
    write_record,
)
from deliberation.council.items import add_item, list_pool, withdraw_item
from deliberation.council.published import get_published_item, get_published_sitting
from deliberation.council.sittings import (
    AgendaEmpty,
    ItemNotReady,
    TooLateToConvene,
    cancel_sitting,
    change_sitting,
    convene,
    get_sitting,
    list_candidates,
    order_by_hand,
    plan_sitting,
)
from deliberation.council.tables import AgendaItem, Decision
from surveys.tables import Consultation
from tests.deliberation.council.sessions import (
    NOW,
    QUORUM,
    SITS_AT,
    TWENTY,
    YES,
    ZONE,
    named,
    plan,
    proposed,
    sitting,
    took_part,
    wording,
)

ACCEPTED = Verdict("accepted", YES)
LATER = Verdict("deferred", YES, decide_by=date(2027, 3, 1))


async def convened(database: Database, *items: int) -> tuple[int, list[int]]:
    """A sitting that was called together a week before; its items."""
    with at(NOW):
        made = await database.run(sitting, items)
        await database.run(convene, made, letter_number="012-CP-2026", account_id=None)
        return made, [item.id for item in (await database.read(get_sitting, made)).items]


async def test_it_is_called_together_days_before_or_not_at_all(database: Database) -> None:
    with at(NOW):
        made = await database.run(sitting, notice_days=2)
    with at(SITS_AT - timedelta(days=2) + timedelta(seconds=1)), pytest.raises(TooLateToConvene):
        await database.run(convene, made, letter_number="1", account_id=None)
    with pytest.raises(NotFound):
        await database.read(get_published_sitting, made)
    with at(SITS_AT - timedelta(days=2)):
        await database.run(convene, made, letter_number="1", account_id=None)
    assert (await database.read(get_published_sitting, made)).letter_number == "1"


async def test_nobody_is_called_together_for_nothing(database: Database) -> None:
    with at(NOW):
        made = await database.run(plan_sitting, plan(), account_id=None)
        with pytest.raises(AgendaEmpty):
            await database.run(convene, made, letter_number="1", account_id=None)


async def test_a_published_agenda_stands(database: Database) -> None:
    made, items = await convened(database)
    other = await database.run(add_item, wording("Otro"), ZONE, account_id=None)
    acts: list[tuple[Any, ...]] = [
        (order_by_hand, made, [*items, other]),
        (change_sitting, made, plan(place="Otro lugar")),
        (withdraw_item, items[0]),
    ]
    for act, *given in acts:
        with pytest.raises(Conflict):
            await database.run(act, *given, account_id=None)
    with at(NOW), pytest.raises(Conflict):
        await database.run(convene, made, letter_number="2", account_id=None)


async def test_only_what_is_confirmed_free_and_closed_comes_on_an_agenda(database: Database) -> None:
    def work(db: Session) -> None:
        consultation_id = named(db, TWENTY)
        first, *rest = proposed(db, consultation_id)
        sitting(db, [first])
        other = plan_sitting(db, plan(), account_id=None)
        assert [card.id for card in list_candidates(db, other)] == rest
        with pytest.raises(ItemNotReady):
            order_by_hand(db, other, [first], account_id=None)
        db.get_one(Consultation, consultation_id).state = "open"
        db.flush()
        assert list_candidates(db, other) == []

    await database.run(work)


async def test_nothing_is_decided_before_it_begins(database: Database) -> None:
    made, [item, _] = await convened(database)
    with at(SITS_AT - timedelta(minutes=1)), pytest.raises(SittingNotBegun):
        await database.run(decide_in_sitting, item, ACCEPTED, account_id=None)
    with pytest.raises(WaitsForSitting):
        await database.run(record_decision, item, outcome="accepted", reason=YES, account_id=None)
    with at(SITS_AT):
        assert await database.run(decide_in_sitting, item, ACCEPTED, account_id=None) == made


async def test_it_ends_with_a_quorum_and_a_decision_on_every_item(database: Database) -> None:
    made, [first, second] = await convened(database)
    with at(SITS_AT):
        await database.run(decide_in_sitting, first, ACCEPTED, account_id=None)
        with pytest.raises(QuorumMissing):
            await database.run(close_sitting, made, account_id=None)
        with pytest.raises(RecordWrong):
            await database.run(write_record, made, Record(5, 6, "", {}), account_id=None)
        await database.run(write_record, made, Record(10, 5, "", {}), account_id=None)
        with pytest.raises(QuorumMissing):
            await database.run(close_sitting, made, account_id=None)
        await database.run(write_record, made, QUORUM, account_id=None)
        with pytest.raises(ItemsUndecided):
            await database.run(close_sitting, made, account_id=None)
        await database.run(decide_in_sitting, second, ACCEPTED, account_id=None)
        assert len(await database.run(close_sitting, made, account_id=None)) == 2
        with pytest.raises(Conflict):
            await database.run(close_sitting, made, account_id=None)


async def test_until_it_ends_a_decision_is_corrected_and_nobody_is_told(database: Database) -> None:
    def ask(db: Session) -> list[int]:
        consultation_id = named(db, TWENTY)
        took_part(db, consultation_id, people=3)
        return proposed(db, consultation_id)[:1]

    with at(NOW):
        made, [item] = await convened(database, *await database.run(ask))
    with at(SITS_AT):
        for verdict in (Verdict("rejected", YES), LATER, LATER):
            await database.run(decide_in_sitting, item, verdict, account_id=None)
        assert await database.read(list_broadcasts) == []
        assert not (await database.read(get_published_item, item)).decided
        listed = await database.read(list_items, 1)
        assert [card.decision for card in listed if card.id == item] == [None], "nor does a brief tell it"
        await database.run(write_record, made, QUORUM, account_id=None)
        await database.run(close_sitting, made, account_id=None)
    [told] = await database.read(list_broadcasts)
    assert (told.kind, told.sending.total) == (Kind.DECISION, 3)
    assert (await database.read(get_published_item, item)).decided


async def test_what_is_deferred_comes_back_by_itself_with_its_day(database: Database) -> None:
    made, [first, second] = await convened(database)
    with at(SITS_AT):
        await database.run(write_record, made, QUORUM, account_id=None)
        await database.run(decide_in_sitting, first, LATER, account_id=None)
        await database.run(decide_in_sitting, second, ACCEPTED, account_id=None)
        await database.run(close_sitting, made, account_id=None)
    [again] = [card for card in await database.read(list_pool) if card.continues_id is not None]
    assert (again.continues_id, again.decide_by, again.decision, again.sitting_id) == (
        first, LATER.decide_by, None, None,
    )  # fmt: skip
    assert (await database.read(get_published_item, first)).continued == again


async def test_a_day_that_was_only_noted_moves_no_promise(database: Database) -> None:
    made, [first, second] = await convened(database)
    promised = (await database.read(get_item, first)).decide_by
    with at(SITS_AT):
        await database.run(decide_in_sitting, first, LATER, account_id=None)
        await database.run(write_record, made, QUORUM, account_id=None)
        assert again_by((await database.read(get_sitting, made)).record, first) == LATER.decide_by
        await database.run(decide_in_sitting, first, ACCEPTED, account_id=None)
        assert again_by((await database.read(get_sitting, made)).record, first) is None
        await database.run(decide_in_sitting, second, LATER, account_id=None)
        await database.run(cancel_sitting, made, account_id=None)
    days = {(await database.read(get_item, item)).decide_by for item in (first, second)}
    assert days == {promised}


async def test_what_was_written_at_a_sitting_that_is_cancelled_is_gone(database: Database) -> None:
    made, [item, _] = await convened(database)
    with at(SITS_AT):
        await database.run(decide_in_sitting, item, ACCEPTED, account_id=None)
    for _ in range(2):
        await database.run(cancel_sitting, made, account_id=None)
    card = await database.read(get_item, item)
    assert (card.decision, card.sitting_id, card.state) == (None, None, "confirmed")
    assert await database.read(lambda db: db.scalar(select(Decision.id))) is None
    assert (await database.read(get_published_sitting, made)).state == "cancelled"
    with pytest.raises(NotFound):
        await database.read(get_published_item, item)


async def test_items_keep_the_order_of_the_agenda(database: Database) -> None:
    _, items = await convened(database)

    def places(db: Session) -> list[int | None]:
        return [db.get_one(AgendaItem, item).place_in_sitting for item in items]

    assert await database.read(places) == [1, 2]
