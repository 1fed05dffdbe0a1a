"""One person's way through the statements of a deliberation, turn by turn.

Every use case is given the blind index of the chat and finds the person's own voter by it, whatever a button says.
A repeated or a stale tap changes nothing: it carries the turn in which its button was shown.
"""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from core.database import connection_of
from core.tables import Table
from deliberation.opinions.choosing import next_statement
from deliberation.opinions.places import VotingPlace, hold_voting_place, join, stop_writing
from deliberation.opinions.steps import AllVoted, NoVoting, Shown, VotingOver, VotingStep
from deliberation.opinions.tables import Statement, Turnout, Vote, Voter
from deliberation.opinions.votes import Cast, write_vote
from surveys.places import leave_current

_statement, _turnout, _voter, _vote = (
    Table.metadata.tables[table.__tablename__] for table in (Statement, Turnout, Voter, Vote)
)


def take_part(db: Session, chat_index: bytes, deliberation_id: int, zone: ZoneInfo) -> VotingStep:
    """Begin to vote, or go on: the next statement that the person has not voted on."""
    place = _enter(db, chat_index, deliberation_id, zone)
    return _show(db, place, go_on=True) if isinstance(place, VotingPlace) else place


def look(db: Session, chat_index: bytes, deliberation_id: int, zone: ZoneInfo) -> VotingStep:
    """What is on the person's screen; something else only where that is not put to the vote any more."""
    place = _enter(db, chat_index, deliberation_id, zone)
    return _show(db, place) if isinstance(place, VotingPlace) else place


def show_again(
    db: Session, chat_index: bytes, deliberation_id: int, number: int, zone: ZoneInfo
) -> VotingStep:
    """A statement of the person's choice, by its public number, to vote on it once more."""
    place = _enter(db, chat_index, deliberation_id, zone)
    if not isinstance(place, VotingPlace):
        return place
    wanted = db.scalar(
        select(Statement.id).where(
            Statement.deliberation_id == deliberation_id,
            Statement.number == number,
            Statement.state == "accepted",
            Statement.author_id.is_distinct_from(place.voter_id),
        )
    )
    if wanted is None:
        return replace_stale(_show(db, place))
    return _show(db, _turned(connection_of(db), place, wanted))


def vote(
    db: Session, chat_index: bytes, deliberation_id: int, turn: int, value: int, zone: ZoneInfo
) -> VotingStep:
    """What the person says to the statement on screen; the next one comes. Of another turn, nothing changes."""
    place = _enter(db, chat_index, deliberation_id, zone)
    if not isinstance(place, VotingPlace):
        return place
    connection = connection_of(db)
    if place.turn != turn or not _take_turn(connection, place):
        return replace_stale(_show(db, place))
    assert place.voter_id is not None  # who entered has one
    on_screen = _asked(connection, place)
    if on_screen is not None:
        assert place.showing is not None
        before = None if on_screen.voted is None else Cast(on_screen.since, on_screen.voted)
        write_vote(db, place.voter_id, place.showing, value, round=place.round, before=before)
        if place.asked != "voted":
            connection.execute(_VOTED, {"own": place.voter_id})
    following = next_statement(db, place.voter_id)
    connection.execute(_SHOW, {"own": place.voter_id, "next": following})
    step = _show(db, replace(place, turn=turn + 1, showing=following))
    if on_screen is None or not isinstance(step, Shown | AllVoted):
        return step
    return replace(step, previous=on_screen.number, new_vote=on_screen.voted is None)


def replace_stale(step: VotingStep) -> VotingStep:
    """The same step, for a button that does not belong to it."""
    return replace(step, stale=True) if isinstance(step, Shown | AllVoted) else step


def _enter(db: Session, chat_index: bytes, deliberation_id: int, zone: ZoneInfo) -> VotingPlace | VotingStep:
    """The person's place, with a voter; or why there is none."""
    place = hold_voting_place(db, chat_index, deliberation_id)
    if place is None:
        return NoVoting()
    if not place.takes_votes(zone):
        return VotingOver(place.language, place.title)
    if place.writes:
        stop_writing(db, chat_index)
    if place.answers:  # a statement is on screen now: what is typed below it answers no question that is not
        leave_current(db, place.participant_id)
    if place.voter_id is not None:
        return place
    own = join(db, place)
    turn = db.scalar(select(Voter.turn).where(Voter.id == own))
    return replace(place, voter_id=own, turn=turn, showing=None)


