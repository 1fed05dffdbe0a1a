"""Segments: audiences with a name. Every deed is noted, and none touches a person."""

import pytest

from core.audit import list_acts
from core.database import Database
from core.errors import InvalidInput, NotFound
from deliberation.audience.criteria import Audience
from deliberation.audience.segments import (
    SegmentNameTaken,
    delete_segment,
    get_segment,
    list_segments,
    rename_segment,
    save_segment,
)

OTAVALO = Audience(cantons=("otavalo",), languages=("qu",))


async def test_it_is_saved_renamed_and_deleted_and_each_is_noted(database: Database) -> None:
    kept = await database.run(save_segment, "Otavalo en kichwa", OTAVALO, account_id=None)
    await database.run(save_segment, "adultos", Audience(ages=("30_44",)), account_id=None)
    await database.run(rename_segment, kept, "Otavalo", account_id=None)

    assert (await database.read(get_segment, kept)).audience == OTAVALO
    assert [card.name for card in await database.read(list_segments)] == ["adultos", "Otavalo"]

    await database.run(delete_segment, kept, account_id=None)
    with pytest.raises(NotFound):
        await database.read(get_segment, kept)
    acts = [(act.act, act.subject) for act in await database.read(list_acts)]
    assert acts == [(act, "segment") for act in ("delete", "rename", "save", "save")]


async def test_a_name_is_given_once_however_large_its_letters(database: Database) -> None:
    kept = await database.run(save_segment, "Otavalo", OTAVALO, account_id=None)
    other = await database.run(save_segment, "Ibarra", Audience(cantons=("ibarra",)), account_id=None)
    with pytest.raises(SegmentNameTaken):
        await database.run(save_segment, "OTAVALO", OTAVALO, account_id=None)
    with pytest.raises(SegmentNameTaken):
        await database.run(rename_segment, other, "otavalo", account_id=None)
    await database.run(rename_segment, kept, "OTAVALO", account_id=None)
    assert (await database.read(get_segment, kept)).name == "OTAVALO"


async def test_it_names_nothing_that_is_not_there(database: Database) -> None:
    with pytest.raises(InvalidInput):
        await database.run(save_segment, "x", Audience(finished=(9,)), account_id=None)
    assert await database.read(list_segments) == []
