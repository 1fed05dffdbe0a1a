"""The pool of items: what results propose, an organiser confirms, changes, withdraws and takes back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import Conflict
from deliberation.council.agenda import get_item, list_items, propose_items
from deliberation.council.decisions import record_decision
from deliberation.council.items import (
    QuoteUnknown,
    TitleMissing,
    add_item,
    list_pool,
    list_quotable,
    move_item,
    quotes_of,
    save_item,
    take_back_item,
    withdraw_item,
)
from surveys.tables import Response, Voice
from tests.deliberation.council.sessions import NOW, TWENTY, YES, ZONE, named, proposed, wording


def _say(db: Session, consultation_id: int, **about: bool | str) -> str:
    response = db.query(Response).filter_by(consultation_id=consultation_id).first()
    assert response is not None
    response.may_quote = bool(about.get("may_quote", True))
    row = Voice(
        id="voice1",
        response_id=response.id,
        consultation_id=consultation_id,
        path="more",
        language="es",
        text="Queda muy lejos.",
        original=b"sealed",
        quote=str(about.get("quote", "approved")),
    )
    db.add(row)
    db.flush()
    return row.id


async def test_what_results_propose_waits_for_an_organiser(database: Database) -> None:
    def work(db: Session) -> list[tuple[str, str]]:
        consultation_id = named(db, TWENTY)
        for _ in range(2):
            propose_items(db, consultation_id, threshold=5, account_id=None)
        first, *_ = items = list_items(db, consultation_id)
        save_item(db, first.id, wording("Empleo", sdg=("8.8",)), ZONE, account_id=None)
        assert [item.state for item in items] == ["proposed"] * 3
        return [(item.title["es"], item.state) for item in list_items(db, consultation_id)]

    found = await database.run(work)
    assert found == [("Empleo", "confirmed"), ("Salud", "proposed"), ("Vivienda", "proposed")]


async def test_a_day_is_promised_once_and_the_evidence_stays(database: Database) -> None:
    def work(db: Session) -> None:
        item, *_ = proposed(db, named(db, TWENTY))
        before = get_item(db, item)
        late = wording(
            "Otro", decide_by=NOW.date() + timedelta(days=300), dissent={"es": "No.", "qu": "Mana."}
        )
        save_item(db, item, late, ZONE, account_id=None)
        after = get_item(db, item)
        assert before.decide_by == after.decide_by == NOW.date() + timedelta(days=60)
        assert after.evidence == {**before.evidence, "dissent": {"es": "No.", "qu": "Mana."}}

    with at(NOW):
        await database.run(work)


async def test_withdrawing_and_taking_back_promises_no_other_day(database: Database) -> None:
    def work(db: Session) -> None:
        item, *_ = proposed(db, named(db, TWENTY))
        withdraw_item(db, item, account_id=None)
        take_back_item(db, item, account_id=None)
        save_item(
            db, item, wording("Otro", decide_by=NOW.date() + timedelta(days=300)), ZONE, account_id=None
        )
        assert get_item(db, item).decide_by == NOW.date() + timedelta(days=60)

    with at(NOW):
        await database.run(work)


async def test_the_title_is_there_in_both_languages(database: Database) -> None:
    with pytest.raises(TitleMissing):
        await database.run(add_item, wording("  "), ZONE, account_id=None)


async def test_what_is_withdrawn_can_be_taken_back_and_is_not_proposed_anew(database: Database) -> None:
    def work(db: Session) -> None:
        consultation_id = named(db, TWENTY)
        item, *others = proposed(db, consultation_id)
        for _ in range(2):
            withdraw_item(db, item, account_id=None)
        propose_items(db, consultation_id, threshold=5, account_id=None)
        assert [card.id for card in list_items(db, consultation_id)] == others
        take_back_item(db, item, account_id=None)
        assert get_item(db, item).state == "proposed"

    await database.run(work)


async def test_what_is_decided_is_changed_by_nobody(database: Database) -> None:
    def work(db: Session) -> int:
        item, *_ = proposed(db, named(db, TWENTY))
        record_decision(db, item, outcome="accepted", reason=YES, account_id=None)
        return item

    item = await database.run(work)
    acts: list[tuple[Any, ...]] = [(withdraw_item,), (save_item, wording(), ZONE), (move_item, True)]
    for act, *given in acts:
        with pytest.raises(Conflict):
            await database.run(act, item, *given, account_id=None)


async def test_items_change_places_by_hand(database: Database) -> None:
    def work(db: Session) -> list[int]:
        items = proposed(db, named(db, TWENTY))
        move_item(db, items[2], True, account_id=None)
        move_item(db, items[0], True, account_id=None)
        assert [card.id for card in list_pool(db)] == [items[0], items[2], items[1]]
        return items

    await database.run(work)


async def test_a_quote_is_shown_as_long_as_author_and_organiser_allow(database: Database) -> None:
    def work(db: Session) -> None:
        consultation_id = named(db, TWENTY)
        item, *_ = proposed(db, consultation_id)
        voice = _say(db, consultation_id)
        quoting = wording(voices=((voice, "typical"),))
        save_item(db, item, quoting, ZONE, account_id=None)
        card = get_item(db, item)
        assert [quote.text for quote in quotes_of(db, card)] == ["Queda muy lejos."]
        db.get_one(Voice, voice).quote = "refused"
        db.flush()
        assert quotes_of(db, card) == list_quotable(db, card) == []
        with pytest.raises(QuoteUnknown):
            save_item(db, item, quoting, ZONE, account_id=None)

    await database.run(work)
