"""A consultation with every kind of question, and the same answers given in the chat, on a tablet and on paper."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.people import Contact, enrol
from surveys.consultations import draft_consultation, open_consultation
from surveys.conversation.turns import Ask, AskRepeat, Chose, Done, Skip, Toggled, Typed
from surveys.entry.written_forms import Value
from surveys.questionnaire import Choice, Keep, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.responses import say, take_up, tap
from surveys.steps import Asked, Tap
from surveys.submission import Heard, send_in
from tests.surveys.people import calculate, group, integer, note, question, select, several

ZONE = ZoneInfo("America/Guayaquil")
MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

RICH = Questionnaire(
    "rich",
    {"es": "De todo", "qu": "Tukuy"},
    "1",
    ("es", "qu"),
    "es",
    (
        Question("began", Kind.START),
        note("welcome", "Gracias por venir."),
        select("lives_here", "yes", "no", required="true()"),
        select("canton", "otavalo", "ibarra", "other", relevant="/data/lives_here = 'yes'"),
        question("canton_other", relevant="/data/canton = 'other'"),
        integer("age", constraint=". >= 0 and . <= 120", constraint_message={"es": "Entre 0 y 120."}),
        calculate("adult", "if(/data/age >= 18, 'yes', 'no')"),
        several("needs", "work", "health", "papers", "food", constraint="count-selected(.) <= 3"),
        question(
            "first", Kind.RANK, choices=(Choice("work", {"es": "Trabajo"}), Choice("health", {"es": "Salud"}))
        ),
        group(
            "about",
            question("about/height", Kind.DECIMAL),
            question("about/since", Kind.DATE),
            question("about/hour", Kind.TIME),
            question("about/seen", Kind.DATETIME),
            question("about/score", Kind.RANGE, parameters={"start": "1", "end": "5", "step": "1"}),
            label={"es": "Sobre usted"},
        ),
        question("place", Kind.GEOPOINT),
        question("agrees", Kind.ACKNOWLEDGE),
        question("code", Kind.BARCODE),
        question("photo", Kind.IMAGE),
        group(
            "home",
            question("home/name", required="true()"),
            integer("home/years"),
            group("home/pet", select("home/pet/kind", "dog", "cat"), label={"es": "Animal"}, repeats=True),
            label={"es": "Persona"},
            repeats=True,
        ),
        calculate("people", "count(/data/home)"),
        select("invite", "yes", "no", keep=Keep.INVITE),
        question("more"),
        Question("ended", Kind.END),
    ),
)
WRITTEN: dict[str, Value] = {
    "lives_here": "yes",
    "canton": "other",
    "canton_other": "Pimampiro",
    "age": "34",
    "needs": ["papers", "work"],
    "first": ["health", "work"],
    "about/height": "1,62",
    "about/since": "23/11/2020",
    "about/hour": "10:30",
    "about/seen": "2026-11-20T08:15",
    "about/score": "4",
    "place": "0.35, -78.12",
    "agrees": "OK",
    "code": "7861234",
    "home[1]/name": "Rosa",
    "home[1]/years": "34",
    "home[1]/pet[1]/kind": "dog",
    "home[1]/pet[2]/kind": "cat",
    "home[2]/name": "Luis",
    "home[2]/years": "9",
    "home[2]/pet[1]/kind": "",
    "more": "Quiero trabajar",
}
"""Somebody's answers, as they are written on a form."""

PHONE = Contact(b"index".ljust(32, b"."), b"sealed")


def hear(words: str) -> Heard:
    return Heard("es", words.replace("Rosa", "[…]"), b"sealed " + words.encode())


def open_rich(db: Session, questionnaire: Questionnaire = RICH) -> int:
    stored = store_questionnaire(db, questionnaire, content=b"", file_name="rich.xlsx", account_id=None)
    consultation_id = draft_consultation(db, questionnaire_id=stored, account_id=None)
    open_consultation(db, consultation_id, account_id=None)
    return consultation_id


def answer_in_chat(db: Session, consultation_id: int) -> None:
    """The same person on a telephone: taps and messages, one after the other."""
    enrol(db, PHONE, "es", "1")
    step = take_up(db, PHONE.index, consultation_id, ZONE)
    while isinstance(step, Asked):
        for move in _moves(step.ask):
            assert isinstance(step, Asked)
            if isinstance(move, Typed):
                step = say(db, PHONE.index, move, ZONE)
            else:
                step = tap(db, PHONE.index, Tap(consultation_id, step.turn, move), ZONE)
    send_in(db, PHONE.index, consultation_id, hear, ZONE)


def _moves(ask: Ask | AskRepeat) -> list[Toggled | Chose | Done | Skip | Typed]:
    if isinstance(ask, AskRepeat):
        return [Chose(0 if ask.path in ("home[2]", "home[1]/pet[2]") else 1)]
    value = WRITTEN.get(ask.path, "")
    if isinstance(value, list):
        places = [choice.value for choice in ask.choices]
        return [*(Toggled(places.index(each), on=True) for each in value), Done()]
    return [Typed(value)] if value else [Skip()]
