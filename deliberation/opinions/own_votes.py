"""What a person may see of their own in deliberations, take back, and have erased.

While a deliberation is open its author finds every vote and every statement of theirs. Words that others have voted on
stay when the author leaves, and name nobody; all else goes with them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from core.everyone import hold_still
from core.owed import owe_scrub
from core.people import find_participant, get_participant
from deliberation.assemblies.opinion_groups import leave_draws
from deliberation.assembly_day.balloting import erase_ballot_votes
from deliberation.empty_seat.purging import release_requests
from deliberation.opinions.gate import enter_alone
from deliberation.opinions.places import VotingPlace, find_voting_place
from deliberation.opinions.steps import NoVoting, VotingOver
from deliberation.opinions.tables import Deliberation, Statement, Turnout, Vote, Voter
from deliberation.opinions.votes import take_out_of_count
from i18n.localized import Localized
from surveys.responses import erase_participant


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A statement, and what the person says to it: 1 agree, 0 pass, -1 disagree."""

    number: int
    text: Localized
    written_in: str
    value: int


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement that the person proposed, and what became of it.

    state   waiting, accepted, rejected or merged
    reason  why it was rejected
    into    the words of the one that it was merged with
    """

    text: Localized
    written_in: str
    spoken: bool
    state: str
    reason: str | None
    into: Localized | None


@dataclass(frozen=True, slots=True)
class OwnVoting:
    """A deliberation one took part in; votes and statements only while the tie to them exists."""

    title: Localized
    is_closed: bool
    votes: tuple[OwnVote, ...]
    statements: tuple[OwnStatement, ...]


@dataclass(frozen=True, slots=True)
class OwnVotes:
    """What the person has voted so far in a deliberation, as far as it can still be changed."""

    language: str
    deliberation_id: int
    title: Localized
    votes: tuple[OwnVote, ...]


@dataclass(frozen=True, slots=True)
class OwnStatements:
    """What the person has proposed in a deliberation."""

    language: str
    deliberation_id: int
    title: Localized
    statements: tuple[OwnStatement, ...]


@dataclass(frozen=True, slots=True)
class VotesToWithdraw:
    """There is something that can be withdrawn. `turn` says as of when: who votes on is asked again."""

    language: str
    deliberation_id: int
    title: Localized
    turn: int


@dataclass(frozen=True, slots=True)
class VotesWithdrawn:
    """Nothing of the person is left in the deliberation. `found`: there was something until now."""

    language: str
    title: Localized
    found: bool


Withdrawal = VotesToWithdraw | VotesWithdrawn | VotingOver | NoVoting


def list_own_votings(db: Session, chat_index: bytes) -> list[OwnVoting]:
    """All deliberations that the person has a part in. Empty for who takes no part at all."""
    participant = find_participant(db, chat_index)
    if participant is None:
        return []
    query = (
        select(Deliberation, Turnout.voter_id, Turnout.state)
        .join(Turnout, Turnout.deliberation_id == Deliberation.id)
        .where(Turnout.participant_id == participant.id)
        .order_by(Deliberation.id)
    )
    return [
        OwnVoting(row.title, row.state == "closed", _votes(db, voter_id), _statements(db, voter_id))
        for row, voter_id, state in db.execute(query)
        if voter_id is not None or state == "voted"
    ]


def list_own_votes(
    db: Session, chat_index: bytes, deliberation_id: int, zone: ZoneInfo
) -> OwnVotes | VotingOver | NoVoting:
    """What the person has said to statements that are put to the vote."""
    place = _open_place(find_voting_place(db, chat_index, deliberation_id), zone)
    if not isinstance(place, VotingPlace):
        return place
    votes = _votes(db, place.voter_id, only_accepted=True)
    return OwnVotes(place.language, deliberation_id, place.title, votes)


def list_own_statements(
    db: Session, chat_index: bytes, deliberation_id: int, zone: ZoneInfo
) -> OwnStatements | VotingOver | NoVoting:
    """What the person has proposed, and what became of it."""
    place = _open_place(find_voting_place(db, chat_index, deliberation_id), zone)
    if not isinstance(place, VotingPlace):
        return place
    return OwnStatements(place.language, deliberation_id, place.title, _statements(db, place.voter_id))


def look_at_votes(db: Session, chat_index: bytes, deliberation_id: int) -> Withdrawal:
    """What could be withdrawn. Of a closed deliberation nobody can say any more which votes are whose."""
    return _withdrawable(find_voting_place(db, chat_index, deliberation_id))


def withdraw_votes(db: Session, chat_index: bytes, deliberation_id: int, turn: int) -> Withdrawal:
    """Erase votes, and statements that nobody has voted on, as if the person had not begun. Twice changes nothing.

    turn  where the person stood when they were asked whether they are certain
    """
    _hold(db, [deliberation_id])
    place = find_voting_place(db, chat_index, deliberation_id)
    found = _withdrawable(place)
    if (
        place is None
        or place.voter_id is None
        or not isinstance(found, VotesToWithdraw)
        or found.turn != turn
    ):
        return found
    mine = Turnout.participant_id == place.participant_id, Turnout.deliberation_id == deliberation_id
    _erase_voter(db, place.voter_id)  # the voter first, as who votes for the first time does
    db.execute(update(Turnout).where(*mine).values(voter_id=None, state="asked", writing=False))
    leave_draws(db, place.participant_id, deliberation_id)
    return VotesWithdrawn(place.language, place.title, found=True)


def erase_person(db: Session, chat_index: bytes) -> None:
    """Erase the person, with the answers, the votes and the statements that still have a tie to them."""
    hold_still(db)
    participant = get_participant(db, chat_index)
    voters = select(Turnout.deliberation_id, Turnout.voter_id).where(
        Turnout.participant_id == participant.id, Turnout.voter_id.is_not(None)
    )
    # Who closes one of them was before it: then there is no tie any more.
    _hold(db, [row.deliberation_id for row in db.execute(voters)])
    for _, voter_id in db.execute(voters.order_by(Turnout.deliberation_id)).all():
        _erase_voter(db, str(voter_id))
    erase_ballot_votes(db, participant.id)
    release_requests(db, participant.id)
    erase_participant(db, chat_index)


def _hold(db: Session, deliberations: Collection[int]) -> None:
    """For this transaction alone: what nobody has voted on can go, since nobody votes on it meanwhile."""
    for deliberation_id in sorted(deliberations):
        enter_alone(db, deliberation_id)
    query = select(Deliberation.id).where(Deliberation.id.in_(deliberations)).order_by(Deliberation.id)
    db.execute(query.with_for_update())


def _erase_voter(db: Session, voter_id: str) -> None:
    """With the votes, out of the sums as well. Of the statements those stay that others have voted on.

    For a caller that holds the deliberation.
    """
    db.execute(select(Voter.id).where(Voter.id == voter_id).with_for_update())
    take_out_of_count(db, voter_id)
    mine = Statement.author_id == voter_id
    voted_on = exists().where(Vote.statement_id == Statement.id, Vote.voter_id != voter_id)
    db.execute(delete(Statement).where(mine, ~voted_on))
    nobody = {"author_id": None, "original": None, "recording": None, "recording_type": None, "told": True}
    db.execute(update(Statement).where(mine).values(nobody))
    db.execute(delete(Voter).where(Voter.id == voter_id))
    owe_scrub(db)


def _open_place(place: VotingPlace | None, zone: ZoneInfo) -> VotingPlace | VotingOver | NoVoting:
    if place is None:
        return NoVoting()
    return place if place.takes_votes(zone) else VotingOver(place.language, place.title)


def _withdrawable(place: VotingPlace | None) -> Withdrawal:
    if place is None:
        return NoVoting()
    if place.state != "open":
        return VotingOver(place.language, place.title)
    if place.voter_id is None or place.turn is None:
        return VotesWithdrawn(place.language, place.title, found=False)
    return VotesToWithdraw(place.language, place.deliberation_id, place.title, place.turn)


def _votes(db: Session, voter_id: str | None, *, only_accepted: bool = False) -> tuple[OwnVote, ...]:
    query = (
        select(Statement.number, Statement.text, Statement.language, Vote.value)
        .join(Vote, Vote.statement_id == Statement.id)
        .where(Vote.voter_id == voter_id, Vote.until.is_(None))
        .order_by(Statement.number)
    )
    if only_accepted:
        query = query.where(Statement.state == "accepted")
    return tuple(OwnVote(*row) for row in db.execute(query))


def _statements(db: Session, voter_id: str | None) -> tuple[OwnStatement, ...]:
    if voter_id is None:
        return ()
    other = aliased(Statement)
    query = (
        select(Statement, other.text)
        .outerjoin(other, other.id == Statement.merged_into)
        .where(Statement.author_id == voter_id)
        .order_by(Statement.number)
    )
    return tuple(
        OwnStatement(
            row.text, row.language, row.recording is not None, row.state, row.reason, into if into else None
        )
        for row, into in db.execute(query)
    )
