"""The chat, the tablet and the paper give the same data; nothing is lost, and nothing counts twice."""

import asyncio
import threading
from hashlib import sha256
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.clock import at
from core.database import Database
from surveys.consultations import Reach, close_consultation, get_consultation
from surveys.conversation.turns import Ask, AskRepeat, Finished
from surveys.entry.entries import (
    EnteredBefore,
    EntryClosed,
    EntryForm,
    PaperDraft,
    PaperForm,
    count_entries,
    enter_forms,
    find_draft,
    get_entry_form,
    keep_draft,
)
from surveys.entry.tablet_forms import ConsentMissing, EntryScreen, EntryTurn, Write, take_turn
from surveys.entry.written_forms import Value, read_whole
from surveys.tables import Response, Voice
from tests.surveys.entering import MOMENT, WRITTEN, ZONE, answer_in_chat, hear, open_rich

KEY = "5f" * 16
ADDED: dict[str, Value] = {"home[1]/pet[2]": "yes", "home[1]/pet[3]": "no", "home[2]": "yes", "home[3]": "no"}


def writes(values: dict[str, Value], first: int = 1) -> tuple[Write, ...]:
    return tuple(Write(number, path, value) for number, (path, value) in enumerate(values.items(), first))


def on_tablet(db: Session, /, consultation: int, **fields: object) -> EntryScreen:
    turn = EntryTurn(**{"key": KEY, "language": "es", "consented": True, **fields})  # type: ignore[arg-type]
    return take_turn(db, consultation, turn, hear, ZONE, None)


def on_paper(db: Session, /, consultation: int, code: str = "K7M2-4QXR") -> tuple[str, ...]:
    form = get_entry_form(db, consultation, ZONE)
    read = read_whole(form.questionnaire, WRITTEN, moment=MOMENT, zone=ZONE)
    assert isinstance(read.outcome, Finished), read.objections
    return enter_forms(db, form, [PaperForm(code, "es", read.outcome)], hear, ZONE, None)


def answers(db: Session, mode: str) -> dict[str, object]:
    row = db.scalars(select(Response).where(Response.mode == mode)).one()
    assert row.state == "finished" and row.answers is not None
    return row.answers


async def test_chat_tablet_and_paper_give_the_same_answers(database: Database) -> None:
    def give(db: Session) -> list[dict[str, object]]:
        consultation = open_rich(db)
        answer_in_chat(db, consultation)
        asked: dict[str, Value] = {"photo": "", "home[1]/pet[1]/kind": "dog", **WRITTEN, **ADDED}
        asked |= {"home[2]/pet[2]": "no"}
        screen = on_tablet(db, consultation, writes=writes(asked), send=True)
        assert screen.form is None, screen.outcome
        on_paper(db, consultation)
        db.flush()
        db.expire_all()
        return [answers(db, mode) for mode in ("chat", "tablet", "paper")]

    with at(MOMENT):
        chat, tablet, paper = await database.run(give)
    assert len(chat) == 25 and chat["needs"] == ["work", "papers"] and chat["first"] == ["health", "work"]
    assert chat["people"] == "2" and chat["about/hour"] == "10:30:00.000-05:00"
    assert tablet == chat
    assert paper == chat
    assert "invite" not in chat, "what is kept with a person is no answer in any mode"


async def test_the_order_in_which_a_tablet_is_filled_in_does_not_matter(database: Database) -> None:
    """Without a connection whatever lies on the table is written down; the rules come later."""
    asked: dict[str, Value] = {"photo": "", **WRITTEN, **ADDED, "home[2]/pet[2]": "no"}
    shuffled = list(asked.items())
    Random(3).shuffle(shuffled)

    def give(db: Session) -> tuple[object, object]:
        consultation = open_rich(db)
        on_tablet(db, consultation, writes=writes(dict(shuffled)), send=True)
        on_paper(db, consultation)
        db.expire_all()
        return answers(db, "tablet"), answers(db, "paper")

    with at(MOMENT):
        tablet, paper = await database.run(give)
    assert tablet == paper


async def test_nothing_is_stored_before_the_consent(database: Database) -> None:
    consultation = await database.run(open_rich)
    with pytest.raises(ConsentMissing):
        await database.run(on_tablet, consultation, consented=False, writes=writes({"age": "34"}))
    assert await database.read(lambda db: db.scalar(select(func.count(Response.id)))) == 0


async def test_a_tablet_is_asked_question_by_question(database: Database) -> None:
    consultation = await database.run(open_rich)
    first = await database.run(on_tablet, consultation)
    assert isinstance(first.outcome, Ask) and first.outcome.path == "lives_here"
    second = await database.run(on_tablet, consultation, writes=writes({"lives_here": "no"}))
    assert isinstance(second.outcome, Ask) and second.outcome.path == "age", "the canton does not apply"
    back = await database.run(on_tablet, consultation, at="age", back=True)
    assert isinstance(back.outcome, Ask) and (back.outcome.path, back.outcome.value) == ("lives_here", "no")


