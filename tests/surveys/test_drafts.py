"""Drafts: changed one turn at a time, taken back, published when nothing is wrong; and the library beside them."""

import gc
import tracemalloc
from dataclasses import replace

import pytest

from core.audit import list_acts
from core.database import Database
from core.errors import InvalidInput, NotFound
from surveys.authoring.changes import add_question, end_of, new_sheets, remove
from surveys.authoring.outline import outline
from surveys.authoring.sheets import Sheets
from surveys.authoring.snippets import take
from surveys.drafts import (
    DraftChanged,
    change_draft,
    create_draft,
    discard_draft,
    examine_draft,
    examined_lately,
    files_of_draft,
    get_draft,
    list_drafts,
    publish_draft,
    undo_change,
)
from surveys.files import get_files
from surveys.library import find_shelved, forget_question, keep_question, search_library
from surveys.questionnaires import get_questionnaire, get_workbook, list_questionnaires, store_questionnaire
from surveys.xlsform.accompanying import AccompanyingFile
from surveys.xlsform.grids import read_sheets
from surveys.xlsform.reading import read_questionnaire
from surveys.xlsform.writing import write_workbook

BOTH = ("Español (es)", "Kichwa (qu)")


async def begun(database: Database, *labels: str) -> int:
    sheets = new_sheets("Prueba", BOTH)
    for label in labels:
        sheets, _ = add_question(sheets, "text", label, after=end_of(sheets, None))
    return await database.run(create_draft, sheets, account_id=None)


async def change(database: Database, draft: int, label: str, turn: int) -> None:
    def add(sheets: Sheets) -> Sheets:
        return add_question(sheets, "text", label, after=end_of(sheets, None))[0]

    await database.run(change_draft, draft, add, turn=turn, account_id=None)


async def asked(database: Database, draft: int) -> list[str]:
    state = await database.read(get_draft, draft)
    return [entry.name for entry in outline(state.sheets)]


async def test_who_saves_over_a_change_that_they_have_not_seen_is_told(database: Database) -> None:
    draft = await begun(database)
    await change(database, draft, "ana", 0)
    with pytest.raises(DraftChanged):
        await change(database, draft, "carlos", 0)
    assert await asked(database, draft) == ["ana"]
    await change(database, draft, "carlos", 1)
    assert await asked(database, draft) == ["ana", "carlos"]


async def test_a_change_that_changes_nothing_is_no_turn(database: Database) -> None:
    draft = await begun(database, "a")
    await database.run(change_draft, draft, lambda sheets: sheets, turn=0, account_id=None)
    state = await database.read(get_draft, draft)
    assert (state.turn, state.can_undo) == (0, False)


async def test_ten_changes_can_be_taken_back_one_by_one(database: Database) -> None:
    draft = await begun(database)
    for turn in range(12):
        await change(database, draft, f"p{turn}", turn)
    for turn in range(12, 22):
        await database.run(undo_change, draft, turn=turn, account_id=None)
    assert await asked(database, draft) == ["p0", "p1"]
    await database.run(undo_change, draft, turn=22, account_id=None)
    assert await asked(database, draft) == ["p0", "p1"], "further back nothing is kept"
    with pytest.raises(DraftChanged):
        await database.run(undo_change, draft, turn=3, account_id=None)


async def test_what_was_deleted_comes_back(database: Database) -> None:
    draft = await begun(database, "a", "b")

    def without_first(sheets: Sheets) -> Sheets:
        return remove(sheets, outline(sheets)[0])

    await database.run(change_draft, draft, without_first, turn=0, account_id=None)
    assert await asked(database, draft) == ["b"]
    await database.run(undo_change, draft, turn=1, account_id=None)
    assert await asked(database, draft) == ["a", "b"]


async def test_a_published_draft_is_a_questionnaire_and_a_draft_no_more(database: Database) -> None:
    draft = await begun(database, "a")
    stored = await database.run(publish_draft, draft, turn=0, account_id=None)
    questionnaire = await database.read(get_questionnaire, stored)
    assert [question.name for question in questionnaire.questions()] == ["a"]
    content, file_name = await database.read(get_workbook, stored)
    assert read_questionnaire(content, file_name).questionnaire == questionnaire
    with pytest.raises(NotFound):
        await database.read(get_draft, draft)
    acts = [(act.act, act.subject) for act in await database.read(list_acts)]
    assert acts == [
        ("publish", "questionnaire_draft"),
        ("upload", "questionnaire"),
        ("create", "questionnaire_draft"),
    ]


