"""What a message says of a consultation: no counts, which would cost every chunk of a broadcast a look at everybody."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core.errors import NotFound
from surveys.questionnaire import Localized
from surveys.tables import Consultation


@dataclass(frozen=True, slots=True)
class Headline:
    """A consultation as it is announced."""

    id: int
    questionnaire_id: int
    title: Localized
    closes_on: date | None


def get_headline(db: Session, consultation_id: int) -> Headline:
    """Raises NotFound."""
    row = db.get(Consultation, consultation_id)
    if row is None:
        raise NotFound
    return Headline(row.id, row.questionnaire_id, row.title, row.closes_on)
