"""What an audience can be chosen by: the choices that questionnaires offered, and what there was before."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.assemblies.tables import Assembly
from surveys.questionnaire import BANDS, Keep, Localized
from surveys.questionnaires import get_questionnaire
from surveys.tables import Consultation


@dataclass(frozen=True, slots=True)
class Offers:
    """The values of each criterion with their labels, in the order in which they are shown.

    bands          of the profile; a band that no questionnaire has asked for has no values
    consultations  those that people were asked, the newest first
    assemblies     those that people were invited to, the newest first
    """

    bands: Mapping[Keep, Mapping[str, Localized]]
    consultations: Mapping[int, Localized]
    assemblies: Mapping[int, Localized]


def list_offers(db: Session) -> Offers:
    """What can be chosen today."""
    asked = select(Consultation).where(Consultation.state != "draft").order_by(Consultation.id.desc())
    consultations = list(db.scalars(asked))
    invited = select(Assembly).where(Assembly.invited_at.is_not(None)).order_by(Assembly.id.desc())
    return Offers(
        _bands(db, dict.fromkeys(row.questionnaire_id for row in consultations)),
        {row.id: row.title for row in consultations},
        {row.id: row.title for row in db.scalars(invited)},
    )


def _bands(db: Session, questionnaires: Mapping[int, None]) -> dict[Keep, dict[str, Localized]]:
    """The choices of every questionnaire that people were asked; the newest says how a choice is called."""
    bands: dict[Keep, dict[str, Localized]] = {keep: {} for keep in BANDS}
    for questionnaire_id in questionnaires:
        for question in get_questionnaire(db, questionnaire_id).questions():
            if question.keep in BANDS:
                for choice in question.choices:
                    bands[question.keep].setdefault(choice.value, choice.label)
    return bands
