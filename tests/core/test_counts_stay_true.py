"""Whatever workers and organisers do in whatever order, the counts by chunk are those of the rows."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import broadcasts
from core.broadcasts import Course, Kind, get_broadcast, open_broadcast
from core.claims import claim_batch, release
from core.clock import at
from core.courses import cancel_broadcast, pause_broadcast, resume_broadcast, retry_failed
from core.database import Database
from core.doubts import count_in_doubt, leave, list_in_doubt, resend
from core.errors import RimayError
from core.outbox import Settled, settle
from core.people import Contact, enrol, forget
from core.progress import State, progress_of
from core.tables import Delivery, DeliveryChunk, Participant

PEOPLE = 7
CHUNK = 3
OUTCOMES = st.sampled_from(
    [
        (State.SENT, None),
        (State.NEW, None),
        (State.BLOCKED, "forbidden"),
        (State.FAILED, "unusable_key"),
        (State.FAILED, "BadRequest"),
    ]
)
CHUNKS = st.integers(0, PEOPLE // CHUNK)
_people = count()


class Sendings(RuleBasedStateMachine):
    """One broadcast, its workers, an organiser, and a person who leaves for good."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.moment = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
        self.flying: list[tuple[int, int, datetime]] = []
        self.broadcast = self.does(_open)

    def does(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with at(self.moment), self.database.engine.begin() as connection, Session(connection) as db:
            result = use_case(db, *args, **kwargs)
            db.flush()
            return result

    @rule(seconds=st.integers(1, 100))
    def time_passes(self, seconds: int) -> None:
        self.moment += timedelta(seconds=seconds)

    @rule(chunk=CHUNKS, size=st.integers(1, 3))
    def a_worker_claims(self, chunk: int, size: int) -> None:
        claimed = self.does(claim_batch, self.broadcast, chunk, size)
        self.flying += [(chunk, one.delivery_id, self.moment) for one in claimed]

    @rule(which=st.integers(0, PEOPLE), outcome=OUTCOMES, known=st.booleans())
    def an_answer_comes(self, which: int, outcome: tuple[State, str | None], known: bool) -> None:
        """Also one of which the organiser has decided meanwhile, and one that comes twice."""
        if self.flying:
            chunk, delivery, moment = self.flying[which % len(self.flying)]
            known_by = moment if known else None
            self.does(settle, self.broadcast, chunk, [Settled(delivery, *outcome)], known_by)

    @rule(which=st.integers(0, PEOPLE))
    def a_worker_loses_its_claim(self, which: int) -> None:
        """The database went away before it said whether the claim came about."""
        if self.flying:
            chunk, _, moment = self.flying[which % len(self.flying)]
            self.does(release, self.broadcast, chunk, moment)

    @rule(act=st.sampled_from([pause_broadcast, resume_broadcast, retry_failed]))
    def the_organiser_steers(self, act: Callable[..., Any]) -> None:
        with suppress(RimayError):
            self.does(act, self.broadcast, account_id=None)

    @rule(sure=st.integers(0, 4))
    def the_organiser_cancels(self, sure: int) -> None:
        if not sure:
            with suppress(RimayError):
                self.does(cancel_broadcast, self.broadcast, account_id=None)

    @rule(act=st.sampled_from([resend, leave]), some=st.booleans())
    def the_organiser_decides(self, act: Callable[..., Any], some: bool) -> None:
        ids = [one.delivery_id for one in self.does(list_in_doubt, self.broadcast)]
        with suppress(RimayError):
            changed = self.does(act, self.broadcast, ids[::2] if some else None, account_id=None)
            assert changed == (len(ids[::2]) if some else len(ids))
            assert self.does(act, self.broadcast, ids, account_id=None) == len(ids) - changed
            assert self.does(count_in_doubt, self.broadcast) == 0

    @rule()
    def somebody_is_erased(self) -> None:
        self.does(_erase_one, self.broadcast)

    @invariant()
    def counts_are_true(self) -> None:
        chunks, rows = self.does(_count, self.broadcast)
        assert chunks == rows

    @invariant()
    def cancelled_is_cancelled(self) -> None:
        counts = self.does(progress_of, self.broadcast)
        if self.does(get_broadcast, self.broadcast).course is Course.CANCELLED:
            assert counts.new == 0


def _open(db: Session) -> int:
    people = []
    for _ in range(PEOPLE):
        contact = Contact(f"index-{next(_people)}".encode().ljust(32, b"."), b"sealed")
        people.append(enrol(db, contact, "es", "1").id)
    db.flush()
    return open_broadcast(
        db, Kind.OPENING, next(_people), select(Participant.id).where(Participant.id.in_(people))
    )


def _erase_one(db: Session, broadcast_id: int) -> None:
    query = select(Delivery.participant_id).where(Delivery.broadcast_id == broadcast_id).limit(1)
    person = db.scalar(query)
    if person is not None:
        forget(db, db.get_one(Participant, person))


def _count(db: Session, broadcast_id: int) -> tuple[Counter[Any], Counter[Any]]:
    chunks: Counter[Any] = Counter()
    for chunk in db.scalars(select(DeliveryChunk).where(DeliveryChunk.broadcast_id == broadcast_id)):
        chunks.update({(chunk.number, state.value): getattr(chunk, state) for state in State})
    query = select(Delivery.chunk, Delivery.state).where(Delivery.broadcast_id == broadcast_id)
    return chunks, Counter((chunk, state) for chunk, state in db.execute(query))


async def test_the_counts_are_those_of_the_rows(database: Database, monkeypatch: Any) -> None:
    monkeypatch.setattr(broadcasts, "CHUNK", CHUNK)
    machine = type("SendingsHere", (Sendings,), {"database": database})
    quick = settings(
        max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=quick)