async def test_what_has_a_fault_or_asks_nothing_is_not_published(database: Database) -> None:
    empty = await begun(database)
    with pytest.raises(InvalidInput) as error:
        await database.run(publish_draft, empty, turn=0, account_id=None)
    assert [fault.code for fault in error.value.faults] == ["nothing_asked"]
    sheets, _ = add_question(new_sheets("Prueba", BOTH), "select_one", "a", after=1)
    sheets, _ = add_question(sheets, "select_one", "b", after=2)
    broken = await database.run(create_draft, sheets, account_id=None)
    with pytest.raises(InvalidInput) as error:
        await database.run(publish_draft, broken, turn=0, account_id=None)
    assert error.value.faults
    assert await database.read(list_questionnaires) == []
    assert {state.id for state in await database.read(list_drafts)} == {empty, broken}


async def test_an_edit_is_the_next_version_with_the_same_files(database: Database) -> None:
    content = write_workbook(add_question(new_sheets("Prueba", BOTH), "text", "a", after=1)[0])
    first = await database.run(
        store_questionnaire,
        read_questionnaire(content, "prueba.xlsx").questionnaire,
        content=content,
        file_name="prueba.xlsx",
        account_id=None,
        files=[AccompanyingFile("lista.csv", "text/csv", b"name,label\nx,X\n")],
    )
    sheets = read_sheets(content, "prueba.xlsx")
    draft = await database.run(create_draft, sheets, questionnaire_id=first, account_id=None)
    await change(database, draft, "b", 0)
    second = await database.run(publish_draft, draft, turn=1, account_id=None)
    before, after = [await database.read(get_questionnaire, each) for each in (first, second)]
    assert [question.name for question in before.questions()] == ["a"], "what is published never changes"
    assert [question.name for question in after.questions()] == ["a", "b"]
    assert await database.read(get_files, second) == {"lista.csv": b"name,label\nx,X\n"}


async def test_a_draft_can_be_thrown_away(database: Database) -> None:
    draft = await begun(database, "a")
    await database.run(discard_draft, draft, account_id=None)
    with pytest.raises(NotFound):
        await database.run(discard_draft, draft, account_id=None)


async def test_the_library_is_searched_by_words_accents_or_not(database: Database) -> None:
    found = await database.read(search_library, "CANTON inec")
    assert [each.code for each in found] == ["canton"]
    assert [each.code for each in await database.read(search_library, "urcuqui")] == ["canton"]
    assert [each.code for each in await database.read(search_library, "#need")] == ["needs", "change"]
    assert await database.read(search_library, "xyzzy") == []


async def test_a_kept_question_stands_first_once_and_can_be_taken_off(database: Database) -> None:
    sheets, _ = add_question(new_sheets("Prueba", BOTH), "text", "¿Y el agua?", after=1)
    snippet = take(sheets, outline(sheets)[0])
    kept = [
        await database.run(keep_question, {"es": "¿Y el agua?"}, snippet, account_id=None) for _ in range(2)
    ]
    assert kept[0] == kept[1]
    assert [each.code for each in await database.read(search_library, "agua")] == [str(kept[0]), "needs"]
    assert (await database.read(find_shelved, str(kept[0]))).sheets == snippet
    await database.run(forget_question, kept[0], account_id=None)
    with pytest.raises(NotFound):
        await database.read(find_shelved, str(kept[0]))
    with pytest.raises(NotFound):
        await database.run(forget_question, kept[0], account_id=None)


async def test_the_files_of_a_draft_are_not_kept_with_what_it_was_found_to_be(database: Database) -> None:
    content = write_workbook(add_question(new_sheets("Con sonido", BOTH), "text", "a", after=1)[0])
    stored = await database.run(
        store_questionnaire,
        read_questionnaire(content, "sonido.xlsx").questionnaire,
        content=content,
        file_name="sonido.xlsx",
        account_id=None,
        files=[AccompanyingFile("a.csv", "text/csv", b"name,label\n" + b"x" * 8_000_000)],
    )
    sheets = read_sheets(content, "sonido.xlsx")
    draft = await database.run(create_draft, sheets, questionnaire_id=stored, account_id=None)
    state = await database.read(get_draft, draft)
    tracemalloc.start()
    try:
        for turn in range(2):
            found = examine_draft(state, await database.read(files_of_draft, draft))
            assert found.questionnaire and examined_lately(state) is found
            await change(database, draft, f"b{turn}", turn)
            state = await database.read(get_draft, draft)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 8_000_000
    finally:
        tracemalloc.stop()
    examine_draft(state, [])
    assert examined_lately(replace(state, questionnaire_id=None)) is None, "other files, another answer"
