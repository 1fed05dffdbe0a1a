"""What citizens observe: written down without personal details, and open until it is answered in both languages."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.accounts import add_account
from core.clock import at
from core.database import Database
from core.errors import Forbidden, NotFound
from deliberation.accounting.observations import (
    ObservationUnanswered,
    ObservationUnclear,
    answer_observation,
    get_observation,
    list_observations,
    note_observation,
    rewrite_observation,
    state_of,
)
from deliberation.commitments.units import add_unit, name_speakers
from tests.deliberation.accounting.circles import ANSWER, SAID, UNIT, noted
from tests.deliberation.council.sessions import NOW, ZONE

DAY = NOW.date()


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with at(NOW):
        yield


async def test_personal_details_are_covered_when_it_is_written_down(database: Database) -> None:
    made = await database.run(note_observation, noted(), account_id=None)
    card = await database.read(get_observation, made, DAY)
    assert card.text == {"es": "No se habló de los albergues de Ibarra. Llame al [phone].", "qu": SAID["qu"]}
    corrected = noted(text={"es": "Llame a maria@ejemplo.ec"})
    await database.run(rewrite_observation, made, corrected, account_id=None)
    assert "@" not in str((await database.read(get_observation, made, DAY)).text)


async def test_the_same_one_sent_twice_is_one(database: Database) -> None:
    first, again = [await database.run(note_observation, noted(), account_id=None) for _ in range(2)]
    other = await database.run(note_observation, noted(source="chat"), account_id=None)
    assert first == again != other


@pytest.mark.parametrize(
    "wrong", [{"text": {"es": "  "}}, {"source": "rumour"}, {"due_on": date(2000, 11, 1)}], ids=str
)
async def test_it_says_something_from_somewhere_and_is_answered_later(
    database: Database, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ObservationUnclear):
        await database.run(note_observation, noted(**wrong), account_id=None)
    assert await database.read(list_observations, DAY) == []


@pytest.mark.parametrize("given", [{"unit_id": 9}, {"assembly_id": 9}], ids=str)
async def test_who_answers_and_where_it_was_said_are_there(database: Database, given: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        await database.run(note_observation, noted(**given), account_id=None)


async def test_nothing_is_closed_without_an_answer_in_both_languages(database: Database) -> None:
    def work(db: Session) -> None:
        made = note_observation(db, noted(), account_id=None)
        for half in ({"es": "Sí."}, {"es": "Sí.", "qu": " "}, {}):
            with pytest.raises(ObservationUnanswered):
                answer_observation(db, made, half, ZONE, account_id=None, for_all=True)
        assert get_observation(db, made, DAY).state == "late"
        answer_observation(db, made, ANSWER, ZONE, account_id=None, for_all=True)
        with at(NOW + timedelta(days=9)):
            answer_observation(
                db, made, ANSWER | {"es": "Abre en abril."}, ZONE, account_id=None, for_all=True
            )
        card = get_observation(db, made, DAY)
        assert (card.state, card.answered_on) == ("answered", DAY)
        assert card.answer == ANSWER | {"es": "Abre en abril."}

    await database.run(work)


async def test_a_unit_answers_its_own_and_no_other(database: Database) -> None:
    def work(db: Session) -> None:
        units = [add_unit(db, UNIT, area, account_id=None) for area in ("mobility", "health")]
        speaker = add_account(db, email="u@ejemplo.ec", role="unit", password_hash="x").id
        name_speakers(db, units[0], [speaker], account_id=None)
        mine, theirs, nobodys = [
            note_observation(db, noted(unit, text={"es": said}), account_id=None)
            for unit, said in ((units[0], "Uno"), (units[1], "Dos"), (None, "Tres"))
        ]
        for other in (theirs, nobodys):
            with pytest.raises(Forbidden):
                answer_observation(db, other, ANSWER, ZONE, account_id=speaker, for_all=False)
        answer_observation(db, mine, ANSWER, ZONE, account_id=speaker, for_all=False)
        assert [card.id for card in list_observations(db, DAY, units={units[0]})] == [mine]

    await database.run(work)


@pytest.mark.parametrize(
    ("due_on", "answered_on", "state"),
    [
        (DAY, None, "open"),
        (DAY - timedelta(days=1), None, "late"),
        (DAY - timedelta(days=9), DAY, "answered"),
        (None, None, "open"),
    ],
)
def test_its_state_goes_by_its_days(due_on: date | None, answered_on: date | None, state: str) -> None:
    assert state_of(due_on, answered_on, DAY) == state
