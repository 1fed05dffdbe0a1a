"""A published questionnaire never changes; a consultation moves on, and who has begun goes on with theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from core.people import Contact, enrol
from core.tables import AuditEvent
from surveys.consultations import close_consultation, draft_consultation, get_consultation, open_consultation
from surveys.conversation.turns import Ask, Typed
from surveys.own_data import own_data
from surveys.questionnaire import Kind, Node
from surveys.questionnaires import find_same, store_questionnaire
from surveys.responses import say, take_up
from surveys.steps import Asked, Step
from surveys.submission import Heard, send_in
from surveys.tables import Response, StoredQuestionnaire
from surveys.versioning.versions import (
    find_newer,
    get_version,
    list_versions,
    move_to_version,
    versions_asked,
)
from tests.surveys.people import integer, question, questionnaire

ZONE = ZoneInfo("America/Guayaquil")
ROSA, LUIS = b"rosa".ljust(32, b"."), b"luis".ljust(32, b".")
FIRST = (question("began", Kind.START), integer("age"), integer("children"))
SECOND = (integer("age"), integer("years"), question("since", Kind.START))


def store(db: Session, *nodes: Node, content: bytes = b"", follows: int | None = None) -> int:
    form = questionnaire(*nodes)
    return store_questionnaire(
        db, form, content=content, file_name="f.xlsx", account_id=None, follows=follows
    )


def hold(db: Session) -> int:
    """Both take part in a consultation about the first version."""
    for person in (ROSA, LUIS):
        enrol(db, Contact(person, b"sealed " + person), "es", "1")
    consultation = draft_consultation(db, questionnaire_id=store(db, *FIRST), account_id=None)
    open_consultation(db, consultation, account_id=None)
    return consultation


def asked(step: Step) -> str:
    assert isinstance(step, Asked) and isinstance(step.ask, Ask)
    return step.ask.question.path


def finish(db: Session, person: bytes, consultation: int, numbers: Sequence[str]) -> None:
    take_up(db, person, consultation, ZONE)
    for number in numbers:
        say(db, person, Typed(number), ZONE)
    send_in(db, person, consultation, lambda words: Heard("es", words, b""), ZONE)


async def test_an_edit_is_the_next_version_of_its_family(database: Database) -> None:
    first = await database.run(store, integer("age"))
    second = await database.run(store, integer("age"), question("more"))
    third = await database.run(store, question("other"), follows=first)
    versions = await database.read(list_versions, second)
    assert [(version.id, version.number) for version in versions] == [(third, 3), (second, 2), (first, 1)]
    newer = await database.read(find_newer, first)
    assert newer is not None and newer.id == third
    assert await database.read(find_newer, third) is None


async def test_the_same_workbook_is_not_stored_twice(database: Database) -> None:
    first = await database.run(store, integer("age"), content=b"book")
    assert await database.run(store, integer("age"), content=b"book") == first
    assert await database.read(find_same, questionnaire(integer("age")), b"book") == first
    assert await database.read(find_same, questionnaire(integer("age")), b"other") is None
    # What was the same once is a version again after another has come between.
    await database.run(store, integer("years"), content=b"other")
    assert await database.run(store, integer("age"), content=b"book") != first


async def test_what_to_follow_must_be_there(database: Database) -> None:
    with pytest.raises(NotFound):
        await database.run(store, integer("age"), follows=7)
    for use_case in (list_versions, find_newer, get_version, versions_asked):
        with pytest.raises(NotFound):
            await database.read(use_case, 7)


async def test_who_has_begun_goes_on_and_who_comes_gets_the_new_one(database: Database) -> None:
    consultation = await database.run(hold)
    assert asked(await database.run(take_up, ROSA, consultation, ZONE)) == "age"
    assert asked(await database.run(say, ROSA, Typed("34"), ZONE)) == "children"
    second = await database.run(store, *SECOND)
    await database.run(move_to_version, consultation, second, account_id=None)
    assert (await database.read(get_consultation, consultation)).questionnaire_id == second
    assert asked(await database.run(take_up, ROSA, consultation, ZONE)) == "children"
    await database.run(take_up, LUIS, consultation, ZONE)
    assert asked(await database.run(say, LUIS, Typed("20"), ZONE)) == "years"
    own = await database.read(own_data, ROSA)
    assert own is not None and [answer.value for answer in own.consultations[0].answers] == ["34"]


async def test_every_response_keeps_its_version_through_the_closing(database: Database) -> None:
    consultation = await database.run(hold)
    with at(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)):
        await database.run(finish, ROSA, consultation, ["34", "2"])
        second = await database.run(store, *SECOND)
        await database.run(move_to_version, consultation, second, account_id=None)
        await database.run(finish, LUIS, consultation, ["20", "3"])
        await database.run(close_consultation, consultation, account_id=None)
    versions = await database.read(versions_asked, consultation)
    assert [version.number for version in versions] == [1, 2]
    kept = await database.read(lambda db: list(db.scalars(select(Response.answers))))
    # Both clocks are coarsened, each by the questionnaire that noted it.
    assert {"age": "34", "children": "2", "began": "2026-11-01"} in kept
    assert {"age": "20", "years": "3", "since": "2026-11-01"} in kept


async def test_a_consultation_moves_only_onwards_in_its_family(database: Database) -> None:
    consultation = await database.run(hold)
    first = (await database.read(get_consultation, consultation)).questionnaire_id
    second = await database.run(store, *SECOND)
    stranger = await database.run(
        store_questionnaire,
        replace(questionnaire(integer("x")), name="other"),
        content=b"",
        file_name="x",
        account_id=None,
    )
    for wrong in (first, stranger, 99):
        with pytest.raises(Conflict):
            await database.run(move_to_version, consultation, wrong, account_id=None)
    await database.run(move_to_version, consultation, second, account_id=None)
    with pytest.raises(Conflict):
        await database.run(move_to_version, consultation, second, account_id=None)
    await database.run(close_consultation, consultation, account_id=None)
    third = await database.run(store, integer("z"))
    with pytest.raises(Conflict):
        await database.run(move_to_version, consultation, third, account_id=None)
    with pytest.raises(NotFound):
        await database.run(move_to_version, 99, third, account_id=None)


async def test_moving_is_a_deed_and_the_older_version_stays_as_it_was(database: Database) -> None:
    consultation = await database.run(hold)
    second = await database.run(store, *SECOND)
    await database.run(move_to_version, consultation, second, account_id=None)
    deeds = await database.read(lambda db: list(db.scalars(select(AuditEvent.act))))
    assert deeds[-1] == "move"
    numbers = await database.read(lambda db: list(db.scalars(select(StoredQuestionnaire.number))))
    assert sorted(numbers) == [1, 2]
    versions = await database.read(list_versions, second)
    paths = [[question.path for question in each.questionnaire.questions()] for each in versions]
    assert paths == [["age", "years", "since"], ["began", "age", "children"]]
    assert [[asking.id for asking in each.consultations] for each in versions] == [[consultation], []]
