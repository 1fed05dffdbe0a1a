"""Forms that come late, again or from an older version: what was written last counts, under what it was written for."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from surveys.attachments import SealedFile
from surveys.conversation.turns import Finished
from surveys.entry.entries import (
    DraftThere,
    PaperDraft,
    PaperForm,
    enter_forms,
    find_draft,
    get_entry_form,
    keep_draft,
)
from surveys.entry.tablet_forms import EntryScreen, EntryTurn, Write, attach_file, take_turn
from surveys.entry.written_forms import Written, read_whole
from surveys.questionnaire import ATTACHED, Kind, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Attachment, Consultation, Response, Voice
from surveys.versioning.versions import move_to_version
from tests.surveys.entering import MOMENT, ZONE, hear, open_rich
from tests.surveys.people import integer, question, questionnaire

CODE = "K7M2-4QXR"
KEY = "5f" * 16
FIRST = questionnaire(integer("age"), question("more"))
SECOND = questionnaire(integer("years"), question("more"))


def move(db: Session, consultation: int, second: Questionnaire = SECOND) -> int:
    """Ask the next version from now on."""
    first = db.get_one(Consultation, consultation).questionnaire_id
    newer = store_questionnaire(
        db, second, content=b"second", file_name="f.xlsx", account_id=None, follows=first
    )
    move_to_version(db, consultation, newer, account_id=None)
    return newer


def keep(db: Session, consultation: int, written: Written, turn: int = 0) -> None:
    keep_draft(db, get_entry_form(db, consultation, ZONE), CODE, PaperDraft(written, "es", turn), ZONE)


def enter(db: Session, consultation: int, written: Written) -> None:
    form = get_entry_form(db, consultation, ZONE)
    read = read_whole(form.questionnaire, written, moment=MOMENT, zone=ZONE)
    assert isinstance(read.outcome, Finished)
    enter_forms(db, form, [PaperForm(CODE, "es", read.outcome)], hear, ZONE, None)


def on_tablet(db: Session, /, consultation: int, **fields: object) -> EntryScreen:
    turn = EntryTurn(**{"key": KEY, "language": "es", "consented": True, **fields})  # type: ignore[arg-type]
    return take_turn(db, consultation, turn, hear, ZONE, None)


def sent(db: Session) -> list[tuple[str, object]]:
    return [(row.state, row.answers) for row in db.scalars(select(Response))]


def versions(db: Session) -> list[int | None]:
    return list(db.scalars(select(Response.questionnaire_id)))


async def test_a_paper_form_counts_for_the_version_it_was_typed_into(database: Database) -> None:
    """It was begun as a draft before the consultation moved on."""
    consultation = await database.run(open_rich, FIRST)
    await database.run(keep, consultation, {"age": "34"})
    newer = await database.run(move, consultation)
    await database.run(keep, consultation, {"years": "34"}, 1)
    assert await database.read(versions) == [newer]


async def test_a_paper_form_sent_in_counts_for_the_version_it_was_sent_in_for(database: Database) -> None:
    consultation = await database.run(open_rich, FIRST)
    await database.run(keep, consultation, {"age": "34"})
    newer = await database.run(move, consultation)
    await database.run(enter, consultation, {"years": "34"})
    assert await database.read(versions) == [newer]


async def test_what_is_corrected_after_a_lost_reply_counts(database: Database) -> None:
    """The form was sent in and the tablet did not hear of it: it is corrected there and sent again."""
    consultation = await database.run(open_rich, FIRST)
    first = (Write(1, "age", "34"), Write(2, "more", "Rosa canta"))
    await database.run(on_tablet, consultation, writes=first, send=True)
    await database.run(on_tablet, consultation, writes=first)
    third = (*first, Write(3, "age", "35"))
    screen = await database.run(on_tablet, consultation, writes=third)
    assert (screen.number, screen.state) == (3, "open")
    assert await database.read(sent) == [("finished", {"age": "34", "more": "[…] canta"})], "until it is sent"
    for _ in range(2):
        screen = await database.run(on_tablet, consultation, writes=third, send=True, may_quote=True)
        assert (screen.number, screen.state) == (3, "sent")
        assert await database.read(sent) == [("finished", {"age": "35", "more": "[…] canta"})]
    originals = await database.read(lambda db: list(db.scalars(select(Voice.original))))
    assert originals == [b"sealed Rosa canta"], "what was said is sealed as it was, once"
    assert await database.read(lambda db: db.scalars(select(Response.progress)).one()) is None


async def test_a_correction_alone_asks_the_tablet_for_all_that_it_wrote(database: Database) -> None:
    """What was sent in is kept in no form in which it could be corrected."""
    consultation = await database.run(open_rich, FIRST)
    first = (Write(1, "age", "34"), Write(2, "more", ""))
    await database.run(on_tablet, consultation, writes=first, send=True)
    screen = await database.run(on_tablet, consultation, writes=(Write(3, "age", "35"),), send=True)
    assert (screen.number, screen.state) == (0, "behind")
    assert await database.read(sent) == [("finished", {"age": "34"})]


async def test_a_photo_stays_when_its_form_is_corrected_after_a_lost_reply(database: Database) -> None:
    asked = questionnaire(question("photo", Kind.IMAGE), integer("age"))
    consultation = await database.run(open_rich, asked)
    writes = (Write(1, "photo", ""), Write(2, "age", "34"))
    await database.run(on_tablet, consultation, writes=writes)
    file = SealedFile(Kind.IMAGE, "image/jpeg", 1, b"sealed")
    await database.run(attach_file, consultation, KEY, "photo", file, ZONE)
    await database.run(on_tablet, consultation, send=True)
    await database.run(on_tablet, consultation, writes=(*writes, Write(3, "age", "35")), send=True)
    [(_, answers)] = await database.read(sent)
    [photo] = await database.read(lambda db: list(db.scalars(select(Attachment.id))))
    assert answers == {"photo": ATTACHED + photo, "age": "35"}


async def test_a_draft_is_replaced_only_by_who_opened_it(database: Database) -> None:
    """The second typist hears of the draft of the first; the same twice changes nothing."""

    def found(db: Session) -> PaperDraft | None:
        return find_draft(db, get_entry_form(db, consultation, ZONE), CODE)

    consultation = await database.run(open_rich, FIRST)
    for _ in range(2):
        await database.run(keep, consultation, {"age": "34"})
    draft = await database.read(found)
    assert draft is not None and draft.written == {"age": "34"}
    for turn in (0, draft.turn - 1, draft.turn + 1):
        with pytest.raises(DraftThere):
            await database.run(keep, consultation, {"age": "9"}, turn)
    assert await database.read(found) == draft
    await database.run(keep, consultation, {"age": "35"}, draft.turn)
    assert await database.read(found) == PaperDraft({"age": "35"}, "es", draft.turn + 1)
