"""A quote speaks for a theme: allowed by its author, of no danger, approved by a person."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.accounts import add_account
from core.database import Database
from deliberation.voices.filtering import Heard, hear_all
from deliberation.voices.protection import Danger
from deliberation.voices.protection_cases import count_waiting, point_out
from deliberation.voices.tables import ThemeQuote
from deliberation.voices.theme_quotes import (
    QuoteCard,
    QuoteInDanger,
    TranslatedMeanwhile,
    find_quotes,
    judge_theme_quote,
    judge_voice,
    list_theme_quotes,
    list_untranslated,
    offer_quotes,
    translate_quote,
)
from surveys.tables import Response, Voice
from surveys.voices import QuoteNotAllowed
from tests.deliberation.voices.summed import sum_up

TOWN = 1


@pytest.fixture
async def town(database: Database) -> Database:
    """A consultation that is closed and coded, with quotes suggested."""

    def work(db: Session) -> None:
        add_account(db, email="ana@ejemplo.ec", role="organiser", password_hash="x")
        sum_up(db)
        db.flush()
        offer_quotes(db, TOWN, find_quotes(hear_all(db, TOWN)), account_id=1)

    await database.run(work)
    return database


def cards(db: Session, *, approved: bool = False) -> list[QuoteCard]:
    into = hear_all(db, TOWN).codebook.into
    return list_theme_quotes(db, TOWN, into, approved=approved)


async def first(town: Database) -> QuoteCard:
    return (await town.read(cards))[0]


async def test_each_theme_has_some_and_none_speaks_of_danger(town: Database) -> None:
    found = await town.read(cards)
    assert {card.theme_id for card in found} == {1, 2}
    assert all(card.state == "suggested" and "pega" not in card.text for card in found)


async def test_looking_again_changes_nothing_that_was_judged(town: Database) -> None:
    quote = await first(town)
    await town.run(judge_theme_quote, TOWN, quote.id, False, account_id=1)
    heard: Heard = await town.read(hear_all, TOWN)
    before = await town.read(lambda db: db.scalar(select(func.count()).select_from(ThemeQuote)))
    for _ in range(2):
        await town.run(offer_quotes, TOWN, find_quotes(heard), account_id=1)
    assert await town.read(lambda db: db.scalar(select(func.count()).select_from(ThemeQuote))) == before
    states = {card.id: card.state for card in await town.read(cards)}
    assert states[quote.id] == "refused"


async def test_the_approved_one_is_the_councils(town: Database) -> None:
    quote = await first(town)
    await town.run(judge_theme_quote, TOWN, quote.id, True, account_id=1)
    assert [card.id for card in await town.read(lambda db: cards(db, approved=True))] == [quote.id]
    assert await town.read(lambda db: db.get_one(Voice, quote.voice_id).quote) == "approved"
    await town.run(judge_theme_quote, TOWN, quote.id, False, account_id=1)
    assert await town.read(lambda db: cards(db, approved=True)) == []
    assert await town.read(lambda db: db.get_one(Voice, quote.voice_id).quote) == "refused"


async def test_who_takes_the_permission_back_takes_the_quote_back(town: Database) -> None:
    quote = await first(town)
    await town.run(judge_theme_quote, TOWN, quote.id, True, account_id=1)
    withdrawn = update(Response).values(may_quote=False)
    await town.run(lambda db: db.execute(withdrawn))
    assert await town.read(cards) == []
    with pytest.raises(QuoteNotAllowed):
        await town.run(judge_theme_quote, TOWN, quote.id, True, account_id=1)
    await town.run(lambda db: db.execute(update(Response).values(may_quote=True)))
    await town.run(lambda db: db.execute(update(Voice).values(quote="none")))
    assert {card.state for card in await town.read(cards)} == {"suggested"}, (
        "allowed again, it is judged anew"
    )


async def test_a_case_of_protection_is_not_quoted(town: Database) -> None:
    quote = await first(town)
    await town.run(judge_theme_quote, TOWN, quote.id, True, account_id=1)
    await town.run(point_out, TOWN, quote.voice_id, Danger.THREATS, account_id=1)
    assert quote.id not in {card.id for card in await town.read(cards)}
    with pytest.raises(QuoteInDanger):
        await town.run(judge_theme_quote, TOWN, quote.id, True, account_id=1)
    with pytest.raises(QuoteInDanger):
        await town.run(judge_voice, quote.voice_id, True, 1)


async def test_a_translation_is_covered_looked_at_and_written_once(town: Database) -> None:
    quote = await first(town)
    assert quote.voice_id in {card.voice_id for card in list_untranslated(await town.read(cards))}
    waiting = await town.read(count_waiting)
    said = "Kusami makawan 0991234567"
    await town.run(translate_quote, TOWN, quote.id, said, seen=quote.seen, account_id=1)
    with pytest.raises(TranslatedMeanwhile):
        await town.run(translate_quote, TOWN, quote.id, "otra", seen=quote.seen, account_id=1)
    voice = await town.read(lambda db: db.get_one(Voice, quote.voice_id))
    assert voice.translation == "Kusami makawan [phone]"
    assert await town.read(count_waiting) == waiting + 1, "what an interpreter understood is looked at, too"
