"""Sending answers in: from then on they count. Open answers become voices, redacted before anybody reads them."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.clock import now, today
from core.people import keep_in_profile
from core.tables import Participant
from surveys.attachments import drop_orphans
from surveys.conversation.progress import from_json
from surveys.conversation.turns import Finished, Show
from surveys.derived import telling_values
from surveys.dialogue import advance
from surveys.places import Place, find_place, own, stays_open
from surveys.questionnaire import ATTACHED, Answers, Kind, Questionnaire, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.responses import asked_again
from surveys.steps import Closed, NothingOpen, Step, Submitted
from surveys.tables import Participation, Response, Voice


@dataclass(frozen=True, slots=True)
class Heard:
    """An open answer as it is stored: redacted for reading, the original sealed."""

    language: str
    redacted: str
    original: bytes


Hear = Callable[[str], Heard]
"""How an open answer is read. Given by whoever composes the program: the reading is of a higher room."""


def send_in(db: Session, chat_index: bytes, consultation_id: int, hear: Hear, zone: ZoneInfo) -> Step:
    """Send the answers in. After a change they replace the first; the same tap again changes nothing."""
    place = find_place(db, chat_index, consultation_id)
    if place is None or place.progress is None or place.response_id is None:
        return NothingOpen()
    if not place.takes_answers(zone):
        return Closed(place.language, place.title)
    if place.sent_in:
        return _submitted(place, ask_to_quote=False)
    if not stays_open(
        db, consultation_id, zone
    ):  # before anything is written: a closing waits for this, or was
        return Closed(place.language, place.title)
    questionnaire = get_questionnaire(db, place.questionnaire_id)
    turn = advance(questionnaire, from_json(place.progress), Show(), moment=now(), zone=zone)
    if not isinstance(turn.outcome, Finished):
        return asked_again(place, turn.outcome, questionnaire)
    own_response = place.response_id, place.consultation_id
    wrote = store_answers(db, *own_response, questionnaire, turn.outcome, hear, place.language, zone)
    mine = own(place.participant_id), Participation.consultation_id == place.consultation_id
    db.execute(update(Participation).where(*mine).values(state="finished", current=False))
    _keep_profile(db, place, questionnaire, turn.outcome)
    return _submitted(place, ask_to_quote=wrote)


def allow_quoting(db: Session, chat_index: bytes, consultation_id: int, *, allowed: bool) -> bool:
    """Whether the author's words may be shown. False when it cannot be said: not yet sent in, or the tie is cut."""
    place = find_place(db, chat_index, consultation_id)
    if place is None or place.response_state != "finished":
        return False
    db.execute(update(Response).where(Response.id == place.response_id).values(may_quote=allowed))
    if not allowed:
        db.execute(update(Voice).where(Voice.response_id == place.response_id).values(quote="none"))
    return True


def _submitted(place: Place, *, ask_to_quote: bool) -> Submitted:
    return Submitted(place.language, place.consultation_id, place.title, place.closes_on, ask_to_quote)


def store_answers(
    db: Session,
    response_id: str,
    consultation_id: int,
    questionnaire: Questionnaire,
    finished: Finished,
    hear: Hear,
    language: str,
    zone: ZoneInfo,
) -> bool:
    """Make what was answered count. True when there are open answers: whether they may be shown is asked anew."""
    written_down = _written_down(db, response_id)
    db.execute(delete(Voice).where(Voice.response_id == response_id))
    telling = telling_values(questionnaire)
    answers: Answers = {
        path: value for path, value in finished.answers.items() if plain_path(path) not in telling
    }
    wrote = False
    for path, value in list(answers.items()):
        if isinstance(value, str) and _is_open_answer(questionnaire, path):
            said = _said(value, language, hear, written_down)
            _keep_voice(db, response_id, consultation_id, path, said)
            answers[path] = value if said.is_waiting else said.heard.redacted
            wrote = True
    values = {
        "state": "finished",
        "answers": answers,
        "finished_on": today(zone),
        "language": language,
        "may_quote": None,
    }
    db.execute(update(Response).where(Response.id == response_id).values(values))
    db.flush()
    drop_orphans(db, response_id)
    return wrote


@dataclass(frozen=True, slots=True)
class _Said:
    """An open answer, written or spoken; a spoken one is empty until an interpreter has written it down."""

    id: str
    heard: Heard
    note: str | None = None
    translation: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Nobody has written it down yet."""
        return self.note is not None and not self.heard.redacted


def _said(value: str, language: str, hear: Hear, written_down: Mapping[str, _Said]) -> _Said:
    if not value.startswith(ATTACHED):
        return _Said(secrets.token_hex(16), hear(value))
    note = value.removeprefix(ATTACHED)
    return written_down.get(note) or _Said(secrets.token_hex(16), Heard(language, "", b""), note)


def _written_down(db: Session, response_id: str) -> dict[str, _Said]:
    """Voice notes of an earlier submission: what an interpreter made of them stays while the note is the same.

    They keep their name too, so that who is listening just now does not write for nothing.
    """
    spoken = Voice.response_id == response_id, Voice.attachment_id.is_not(None)
    query = select(Voice).where(*spoken).with_for_update()  # somebody may be writing one down just now
    return {
        str(voice.attachment_id): _Said(
            voice.id,
            Heard(voice.language, voice.text, voice.original),
            voice.attachment_id,
            voice.translation,
        )
        for voice in db.scalars(query)
    }


def _keep_voice(db: Session, response_id: str, consultation_id: int, path: str, said: _Said) -> None:
    voice = Voice(
        id=said.id,
        response_id=response_id,
        consultation_id=consultation_id,
        path=path,
        language=said.heard.language,
        text=said.heard.redacted,
        original=said.heard.original,
        attachment_id=said.note,
        translation=said.translation,
    )
    db.add(voice)


def _keep_profile(db: Session, place: Place, questionnaire: Questionnaire, finished: Finished) -> None:
    """What was asked for the profile. An item that was asked and not given this time is taken back."""
    asked = {question.keep.value for question in questionnaire.questions() if question.keep}
    given = {str(questionnaire.question(path).keep): value for path, value in finished.kept.items()}
    if asked:
        keep_in_profile(db.get_one(Participant, place.participant_id), asked, given)


def _is_open_answer(questionnaire: Questionnaire, path: str) -> bool:
    question = questionnaire.question(path)
    return question.kind is Kind.TEXT and question.keep is None
