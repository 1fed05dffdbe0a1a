"""Two drafts for the pages: one empty, one with questions of the house and a condition that was picked."""

from sqlalchemy.orm import Session

from surveys.authoring.changes import add_question, end_of, new_sheets
from surveys.authoring.fields import HOUSE, write
from surveys.authoring.snippets import put_in
from surveys.authoring.standard_questions import standard_questions
from surveys.drafts import create_draft

EMPTY, WRITTEN = 1, 2
USED = ("age_band", "household", "housing")


def write_drafts(db: Session) -> None:
    """The drafts under the numbers above."""
    create_draft(db, new_sheets("Todavía nada", HOUSE), account_id=None)
    sheets = new_sheets("Vivienda en Otavalo", HOUSE)
    for code, _title, snippet in standard_questions():
        if code in USED:
            sheets, _ = put_in(sheets, snippet, after=end_of(sheets, None))
    sheets, row = add_question(sheets, "integer", "¿Cuánto paga?", after=end_of(sheets, None))
    cells = {("relevant", ""): "${vivienda} = 'arriendo'", ("constraint", ""): ". >= 0 and . <= 2000"}
    create_draft(db, write(sheets, "survey", row, cells), account_id=None)
