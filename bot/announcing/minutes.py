"""The message to who came to an assembly: what it agreed on, and a button for the whole minutes."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.ballot_data import GetMinutes
from bot.message import Button, Message
from core.settings import Settings
from deliberation.assembly_day.minutes import get_confirmed_minutes
from deliberation.assembly_day.minutes_wording import word_minutes
from i18n.translator import Translator

_MOST = 10
"""Agreements in the message; the others are in the minutes."""


def minutes_writer(
    db: Session, minutes_id: int, translator: Translator, settings: Settings
) -> Callable[[str], Message]:
    """Writes what was agreed, by how many, and a button for the whole."""
    card, text = get_confirmed_minutes(db, minutes_id), translator.text

    def write(language: str) -> Message:
        minutes = word_minutes(card, language, translator, unit=settings.unit_name, zone=settings.zone)
        lines = [text("ballots.minutes_message", language, title=minutes.title.text)]
        lines += [each.text for each in minutes.corrects]
        agreed = [f"{each.number}. {each.text.text}\n{each.counts}" for each in minutes.agreements[:_MOST]]
        if agreed:
            lines += [text("ballots.minutes_agreed", language), *agreed]
        else:
            lines.append(text("ballots.agreements_none", language))
        button = Button(text("ballots.button_minutes", language), GetMinutes(card.id))
        return Message("\n\n".join(lines), [[button]])

    return write