async def test_what_is_refused_is_kept_and_asked_again(database: Database) -> None:
    consultation = await database.run(open_rich)
    screen = await database.run(on_tablet, consultation, writes=writes({"lives_here": "no", "age": "34"}))
    screen = await database.run(on_tablet, consultation, writes=writes({"age": "340"}, 3))
    assert screen.form is not None and screen.written["age"] == "340"
    assert [(each.path, each.refusal.code) for each in screen.form.objections] == [("age", "constraint")]
    assert isinstance(screen.outcome, Ask) and screen.outcome.path == "age", (
        "the good answer of before is gone"
    )


async def test_the_same_move_twice_changes_nothing(database: Database) -> None:
    consultation = await database.run(open_rich)
    moves = writes({"lives_here": "yes", "canton": "otavalo"})
    await database.run(on_tablet, consultation, writes=moves)
    await database.run(on_tablet, consultation, writes=writes({"canton": "ibarra"}, 3))
    screen = await database.run(on_tablet, consultation, writes=moves)
    assert (screen.number, screen.written["canton"]) == (3, "ibarra"), (
        "an old move that arrives late is passed over"
    )


async def test_the_same_move_at_the_same_moment_is_taken_once(database: Database) -> None:
    consultation = await database.run(open_rich)
    turns = [database.run(on_tablet, consultation, writes=writes({"lives_here": "yes"})) for _ in range(6)]
    assert {screen.number for screen in await asyncio.gather(*turns)} == {1}
    assert await database.read(count_entries, consultation) == {("tablet", "open"): 1}


async def test_after_a_gap_nothing_is_taken(database: Database) -> None:
    consultation = await database.run(open_rich)
    screen = await database.run(on_tablet, consultation, writes=writes({"age": "34"}, 5), send=True)
    assert (screen.number, dict(screen.written)) == (0, {}), "the tablet reads from where to go on"


async def test_two_tablets_do_not_touch_each_other(database: Database) -> None:
    consultation = await database.run(open_rich)
    await database.run(on_tablet, consultation, key="a" * 32, writes=writes({"lives_here": "yes"}))
    await database.run(on_tablet, consultation, key="b" * 32, writes=writes({"lives_here": "no"}))
    one = await database.run(on_tablet, consultation, key="a" * 32)
    other = await database.run(on_tablet, consultation, key="b" * 32)
    assert (one.written["lives_here"], other.written["lives_here"]) == ("yes", "no")


async def test_sending_twice_counts_once_and_leaves_nothing_typed_behind(database: Database) -> None:
    def kept(db: Session) -> list[tuple[str, object, int]]:
        return [(row.state, row.progress, row.turn) for row in db.scalars(select(Response))]

    consultation = await database.run(open_rich)
    asked: dict[str, Value] = {"photo": "", **WRITTEN, **ADDED, "home[2]/pet[2]": "no"}
    for _ in range(2):
        screen = await database.run(on_tablet, consultation, writes=writes(asked), send=True, may_quote=True)
        assert (screen.form, screen.number) == (None, len(asked))
    assert await database.read(kept) == [("finished", None, len(asked))]
    quotable = await database.read(lambda db: db.scalars(select(Response.may_quote)).one())
    assert quotable is True
    assert await database.read(lambda db: db.scalar(select(func.count(Voice.id)))) == 4
    acts = await database.read(list_acts)
    assert [(act.act, act.subject_id) for act in acts].count(("enter", consultation)) == 1


async def test_what_is_open_is_not_sent(database: Database) -> None:
    consultation = await database.run(open_rich)
    screen = await database.run(on_tablet, consultation, writes=writes({"lives_here": "yes"}), send=True)
    assert isinstance(screen.outcome, Ask)
    assert await database.read(count_entries, consultation) == {("tablet", "open"): 1}


async def test_a_repeat_asks_for_one_more(database: Database) -> None:
    consultation = await database.run(open_rich)
    blank: dict[str, Value] = dict.fromkeys(WRITTEN, "")
    asked = {**blank, "lives_here": "no", "home[1]/name": "Rosa"}
    screen = await database.run(on_tablet, consultation, writes=writes({"photo": "", "first": "", **asked}))
    assert isinstance(screen.outcome, AskRepeat) and screen.outcome.path == "home[1]/pet[2]"


async def test_who_answered_on_paper_was_asked_and_answered(database: Database) -> None:
    consultation = await database.run(open_rich)
    await database.run(on_paper, consultation)
    await database.run(on_tablet, consultation, writes=writes({"lives_here": "yes"}))
    card = await database.read(get_consultation, consultation)
    assert card.reach == Reach(received=1, started=1, finished=1), (
        "what was not sent in may not be counted on"
    )


async def test_the_same_paper_twice_is_told(database: Database) -> None:
    def again(db: Session) -> None:
        find_draft(db, get_entry_form(db, consultation, ZONE), "K7M2-4QXR")

    consultation = await database.run(open_rich)
    assert await database.run(on_paper, consultation) == ()
    assert await database.run(on_paper, consultation) == ("K7M2-4QXR",)
    with pytest.raises(EnteredBefore):
        await database.run(again)
    assert await database.read(count_entries, consultation) == {("paper", "finished"): 1}


