"""Consultations that are closed, with open answers on water, work and school, and accounts that code them."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from core.accounts import add_account
from deliberation.voices.codebooks import add_theme, read_codebook
from deliberation.voices.codings import list_coded, record_coding
from surveys.consultations import draft_consultation
from surveys.questionnaire import Choice, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Consultation, Response, Voice
from tests.deliberation.voices.test_themes import ANSWERS, SCHOOL, WATER, WORK

ANA, CARLOS = 1, 2
CANTONS = tuple(Choice(value, {"es": name}) for value, name in (("10", "Ibarra"), ("11", "Otavalo")))
QUESTIONNAIRE = Questionnaire(
    name="needs",
    title={"es": "Necesidades", "qu": "Mutsurishkakuna"},
    version="1",
    languages=("es", "qu"),
    default_language="es",
    nodes=(
        Question("canton", Kind.SELECT_ONE, {"es": "¿En qué cantón vive?"}, choices=CANTONS),
        Question("more", Kind.TEXT, {"es": "¿Qué más?", "qu": "Imata ashtawan?"}),
    ),
)


def add_coders(db: Session) -> None:
    """Ana, who organises, and Carlos, who interprets."""
    for role in ("organiser", "interpreter"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash="x")


def closed_with_answers(
    db: Session, texts: list[str] = ANSWERS, *, state: str = "closed", mark: str = "v", quotable: bool = True
) -> int:
    """A consultation whose answers are `texts`, one a person. Every third lives in Otavalo, the others in Ibarra."""
    questionnaire = store_questionnaire(
        db, QUESTIONNAIRE, content=b"", file_name="needs.xlsx", account_id=None
    )
    consultation_id = draft_consultation(
        db, questionnaire_id=questionnaire, closes_on=datetime(2030, 1, 1, tzinfo=UTC).date(), account_id=None
    )
    row = db.get_one(Consultation, consultation_id)
    row.state, row.closed_at = state, datetime(2026, 3, 1, tzinfo=UTC) if state == "closed" else None
    for number, text in enumerate(texts):
        name = f"{mark}{consultation_id}-{number:04}"
        db.add(
            Response(
                id=name,
                consultation_id=consultation_id,
                state="finished",
                language="es",
                answers={"canton": "11" if number % 3 == 0 else "10"},
                may_quote=quotable,
            )
        )
        db.flush()
        db.add(
            Voice(
                id=name,
                response_id=name,
                consultation_id=consultation_id,
                path="more",
                language="es",
                text=text,
                original=b"sealed",
            )
        )
    db.flush()
    return consultation_id


def theme(db: Session, consultation_id: int, name: str) -> int:
    """A theme of Ana's."""
    seen = read_codebook(db, consultation_id).turn
    return add_theme(db, consultation_id, {"es": name}, {}, seen=seen, account_id=ANA)


def code(db: Session, consultation_id: int, said: str, theme_id: int | None, coder: int = ANA) -> str:
    """Put the answer with these words under a theme; its id."""
    voice = next(voice for voice in list_coded(db, consultation_id) if voice.text == said)
    seen = voice.placed.seen
    record_coding(db, consultation_id, voice.id, theme_id, seen=seen, account_id=coder)
    return voice.id


def three_themes(db: Session, consultation_id: int, labelled: int = 3) -> tuple[int, int, int]:
    """Water, work and school, with some answers that Ana has put under each."""
    made = tuple(theme(db, consultation_id, name) for name in ("Agua", "Trabajo", "Escuela"))
    for theme_id, said in zip(made, (WATER, WORK, SCHOOL), strict=True):
        for text in said[:labelled]:
            code(db, consultation_id, text, theme_id)
    return made[0], made[1], made[2]
