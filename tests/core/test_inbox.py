"""What waits of a person comes in order, within bounds; what fails too often is set aside, and somebody decides."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.audit import list_acts
from core.clock import at
from core.database import Database
from core.errors import NotFound
from core.inbox import (
    MOST_WAITING,
    count_set_aside,
    drop_update,
    finish_update,
    keep_update,
    kind_of,
    list_people_waiting,
    list_set_aside,
    set_aside,
    sweep_set_aside,
    take_next,
    try_again,
)
from core.people import Contact, enrol, forget
from core.sealing import Vault
from core.tables import WaitingUpdate

ROSA, LUIS = b"r" * 32, b"l" * 32
NOON = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)


async def keep(database: Database, update_id: int, person: bytes = ROSA) -> bool:
    """An update of a person is stored."""
    return await database.run(keep_update, update_id, person, b"sealed")


async def numbers(database: Database) -> list[int]:
    """The updates that are stored."""
    query = select(WaitingUpdate.update_id).order_by(WaitingUpdate.update_id)
    return await database.read(lambda db: list(db.scalars(query)))


async def test_the_oldest_of_a_person_comes_first_in_whatever_order_they_were_stored(
    database: Database,
) -> None:
    for update_id in (7, 5, 6):
        await keep(database, update_id)
    await keep(database, 1, LUIS)

    taken = []
    while (update := await database.run(take_next, ROSA)) is not None:
        taken.append(update.update_id)
        await database.run(finish_update, update.update_id)

    assert taken == [5, 6, 7]
    assert await numbers(database) == [1]


async def test_a_try_is_counted_before_it_begins(database: Database) -> None:
    await keep(database, 5)

    tries = [update.tries for _ in range(3) if (update := await database.run(take_next, ROSA))]

    assert tries == [1, 2, 3], "also of a process that never came back"


async def test_stored_twice_it_waits_once_and_keeps_its_tries(database: Database) -> None:
    await keep(database, 5)
    await database.run(take_next, ROSA)

    assert await keep(database, 5)

    taken = await database.run(take_next, ROSA)
    assert taken is not None and taken.tries == 2


async def test_beyond_the_bound_the_oldest_stay_and_the_new_one_is_passed_over(database: Database) -> None:
    def fill(db: Any) -> list[bool]:
        return [keep_update(db, number, ROSA, b"sealed") for number in range(MOST_WAITING)]

    assert all(await database.run(fill))

    assert not await keep(database, 10_000)
    assert await keep(database, 10_001, LUIS), "somebody else's is kept"
    assert await numbers(database) == [*range(MOST_WAITING), 10_001]


async def test_who_waits_longest_is_named_first(database: Database) -> None:
    await keep(database, 9, ROSA)
    await keep(database, 3, LUIS)
    await keep(database, 1, ROSA)
    await database.run(set_aside, 2, b"o" * 32, b"sealed", fault="KeyError")

    assert await database.read(list_people_waiting) == [ROSA, LUIS]
    assert await database.read(list_people_waiting, 1) == [ROSA]


async def test_what_is_set_aside_no_longer_waits_and_shows_no_content(
    database: Database, vault: Vault
) -> None:
    words = json.dumps({"update_id": 5, "message": {"text": "me persiguen", "chat": {"id": 77}}}).encode()
    with at(NOON):
        await database.run(keep_update, 5, ROSA, vault.seal_bytes(words))
        await database.run(set_aside, 5, ROSA, vault.seal_bytes(words), fault="KeyError", tries=3)

    assert await database.run(take_next, ROSA) is None
    (shown,) = await database.read(list_set_aside, vault)
    assert (shown.update_id, shown.kind, shown.fault, shown.tries) == (5, "text", "KeyError", 3)
    assert shown.received_at == NOON
    assert "persiguen" not in repr(shown) and "77" not in repr(shown)


async def test_what_another_key_sealed_is_listed_as_unreadable(database: Database, vault: Vault) -> None:
    await database.run(set_aside, 5, ROSA, b"of another key", fault="KeyError")

    assert [shown.kind for shown in await database.read(list_set_aside, vault)] == ["unreadable"]


async def test_tried_again_it_waits_as_if_it_were_new(database: Database) -> None:
    await database.run(set_aside, 5, ROSA, b"sealed", fault="KeyError")

    await database.run(try_again, 5, account_id=None)

    taken = await database.run(take_next, ROSA)
    assert taken is not None and taken.tries == 1
    assert await database.read(count_set_aside) == 0
    assert [(act.act, act.subject, act.subject_id) for act in await database.read(list_acts)] == [
        ("try_again", "update", 5)
    ]


async def test_dropped_it_is_gone_and_written_down(database: Database) -> None:
    await database.run(set_aside, 5, ROSA, b"sealed", fault="KeyError")

    await database.run(drop_update, 5, account_id=None)

    assert await numbers(database) == []
    assert [act.act for act in await database.read(list_acts)] == ["drop"]


async def test_only_what_was_set_aside_can_be_decided_about(database: Database) -> None:
    await keep(database, 5)

    for number in (5, 6):
        for decide in (try_again, drop_update):
            with pytest.raises(NotFound):
                await database.run(decide, number, account_id=None)
    assert await numbers(database) == [5]


async def test_what_nobody_decides_about_is_forgotten_after_a_week(database: Database) -> None:
    with at(NOON - timedelta(days=8)):
        await database.run(set_aside, 5, ROSA, b"sealed", fault="KeyError")
        await keep(database, 6)
    with at(NOON - timedelta(days=6)):
        await database.run(set_aside, 7, ROSA, b"sealed", fault="KeyError")

    with at(NOON):
        await database.run(sweep_set_aside)

    assert await numbers(database) == [6, 7], "what waits is never forgotten"


async def test_who_erases_their_data_erases_what_waits_of_them(database: Database) -> None:
    await keep(database, 5)
    await keep(database, 6, LUIS)
    await database.run(set_aside, 7, ROSA, b"sealed", fault="KeyError")

    await database.run(lambda db: forget(db, enrol(db, Contact(ROSA, b"sealed"), "es", "1")))

    assert await numbers(database) == [6]


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        ({"message": {"text": "hola"}}, "text"),
        ({"message": {"photo": [], "caption": "mi casa"}}, "photo"),
        ({"message": {"voice": {}}}, "voice"),
        ({"message": {"location": {}}}, "location"),
        ({"message": {"dice": {}}}, "other"),
        ({"callback_query": {"message": {"text": "¿Qué necesita?"}}}, "button"),
        ({"my_chat_member": {}}, "membership"),
        ({"message": "hola"}, "unreadable"),
        ({}, "unreadable"),
    ],
)
def test_the_kind_of_an_update(update: dict[str, Any], kind: str) -> None:
    assert kind_of(update) == kind
