"""Questions to use again: those of the house, and those that organisers kept from their questionnaires."""

import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import NotFound
from surveys.authoring.choices import choices_of
from surveys.authoring.fields import read, texts
from surveys.authoring.outline import outline
from surveys.authoring.sheets import Sheets, sheets_from_json, sheets_to_json
from surveys.authoring.standard_questions import standard_questions
from surveys.questionnaire import Localized
from surveys.tables import LibraryQuestion
from surveys.xlsform.languages import UNNAMED, language_code


@dataclass(frozen=True, slots=True)
class Shelved:
    """A question of the library. `code` finds it: a word for those of the house, a number for those kept."""

    code: str
    title: Localized
    sheets: Sheets
    is_own: bool

    @property
    def questions(self) -> tuple[Localized, ...]:
        """What it asks."""
        rows = outline(self.sheets)
        return tuple(by_code(texts(self.sheets, "survey", entry.row, "label")) for entry in rows)

    @property
    def choices(self) -> tuple[Localized, ...]:
        """What can be chosen, of the first list."""
        lists = [entry.list_name for entry in outline(self.sheets) if entry.list_name]
        return tuple(by_code(choice.labels) for choice in choices_of(self.sheets, lists[0])) if lists else ()

    @property
    def hxl(self) -> str:
        """The humanitarian tag of its column."""
        first = next(iter(outline(self.sheets)), None)
        return read(self.sheets, "survey", first.row, "hxl") if first else ""

    @property
    def folded(self) -> str:
        """Everything it says, for the search."""
        said = [*self.title.values(), self.hxl]
        said += [text for each in (*self.questions, *self.choices) for text in each.values()]
        return _fold(" ".join(said))


def by_code(said: Localized) -> Localized:
    """Texts by the codes of their languages, not by the names that a workbook gives them."""
    return {language_code(language or UNNAMED): text for language, text in said.items() if text}


def search_library(db: Session, wanted: str = "") -> list[Shelved]:
    """Questions in which every word occurs, accents or not; the organisers' own come first."""
    kept = db.scalars(select(LibraryQuestion).order_by(LibraryQuestion.id.desc()))
    shelved = [_own(row) for row in kept] + _standard()
    words = _fold(wanted).split()
    return [each for each in shelved if all(word in each.folded for word in words)]


def find_shelved(db: Session, code: str) -> Shelved:
    """A question by its code. Raises NotFound."""
    if code.isascii() and code.isdigit() and len(code) < 10:
        row = db.get(LibraryQuestion, int(code))
        if row is not None:
            return _own(row)
    found = next((each for each in _standard() if each.code == code), None)
    if found is None:
        raise NotFound
    return found


def keep_question(db: Session, title: Localized, sheets: Sheets, *, account_id: int | None) -> int:
    """Keep a question for the next questionnaire. The same one kept again is there once."""
    value = sheets_to_json(sheets)
    for row in db.scalars(select(LibraryQuestion)):
        if row.sheets == value:
            return row.id
    kept = LibraryQuestion(title=dict(title), sheets=value, created_at=now())
    db.add(kept)
    db.flush()
    note_act(db, account_id, "keep", "library_question", kept.id)
    return kept.id


def forget_question(db: Session, question_id: int, *, account_id: int | None) -> None:
    """Take a kept question off the shelf; questionnaires that use it stay as they are."""
    row = db.get(LibraryQuestion, question_id)
    if row is None:
        raise NotFound
    db.delete(row)
    note_act(db, account_id, "forget", "library_question", question_id)


def _own(row: LibraryQuestion) -> Shelved:
    return Shelved(str(row.id), row.title, sheets_from_json(row.sheets), is_own=True)


def _standard() -> list[Shelved]:
    return [Shelved(code, title, sheets, is_own=False) for code, title, sheets in standard_questions()]


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
