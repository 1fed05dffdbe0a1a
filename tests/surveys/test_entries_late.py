"""Forms that come late, again or from an older version: what was written last counts, under what it was written for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from surveys.conversation.turns import Finished
from surveys.entry.entries import PaperForm, enter_forms, get_entry_form, keep_draft
from surveys.entry.written_forms import Written, read_whole
from surveys.questionnaire import Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Consultation, Response
from surveys.versioning.versions import move_to_version
from tests.surveys.entering import MOMENT, ZONE, hear, open_rich
from tests.surveys.people import integer, question, questionnaire

CODE = "K7M2-4QXR"
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


def keep(db: Session, consultation: int, written: Written, **more: int) -> None:
    keep_draft(db, get_entry_form(db, consultation, ZONE), CODE, "es", written, ZONE, **more)


def enter(db: Session, consultation: int, written: Written) -> None:
    form = get_entry_form(db, consultation, ZONE)
    read = read_whole(form.questionnaire, written, moment=MOMENT, zone=ZONE)
    assert isinstance(read.outcome, Finished)
    enter_forms(db, form, [PaperForm(CODE, "es", read.outcome)], hear, ZONE, None)


def versions(db: Session) -> list[int | None]:
    return list(db.scalars(select(Response.questionnaire_id)))


async def test_a_paper_form_counts_for_the_version_it_was_typed_into(database: Database) -> None:
    """It was begun as a draft before the consultation moved on."""
    consultation = await database.run(open_rich, FIRST)
    await database.run(keep, consultation, {"age": "34"})
    newer = await database.run(move, consultation)
    await database.run(keep, consultation, {"years": "34"})
    assert await database.read(versions) == [newer]


async def test_a_paper_form_sent_in_counts_for_the_version_it_was_sent_in_for(database: Database) -> None:
    consultation = await database.run(open_rich, FIRST)
    await database.run(keep, consultation, {"age": "34"})
    newer = await database.run(move, consultation)
    await database.run(enter, consultation, {"years": "34"})
    assert await database.read(versions) == [newer]
