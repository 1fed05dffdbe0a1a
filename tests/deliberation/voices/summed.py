"""A closed consultation whose answers people have put under themes: enough of them to be summed up."""

import secrets

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import now
from deliberation.voices.closing import close_consultation
from deliberation.voices.codings import put_coding
from deliberation.voices.tables import Codebook, Theme
from surveys.questionnaire import Choice, Kind, Question, Questionnaire
from surveys.tables import Voice
from tests.surveys.consulting import Sent, hold_consultation

CANTONS = (Choice("ibarra", {"es": "Ibarra"}), Choice("otavalo", {"es": "Otavalo"}))
ASKING = Questionnaire(
    "needs",
    {"es": "Necesidades", "qu": "Mutsurishkakuna"},
    "1",
    ("es", "qu"),
    "es",
    (
        Question("canton", Kind.SELECT_ONE, {"es": "¿Cantón?"}, choices=CANTONS),
        Question("more", Kind.TEXT, {"es": "¿Qué más?"}),
    ),
)
LACK = "No hay agua en la escuela del barrio, {n} veces avisamos y nadie viene."
PROPOSE = "Propongo una minga para limpiar la acequia del barrio, {n} familias iremos."
ASK = "Pedimos trabajo para las mujeres del mercado, somos {n} en la feria."
HURT = "Mi esposo me pega cuando no hay agua en la casa, ya van {n} veces."


def sum_up(db: Session, *, may_quote: bool = True) -> int:
    """Twenty speak of water, twelve of work, one of being hurt; the consultation is closed and coded by account 1."""
    said = [(LACK, "ibarra" if n < 6 else "otavalo") for n in range(12)]
    said += [(PROPOSE, "ibarra" if n < 4 else "otavalo") for n in range(8)]
    said += [(ASK, "ibarra" if n < 6 else "otavalo") for n in range(12)]
    said += [(HURT, "ibarra")]
    people = [
        Sent(
            {"canton": canton, "more": text.format(n=n)},
            voices={"more": text.format(n=n)},
            may_quote=may_quote,
        )
        for n, (text, canton) in enumerate(said, 2)
    ]
    consultation_id = hold_consultation(db, ASKING, people)
    close_consultation(db, consultation_id, account_id=None)
    of_danger = Voice.consultation_id == consultation_id, Voice.text.contains("pega")
    db.execute(update(Voice).where(*of_danger).values(id=f"hurt{consultation_id}"))
    codebook = Codebook(consultation_id=consultation_id, path="*", created_at=now())
    db.add(codebook)
    db.flush()
    themes = [
        Theme(codebook_id=codebook.id, position=at, name=name, state="accepted")
        for at, name in enumerate(({"es": "Agua", "qu": "Yaku"}, {"es": "Trabajo", "qu": "Llamkay"}), 1)
    ]
    db.add_all(themes)
    db.flush()
    water, work = (theme.id for theme in themes)
    said_here = select(Voice.id, Voice.text).where(Voice.consultation_id == consultation_id)
    for voice_id, text in db.execute(said_here).all():
        put_coding(db, codebook.id, voice_id, 1, work if "trabajo" in text else water, sample=False)
    return consultation_id


def change_an_answer(db: Session) -> None:
    """Somebody's words are others now."""
    voice = db.scalars(select(Voice).where(Voice.text.contains("minga")).limit(1)).one()
    voice.text = "Todo bien por aquí, gracias. " + secrets.token_hex(2)
