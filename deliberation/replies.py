"""Replies to a question with three buttons: counted once a person, and published several at once.

Who looks at two counts with one reply between them knows what it was. So what is published is the count as it stood
when `threshold` replies had come since the one that was published before.
"""

from dataclasses import dataclass

from sqlalchemy import String, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from core.broadcasts import Kind
from core.database import insert_into
from core.errors import NotFound
from core.people import get_participant
from core.tables import Broadcast, Delivery, Table

REPLIES = ("yes", "partly", "no")


class ReplyCount(Table):
    """How many replied one of REPLIES to a question about a subject. By whom is not kept.

    The delivery remembers that a person has replied; this only adds up.
    """

    __abstract__ = True

    reply: Mapped[str] = mapped_column(String(8))
    count: Mapped[int] = mapped_column(default=0)
    """Up to this moment: for nobody's eyes."""
    released: Mapped[int] = mapped_column(default=0, server_default="0")
    """As it was published last: what every reader takes."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the replies to one kind of question are added up.

    kind:    of the message that asks
    subject: the column of what it asks about; its row is held while a reply is counted
    counts:  the table of the counts
    about:   its column that leads to the subject
    """

    kind: Kind
    subject: InstrumentedAttribute[int]
    counts: type[ReplyCount]
    about: InstrumentedAttribute[int]


def count_reply(
    db: Session, tally: Tally, subject_id: int, chat_index: bytes, reply: str, *, threshold: int
) -> bool:
    """Count what a person replied, once; False when that was counted already, or they were never asked.

    threshold: how many replies must be new for the counts to be published anew

    Raises NotEnrolled, NotFound.
    """
    participant = get_participant(db, chat_index)
    if reply not in REPLIES:
        raise NotFound
    asked = (
        select(Delivery.id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(Broadcast.kind == tally.kind, Broadcast.subject_id == subject_id)
        .where(Delivery.participant_id == participant.id, Delivery.replied.is_(False))
    )
    query = update(Delivery).where(Delivery.id.in_(asked)).values(replied=True).returning(Delivery.id)
    if db.scalar(query) is None:
        return False
    # Of two who reply at once the second waits here, and finds what the first counted.
    db.execute(select(tally.subject).where(tally.subject == subject_id).with_for_update(key_share=True))
    count = insert_into(db, tally.counts).values({tally.about.key: subject_id, "reply": reply, "count": 1})
    one_more = {"count": tally.counts.count + 1}
    db.execute(count.on_conflict_do_update(index_elements=[tally.about.key, "reply"], set_=one_more))
    _release(db, tally, subject_id, threshold)
    return True


def released_of(db: Session, tally: Tally, subject_id: int) -> dict[str, int]:
    """How many said yes, partly, no, as it was published last: exact, for a page to protect."""
    query = select(tally.counts.reply, tally.counts.released).where(tally.about == subject_id)
    released = {row.reply: row.released for row in db.execute(query)}
    return {reply: released.get(reply, 0) for reply in REPLIES}


def _release(db: Session, tally: Tally, subject_id: int, threshold: int) -> None:
    """All replies of the subject together: one that went ahead of the others would tell of a few."""
    counts, of_subject = tally.counts, tally.about == subject_id
    new = db.scalar(select(func.sum(counts.count - counts.released)).where(of_subject)) or 0
    if new >= threshold:
        db.execute(update(counts).where(of_subject).values(released=counts.count))
