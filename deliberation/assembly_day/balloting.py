"""A person in the room votes, in the chat. Whatever a button says: who has not come cannot vote, and who taps twice
votes once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.database import insert_into
from core.errors import NotFound, RimayError
from core.owed import owe_scrub
from core.people import get_participant
from core.tables import Participant
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.ballot_results import BallotKind, Result, from_json, most_choices, values_of
from deliberation.assembly_day.room import in_the_room
from deliberation.assembly_day.tables import Ballot, BallotVote, BallotVoter
from i18n.localized import Localized


class NotInTheRoom(RimayError):
    """Only who came to the assembly votes in it."""

    code = "not_in_the_room"


@dataclass(frozen=True, slots=True)
class Paper:
    """A ballot as one person has it before them.

    options: the points of an order, with their labels; empty for a yes or no
    most:    how many may be chosen
    result:  once it is closed
    chosen:  what the person has voted until now; empty for who has not voted, and once it is closed
    """

    ballot_id: int
    number: int
    kind: BallotKind
    text: Localized
    options: tuple[tuple[str, Localized], ...]
    most: int
    result: Result | None
    chosen: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it can be voted on."""
        return self.result is None


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """A ballot that a person voted on; what they chose only while it is open."""

    assembly: Localized
    paper: Paper


def get_paper(db: Session, chat_index: bytes, ballot_id: int) -> Paper:
    """The ballot as it is now. Raises NotFound for one that nobody was asked yet, NotInTheRoom."""
    participant = get_participant(db, chat_index)
    ballot = _asked(db, ballot_id, participant.id)
    return _paper(ballot, _chosen(db, ballot.id, participant.id))


def read_paper(db: Session, ballot_id: int) -> Paper:
    """The ballot as nobody has voted on it yet: for the announcement. Raises NotFound."""
    ballot = db.get(Ballot, ballot_id)
    if ballot is None:
        raise NotFound
    return _paper(ballot, ())


def cast_vote(db: Session, chat_index: bytes, ballot_id: int, value: str) -> Paper:
    """Yes, no or abstain: the last one counts. Of a closed ballot nothing changes. Raises NotFound, NotInTheRoom."""
    return _vote(db, chat_index, ballot_id, value, on=True)


def tick_option(db: Session, chat_index: bytes, ballot_id: int, value: str, *, on: bool) -> Paper:
    """Choose a point of an order, or not after all. One too many changes nothing. Raises NotFound, NotInTheRoom."""
    return _vote(db, chat_index, ballot_id, value, on=on)


def list_open_papers(db: Session, chat_index: bytes) -> list[Paper]:
    """The ballots that are open in the room where the person is."""
    participant = get_participant(db, chat_index)
    query = select(Ballot).where(Ballot.state == "open").order_by(Ballot.id)
    return [
        _paper(ballot, _chosen(db, ballot.id, participant.id))
        for ballot in db.scalars(query)
        if _is_there(db, ballot.assembly_id, participant.id)
    ]


def list_own_ballots(db: Session, chat_index: bytes) -> list[OwnBallot]:
    """Those that the person voted on, the first one first."""
    participant = get_participant(db, chat_index)
    query = (
        select(Ballot, Assembly.title)
        .join(BallotVoter, BallotVoter.ballot_id == Ballot.id)
        .join(Assembly, Assembly.id == Ballot.assembly_id)
        .where(BallotVoter.participant_id == participant.id)
        .order_by(Ballot.id)
    )
    return [
        OwnBallot(title, _paper(ballot, _chosen(db, ballot.id, participant.id)))
        for ballot, title in db.execute(query).all()
    ]


def erase_ballot_votes(db: Session, participant_id: int) -> None:
    """What a person who is erased has voted where it is not counted yet. Who voted is known no more with the person."""
    # Nobody votes for them meanwhile: a vote that nothing ties to a person could not be found any more.
    db.execute(select(Participant.id).where(Participant.id == participant_id).with_for_update())
    tied = select(BallotVoter.vote_id).where(
        BallotVoter.participant_id == participant_id, BallotVoter.vote_id.is_not(None)
    )
    db.execute(delete(BallotVote).where(BallotVote.id.in_(tied)))
    owe_scrub(db)


