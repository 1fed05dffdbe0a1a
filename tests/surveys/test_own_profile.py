"""What is kept in the profile is shown to the person in the words of the question that asked for it."""

from datetime import date

from sqlalchemy.orm import Session

from core.database import Database
from core.tables import Participant
from surveys.consultations import draft_consultation, open_consultation
from surveys.own_data import own_data
from surveys.questionnaire import Choice, Keep, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire

ROSA = b"rosa".ljust(32, b".")
OTAVALO, COTACACHI = {"es": "Otavalo"}, {"es": "Cotacachi"}


def asking(name: str, *choices: Choice) -> Questionnaire:
    canton = Question(name, Kind.SELECT_ONE, {"es": f"¿Cantón? {name}"}, choices=choices, keep=Keep.CANTON)
    return Questionnaire(name, {"es": name}, "1", ("es",), "es", (canton,))


def ask(db: Session, questionnaire: Questionnaire) -> None:
    stored = store_questionnaire(db, questionnaire, content=b"", file_name="f.xlsx", account_id=None)
    opened = draft_consultation(db, questionnaire_id=stored, account_id=None)
    open_consultation(db, opened, account_id=None)


async def test_a_later_question_with_other_choices_does_not_hide_what_was_answered(
    database: Database,
) -> None:
    def live(db: Session) -> None:
        person = Participant(
            chat_index=ROSA, language="es", profile={}, consent_version="1", consented_on=date(2026, 11, 1)
        )
        db.add(person)
        db.flush()
        ask(db, asking("first", Choice("otavalo", OTAVALO), Choice("cotacachi", COTACACHI)))
        person.profile = {"canton": "otavalo"}
        ask(db, asking("second", Choice("1004", OTAVALO)))

    await database.run(live)
    kept = await database.read(own_data, ROSA)

    assert kept is not None
    assert [(each.label["es"], each.value) for each in kept.profile] == [("¿Cantón? first", (OTAVALO,))]
