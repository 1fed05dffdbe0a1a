"""What people say counts, what the machine says is a suggestion, and both are stored."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Conflict, Forbidden, NotFound
from deliberation.voices.carrying import carry_over, follow_theme, list_earlier
from deliberation.voices.codebooks import delete_theme, merge_theme, read_codebook
from deliberation.voices.coding_queue import read_desk
from deliberation.voices.coding_sample import (
    NobodyLeftToSample,
    draw_sample,
    end_sample,
    read_agreement,
    settle_disagreement,
)
from deliberation.voices.coding_task import work_out
from deliberation.voices.codings import (
    MACHINE,
    By,
    CodedMeanwhile,
    SampleFinished,
    list_coded,
    record_coding,
    sizes_of,
    undo_coding,
)
from deliberation.voices.suggesting import (
    Begun,
    NothingLearnt,
    OnItsWay,
    TooFewAnswers,
    ask_assignment,
    ask_suggestion,
    call_off,
    list_asked,
    note_progress,
    read_task,
    store_outcome,
)
from deliberation.voices.tables import Coding
from tests.deliberation.voices.coded import (
    ANA,
    CARLOS,
    add_coders,
    closed_with_answers,
    code,
    theme,
    three_themes,
)
from tests.deliberation.voices.test_themes import SCHOOL, WATER, WORK


@pytest.fixture
async def closed(database: Database) -> int:
    """A consultation that is closed."""
    await database.run(add_coders)
    return await database.run(closed_with_answers)


async def assign(database: Database, consultation_id: int) -> None:
    begun = await database.read(read_task, consultation_id)
    assert begun is not None
    assert await database.run(store_outcome, begun, work_out(begun.task))


async def suggest(database: Database, consultation_id: int, number: int | None = 3) -> None:
    seen = (await database.read(read_codebook, consultation_id)).turn
    await database.run(ask_suggestion, consultation_id, number, seen=seen, account_id=ANA)
    await assign(database, consultation_id)


async def test_what_is_suggested_is_stored_as_a_suggestion(database: Database, closed: int) -> None:
    await suggest(database, closed)
    codebook = await database.read(read_codebook, closed)
    assert [each.state for each in codebook.themes] == ["suggested"] * 3
    told = codebook.suggestion["suggested"]
    assert told["seed"] == 0 and told["version"] and [each["size"] for each in told["themes"]]
    assert any("agua" in each.words["es"] for each in codebook.themes)
    voices = await database.read(list_coded, closed)
    assert {voice.placed.by for voice in voices} == {By.MACHINE}
    water = {voice.theme_id for voice in voices if voice.text in WATER}
    assert len(water) <= 2 and len(codebook.suggestion["queue"]) == 24


async def test_the_same_answers_are_suggested_the_same(database: Database, closed: int) -> None:
    begun = await database.run(_begun, closed)
    assert work_out(begun.task) == work_out(begun.task)


def _begun(db: Session, consultation_id: int) -> Begun:
    ask_suggestion(db, consultation_id, None, seen=0, account_id=ANA)
    db.flush()
    begun = read_task(db, consultation_id)
    assert begun is not None
    return begun


async def test_what_is_called_off_or_comes_twice_is_not_stored(database: Database, closed: int) -> None:
    first = await database.run(_begun, closed)
    assert await database.read(list_asked) == [closed]
    with pytest.raises(OnItsWay):
        await database.run(ask_suggestion, closed, None, seen=0, account_id=CARLOS)
    assert await database.run(note_progress, first, 12, 24)
    await database.run(call_off, closed, account_id=ANA)
    outcome = work_out(first.task)
    assert not await database.run(note_progress, first, 13, 24)
    assert not await database.run(store_outcome, first, outcome)

    again = await database.run(_begun, closed)
    assert not await database.run(store_outcome, first, outcome), "asked anew under another number"
    assert await database.run(store_outcome, again, outcome)
    assert not await database.run(store_outcome, again, outcome), "a twin was first"
    assert await database.read(list_asked) == []


async def test_themes_are_not_looked_for_in_a_few_answers(database: Database) -> None:
    await database.run(add_coders)
    few = await database.run(closed_with_answers, WATER[:4])
    with pytest.raises(TooFewAnswers):
        await database.run(ask_suggestion, few, None, seen=0, account_id=ANA)


async def test_a_suggestion_leaves_what_people_made(database: Database, closed: int) -> None:
    water, *_ = await database.run(three_themes, closed)
    await suggest(database, closed, 2)
    await suggest(database, closed, 2)
    codebook = await database.read(read_codebook, closed)
    assert [each.state for each in codebook.themes] == ["accepted"] * 3 + ["suggested"] * 2
    voices = await database.read(list_coded, closed)
    assert sizes_of(voices)[water].answers == 3
    kept = next(each.id for each in codebook.themes if each.state == "suggested")
    said = next(voice.text for voice in voices if voice.theme_id == kept)
    await database.run(code, closed, said, kept)
    await suggest(database, closed, 2)
    assert kept in {each.id for each in (await database.read(read_codebook, closed)).themes}


async def test_a_person_is_believed_and_the_machine_is_remembered(database: Database, closed: int) -> None:
    await suggest(database, closed)
    mine = await database.run(theme, closed, "Mía")
    voice = await database.run(code, closed, WATER[0], mine)
    placed = next(each for each in await database.read(list_coded, closed) if each.id == voice).placed
    assert placed.by is By.PERSON and placed.theme_id == mine
    both = select(Coding.coder, Coding.theme_id).where(Coding.voice_id == voice).order_by(Coding.coder)
    said = [tuple(row) for row in await database.read(lambda db: list(db.execute(both)))]
    assert said[0][0] == MACHINE and said[0][1] not in (None, mine) and said[1] == (ANA, mine)

    await database.run(undo_coding, closed, voice, account_id=ANA)
    await database.run(undo_coding, closed, voice, account_id=ANA)
    placed = next(each for each in await database.read(list_coded, closed) if each.id == voice).placed
    assert placed.by is By.MACHINE


async def test_of_two_who_code_at_once_the_second_is_told(database: Database, closed: int) -> None:
    water, work, _ = await database.run(three_themes, closed, 0)
    voice = await database.run(code, closed, WATER[0], water)
    with pytest.raises(CodedMeanwhile):
        await database.run(record_coding, closed, voice, work, seen="", account_id=CARLOS)
    await database.run(record_coding, closed, voice, water, seen="", account_id=CARLOS)  # of the same mind
    await database.run(record_coding, closed, voice, work, seen=f"{ANA}:{water}", account_id=CARLOS)
    placed = {each.id: each.theme_id for each in await database.read(list_coded, closed)}
    assert placed[voice] == work


async def test_the_rest_is_assigned_or_left_unsure(database: Database, closed: int) -> None:
    water, work, school = await database.run(three_themes, closed, 4)
    await database.run(ask_assignment, closed, account_id=ANA, sure_enough=0.4)
    await assign(database, closed)
    voices = await database.read(list_coded, closed)
    for theme_id, said in ((water, WATER), (work, WORK), (school, SCHOOL)):
        machine = [each for each in voices if each.placed.by is By.MACHINE and each.theme_id == theme_id]
        assert machine and all(each.text in said for each in machine)
    told = (await database.read(read_codebook, closed)).suggestion["assigned"]
    assert told["learnt_from"] == told["checked"] == 12 and told["right"] <= told["tried"]

    await database.run(ask_assignment, closed, account_id=ANA, sure_enough=0.95)
    await assign(database, closed)
    strict = (await database.read(read_codebook, closed)).suggestion["assigned"]
    assert strict["unsure"] > told["unsure"] and strict["sure_enough"] == 0.95


async def test_a_theme_that_nobody_has_coded_yet_keeps_what_was_suggested_for_it(
    database: Database, closed: int
) -> None:
    await suggest(database, closed)
    voices = await database.read(list_coded, closed)
    first, second, third = (each.id for each in (await database.read(read_codebook, closed)).themes)
    for theme_id in (first, second):
        said = next(voice.text for voice in voices if voice.theme_id == theme_id)
        await database.run(code, closed, said, theme_id)
    await database.run(ask_assignment, closed, account_id=ANA, sure_enough=0.3)
    await assign(database, closed)
    sizes = sizes_of(await database.read(list_coded, closed))
    assert sizes[third].answers >= 4 and not sizes[third].by_person
    told = (await database.read(read_codebook, closed)).suggestion["assigned"]
    assert told["learnt_from"] == told["checked"] == 2


async def test_of_one_theme_nothing_is_learnt(database: Database, closed: int) -> None:
    water = await database.run(theme, closed, "Agua")
    await database.run(code, closed, WATER[0], water)
    with pytest.raises(NothingLearnt):
        await database.run(ask_assignment, closed, account_id=ANA)


async def test_after_some_answers_the_machine_learns_by_itself(database: Database, closed: int) -> None:
    await database.run(three_themes, closed, 3)
    assert await database.read(list_asked) == []
    await database.run(code, closed, WORK[7], (await database.read(read_codebook, closed)).themes[1].id)
    assert await database.read(list_asked) == [closed]


async def test_each_is_offered_what_nobody_has_coded(database: Database, closed: int) -> None:
    await database.run(three_themes, closed, 7)
    await database.run(call_off, closed, account_id=ANA)
    desk = await database.read(read_desk, closed, ANA)
    waiting = {WATER[7], WORK[7], SCHOOL[7]}
    first = desk.next_answer(ANA)
    assert first is not None and first.text in waiting
    second = desk.next_answer(ANA, but=first.id)
    assert second is not None and second.text in waiting - {first.text}
    assert desk.progress().by_person == 21 and desk.progress().unsure == 3


async def stays_as_it_was_said(
    database: Database, closed: int, disputed: str, by_ana: int | None, by_carlos: int | None
) -> None:
    """Who has seen what the other said cannot agree with it afterwards; the same again changes nothing."""
    for coder, own in ((ANA, by_ana), (CARLOS, by_carlos)):
        await database.run(record_coding, closed, disputed, own, seen="", account_id=coder)
        with pytest.raises(SampleFinished):
            await database.run(undo_coding, closed, disputed, account_id=coder)
    with pytest.raises(SampleFinished):
        await database.run(record_coding, closed, disputed, by_ana, seen="", account_id=CARLOS)


async def test_two_code_a_sample_without_seeing_each_other(database: Database, closed: int) -> None:
    water, work, school = await database.run(three_themes, closed, 1)
    await database.run(draw_sample, closed, 10, account_id=ANA)
    with pytest.raises(NobodyLeftToSample):
        await database.run(draw_sample, closed, 12, account_id=ANA)

    def code_all(db: Session, coder: int, but: int) -> None:
        for number, voice in enumerate(read_desk(db, closed, coder).sample):
            right = water if voice.text in WATER else work if voice.text in WORK else school
            given = None if number == but else right
            record_coding(db, closed, voice.id, given, seen="", account_id=coder)

    await database.run(code_all, ANA, -1)
    assert not (await database.read(read_agreement, closed, CARLOS)).open
    desk = await database.read(read_desk, closed, CARLOS)
    assert [voice.theme_id for voice in desk.sample] == [None] * 10, "nobody sees what Ana said"
    waiting = desk.next_answer(CARLOS)
    assert waiting and not waiting.placed.sample
    await database.run(code_all, CARLOS, 0)
    found = await database.read(read_agreement, closed, CARLOS)
    assert found.open and found.done == (10, 10) and found.both == 10
    assert 0.7 < found.alpha < 1 and found.low <= found.alpha <= found.high
    assert len(found.pairs) == 1 and found.pairs[0][0] == 0 and found.pairs[0][2] == 1

    disputed = found.disagreements[0].voice
    await stays_as_it_was_said(database, closed, disputed.id, found.disagreements[0].codes[0], None)
    assert disputed.theme_id is None, "where they differ it is unsure"
    await database.run(settle_disagreement, closed, disputed.id, water, account_id=CARLOS)
    settled = await database.read(read_agreement, closed, ANA)
    assert settled.alpha == found.alpha, "what each said stays"
    assert settled.disagreements[0].settled
    assert {each.id: each.theme_id for each in await database.read(list_coded, closed)}[disputed.id] == water
    agreed = {each.id for each in desk.sample} - {disputed.id}
    with pytest.raises(NotFound):
        await database.run(settle_disagreement, closed, agreed.pop(), water, account_id=ANA)


async def test_who_put_answers_under_a_theme_that_is_gone_did_not_say_that_they_belong_to_none(
    database: Database, closed: int
) -> None:
    water, work, _ = await database.run(three_themes, closed, 1)
    await database.run(draw_sample, closed, 6, account_id=ANA)

    def code_all(db: Session, coder: int) -> None:
        for number, voice in enumerate(read_desk(db, closed, coder).sample):
            given = water if number % 2 else work
            record_coding(db, closed, voice.id, given, seen="", account_id=coder)

    for coder in (ANA, CARLOS):
        await database.run(code_all, coder)
    assert (await database.read(read_agreement, closed, ANA)).alpha == 1
    seen = (await database.read(read_codebook, closed)).turn
    await database.run(delete_theme, closed, water, seen=seen, account_id=ANA)
    left = await database.read(read_agreement, closed, ANA)
    assert (left.done, left.both, left.open) == ((3, 3), 3, False)
    assert (await database.read(read_desk, closed, ANA)).next_of_sample() is not None


async def test_a_sample_that_one_person_coded_does_not_make_the_machine_learn_all_the_time(
    database: Database, closed: int
) -> None:
    water, work, _ = await database.run(three_themes, closed, 1)
    await database.run(draw_sample, closed, 12, account_id=ANA)
    for number, voice in enumerate((await database.read(read_desk, closed, ANA)).sample):
        given = water if number % 2 else work
        await database.run(record_coding, closed, voice.id, given, seen="", account_id=ANA)
    free = next(
        voice
        for voice in (await database.read(read_desk, closed, ANA)).voices
        if voice.placed.by is By.NOBODY and not voice.placed.sample
    )
    await database.run(record_coding, closed, free.id, water, seen="", account_id=ANA)
    assert await database.read(list_asked) == [], "four answers can be learnt from"


async def test_what_nobody_coded_of_a_sample_goes_back(database: Database, closed: int) -> None:
    await database.run(three_themes, closed, 1)
    await database.run(draw_sample, closed, 10, account_id=ANA)
    sample = (await database.read(read_desk, closed, ANA)).sample
    await database.run(record_coding, closed, sample[0].id, None, seen="", account_id=ANA)
    with pytest.raises(Forbidden):
        await database.run(settle_disagreement, closed, sample[0].id, None, account_id=ANA)
    for _ in range(2):
        await database.run(end_sample, closed, account_id=ANA)
    assert [each.id for each in (await database.read(read_desk, closed, ANA)).sample] == [sample[0].id]


async def test_a_codebook_goes_on_in_the_next_consultation(database: Database, closed: int) -> None:
    water, work, _ = await database.run(three_themes, closed, 6)
    await database.run(call_off, closed, account_id=ANA)
    again = await database.run(closed_with_answers, [*WATER[6:], *WORK[6:], *SCHOOL[6:]])
    (earlier,) = await database.read(list_earlier, again)
    assert [name["es"] for name in earlier.themes] == ["Agua", "Trabajo", "Escuela"]
    own = await database.run(theme, again, "agua")
    assert await database.run(carry_over, again, earlier.codebook_id, seen=1, account_id=ANA) == 3
    themes = (await database.read(read_codebook, again)).themes
    assert [each.carried_from is not None for each in themes] == [True] * 3 and themes[0].id == own

    await database.run(ask_assignment, again, account_id=ANA, sure_enough=0.4)
    await assign(database, again)
    told = (await database.read(read_codebook, again)).suggestion["assigned"]
    assert told["examples"] == 18 and told["learnt_from"] == 0
    voices = await database.read(list_coded, again)
    assert [each.text for each in voices if each.theme_id == own and each.text not in WATER] == []

    moments = await database.read(follow_theme, own)
    assert [moment.consultation_id for moment in moments] == [closed, again]
    assert (moments[0].people, moments[0].whole) == (6, 24)

    seen = (await database.read(read_codebook, closed)).turn
    await database.run(merge_theme, closed, work, water, seen=seen, account_id=ANA)
    assert (await database.read(follow_theme, own))[0].people == 12


async def test_machines_are_not_asked_about_what_is_not_coded(database: Database, closed: int) -> None:
    with pytest.raises(Conflict):
        await database.run(ask_suggestion, closed, None, seen=3, account_id=ANA)
    with pytest.raises(NotFound):
        await database.run(record_coding, closed, "nobody", None, seen="", account_id=ANA)
