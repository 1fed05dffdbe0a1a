"""Themes are named and changed by people. Nothing is lost that can be taken back, and who is late is told."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Conflict, NotFound
from deliberation.voices.codebooks import (
    ThemeKnown,
    ThemesChanged,
    ThemesSettled,
    VoicesStillOpen,
    accept_theme,
    add_theme,
    delete_theme,
    merge_theme,
    part_theme,
    read_codebook,
    reopen_themes,
    save_theme,
    settle_themes,
)
from deliberation.voices.codings import By, list_coded, sizes_of
from deliberation.voices.splitting import list_under, propose_split, split_theme
from deliberation.voices.tables import Codebook
from tests.deliberation.voices.coded import (
    ANA,
    CARLOS,
    add_coders,
    closed_with_answers,
    code,
    theme,
    three_themes,
)
from tests.deliberation.voices.test_themes import WATER, WORK


@pytest.fixture
async def closed(database: Database) -> int:
    """A consultation that is closed."""
    await database.run(add_coders)
    return await database.run(closed_with_answers)


def names_of(db: Session, consultation_id: int) -> list[str]:
    return [each.name["es"] for each in read_codebook(db, consultation_id).themes]


async def test_answers_that_may_still_change_are_not_coded(database: Database) -> None:
    await database.run(add_coders)
    opened = await database.run(closed_with_answers, state="open")
    with pytest.raises(VoicesStillOpen):
        await database.run(theme, opened, "Agua")
    assert await database.read(names_of, opened) == []


async def test_who_changes_what_has_changed_meanwhile_is_told(database: Database, closed: int) -> None:
    water = await database.run(theme, closed, "Agua")
    seen = (await database.read(read_codebook, closed)).turn
    named = {"es": "Agua potable", "qu": "Yaku"}
    await database.run(save_theme, closed, water, named, {}, seen=seen, account_id=ANA)
    with pytest.raises(ThemesChanged):
        await database.run(save_theme, closed, water, {"es": "Otra"}, {}, seen=seen, account_id=CARLOS)
    assert await database.read(names_of, closed) == ["Agua potable"]


async def test_of_two_who_begin_at_once_the_second_is_told(database: Database, closed: int) -> None:
    def begin(db: Session, name: str) -> int:
        return add_theme(db, closed, {"es": name}, {}, seen=0, account_id=ANA)

    done = await asyncio.gather(
        database.run(begin, "Agua"), database.run(begin, "Trabajo"), return_exceptions=True
    )
    assert [type(each) for each in done if not isinstance(each, int)] == [ThemesChanged]
    count = select(func.count()).select_from(Codebook)
    assert await database.read(lambda db: db.scalar(count)) == 1
    assert len(await database.read(names_of, closed)) == 1


async def test_two_themes_have_not_one_name(database: Database, closed: int) -> None:
    water = await database.run(theme, closed, "Agua")
    await database.run(theme, closed, "Trabajo")
    with pytest.raises(ThemeKnown):
        await database.run(theme, closed, " agua ")
    with pytest.raises(ThemeKnown):
        await database.run(save_theme, closed, water, {"es": "TRABAJO"}, {}, seen=2, account_id=ANA)
    await database.run(save_theme, closed, water, {"es": "agua"}, {"es": "Toda"}, seen=2, account_id=ANA)
    assert (await database.read(read_codebook, closed)).theme(water).definition == {"es": "Toda"}


async def test_what_is_merged_is_taken_apart_again_with_its_answers(database: Database, closed: int) -> None:
    water, work, _ = await database.run(three_themes, closed)
    seen = (await database.read(read_codebook, closed)).turn
    await database.run(merge_theme, closed, work, water, seen=seen, account_id=ANA)
    together = sizes_of(await database.read(list_coded, closed))
    assert together[water].by_person == 6 and work not in together
    assert (await database.read(read_codebook, closed)).theme(water).merged == ((work, {"es": "Trabajo"}),)
    with pytest.raises(NotFound):
        await database.run(accept_theme, closed, work, account_id=ANA)

    await database.run(part_theme, closed, work, seen=seen + 1, account_id=ANA)
    apart = sizes_of(await database.read(list_coded, closed))
    assert apart[water].by_person == apart[work].by_person == 3
    with pytest.raises(Conflict):
        await database.run(merge_theme, closed, work, work, seen=seen + 2, account_id=ANA)


async def test_answers_of_a_deleted_theme_are_to_be_coded_again(database: Database, closed: int) -> None:
    water, work, school = await database.run(three_themes, closed)
    seen = (await database.read(read_codebook, closed)).turn
    await database.run(merge_theme, closed, work, water, seen=seen, account_id=ANA)
    await database.run(delete_theme, closed, water, seen=seen + 1, account_id=ANA)
    assert await database.read(names_of, closed) == ["Escuela"]
    sizes = sizes_of(await database.read(list_coded, closed))
    assert sizes[school].by_person == 3 and sizes[None].answers == 21 and not sizes[None].by_person


async def test_a_theme_of_another_consultation_is_not_to_be_found(database: Database, closed: int) -> None:
    other = await database.run(closed_with_answers)
    foreign = await database.run(theme, other, "Agua")
    await database.run(theme, closed, "Trabajo")
    with pytest.raises(NotFound):
        await database.run(delete_theme, closed, foreign, seen=1, account_id=ANA)
    with pytest.raises(NotFound):
        await database.run(code, closed, WATER[0], foreign)


async def test_what_is_settled_does_not_change_until_it_is_reopened(database: Database, closed: int) -> None:
    water = await database.run(theme, closed, "Agua")
    await database.run(settle_themes, closed, seen=1, account_id=ANA)
    for late in (
        lambda db: add_theme(db, closed, {"es": "Otra"}, {}, seen=2, account_id=ANA),
        lambda db: code(db, closed, WATER[0], water),
    ):
        with pytest.raises(ThemesSettled):
            await database.run(late)
    for _ in range(2):
        await database.run(reopen_themes, closed, account_id=ANA)
    await database.run(code, closed, WATER[0], water)


async def test_a_theme_is_split_as_it_was_shown(database: Database, closed: int) -> None:
    both = await database.run(theme, closed, "Agua y trabajo")

    def fill(db: Session) -> None:
        for said in (*WATER, *WORK):
            code(db, closed, said, both)

    await database.run(fill)
    split = propose_split(await database.read(list_under, closed, both))
    assert split is not None
    assert {len(part.voices) for part in split.parts} == {8}
    names = ({"es": "Una parte"}, {"es": "Otra parte"})
    new = await database.run(split_theme, closed, both, split, names, seen=1, account_id=ANA)
    voices = await database.read(list_coded, closed)
    under = {voice.text for voice in voices if voice.theme_id == new}
    assert under == {voice.text for voice in split.parts[1].voices} and under in (set(WATER), set(WORK))
    assert all(voice.placed.by is By.PERSON for voice in voices if voice.theme_id in (both, new))

    await database.run(code, closed, WORK[0], None)
    with pytest.raises(ThemesChanged):
        await database.run(split_theme, closed, both, split, names, seen=2, account_id=ANA)


async def test_what_says_the_same_cannot_be_split(database: Database) -> None:
    await database.run(add_coders)
    same = await database.run(closed_with_answers, ["Falta agua"] * 6)
    water = await database.run(theme, same, "Agua")
    voices = await database.read(list_coded, same)
    assert water and propose_split(voices) is None
