"""Observations of the account in the demonstration: some answered, some waiting, and none tells who made it."""

from collections import Counter

from sqlalchemy.orm import Session

from core.accounts import add_account
from core.clock import at, today
from core.database import Database
from deliberation.accounting.observations import list_observations
from deliberation.accounting.year import read_year
from deliberation.commitments.units import add_unit, name_speakers
from rimay.demonstration.observations import observe
from tests.deliberation.accounting.circles import UNIT, met
from tests.deliberation.council.sessions import NOW, ZONE


def lived(db: Session) -> None:
    add_account(db, email="organiser@ejemplo.ec", role="organiser", password_hash="-")
    speaker = add_account(db, email="unit@ejemplo.ec", role="unit", password_hash="-")
    name_speakers(db, add_unit(db, UNIT, "economy", account_id=None), {speaker.id}, account_id=None)
    add_unit(db, UNIT, "mobility", account_id=None)
    observe(db, met(db, 42), ZONE)


async def test_some_are_answered_and_some_wait(database: Database) -> None:
    with at(NOW):
        await database.run(lived)
        found = await database.read(list_observations, today(ZONE))
        account = await database.read(read_year, NOW.year, threshold=5, zone=ZONE)
    assert Counter(card.state for card in found) == {"late": 1, "open": 1, "answered": 2}
    assert account.observations == tuple(found)
    assert all(card.unit for card in found)
    assert [bool(card.assembly) for card in found if card.source == "assembly"] == [True]


async def test_what_could_find_somebody_is_covered(database: Database) -> None:
    with at(NOW):
        await database.run(lived)
        found = await database.read(list_observations, today(ZONE))
    (letter,) = [card for card in found if card.source == "letter"]
    assert not any(digit in text for text in letter.text.values() for digit in "0123456789")
    assert letter.text.keys() == {"es", "qu"}
