"""The card with where to find help. Somebody else may read the phone: it never says why it comes."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from bot.message import Button, Message
from bot.service_data import SeekHelp
from core.settings import Settings
from deliberation.actors.directory import is_anything_offered
from deliberation.actors.wording import Telling
from deliberation.voices.referral import EMERGENCY, Refuge, refuges_of_case
from i18n.localized import pick
from i18n.translator import Translator


def referral_writer(
    db: Session, case_id: int, translator: Translator, settings: Settings
) -> Callable[[str], Message]:
    """Writes where anybody finds help: 911, then the places near who reads it; and a way to look for other help."""
    refuges, anything = refuges_of_case(db, case_id), is_anything_offered(db)

    def write(language: str) -> Message:
        telling = Telling(translator, language, settings.zone)
        lines = [
            translator.text("chat.referral", language, unit=settings.unit_name),
            translator.text("chat.referral_emergency", language, number=EMERGENCY),
            *("\n".join(_lines(refuge, telling)) for refuge in refuges),
            translator.text("chat.referral_free", language),
        ]
        seek = Button(telling.text("helping.chat_button"), SeekHelp(language))
        return Message("\n\n".join(lines), [[seek]] if anything else [])

    return write


def _lines(refuge: Refuge, telling: Telling) -> Iterator[str]:
    name, place = pick(refuge.name, telling.language).text, refuge.place
    yield f"{name} ({refuge.actor})" if refuge.actor and refuge.actor != name else name
    yield from filter(None, (telling.phone(place), telling.where(place), telling.hours(place)))
