"""The deliberation of the demonstration fills every page: three groups with names, agreement, bridges, proposals."""

from collections.abc import AsyncIterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from core.sealing import Vault
from core.tables import Participant
from deliberation.opinions.duplicates import find_near
from deliberation.opinions.reading import find_reading
from deliberation.opinions.statements import StatementCard, list_statements
from deliberation.opinions.tables import Turnout
from deliberation.voices.hearing import Hearing
from rimay.demonstration import deliberation
from rimay.demonstration.deliberation_words import ACCEPTED, GROUP_NAMES, LEANINGS, SEEDS, WAITING
from tests.deliberation.opinions.analysed import analyse

ZONE = ZoneInfo("America/Guayaquil")


@pytest.fixture
async def lived(sqlite_url: str, vault: Vault) -> AsyncIterator[Database]:
    """A database in which the deliberation has taken place."""
    database = Database(sqlite_url)

    def live(db: Session) -> None:
        db.add_all(_person(number) for number in range(sum(LEANINGS)))
        db.flush()
        deliberation_id, _ = deliberation.prepare_and_open(
            db, closes_on=date(2030, 1, 1), threshold=5, zone=ZONE
        )
        deliberation.let_people_vote(db, deliberation_id)
        deliberation.publish(db, deliberation_id, analyse(db, deliberation_id), threshold=5)
        deliberation.let_people_propose(db, deliberation_id, Hearing(vault), ZONE)

    await database.run(live)
    yield database
    await database.dispose()


def _person(number: int) -> Participant:
    return Participant(
        chat_index=number.to_bytes(32),
        chat_sealed=b"sealed",
        language="es",
        profile={},
        consent_version="1",
        consented_on=date(2026, 11, 1),
    )


@pytest.mark.parametrize("exact", [True, False])
async def test_every_part_of_the_page_has_something_to_show(lived: Database, exact: bool) -> None:
    reading = await lived.read(find_reading, 1, None, threshold=5, exact=exact)
    assert reading is not None
    assert sorted(group.name["es"] for group in reading.groups) == sorted(name["es"] for name in GROUP_NAMES)
    assert all(group.says for group in reading.groups)
    assert {judged.common for judged in reading.common} == {"agree", "disagree"}
    assert len(reading.divided) >= 5
    assert {bridge.kind for _, bridge in reading.bridges} == {"meeting", "opening"}


async def test_proposals_wait_for_every_kind_of_judgement(lived: Database) -> None:
    def look(db: Session) -> tuple[list[StatementCard], list[StatementCard]]:
        return list_statements(db, 1, "accepted"), list_statements(db, 1, "waiting")

    accepted, waiting = await lived.read(look)
    assert [card.text["es"] for card in accepted if not card.seed] == list(ACCEPTED)
    assert len(waiting) == len(WAITING)
    assert any(card.flags for card in waiting)
    assert "qu" in {card.language for card in waiting}
    assert not any("0991234567" in words for card in waiting for words in card.text.values())


async def test_who_voted_is_known_to_have(lived: Database) -> None:
    states = await lived.read(lambda db: list(db.scalars(select(Turnout.state))))
    assert states == ["voted"] * sum(LEANINGS)


def test_one_of_them_says_what_is_there_already() -> None:
    near = find_near({"es": WAITING[0]}, {number: seed.text for number, seed in enumerate(SEEDS, 1)})
    assert [each.key for each in near][:1] == [1]


def test_everything_is_said_in_both_languages() -> None:
    assert all(set(seed.text) == {"es", "qu"} for seed in SEEDS)
    assert len(SEEDS) >= 12