def _show(db: Session, place: VotingPlace, *, go_on: bool = False) -> VotingStep:
    """The statement on screen; the next one where there is none. `go_on`: also where it was voted on."""
    connection = connection_of(db)
    on_screen = _screen(connection, place)
    if on_screen is None or (go_on and on_screen.voted is not None):
        assert place.voter_id is not None
        place = _turned(connection, place, next_statement(db, place.voter_id))
        on_screen = _screen(connection, place)
    about = place.language, place.deliberation_id, place.title
    if on_screen is None:
        given = connection.execute(_GIVEN, _own(place)).scalar_one()
        return AllVoted(*about, given, place.takes_statements)
    assert place.turn is not None
    return Shown(
        *about,
        turn=place.turn,
        number=on_screen.number,
        text=on_screen.text,
        written_in=on_screen.language,
        translated=tuple(on_screen.translated),
        voted=on_screen.voted,
        given=on_screen.given,
        total=on_screen.total,
        takes_statements=place.takes_statements,
    )


def _asked(connection: Connection, place: VotingPlace) -> Any:
    """The row of what the person votes on, with what they said before; None where nobody votes on it any more."""
    if place.showing is None:
        return None
    row: Any = connection.execute(_ASKED, {**_own(place), "statement": place.showing}).first()
    return row


def _screen(connection: Connection, place: VotingPlace) -> Any:
    """The row of what the person sees; None where it is not put to the vote any more."""
    if place.showing is None:
        return None
    given = {**_own(place), "statement": place.showing}
    row: Any = connection.execute(_SCREEN, given).first()
    return row


def _turned(connection: Connection, place: VotingPlace, showing: int | None) -> VotingPlace:
    """Another statement comes on screen: buttons of the one before are stale from now on."""
    if showing == place.showing:
        return place
    turn = connection.execute(_TURN_TO, {"own": place.voter_id, "next": showing}).scalar_one()
    return replace(place, turn=turn, showing=showing)


def _take_turn(connection: Connection, place: VotingPlace) -> bool:
    """False where the same button was tapped a moment ago. The voter is held from now on."""
    given = {"own": place.voter_id, "now": place.turn}
    return connection.execute(_TAKE_TURN, given).rowcount == 1


def _own(place: VotingPlace) -> dict[str, object]:
    return {"voter": place.voter_id, "deliberation": place.deliberation_id}


# Run at every turn: to build them anew would cost more than to run them.
_own_voter = _voter.c.id == bindparam("own")
_TAKE_TURN = (
    update(_voter).where(_own_voter, _voter.c.turn == bindparam("now")).values(turn=_voter.c.turn + 1)
)
_SHOW = update(_voter).where(_own_voter).values(showing=bindparam("next"))
_TURN_TO = (
    update(_voter)
    .where(_own_voter)
    .values(showing=bindparam("next"), turn=_voter.c.turn + 1)
    .returning(_voter.c.turn)
)
_VOTED = update(_turnout).where(_turnout.c.voter_id == bindparam("own")).values(state="voted")
_counts = and_(
    _vote.c.voter_id == bindparam("voter"), _vote.c.statement_id == _statement.c.id, _vote.c.until.is_(None)
)
_put_to_the_vote = (
    _statement.c.deliberation_id == bindparam("deliberation"),
    _statement.c.state == "accepted",
    _statement.c.author_id.is_distinct_from(bindparam("voter")),
)
_ASKED = (
    select(_statement.c.number, _vote.c.since, _vote.c.value.label("voted"))
    .select_from(_statement)
    .outerjoin(_vote, _counts)
    .where(_statement.c.id == bindparam("statement"), *_put_to_the_vote)
)
_every, _any_vote = _statement.alias(), _vote.alias()
_all_of_them = (
    _every.c.deliberation_id == bindparam("deliberation"),
    _every.c.state == "accepted",
    _every.c.author_id.is_distinct_from(bindparam("voter")),
)
_GIVEN = (
    select(func.count())
    .select_from(_every)
    .join(_any_vote, _any_vote.c.statement_id == _every.c.id)
    .where(*_all_of_them, _any_vote.c.voter_id == bindparam("voter"), _any_vote.c.until.is_(None))
)
_SCREEN = (
    select(
        _statement.c.number,
        _statement.c.language,
        _statement.c.text,
        _statement.c.translated,
        _vote.c.value.label("voted"),
        _GIVEN.scalar_subquery().label("given"),
        select(func.count()).select_from(_every).where(*_all_of_them).scalar_subquery().label("total"),
    )
    .select_from(_statement)
    .outerjoin(_vote, _counts)
    .where(_statement.c.id == bindparam("statement"), *_put_to_the_vote)
)
