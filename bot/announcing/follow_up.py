"""The question months after a commitment was due: have you noticed it?"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.follow_up_data import Noticed
from bot.message import Button, Message
from core.settings import Settings
from deliberation.commitments.follow_up import get_follow_up
from deliberation.replies import REPLIES
from i18n.dates import format_date
from i18n.localized import pick
from i18n.translator import Translator


def follow_up_writer(
    db: Session, commitment_id: int, translator: Translator, _: Settings
) -> Callable[[str], Message]:
    """Writes who promised what by when, with three buttons: whether the person has noticed it."""
    asked = get_follow_up(db, commitment_id)

    def write(language: str) -> Message:
        def say(key: str, **params: object) -> str:
            return translator.text("chat." + key, language, **params)

        text = say(
            "follow_up",
            title=pick(asked.about, language).text,
            unit=pick(asked.unit, language).text,
            promise=pick(asked.text, language).text,
            date=format_date(asked.due_on, language),
        )
        replies = [
            Button(say("button_answered_" + reply), Noticed(commitment_id, reply)) for reply in REPLIES
        ]
        return Message(f"{text}\n\n{say('follow_up_question')}", [replies])

    return write
