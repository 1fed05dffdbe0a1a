"""A consultation that asks for files of every kind, and Luis on his way through it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import Keep, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Attachment
from tests.bot.town import Town, choices, label, place_of

NODES = (
    Question("house", Kind.IMAGE, label("Mande una foto de su casa.", "Wasimanta fotota kachapay.")),
    Question("words", Kind.TEXT, label("¿Qué más quiere decir?", "Imata rimanata munanki?")),
    Question("sound", Kind.AUDIO, label("Grabe la calle.", "Ñanta uyachipay.")),
    Question("walk", Kind.VIDEO, label("Grabe el camino.", "Ñanta rikuchipay.")),
    Question("paper", Kind.FILE, label("Mande el documento.", "Pankata kachapay.")),
    Question("code", Kind.BARCODE, label("¿Qué código tiene?", "Ima códigota charin?")),
    Question("age", Kind.INTEGER, label("¿Cuántos años tiene?", "Mashna watata charinki?")),
    Question(
        "canton",
        Kind.SELECT_ONE,
        label("¿Dónde vive?", "Maypi kawsanki?"),
        choices=choices(ibarra="Ibarra", otavalo="Otavalo"),
    ),
    Question("need", Kind.TEXT, label("¿Qué necesita para venir?", "Imata mutsurinki?"), keep=Keep.NEEDS),
)
QUESTIONNAIRE = Questionnaire("sent", label("Casas", "Wasikuna"), "1", ("es", "qu"), "es", NODES)


def opens(db: Session) -> int:
    """A consultation with a question of each kind is opened."""
    questionnaire_id = store_questionnaire(
        db, QUESTIONNAIRE, content=b"xlsx", file_name="casas.xlsx", account_id=None
    )
    consultation_id = draft_consultation(db, questionnaire_id=questionnaire_id, account_id=None)
    open_consultation(db, consultation_id, account_id=None)
    return consultation_id


async def go_to(town: Town, path: str) -> None:
    """Luis skips what comes before a question."""
    while await place_of(town, town.luis) != path:
        await town.taps(town.luis, "Saltar")


async def send_in(town: Town) -> None:
    """Luis skips the rest and sends his answers in."""
    while await place_of(town, town.luis) is not None:
        await town.taps(town.luis, "Saltar")
    await town.taps(town.luis, town.text("button_send", "es"))


async def files(town: Town) -> list[Attachment]:
    """All files, by question."""
    return await town.database.read(lambda db: list(db.scalars(select(Attachment).order_by(Attachment.path))))
