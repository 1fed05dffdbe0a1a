"""A vote is written once, counted once, and known to the analyses that saw it."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Conflict, NotFound
from core.tables import Participant, Table
from deliberation.opinions.tables import Deliberation, Statement, Vote, Voter, VoteTally
from deliberation.opinions.votes import record_vote, slot_of, take_out_of_count

FIRST, SECOND = "00" * 16, "0f" * 16


def prepare(db: Session, *, state: str = "open") -> tuple[int, list[int]]:
    """A deliberation with three accepted statements, one that waits, and two voters."""
    row = Deliberation(title={"es": "Agua"}, question={"es": "¿Qué hacemos?"}, state=state)
    db.add(row)
    db.flush()
    statements = [
        Statement(
            deliberation_id=row.id, number=number, language="es", text={"es": f"n {number}"}, state=kind
        )
        for number, kind in enumerate(("accepted", "accepted", "accepted", "waiting"), 1)
    ]
    db.add_all(
        [*statements, *(Voter(id=key, deliberation_id=row.id, language="es") for key in (FIRST, SECOND))]
    )
    db.add(Participant(language="es", consent_version="1", consented_on=date(2026, 1, 1)))
    db.flush()
    return row.id, [statement.id for statement in statements]


def votes(db: Session, statement_id: int) -> list[tuple[str, int, int | None, int]]:
    query = select(Vote.voter_id, Vote.since, Vote.until, Vote.value).where(Vote.statement_id == statement_id)
    rows = db.execute(query.order_by(Vote.voter_id, Vote.since))
    return [(row.voter_id, row.since, row.until, row.value) for row in rows]


def tally(db: Session, statement_id: int) -> tuple[int, int, int]:
    sums = func.sum(VoteTally.agree), func.sum(VoteTally.disagree), func.sum(VoteTally.passed)
    row = db.execute(select(*sums).where(VoteTally.statement_id == statement_id)).one()
    return tuple(int(each or 0) for each in row)  # type: ignore[return-value]


def take_round(db: Session, deliberation_id: int) -> None:
    """An analysis begins: it has seen what was voted so far."""
    mine = Deliberation.id == deliberation_id
    db.execute(update(Deliberation).where(mine).values(round=Deliberation.round + 1))


async def test_what_no_analysis_has_seen_is_written_over(database: Database) -> None:
    def work(db: Session) -> None:
        _, (first, *_) = prepare(db)
        for value in (1, 0, -1, -1):
            record_vote(db, FIRST, first, value)
        assert votes(db, first) == [(FIRST, 1, None, -1)]
        assert tally(db, first) == (0, 1, 0)

    await database.run(work)


async def test_what_an_analysis_has_seen_ends_and_another_begins(database: Database) -> None:
    def work(db: Session) -> None:
        deliberation_id, (first, *_) = prepare(db)
        record_vote(db, FIRST, first, 1)
        take_round(db, deliberation_id)
        record_vote(db, FIRST, first, 1)  # the same: nothing ends
        assert votes(db, first) == [(FIRST, 1, None, 1)]
        take_round(db, deliberation_id)
        record_vote(db, FIRST, first, -1)
        record_vote(db, FIRST, first, 0)
        assert votes(db, first) == [(FIRST, 1, 3, 1), (FIRST, 3, None, 0)]
        assert tally(db, first) == (0, 0, 1)

    await database.run(work)


async def test_a_vote_is_refused_where_it_may_not_be(database: Database) -> None:
    def work(db: Session) -> None:
        _, (first, _, _, waiting) = prepare(db)
        with pytest.raises(Conflict):
            record_vote(db, FIRST, waiting, 1)
        with pytest.raises(NotFound):
            record_vote(db, "ff" * 16, first, 1)
        with pytest.raises(NotFound):
            record_vote(db, FIRST, first + 999, 1)
        with pytest.raises(ValueError, match="2"):
            record_vote(db, FIRST, first, 2)
        db.execute(update(Deliberation).values(state="closed"))
        with pytest.raises(Conflict):
            record_vote(db, FIRST, first, 1)
        assert db.scalar(select(func.count()).select_from(Vote)) == 0

    await database.run(work)


async def test_a_voter_of_another_deliberation_is_not_found(database: Database) -> None:
    def work(db: Session) -> None:
        prepare(db)
        other = Deliberation(title={"es": "B"}, question={"es": "B"}, state="open")
        db.add(other)
        db.flush()
        theirs = Statement(
            deliberation_id=other.id, number=1, language="es", text={"es": "x"}, state="accepted"
        )
        db.add(theirs)
        db.flush()
        with pytest.raises(NotFound):
            record_vote(db, FIRST, theirs.id, 1)

    await database.run(work)


async def test_the_sums_are_right_without_who_is_taken_out(database: Database) -> None:
    def work(db: Session) -> None:
        _, (first, second, third, _) = prepare(db)
        for statement, value in ((first, 1), (second, -1), (third, 0)):
            record_vote(db, FIRST, statement, value)
        record_vote(db, SECOND, first, 1)
        take_out_of_count(db, FIRST)
        assert [tally(db, each) for each in (first, second, third)] == [(1, 0, 0), (0, 0, 0), (0, 0, 0)]

    await database.run(work)


steps = st.lists(
    st.one_of(
        st.none(),
        st.tuples(st.sampled_from([FIRST, SECOND]), st.integers(0, 2), st.sampled_from([1, 0, -1])),
    ),
    max_size=30,
)


class Undone(Exception):
    """Nothing of it is kept."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
async def test_every_analysis_can_be_worked_out_again_and_the_sums_are_those_of_the_votes(
    database: Database, steps: list[tuple[str, int, int] | None]
) -> None:
    """None: an analysis takes its round."""

    def work(db: Session) -> None:
        deliberation_id, statements = prepare(db)
        said: dict[tuple[str, int], int] = {}
        seen = []
        for step in steps:
            if step is None:
                seen.append(dict(said))
                take_round(db, deliberation_id)
            else:
                voter, place, value = step
                record_vote(db, voter, statements[place], value)
                said[voter, statements[place]] = value
        every = Table.metadata.tables[Vote.__tablename__]
        rows = db.execute(select(every)).all()
        for number, before in enumerate(seen, 1):
            there = {
                (row.voter_id, row.statement_id): row.value
                for row in rows
                if row.since <= number and (row.until is None or row.until > number)
            }
            assert there == before
        for statement in statements:
            values = [value for (_, about), value in said.items() if about == statement]
            assert tally(db, statement) == (values.count(1), values.count(-1), values.count(0))
        raise Undone

    with pytest.raises(Undone):
        await database.run(work)


def test_votes_are_added_up_in_few_rows() -> None:
    assert {slot_of(f"{number:02x}" + "0" * 30) for number in range(256)} == set(range(8))
