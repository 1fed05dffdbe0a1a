"""What the needs to attend are called: as a questionnaire asked for them, else as the chat does."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from api.reader import Reader
from deliberation.assemblies.attendance import Need
from surveys.consultations import get_consultation
from surveys.questionnaire import Keep, Localized
from surveys.questionnaires import get_questionnaire, list_questionnaires


def labels_of_needs(db: Session, consultation_id: int | None) -> dict[str, Localized]:
    """In the words of the consultation's questionnaire, else of the newest that asks."""
    if consultation_id is not None:
        asked = [get_consultation(db, consultation_id).questionnaire_id]
    else:
        asked = [each.id for each in list_questionnaires(db)]
    for questionnaire_id in asked:
        for question in get_questionnaire(db, questionnaire_id).questions():
            if question.keep is Keep.NEEDS and question.choices:
                return {choice.value: choice.label for choice in question.choices}
    return {}


def name_of_need(reader: Reader, need: str, labels: Mapping[str, Localized]) -> str:
    """One need in the language of the reader."""
    if need in labels or need not in list(Need):
        return reader.plain(labels.get(need, {"es": need}))
    return reader.text("seats.need_" + need)
