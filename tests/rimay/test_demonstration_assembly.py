"""The assembly that is over in the demonstration: drawn, attended, voted, written down; and the empty seat after it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import add_account
from core.clock import now
from core.database import Database
from core.sealing import Vault
from core.tables import Participant
from deliberation.assemblies.published_draws import get_draw_file
from deliberation.assemblies.tables import Draw, Invitation
from deliberation.assembly_day.ballots import list_ballots
from deliberation.assembly_day.codes import answer_with_code
from deliberation.assembly_day.headcount import count_attendance
from deliberation.assembly_day.minutes import list_minutes
from deliberation.empty_seat.delegation import list_mandates
from deliberation.empty_seat.register import list_register
from deliberation.voices.hearing import Hearing
from rimay.demonstration import assembly, empty_seat
from rimay.demonstration import assembly_words as words
from tests.deliberation.council.sessions import TWENTY, named, proposed

ZONE = ZoneInfo("America/Guayaquil")
THRESHOLD = 5


@pytest.fixture
async def held(sqlite_url: str, vault: Vault) -> AsyncIterator[Database]:
    """A database in which it has taken place; half of those who were drawn said yes."""
    database = Database(sqlite_url)

    def live(db: Session) -> None:
        for role in ("admin", "organiser"):
            add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash="-")
        cantons = cycle(words.POPULATION["canton"])
        db.add_all(_person(number, next(cantons)) for number in range(150))
        consultation_id = named(db, TWENTY)
        proposed(db, consultation_id)
        item_id = empty_seat.convene_council(db, consultation_id, ZONE)
        assembly_id, _ = assembly.plan_and_draw(db, consultation_id, threshold=THRESHOLD)
        drawn = select(Participant.chat_index).join(Invitation).order_by(Invitation.id)
        for number, chat_index in enumerate(db.scalars(drawn).all()):
            assert chat_index is not None
            answer_with_code(db, chat_index, assembly_id, vault, comes=number % 2 == 0)
        assembly.let_people_in(db, assembly_id, vault)
        for ballot_id in assembly.prepare_ballots(db, assembly_id, item_id):
            assembly.open_to_room(db, ballot_id)
            assembly.vote(db, assembly_id, ballot_id, threshold=THRESHOLD)
        assembly.put_back(db, assembly_id, ZONE)
        assembly.write_minutes(db, assembly_id, threshold=THRESHOLD)
        empty_seat.ask(db, assembly_id, item_id, Hearing(vault))

    await database.run(live)
    yield database
    await database.dispose()


def _person(number: int, canton: str) -> Participant:
    return Participant(
        chat_index=number.to_bytes(32),
        chat_sealed=b"sealed",
        language=("es", "es", "es", "qu")[number % 4],
        profile={"invite": "yes", "canton": canton, "needs": ["transport"]},
        consent_version="1",
        consented_on=date(2026, 11, 1),
    )


async def test_every_page_of_it_has_something_to_show(held: Database) -> None:
    def look(db: Session) -> None:
        there = count_attendance(db, 1, THRESHOLD)
        assert there.came >= THRESHOLD and there.others >= THRESHOLD and there.walk_ins
        assert there.ends_at < now() - timedelta(days=7)
        assert db.scalars(select(Draw)).one().seed == words.SEED
        file = get_draw_file(db, 1, THRESHOLD, witness=False)
        assert {quota["category"] for quota in file["quotas"]} == set(words.POPULATION), (
            "everybody verifies it"
        )
        results = [ballot.result for ballot in list_ballots(db, 1)]
        assert [result is not None and result.counts is not None for result in results] == [True] * 3
        (minutes,) = list_minutes(db, only_confirmed=True)
        assert len(minutes.confirmations) == 2 and minutes.content["dissent"] and minutes.content["notes"]

    await held.read(look)


async def test_the_council_has_a_request_to_decide_and_a_vote_of_the_assembly_to_follow(
    held: Database,
) -> None:
    def look(db: Session) -> None:
        (asked,) = list_register(db)
        assert asked.state == "asked"
        (mandate,) = list_mandates(db)
        assert mandate.assembly == words.TITLE

    await held.read(look)


def test_everything_is_said_in_both_languages() -> None:
    texts = [said for said in vars(words).values() if isinstance(said, dict) and "es" in said]
    assert len(texts) > 8 and all(set(said) == {"es", "qu"} for said in texts)