def _vote(db: Session, chat_index: bytes, ballot_id: int, value: str, *, on: bool) -> Paper:
    participant = get_participant(db, chat_index)
    # Who closes it waits until this vote is there, or was before it.
    ballot = _asked(db, ballot_id, participant.id, hold=True)
    if value not in values_of(ballot.kind, ballot.options):
        raise NotFound
    if ballot.state != "open":
        return _paper(ballot, ())
    own = _own_vote(db, ballot.id, participant.id)
    before = tuple(db.scalar(select(BallotVote.choices).where(BallotVote.id == own)) or ())
    chosen = _after(ballot, before, value, on=on)
    if chosen != before or not chosen:
        _write(db, ballot.id, own, chosen)
    return _paper(ballot, chosen)


def _after(ballot: Ballot, before: tuple[str, ...], value: str, *, on: bool) -> tuple[str, ...]:
    """What is chosen then, in the order in which the points are listed."""
    if ballot.kind != BallotKind.ORDER:
        return (value,)
    chosen = {*before, value} if on else {*before} - {value}
    if len(chosen) > most_choices(ballot.kind, ballot.options):
        return before
    return tuple(each for each in values_of(ballot.kind, ballot.options) if each in chosen)


def _own_vote(db: Session, ballot_id: int, participant_id: int) -> str:
    """The random id of the person's vote. Their own twins wait here for each other."""
    mine = {"ballot_id": ballot_id, "participant_id": participant_id}
    query = select(BallotVoter.vote_id).filter_by(**mine).with_for_update()
    while True:
        fresh = insert_into(db, BallotVoter).values(**mine, vote_id=secrets.token_hex(16))
        db.execute(fresh.on_conflict_do_nothing())
        own = db.scalar(query)
        if own is not None:  # else a twin took everything back while this one waited
            return own


def _write(db: Session, ballot_id: int, own: str, chosen: Sequence[str]) -> None:
    """Who takes everything back has not voted."""
    if not chosen:
        db.execute(delete(BallotVote).where(BallotVote.id == own))
        db.execute(delete(BallotVoter).where(BallotVoter.vote_id == own))
        return
    written = insert_into(db, BallotVote).values(id=own, ballot_id=ballot_id, choices=list(chosen))
    db.execute(written.on_conflict_do_update(index_elements=["id"], set_={"choices": list(chosen)}))


def _asked(db: Session, ballot_id: int, participant_id: int, *, hold: bool = False) -> Ballot:
    query = select(Ballot).where(Ballot.id == ballot_id, Ballot.state != "draft")
    ballot = db.scalar(query.with_for_update(read=True) if hold else query)
    if ballot is None:
        raise NotFound
    if not _is_there(db, ballot.assembly_id, participant_id):
        raise NotInTheRoom
    return ballot


def _is_there(db: Session, assembly_id: int, participant_id: int) -> bool:
    people = in_the_room(assembly_id).subquery()
    return (
        db.scalar(select(people.c.participant_id).where(people.c.participant_id == participant_id))
        is not None
    )


def _chosen(db: Session, ballot_id: int, participant_id: int) -> tuple[str, ...]:
    query = select(BallotVote.choices).join(BallotVoter, BallotVoter.vote_id == BallotVote.id)
    mine = BallotVoter.ballot_id == ballot_id, BallotVoter.participant_id == participant_id
    return tuple(db.scalar(query.where(*mine)) or ())


def _paper(ballot: Ballot, chosen: tuple[str, ...]) -> Paper:
    kind = BallotKind(ballot.kind)
    return Paper(
        ballot.id,
        ballot.number,
        kind,
        ballot.text,
        tuple((option["value"], option["label"]) for option in ballot.options),
        most_choices(kind, ballot.options),
        None if ballot.result is None else from_json(ballot.result),
        chosen,
    )
