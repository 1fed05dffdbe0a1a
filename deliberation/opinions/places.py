"""Where a person stands in a deliberation. It is in the database, never in a process."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, exists, insert, literal, select, update
from sqlalchemy.orm import Session

from core.database import connection_of, insert_into
from core.people import get_participant
from core.tables import Participant, Table
from deliberation.opinions.gate import enter
from deliberation.opinions.steps import DeliberationLine
from deliberation.opinions.tables import Deliberation, Turnout, Voter
from i18n.localized import Localized
from surveys.places import takes_answers
from surveys.tables import Participation

P = ParamSpec("P")
R = TypeVar("R")

_FIRST_TURNS = 1_000_000

_participant, _deliberation, _turnout, _voter, _participation = (
    Table.metadata.tables[table.__tablename__]
    for table in (Participant, Deliberation, Turnout, Voter, Participation)
)


@dataclass(frozen=True, slots=True)
class VotingPlace:
    """A person in a deliberation. They have a voter from the moment they begin."""

    participant_id: int
    language: str
    deliberation_id: int
    title: Localized
    state: str
    closes_on: date | None
    takes_statements: bool
    round: int
    audience: dict[str, Any] | None
    asked: str | None
    """asked or voted; None for who was not asked and has not come."""
    writing: bool | None
    """Whether the person's next message is a statement for this deliberation."""
    writes: bool
    """The same, for any."""
    answers: bool
    """Whether it answers a question of a consultation, otherwise."""
    voter_id: str | None
    turn: int | None
    showing: int | None

    def takes_votes(self, zone: ZoneInfo) -> bool:
        """Whether the deliberation is open, and its last day is not over."""
        return takes_answers(self.state, self.closes_on, zone)

    @property
    def is_for_them(self) -> bool:
        """Whether the person may take part: it was opened, to everyone or to them."""
        return self.state != "draft" and (self.audience is None or self.asked is not None)


_anywhere = _turnout.alias()

_PLACES = (
    select(
        _participant.c.id,
        _participant.c.language,
        _deliberation.c.id,
        _deliberation.c.title,
        _deliberation.c.state,
        _deliberation.c.closes_on,
        _deliberation.c.takes_statements,
        _deliberation.c.round,
        _deliberation.c.audience,
        _turnout.c.state,
        _turnout.c.writing,
        exists().where(_anywhere.c.participant_id == _participant.c.id, _anywhere.c.writing),
        exists().where(_participation.c.participant_id == _participant.c.id, _participation.c.current),
        _voter.c.id,
        _voter.c.turn,
        _voter.c.showing,
    )
    .select_from(_participant)
    .join(_deliberation, literal(True))
    .outerjoin(
        _turnout,
        and_(
            _turnout.c.participant_id == _participant.c.id, _turnout.c.deliberation_id == _deliberation.c.id
        ),
    )
    .outerjoin(_voter, _voter.c.id == _turnout.c.voter_id)
    .where(_participant.c.chat_index == bindparam("chat"))
)
_CHOSEN = _PLACES.where(_deliberation.c.id == bindparam("deliberation"))
# Who closes it waits until what is done here is there, or was before; so does who begins an analysis.
_HELD = _CHOSEN.with_for_update(read=True, of=_deliberation)
_WRITING = _PLACES.where(_turnout.c.writing)
_STOP_WRITING = (
    update(_turnout)
    .where(
        _turnout.c.writing,
        _turnout.c.participant_id
        == select(_participant.c.id).where(_participant.c.chat_index == bindparam("chat")).scalar_subquery(),
    )
    .values(writing=False)
)


def find_voting_place(db: Session, chat_index: bytes, deliberation_id: int) -> VotingPlace | None:
    """The person's place, if the deliberation is for them. Raises NotEnrolled for who takes no part."""
    return _found(
        db, connection_of(db).execute(_CHOSEN, _of(chat_index, deliberation_id)).first(), chat_index
    )


def hold_voting_place(db: Session, chat_index: bytes, deliberation_id: int) -> VotingPlace | None:
    """The same, for who is about to write: the deliberation stays as it is until the transaction ends.

    Before anything is written. Who held their voter and waited for a closing would be waited for by it.
    """
    enter(db, deliberation_id)
    return _found(db, connection_of(db).execute(_HELD, _of(chat_index, deliberation_id)).first(), chat_index)


def find_writing(db: Session, chat_index: bytes) -> VotingPlace | None:
    """Where the person's next message is a statement of theirs."""
    row: Any = connection_of(db).execute(_WRITING, {"chat": chat_index}).first()
    return None if row is None else VotingPlace(*row)


def stop_writing(db: Session, chat_index: bytes) -> None:
    """What the person sends next is no statement."""
    connection_of(db).execute(_STOP_WRITING, {"chat": chat_index})


def elsewhere(
    db: Session,
    chat_index: bytes,
    use_case: Callable[Concatenate[Session, bytes, P], R],
    /,
    *args: P.args,
    **kw: P.kwargs,
) -> R:
    """Run a use case of another place: who was about to make a statement is so no more."""
    stop_writing(db, chat_index)
    return use_case(db, chat_index, *args, **kw)


def join(db: Session, place: VotingPlace) -> str:
    """Give the person a voter, under a random id, for a caller that holds the place. Their voter's id.

    Turns are counted from anywhere: who withdraws and begins again must not meet a button of the first time that
    seems to belong to the second.
    """
    if place.voter_id is not None:
        return place.voter_id
    mine = {"participant_id": place.participant_id, "deliberation_id": place.deliberation_id}
    come = insert_into(db, Turnout).values(**mine, state="asked", writing=False)
    db.execute(come.on_conflict_do_nothing())
    fresh = secrets.token_hex(16)
    turnout = (
        Turnout.participant_id == place.participant_id,
        Turnout.deliberation_id == place.deliberation_id,
    )
    took = update(Turnout).where(*turnout, Turnout.voter_id.is_(None)).values(voter_id=fresh)
    if db.execute(took.returning(Turnout.id)).first() is None:  # a twin was quicker
        return str(db.scalar(select(Turnout.voter_id).where(*turnout)))
    row = {
        "id": fresh,
        "deliberation_id": place.deliberation_id,
        "language": place.language,
        "turn": 1 + secrets.randbelow(_FIRST_TURNS),
    }
    connection_of(db).execute(insert(_voter), row)
    return fresh


def list_deliberations_for(db: Session, chat_index: bytes, zone: ZoneInfo) -> list[DeliberationLine]:
    """Those that take votes now and are for this person. Raises NotEnrolled."""
    participant = get_participant(db, chat_index)
    mine = and_(
        Turnout.deliberation_id == Deliberation.id,
        Turnout.participant_id == participant.id,
    )
    query = (
        select(Deliberation, Turnout.state, Turnout.voter_id)
        .outerjoin(Turnout, mine)
        .where(Deliberation.state == "open")
        .order_by(Deliberation.id)
    )
    return [
        DeliberationLine(
            row.id,
            row.title,
            row.question,
            row.closes_on,
            row.takes_statements,
            begun=voter_id is not None,
            voted=voter_id is not None and state == "voted",
        )
        for row, state, voter_id in db.execute(query)
        if takes_answers(row.state, row.closes_on, zone) and (row.audience is None or state is not None)
    ]


def find_following(
    db: Session, chat_index: bytes, consultation_id: int, zone: ZoneInfo
) -> DeliberationLine | None:
    """The deliberation that goes on from a consultation, where the person may take part and has not begun."""
    following = set(
        db.scalars(select(Deliberation.id).where(Deliberation.consultation_id == consultation_id))
    )
    if not following:
        return None
    lines = list_deliberations_for(db, chat_index, zone)
    return next((line for line in lines if line.id in following and not line.begun), None)


def _of(chat_index: bytes, deliberation_id: int) -> dict[str, object]:
    return {"chat": chat_index, "deliberation": deliberation_id}


def _found(db: Session, row: Any, chat_index: bytes) -> VotingPlace | None:
    if row is None:
        get_participant(db, chat_index)
        return None
    place = VotingPlace(*row)
    return place if place.is_for_them else None
