"""One person's way through a consultation, turn by turn. The place is in the database, never in a process.

Every use case here is given the blind index of the chat, finds the person's own response by it, and so can
never touch another's, whatever a button says.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from core.clock import now, today
from core.people import forget, get_participant, keep_in_profile
from core.tables import Participant
from surveys.dialogue import advance, begin
from surveys.progress import Progress, from_json, to_json
from surveys.questionnaire import Answers, Kind, Localized, Questionnaire
from surveys.questionnaires import get_questionnaire
from surveys.tables import Consultation, Participation, Response, Voice
from surveys.turns import Ask, AskRepeat, Finished, Located, Move, Show, Turn, Typed


@dataclass(frozen=True, slots=True)
class Heard:
    """An open answer as it is stored: redacted for reading, the original sealed."""

    language: str
    redacted: str
    original: bytes


Hear = Callable[[str], Heard]
"""How an open answer is read. Given by whoever composes the program: the reading is of a higher room."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The next question, or the same again with what was wrong."""

    language: str
    consultation_id: int
    title: Localized
    turn: int
    ask: Ask | AskRepeat
    languages: tuple[str, ...]
    stale: bool = False
    """The button that was tapped belonged to an earlier question; this is where the person stands."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The last question is answered; the person has not yet sent the answers in."""

    language: str
    consultation_id: int
    title: Localized
    turn: int
    notes: tuple[Localized, ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answers count from now on."""

    language: str
    consultation_id: int
    title: Localized
    closes_on: date | None
    ask_to_quote: bool
    again: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """The consultation takes no answers any more."""

    language: str
    title: Localized


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """No question is waiting for this person."""


Step = Asked | Ready | Submitted | Closed | NothingOpen


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button of a question carries: which consultation, which turn of it, and the move it stands for."""

    consultation_id: int
    turn: int
    move: Move


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """A consultation as the chat lists it."""

    id: int
    title: Localized
    state: str
    closes_on: date | None


@dataclass(slots=True)
class _Place:
    """Where a person stands in a consultation."""

    participant_id: int
    language: str
    consultation_id: int
    title: Localized
    state: str
    closes_on: date | None
    questionnaire_id: int
    response_id: str | None
    response_state: str | None
    turn: int | None
    progress: dict[str, Any] | None


_COLUMNS = (
    Participant.id,
    Participant.language,
    Consultation.id,
    Consultation.title,
    Consultation.state,
    Consultation.closes_on,
    Consultation.questionnaire_id,
    Response.id,
    Response.state,
    Response.turn,
    Response.progress,
)
_PLACES = (
    select(*_COLUMNS)
    .select_from(Participant)
    .join(Participation, Participation.participant_id == Participant.id)
    .join(Consultation, Consultation.id == Participation.consultation_id)
    .outerjoin(Response, Response.id == Participation.response_id)
)

_STORE = (
    update(Response)
    .where(Response.id == bindparam("own"))
    .values(progress=bindparam("progress"), turn=bindparam("turn"), language=bindparam("language"))
)


def say(db: Session, chat_index: bytes, move: Typed | Located, zone: ZoneInfo) -> Step:
    """A message that answers the question on screen, if there is one."""
    place = _find_place(db, chat_index, None)
    if place is None:
        return NothingOpen()
    return _move(db, place, move, zone)


def tap(db: Session, chat_index: bytes, tap: Tap, zone: ZoneInfo) -> Step:
    """A button of a question. Of an earlier question, or tapped twice: nothing changes, the place is shown."""
    place = _find_place(db, chat_index, tap.consultation_id)
    if place is None:
        return NothingOpen()
    if place.turn != tap.turn:
        return _move(db, place, Show(), zone, stale=True)
    return _move(db, place, tap.move, zone)


def take_up(db: Session, chat_index: bytes, consultation_id: int, zone: ZoneInfo) -> Step:
    """Begin a consultation, or go on where one stopped; the person's messages belong to it from now on."""
    participant = get_participant(db, chat_index)
    consultation = db.get(Consultation, consultation_id)
    if consultation is None or consultation.state == "draft":
        return NothingOpen()
    if not _takes_answers(consultation.state, consultation.closes_on, zone):
        return Closed(participant.language, consultation.title)
    _make_current(db, participant.id, consultation_id)
    place = _find_place(db, chat_index, consultation_id)
    assert place is not None  # _make_current has just written it
    return _move(db, place, Show(), zone)


def send_in(db: Session, chat_index: bytes, consultation_id: int, hear: Hear, zone: ZoneInfo) -> Step:
    """Send the answers in. A second time, or after a change, they replace the first."""
    place = _find_place(db, chat_index, consultation_id)
    if place is None or place.progress is None or place.response_id is None:
        return NothingOpen()
    if not _takes_answers(place.state, place.closes_on, zone):
        return Closed(place.language, place.title)
    questionnaire = get_questionnaire(db, place.questionnaire_id)
    turn = advance(questionnaire, from_json(place.progress), Show(), moment=now(), zone=zone)
    if not isinstance(turn.outcome, Finished):
        return _asked(place, place.turn or 0, turn.outcome, questionnaire)
    _submit(db, place, questionnaire, turn.outcome, hear, zone)
    again = place.response_state == "finished"
    wrote = any(_is_open_answer(questionnaire, path) for path in turn.outcome.answers)
    return Submitted(
        place.language,
        place.consultation_id,
        place.title,
        place.closes_on,
        ask_to_quote=wrote,
        again=again,
    )


def allow_quoting(db: Session, chat_index: bytes, consultation_id: int, *, allowed: bool) -> bool:
    """Whether the author's words may be shown. False when it can no longer be said, since the tie is cut."""
    place = _find_place(db, chat_index, consultation_id)
    if place is None or place.response_id is None:
        return False
    db.execute(update(Response).where(Response.id == place.response_id).values(may_quote=allowed))
    if not allowed:
        db.execute(update(Voice).where(Voice.response_id == place.response_id).values(quote="none"))
    return True


def stand(db: Session, chat_index: bytes, zone: ZoneInfo) -> Step:
    """Where the person stands, unchanged."""
    place = _find_place(db, chat_index, None)
    return NothingOpen() if place is None else _move(db, place, Show(), zone)


def pause(db: Session, chat_index: bytes) -> bool:
    """Leave the question; the place is kept. False when there was none."""
    place = _find_place(db, chat_index, None)
    if place is None:
        return False
    db.execute(update(Participation).where(_own(place.participant_id)).values(current=False))
    return True


def list_open(db: Session, chat_index: bytes, zone: ZoneInfo) -> list[ConsultationLine]:
    """The consultations that take answers now, with the person's state in each."""
    participant = get_participant(db, chat_index)
    mine = select(Participation.consultation_id, Participation.state).where(_own(participant.id))
    states: Mapping[int, str] = {row[0]: row[1] for row in db.execute(mine)}
    rows = db.scalars(select(Consultation).where(Consultation.state == "open").order_by(Consultation.id))
    return [
        ConsultationLine(row.id, row.title, states.get(row.id, "asked"), row.closes_on)
        for row in rows
        if _takes_answers(row.state, row.closes_on, zone)
    ]


def erase_participant(db: Session, chat_index: bytes) -> None:
    """Erase the person, with the answers that still have a tie to them."""
    participant = get_participant(db, chat_index)
    tied = select(Participation.response_id).where(
        _own(participant.id), Participation.response_id.is_not(None)
    )
    db.execute(delete(Response).where(Response.id.in_(tied)))
    forget(db, participant)


def _find_place(db: Session, chat_index: bytes, consultation_id: int | None) -> _Place | None:
    chosen = Participation.current if consultation_id is None else Consultation.id == consultation_id
    row = db.execute(_PLACES.where(Participant.chat_index == chat_index, chosen)).first()
    return None if row is None else _Place(*row)


def _move(db: Session, place: _Place, move: Move, zone: ZoneInfo, *, stale: bool = False) -> Step:
    if not _takes_answers(place.state, place.closes_on, zone):
        return Closed(place.language, place.title)
    questionnaire = get_questionnaire(db, place.questionnaire_id)
    if place.progress is None:
        turn = begin(questionnaire, moment=now(), zone=zone)
        number = _first_turn(db, place, turn)
    else:
        before = from_json(place.progress)
        turn = advance(questionnaire, before, move, moment=now(), zone=zone)
        number = _next_turn(db, place, before, turn)
    if isinstance(turn.outcome, Finished):
        return Ready(
            place.language,
            place.consultation_id,
            place.title,
            number,
            turn.outcome.notes,
        )
    return _asked(place, number, turn.outcome, questionnaire, stale=stale)


def _asked(
    place: _Place,
    number: int,
    ask: Ask | AskRepeat,
    questionnaire: Questionnaire,
    *,
    stale: bool = False,
) -> Asked:
    languages = questionnaire.languages
    return Asked(
        place.language,
        place.consultation_id,
        place.title,
        number,
        ask,
        languages,
        stale=stale,
    )


def _first_turn(db: Session, place: _Place, turn: Turn) -> int:
    response_id = secrets.token_hex(16)
    db.add(
        Response(
            id=response_id,
            consultation_id=place.consultation_id,
            language=place.language,
            turn=1,
            progress=to_json(turn.progress),
        )
    )
    db.flush()
    mine = (
        _own(place.participant_id),
        Participation.consultation_id == place.consultation_id,
    )
    db.execute(update(Participation).where(*mine).values(state="started", response_id=response_id))
    return 1


def _next_turn(db: Session, place: _Place, before: Progress, turn: Turn) -> int:
    """Store where the person stands now. Ticking choices does not turn the page: all ticks of it stay valid."""
    number = (place.turn or 0) + (before.place != turn.progress.place)
    if turn.progress != before:
        values = {"progress": to_json(turn.progress), "turn": number, "language": place.language}
        db.connection().execute(_STORE, {"own": place.response_id, **values})
    return number


def _submit(
    db: Session,
    place: _Place,
    questionnaire: Questionnaire,
    finished: Finished,
    hear: Hear,
    zone: ZoneInfo,
) -> None:
    db.execute(delete(Voice).where(Voice.response_id == place.response_id))
    answers: Answers = dict(finished.answers)
    for path, value in finished.answers.items():
        if isinstance(value, str) and _is_open_answer(questionnaire, path):
            answers[path] = _keep_voice(db, place, path, hear(value))
    values = {
        "state": "finished",
        "answers": answers,
        "finished_on": today(zone),
        "language": place.language,
    }
    db.execute(update(Response).where(Response.id == place.response_id).values(values))
    mine = (
        _own(place.participant_id),
        Participation.consultation_id == place.consultation_id,
    )
    db.execute(update(Participation).where(*mine).values(state="finished", current=False))
    if finished.kept:
        profile = {str(questionnaire.question(path).keep): value for path, value in finished.kept.items()}
        keep_in_profile(db.get_one(Participant, place.participant_id), profile)


def _keep_voice(db: Session, place: _Place, path: str, heard: Heard) -> str:
    voice = Voice(
        id=secrets.token_hex(16),
        response_id=place.response_id,
        consultation_id=place.consultation_id,
        path=path,
        language=heard.language,
        text=heard.redacted,
        original=heard.original,
    )
    db.add(voice)
    return heard.redacted


def _make_current(db: Session, participant_id: int, consultation_id: int) -> None:
    db.execute(update(Participation).where(_own(participant_id)).values(current=False))
    mine = _own(participant_id), Participation.consultation_id == consultation_id
    if not db.execute(update(Participation).where(*mine).values(current=True)).rowcount:  # type: ignore[attr-defined]
        row = Participation(
            participant_id=participant_id,
            consultation_id=consultation_id,
            state="asked",
            current=True,
        )
        db.add(row)
        db.flush()


def _own(participant_id: int) -> Any:
    return Participation.participant_id == participant_id


def _takes_answers(state: str, closes_on: date | None, zone: ZoneInfo) -> bool:
    return state == "open" and (closes_on is None or today(zone) <= closes_on)


def _is_open_answer(questionnaire: Questionnaire, path: str) -> bool:
    question = questionnaire.question(path)
    return question.kind is Kind.TEXT and question.keep is None
