"""Ways in: made for a place, ended and reopened, counted once a person, and never tied to who came."""

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.database import Database
from core.entry_links import (
    CODE_LENGTH,
    CODE_LETTERS,
    PlaceTaken,
    count_coming,
    count_enrolment,
    end_link,
    enrol_by_link,
    find_link,
    get_link,
    list_links,
    make_link,
    readable_code,
    reopen_link,
    tidy_place,
)
from core.errors import NotFound
from core.people import Contact, enrol, forget, get_participant
from core.settings import Settings
from core.tables import Participant

ROSA, LUIS = Contact(b"r" * 32, b"sealed rosa"), Contact(b"l" * 32, b"sealed luis")


async def test_a_link_is_made_for_a_place_with_a_code_that_nobody_guesses(database: Database) -> None:
    first = await database.run(make_link, "  Albergue\n Casa  de Paso ", None)
    second = await database.run(make_link, "Terminal", None)

    links = [await database.read(get_link, link) for link in (first, second)]
    assert [(link.place, link.came, link.enrolled, link.ended_at) for link in links] == [
        ("Albergue Casa de Paso", 0, 0, None),
        ("Terminal", 0, 0, None),
    ]
    codes = [link.code for link in links]
    assert codes[0] != codes[1]
    assert all(len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) for code in codes)
    assert len(CODE_LETTERS) ** CODE_LENGTH > 10**11
    assert [await database.read(find_link, code) for code in codes] == [first, second]


async def test_two_links_that_are_handed_out_do_not_share_a_name(database: Database) -> None:
    first = await database.run(make_link, "Fundación Ñukanchik", None)

    with pytest.raises(PlaceTaken):
        await database.run(make_link, "fundación ÑUKANCHIK", None)

    await database.run(end_link, first, None)
    second = await database.run(make_link, "Fundación Ñukanchik", None)
    with pytest.raises(PlaceTaken):
        await database.run(reopen_link, first, None)
    await database.run(end_link, second, None)
    await database.run(reopen_link, first, None)
    assert [link.id for link in await database.read(list_links)] == [first, second], "handed out first"


async def test_what_is_done_to_a_link_is_noted_once(database: Database) -> None:
    link = await database.run(make_link, "Terminal", None)
    for act in (end_link, end_link, reopen_link, reopen_link):
        await database.run(act, link, None)

    acts = [(act.act, act.subject, act.subject_id) for act in await database.read(list_acts)]
    assert acts == [("reopen", "entry_link", 1), ("end", "entry_link", 1), ("make", "entry_link", 1)]


async def test_a_link_that_is_not_there_is_refused_to_organisers_and_harmless_to_newcomers(
    database: Database, settings: Settings
) -> None:
    for act in (end_link, reopen_link):
        with pytest.raises(NotFound):
            await database.run(act, 7, None)
    with pytest.raises(NotFound):
        await database.read(get_link, 7)

    await database.run(count_coming, 7)
    await database.run(count_enrolment, 7)
    await database.run(enrol_by_link, 7, ROSA, "qu", "2026-11", settings.zone)

    assert (await database.read(get_participant, ROSA.index)).language == "qu"
    assert await database.read(list_links) == []


async def test_who_consents_is_counted_once_for_the_link_and_others_are_not(
    database: Database, settings: Settings
) -> None:
    link, other = [await database.run(make_link, place, None) for place in ("Albergue", "Terminal")]
    await database.run(enrol, LUIS, "es", "2026-11", settings.zone)

    for contact in (ROSA, ROSA, LUIS):
        await database.run(enrol_by_link, link, contact, "qu", "2026-11", settings.zone)

    assert [(await database.read(get_link, each)).enrolled for each in (link, other)] == [1, 0]


async def test_a_count_and_the_enrolment_are_one_transaction(database: Database, settings: Settings) -> None:
    link = await database.run(make_link, "Albergue", None)

    def fail(db: Session) -> None:
        enrol_by_link(db, link, ROSA, "qu", "2026-11", settings.zone)
        raise KeyError

    with pytest.raises(KeyError):
        await database.run(fail)

    assert (await database.read(get_link, link)).enrolled == 0
    assert await database.read(lambda db: db.scalar(select(Participant.id))) is None


async def test_nothing_of_a_person_says_by_which_link_they_came(
    database: Database, settings: Settings
) -> None:
    link = await database.run(make_link, "Albergue", None)
    await database.run(enrol_by_link, link, ROSA, "qu", "2026-11", settings.zone)
    await database.run(enrol, LUIS, "qu", "2026-11", settings.zone)

    by_link, by_itself = [await database.read(get_participant, contact.index) for contact in (ROSA, LUIS)]
    told = {"id", "chat_index", "chat_sealed"}
    kept = {column.key for column in inspect(Participant).columns} - told
    assert {name: getattr(by_link, name) for name in kept} == {
        name: getattr(by_itself, name) for name in kept
    }


async def test_erasing_the_person_leaves_the_count(database: Database, settings: Settings) -> None:
    link = await database.run(make_link, "Albergue", None)
    await database.run(enrol_by_link, link, ROSA, "qu", "2026-11", settings.zone)

    await database.run(lambda db: forget(db, get_participant(db, ROSA.index)))

    assert (await database.read(get_link, link)).enrolled == 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("k7m2p9qx", "k7m2p9qx"),
        ("  K7M2P9QX ", "k7m2p9qx"),
        ("", None),
        ("a b", None),
        ("a" * 33, None),
        ("../etc", None),
        ("ñandú", None),
        ("٣٣", None),
        ("a\x00b", None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str | None) -> None:
    assert readable_code(typed) == code


@pytest.mark.parametrize(("typed", "place"), [("  a \t b\x00c ", "a b c"), ("\x00\n", ""), ("Ñ 1", "Ñ 1")])
def test_a_place_is_one_line_that_can_be_printed(typed: str, place: str) -> None:
    assert tidy_place(typed) == place
