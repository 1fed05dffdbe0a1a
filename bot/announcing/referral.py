"""The card with where to find help. Somebody else may read the phone: it never says why it comes."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from bot.message import Message
from core.settings import Settings
from deliberation.voices.referral import EMERGENCY, Refuge, refuges_of_case
from i18n.localized import pick
from i18n.translator import Translator


def referral_writer(
    db: Session, case_id: int, translator: Translator, settings: Settings
) -> Callable[[str], Message]:
    """Writes where anybody finds help: 911, then the places near who reads it."""
    refuges = refuges_of_case(db, case_id)

    def write(language: str) -> Message:
        lines = [
            translator.text("chat.referral", language, unit=settings.unit_name),
            translator.text("chat.referral_emergency", language, number=EMERGENCY),
            *("\n".join(_lines(refuge, language)) for refuge in refuges),
            translator.text("chat.referral_free", language),
        ]
        return Message("\n\n".join(lines))

    return write


def _lines(refuge: Refuge, language: str) -> Iterator[str]:
    name = pick(refuge.name, language).text
    yield f"{name} ({refuge.actor})" if refuge.actor and refuge.actor != name else name
    where = ", ".join(part for part in (refuge.address, refuge.canton.capitalize()) if part)
    hours = pick(refuge.hours, language).text if refuge.hours else ""
    yield from (line for line in (refuge.phone, where, hours) if line)
