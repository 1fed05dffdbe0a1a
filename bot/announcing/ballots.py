"""The message to who is in the room: a ballot is open."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.balloting import BallotTeller
from bot.message import Message
from core.settings import Settings
from deliberation.assembly_day.balloting import read_paper
from i18n.translator import Translator


def ballot_writer(
    db: Session, ballot_id: int, translator: Translator, _settings: Settings
) -> Callable[[str], Message]:
    """Writes the question with its buttons, for a reader of any language."""
    paper = read_paper(db, ballot_id)
    return lambda language: BallotTeller(translator, language).paper(paper)