async def test_a_draft_is_found_by_its_code(database: Database) -> None:
    def keep(db: Session) -> None:
        form = get_entry_form(db, consultation, ZONE)
        keep_draft(db, form, "K7M2-4QXR", PaperDraft({"age": "34"}, "qu"), ZONE)

    def find(db: Session, code: str) -> object:
        return find_draft(db, get_entry_form(db, consultation, ZONE), code)

    consultation = await database.run(open_rich)
    await database.run(keep)
    assert await database.run(find, "K7M2-4QXR") == PaperDraft({"age": "34"}, "qu", 1)
    assert await database.run(find, "A2B3-C4D5") is None
    await database.run(on_paper, consultation)
    assert await database.read(count_entries, consultation) == {("paper", "finished"): 1}


async def test_closing_erases_what_was_not_sent_and_cuts_the_tie_to_the_rest(database: Database) -> None:
    consultation = await database.run(open_rich)
    await database.run(on_paper, consultation)
    await database.run(on_tablet, consultation, writes=writes({"lives_here": "yes"}))
    before = set(await database.read(lambda db: db.scalars(select(Response.id)).all()))
    await database.run(close_consultation, consultation, account_id=None)
    after = set(await database.read(lambda db: db.scalars(select(Response.id)).all()))
    assert len(before) == 2 and len(after) == 1 and not before & after
    with pytest.raises(EntryClosed):
        await database.run(on_tablet, consultation, writes=writes({"age": "3"}, 2))


async def test_a_draft_of_a_consultation_is_not_asked(database: Database) -> None:
    def ask(db: Session) -> None:
        get_entry_form(db, open_rich(db) + 1, ZONE)

    with pytest.raises(Exception, match="not_found"):
        await database.run(ask)


def paper_form(db: Session, consultation: int) -> tuple[EntryForm, PaperForm]:
    form = get_entry_form(db, consultation, ZONE)
    read = read_whole(form.questionnaire, WRITTEN, moment=MOMENT, zone=ZONE)
    assert isinstance(read.outcome, Finished)
    return form, PaperForm("K7M2-4QXR", "es", read.outcome)


@pytest.mark.parametrize("use_case", ["tablet", "paper", "draft"])
async def test_a_form_stored_while_the_consultation_closes_loses_its_id_too(
    postgresql_url: str, use_case: str
) -> None:
    """A closing on one connection waits for the form that is being stored on another."""
    database = Database(postgresql_url)
    consultation = await database.run(open_rich)
    stored, go_on = threading.Event(), threading.Event()

    def store(db: Session) -> None:
        form, paper = paper_form(db, consultation)
        if use_case == "tablet":
            on_tablet(db, consultation, writes=writes({"lives_here": "no"}))
        elif use_case == "draft":
            keep_draft(db, form, paper.code, PaperDraft(WRITTEN, "es"), ZONE)
        else:
            enter_forms(db, form, [paper], hear, ZONE, None)
        db.flush()
        stored.set()
        assert go_on.wait(10)

    storing = asyncio.create_task(database.run(store))
    await asyncio.to_thread(stored.wait, 10)
    closing = asyncio.create_task(database.run(close_consultation, consultation, account_id=None))
    await asyncio.wait([closing], timeout=0.3)
    assert not closing.done()
    go_on.set()
    await asyncio.gather(storing, closing)
    rows = await database.read(lambda db: list(db.scalars(select(Response))))
    await database.dispose()
    assert len(rows) == (use_case == "paper"), "what was not sent in is erased"
    known = sha256(f"paper {consultation} K7M2-4QXR".encode()).hexdigest()[:32]
    assert all(row.id != known and row.finished_on and row.finished_on.day == 1 for row in rows)


@pytest.mark.parametrize("use_case", ["tablet", "paper", "draft"])
async def test_a_form_that_comes_while_the_consultation_closes_is_refused(
    postgresql_url: str, use_case: str
) -> None:
    """The form was asked for while it was open; it waits for the closing, and is not stored."""
    database = Database(postgresql_url)
    consultation = await database.run(open_rich)
    form, paper = await database.read(paper_form, consultation)
    closed, go_on = threading.Event(), threading.Event()

    def close(db: Session) -> None:
        close_consultation(db, consultation, account_id=None)
        db.flush()
        closed.set()
        assert go_on.wait(10)

    closing = asyncio.create_task(database.run(close))
    await asyncio.to_thread(closed.wait, 10)
    storing: asyncio.Task[object]
    if use_case == "tablet":
        storing = asyncio.create_task(database.run(on_tablet, consultation, writes=writes({"age": "3"})))
    elif use_case == "draft":
        storing = asyncio.create_task(
            database.run(keep_draft, form, paper.code, PaperDraft(WRITTEN, "es"), ZONE)
        )
    else:
        storing = asyncio.create_task(database.run(enter_forms, form, [paper], hear, ZONE, None))
    await asyncio.wait([storing], timeout=0.3)
    go_on.set()
    await closing
    with pytest.raises(EntryClosed):
        await storing
    assert await database.read(lambda db: db.scalar(select(func.count(Response.id)))) == 0
    await database.dispose()
