"""Ballots of an assembly as the console runs them: made, opened to the room, closed for good, counted.

Who voted and what was voted are tied only while a ballot is open, so that a person can change their mind. At closing
the votes are added up and deleted, and who voted is written anew without a tie (docs/decisions/0030).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from core.everyone import hold_everyone
from core.owed import owe_scrub
from core.tables import Broadcast, Delivery, Participant
from deliberation.assemblies.assembly import AssemblyCancelled, next_round, reaches_anybody
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.ballot_results import (
    BallotKind,
    Result,
    count_out,
    from_json,
    to_json,
    values_of,
)
from deliberation.assembly_day.room import Present, count_present, in_the_room
from deliberation.assembly_day.tables import Ballot, BallotVote, BallotVoter
from deliberation.council.tables import AgendaItem
from deliberation.opinions.tables import Statement
from i18n.localized import Localized

_FORGOTTEN_AFTER = timedelta(hours=6)
"""After the end of an assembly. A ballot that nobody closed then closes by itself: its secret waits for nobody."""


class AnotherBallotOpen(RimayError):
    """A room votes on one thing at a time."""

    code = "another_ballot_open"


@dataclass(frozen=True, slots=True)
class BallotCard:
    """A ballot as a page shows it.

    present: who is in the room now
    voted:   how many have voted in the chat; nothing of what
    result:  None until it is closed
    """

    id: int
    assembly_id: int
    number: int
    kind: BallotKind
    text: Localized
    options: tuple[Mapping[str, Any], ...]
    item_id: int | None
    statement_id: int | None
    state: str
    hands: Mapping[str, int]
    present: Present
    voted: int
    result: Result | None
    opened_at: datetime | None
    closed_at: datetime | None


def create_ballot(
    db: Session,
    assembly_id: int,
    kind: BallotKind,
    text: Localized,
    *,
    options: Sequence[Mapping[str, Any]] = (),
    statement_id: int | None = None,
    item_id: int | None = None,
    account_id: int | None,
) -> int:
    """Prepare a question to the room. Raises NotFound where what it is about is not there, AssemblyCancelled."""
    _hold_assembly(db, assembly_id)
    if statement_id is not None:
        statement = db.get(Statement, statement_id)
        if statement is None or statement.state != "accepted":
            raise NotFound
    if item_id is not None and db.get(AgendaItem, item_id) is None:
        raise NotFound
    last = db.scalar(select(func.max(Ballot.number)).where(Ballot.assembly_id == assembly_id))
    row = Ballot(
        assembly_id=assembly_id,
        number=(last or 0) + 1,
        kind=kind,
        text=dict(text),
        options=[dict(option) for option in options],
        statement_id=statement_id,
        item_id=item_id,
    )
    db.add(row)
    db.flush()
    note_act(db, account_id, "create", "ballot", row.id)
    return row.id


def rewrite_ballot(db: Session, ballot_id: int, text: Localized, *, account_id: int | None) -> None:
    """Other words for a question that nobody was asked yet. Raises NotFound, Conflict."""
    row = _held(db, ballot_id, "draft")
    row.text = dict(text)
    note_act(db, account_id, "rewrite", "ballot", row.id)


def drop_ballot(db: Session, ballot_id: int, *, account_id: int | None) -> None:
    """Take back a question that nobody was asked. Raises NotFound, Conflict."""
    db.delete(_held(db, ballot_id, "draft"))
    note_act(db, account_id, "drop", "ballot", ballot_id)


def open_ballot(db: Session, ballot_id: int, *, account_id: int | None) -> int | None:
    """Let the room vote. The broadcast that carries it; None where nobody in the room can be reached.

    Raises NotFound, Conflict, AnotherBallotOpen, AssemblyCancelled.
    """
    hold_everyone(db)
    assembly_id = _get(db, ballot_id).assembly_id
    _hold_assembly(db, assembly_id)
    row = _held(db, ballot_id, "draft")
    others = select(Ballot.id).where(Ballot.assembly_id == assembly_id, Ballot.state == "open")
    if db.scalar(others.limit(1)) is not None:
        raise AnotherBallotOpen
    row.state, row.opened_at = "open", now()
    note_act(db, account_id, "open", "ballot", row.id)
    db.flush()
    people = in_the_room(assembly_id)
    return open_broadcast(db, Kind.BALLOT, row.id, people) if reaches_anybody(db, people) else None


def close_ballot(
    db: Session, ballot_id: int, hands: Mapping[str, int], *, threshold: int, account_id: int | None
) -> Result:
    """End it for good and count. The caller then awaits `Database.scrub`. Raises NotFound, Conflict.

    hands: by value how many voted by show of hands
    threshold: of fewer secret votes than so many only the outcome is told, and kept
    """
    hold_everyone(db)
    row = _held(db, ballot_id, "open")
    row.hands = dict(hands)
    result = count_out(row.kind, values_of(row.kind, row.options), _votes(db, row.id), hands, threshold)
    _close(db, row, result)
    note_act(db, account_id, "close", "ballot", row.id)
    return result


def void_ballot(db: Session, ballot_id: int, *, account_id: int | None) -> None:
    """End it without counting: something was wrong with the question. The caller then awaits `Database.scrub`."""
    hold_everyone(db)
    row = _held(db, ballot_id, "open")
    _close(db, row, Result(void=True))
    note_act(db, account_id, "void", "ballot", row.id)


def list_ballots(db: Session, assembly_id: int) -> list[BallotCard]:
    """In the order of their numbers. Raises NotFound where the assembly is not there."""
    if db.get(Assembly, assembly_id) is None:
        raise NotFound
    present = count_present(db, assembly_id)
    query = select(Ballot).where(Ballot.assembly_id == assembly_id).order_by(Ballot.number)
    return [_card(db, row, present) for row in db.scalars(query)]


def get_ballot(db: Session, ballot_id: int) -> BallotCard:
    """Raises NotFound."""
    row = _get(db, ballot_id)
    return _card(db, row, count_present(db, row.assembly_id))


def tell_latecomers(db: Session) -> list[int]:
    """The broadcasts to those who came into a room after its ballot was opened. A second look finds nobody."""
    going_on = Ballot.state == "open", Assembly.ends_at > now() - _FORGOTTEN_AFTER
    open_ones = select(Ballot.id, Ballot.assembly_id).join(Assembly).where(*going_on).order_by(Ballot.id)
    if not db.execute(open_ones).all():
        return []
    hold_everyone(db)
    return [
        open_broadcast(db, Kind.BALLOT, ballot_id, late, next_round(db, Kind.BALLOT, ballot_id))
        for ballot_id, assembly_id in db.execute(open_ones).all()
        if reaches_anybody(db, late := _untold(ballot_id, assembly_id))
    ]


def list_forgotten_ballots(db: Session) -> list[int]:
    """Those still open although their assembly is long over."""
    query = (
        select(Ballot.id)
        .join(Assembly, Assembly.id == Ballot.assembly_id)
        .where(Ballot.state == "open", Assembly.ends_at <= now() - _FORGOTTEN_AFTER)
    )
    return list(db.scalars(query.order_by(Ballot.id)))


def close_forgotten_ballot(db: Session, ballot_id: int, threshold: int) -> bool:
    """False where a twin, or somebody in the console, was here first."""
    try:
        close_ballot(db, ballot_id, {}, threshold=threshold, account_id=None)
    except Conflict:
        return False
    return True


def _untold(ballot_id: int, assembly_id: int) -> Any:
    told = (
        select(Delivery.participant_id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(Broadcast.kind == Kind.BALLOT, Broadcast.subject_id == ballot_id)
    )
    voted = select(BallotVoter.participant_id).where(BallotVoter.ballot_id == ballot_id)
    query = select(Participant.id).where(Participant.id.in_(in_the_room(assembly_id)))
    return query.where(Participant.id.not_in(told), Participant.id.not_in(voted))


def _votes(db: Session, ballot_id: int) -> list[list[str]]:
    """What was voted by who is still there: the votes of who erased themselves went with the tie to them."""
    query = select(BallotVote.choices).join(BallotVoter, BallotVoter.vote_id == BallotVote.id)
    return list(db.scalars(query.where(BallotVote.ballot_id == ballot_id)))


def _close(db: Session, row: Ballot, result: Result) -> None:
    """Cut the ties. Who voted is written anew, in the order of the people: a row's place would tell when they did."""
    row.state, row.closed_at, row.result = "closed", now(), to_json(result)
    owe_scrub(db)
    db.execute(delete(BallotVote).where(BallotVote.ballot_id == row.id))
    mine = BallotVoter.ballot_id == row.id
    voters = sorted(db.scalars(delete(BallotVoter).where(mine).returning(BallotVoter.participant_id)))
    if voters:
        rows = [{"ballot_id": row.id, "participant_id": person, "vote_id": None} for person in voters]
        db.execute(insert(BallotVoter), rows)


def _hold_assembly(db: Session, assembly_id: int) -> None:
    """Ballots of one assembly are numbered and opened one by one."""
    query = select(Assembly).where(Assembly.id == assembly_id).with_for_update()
    row = db.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if row.state == "cancelled":
        raise AssemblyCancelled


def _held(db: Session, ballot_id: int, state: str) -> Ballot:
    query = select(Ballot).where(Ballot.id == ballot_id).with_for_update()
    row = db.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if row.state != state:
        raise Conflict
    return row


def _get(db: Session, ballot_id: int) -> Ballot:
    row = db.get(Ballot, ballot_id)
    if row is None:
        raise NotFound
    return row


def _card(db: Session, row: Ballot, present: Present) -> BallotCard:
    voted = db.scalar(select(func.count()).where(BallotVoter.ballot_id == row.id))
    return BallotCard(
        id=row.id,
        assembly_id=row.assembly_id,
        number=row.number,
        kind=BallotKind(row.kind),
        text=row.text,
        options=tuple(row.options),
        item_id=row.item_id,
        statement_id=row.statement_id,
        state=row.state,
        hands=row.hands,
        present=present,
        voted=voted or 0,
        result=None if row.result is None else from_json(row.result),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )
