"""One person's way through a consultation, turn by turn.

Every use case here is given the blind index of the chat, finds the person's own response by it, and so can
never touch another's, whatever a button says. Who takes no part leaves no trace: NotEnrolled is raised.
"""

import secrets
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.database import connection_of
from core.everyone import hold_still
from core.owed import owe_scrub
from core.people import forget, get_participant
from surveys.conversation.progress import Progress, from_json, to_json
from surveys.conversation.turns import Ask, AskRepeat, Finished, Located, Move, Sent, Show, Turn, Typed
from surveys.dialogue import advance, begin
from surveys.places import (
    Place,
    find_place,
    leave_current,
    make_current,
    own,
    stays_open,
    takes_answers,
)
from surveys.questionnaire import Kind, Questionnaire, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.steps import AlreadySent, Asked, Closed, ConsultationLine, NothingOpen, Ready, Step, Tap
from surveys.tables import Consultation, Participation, Response

_STORE = (
    update(Response)
    .where(Response.id == bindparam("own"))
    .values(progress=bindparam("progress"), turn=bindparam("turn"), language=bindparam("language"))
)

_FIRST_TURNS = 1_000_000


def say(db: Session, chat_index: bytes, move: Typed | Located | Sent | Show, zone: ZoneInfo) -> Step:
    """A message that answers the question on screen, if there is one."""
    place = find_place(db, chat_index)
    if place is None:
        return NothingOpen()
    if not place.takes_answers(zone):
        leave_current(db, place.participant_id)  # said once: what comes after belongs to nothing
    return _move(db, place, move, zone)


def tap(db: Session, chat_index: bytes, tap: Tap, zone: ZoneInfo) -> Step:
    """A button of a question. Of an earlier question, or tapped twice: nothing changes, the place is shown."""
    place = find_place(db, chat_index, tap.consultation_id)
    if place is None:
        return NothingOpen()
    if not place.takes_answers(zone):
        return Closed(place.language, place.title)
    if place.sent_in:
        return AlreadySent(place.language, place.consultation_id, place.title)
    if not place.current:
        make_current(
            db, place.participant_id, place.consultation_id
        )  # what is written now answers what is seen
    if place.turn != tap.turn:
        return _move(db, place, Show(), zone, stale=True)
    return _move(db, place, tap.move, zone)


def take_up(db: Session, chat_index: bytes, consultation_id: int, zone: ZoneInfo) -> Step:
    """Begin a consultation, or go on where one stopped; the person's messages belong to it from now on."""
    participant = get_participant(db, chat_index)
    consultation = db.get(Consultation, consultation_id)
    if (
        consultation is None
        or consultation.state == "draft"
        or not _is_asked(db, participant.id, consultation)
    ):
        return NothingOpen()
    # Before anything is written: who holds a participation and waits for a closing would be waited for by it.
    if not stays_open(db, consultation_id, zone):
        return Closed(participant.language, consultation.title)
    make_current(db, participant.id, consultation_id)
    place = find_place(db, chat_index, consultation_id)
    assert place is not None  # make_current has just written it
    return _move(db, place, Show(), zone)


def stand(db: Session, chat_index: bytes, zone: ZoneInfo) -> Step:
    """Where the person stands, unchanged."""
    place = find_place(db, chat_index)
    return NothingOpen() if place is None else _move(db, place, Show(), zone)


def pause(db: Session, chat_index: bytes) -> None:
    """Leave the question; the place is kept."""
    leave_current(db, get_participant(db, chat_index).id)


def list_open(db: Session, chat_index: bytes, zone: ZoneInfo) -> list[ConsultationLine]:
    """The consultations that take answers now, with the person's state in each.

    One that was opened to an audience is there for whom it was sent to, and for nobody else.
    """
    participant = get_participant(db, chat_index)
    mine = select(Participation.consultation_id, Participation.state).where(own(participant.id))
    states: Mapping[int, str] = {row[0]: row[1] for row in db.execute(mine)}
    rows = db.scalars(select(Consultation).where(Consultation.state == "open").order_by(Consultation.id))
    return [
        ConsultationLine(row.id, row.title, states.get(row.id, "asked"), row.closes_on)
        for row in rows
        if takes_answers(row.state, row.closes_on, zone) and (row.audience is None or row.id in states)
    ]


