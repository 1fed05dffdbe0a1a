"""What people observed of the year's account, at the assembly and elsewhere. Some of it is answered.

The Kichwa is not reviewed yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at, now, today
from core.tables import Account
from deliberation.accounting.observations import Noted, answer_observation, note_observation
from deliberation.commitments.tables import Unit

Text = Mapping[str, str]

_ANSWERED_AGO = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class _Said:
    """An observation: where, how many days ago, and in how many days it is to be answered.

    area:   of the unit that answers
    answer: what that said; None where people wait for it
    """

    source: str
    text: Text
    ago: int
    within: int
    area: str
    answer: Text | None = None


_OBSERVATIONS = (
    _Said(
        "assembly",
        {
            "es": "La bolsa de empleo debe anunciarse también en kichwa y por la radio.",
            "qu": "Llamkayta maskana kuskamanta kichwa shimipipash, radiopipash willanami kan.",
        },
        11,
        15,
        "economy",
        {
            "es": "Desde este mes la anunciamos en los dos idiomas, en la radio y en los mercados.",
            "qu": "Kay killamanta ishkay shimipi willanchik, radiopi, katuna kuskakunapipash.",
        },
    ),
    _Said(
        "chat",
        {
            "es": "La ventanilla de documentos queda lejos. También la necesitamos en Cotacachi.",
            "qu": "Killkakunamanta willana kuskaka karupimi kan. Cotacachipipash mutsurinchik.",
        },
        8,
        15,
        "mobility",
    ),
    _Said(
        "letter",
        {
            "es": "Fui a la bolsa de empleo y me pidieron cédula. Mi teléfono es el 099 123 4567.",
            "qu": "Llamkayta maskana kuskaman rirkani, cédulata mañarka. Ñuka teléfonoka 099 123 4567 kan.",
        },
        20,
        15,
        "economy",
    ),
    _Said(
        "session",
        {
            "es": "No sabemos qué pasó con la salud en kichwa, que pedimos primero.",
            "qu": "Kichwa shimipi hampiymanta imatak yalirka, mana yachanchikchu. Chaytami puntapi mañarkanchik.",
        },
        9,
        15,
        "mobility",
        {
            "es": "El consejo lo trata en su próxima sesión. Ese día avisamos por el chat.",
            "qu": "Hatun tantanakuyka katik tantanakuypi rimanka. Chay puncha chatpi willashun.",
        },
    ),
)


def observe(db: Session, assembly_id: int, zone: ZoneInfo) -> None:
    """The organiser writes down what people said, and units answer: on some people still wait, on one too long."""
    organiser, speaker = (
        db.scalar(select(Account.id).where(Account.role == role)) for role in ("organiser", "unit")
    )
    units = {area: id for id, area in db.execute(select(Unit.id, Unit.area).order_by(Unit.id.desc()))}
    day = today(zone)
    for said in _OBSERVATIONS:
        noted = _noted(said, day, units.get(said.area), assembly_id)
        number = note_observation(db, noted, account_id=organiser)
        if said.answer is not None:
            by_unit = said.area == "economy"
            with at(now() - _ANSWERED_AGO):
                answer_observation(
                    db,
                    number,
                    dict(said.answer),
                    zone,
                    account_id=speaker if by_unit else organiser,
                    for_all=not by_unit,
                )


def _noted(said: _Said, day: date, unit_id: int | None, assembly_id: int) -> Noted:
    received_on = day - timedelta(days=said.ago)
    return Noted(
        year=day.year,
        source=said.source,
        text=dict(said.text),
        received_on=received_on,
        due_on=received_on + timedelta(days=said.within),
        unit_id=unit_id,
        assembly_id=assembly_id,
    )