def _is_asked(db: Session, participant_id: int, consultation: Consultation) -> bool:
    """Whether a consultation is for this person: it is for everyone, or they were asked."""
    if consultation.audience is None:
        return True
    mine = own(participant_id), Participation.consultation_id == consultation.id
    return db.scalar(select(Participation.id).where(*mine)) is not None


def erase_participant(db: Session, chat_index: bytes) -> None:
    """Erase the person, with the answers that still have a tie to them."""
    hold_still(db)
    participant = get_participant(db, chat_index)
    owe_scrub(db)
    tied = select(Participation.response_id).where(
        own(participant.id), Participation.response_id.is_not(None)
    )
    db.execute(delete(Response).where(Response.id.in_(tied)))
    forget(db, participant)


def asked_again(place: Place, ask: Ask | AskRepeat, questionnaire: Questionnaire) -> Asked:
    """The question on screen, as it is, for a button that does not belong to it."""
    return _asked(place, place.turn or 0, ask, questionnaire, stale=True)


def _move(db: Session, place: Place, move: Move, zone: ZoneInfo, *, stale: bool = False) -> Step:
    if not place.takes_answers(zone):
        return Closed(place.language, place.title)
    questionnaire = get_questionnaire(db, place.questionnaire_id)
    left_map = False
    if place.progress is None:
        if not stays_open(db, place.consultation_id, zone):
            return Closed(place.language, place.title)
        turn = begin(questionnaire, moment=now(), zone=zone)
        number = _first_turn(db, place, turn)
    else:
        before = from_json(place.progress)
        turn = advance(questionnaire, before, move, moment=now(), zone=zone)
        number = _next_turn(db, place, before, turn)
        left_map = before.place != turn.progress.place and _asks_for_a_place(questionnaire, before.place)
    outcome = turn.outcome
    if isinstance(outcome, Finished):
        return Ready(
            place.language,
            place.consultation_id,
            place.title,
            number,
            outcome.notes,
            left_map=left_map,
            default_language=questionnaire.default_language,
        )
    return _asked(place, number, outcome, questionnaire, stale=stale, left_map=left_map)


def _asked(
    place: Place,
    number: int,
    ask: Ask | AskRepeat,
    questionnaire: Questionnaire,
    *,
    stale: bool = False,
    left_map: bool = False,
) -> Asked:
    return Asked(
        place.language,
        place.consultation_id,
        place.title,
        number,
        ask,
        questionnaire.languages,
        stale=stale,
        left_map=left_map,
        default_language=questionnaire.default_language,
    )


def _asks_for_a_place(questionnaire: Questionnaire, path: str | None) -> bool:
    wanted = plain_path(path or "")
    return any(q.path == wanted and q.kind is Kind.GEOPOINT for q in questionnaire.questions())


def _first_turn(db: Session, place: Place, turn: Turn) -> int:
    """Store that the person has begun. Turns are counted from anywhere: who withdraws and begins again must not meet
    a button of the first time that seems to belong to the second.
    """
    response_id, number = secrets.token_hex(16), 1 + secrets.randbelow(_FIRST_TURNS)
    response = Response(
        id=response_id,
        consultation_id=place.consultation_id,
        questionnaire_id=place.questionnaire_id,
        language=place.language,
        turn=number,
        progress=to_json(turn.progress),
    )
    db.add(response)
    db.flush()
    mine = own(place.participant_id), Participation.consultation_id == place.consultation_id
    db.execute(update(Participation).where(*mine).values(state="started", response_id=response_id))
    return number


def _next_turn(db: Session, place: Place, before: Progress, turn: Turn) -> int:
    """Store where the person stands now. Ticking choices does not turn the page: all ticks of it stay valid."""
    number = (place.turn or 0) + (before.place != turn.progress.place)
    if turn.progress != before:
        values = {"progress": to_json(turn.progress), "turn": number, "language": place.language}
        connection_of(db).execute(_STORE, {"own": place.response_id, **values})
    return number
