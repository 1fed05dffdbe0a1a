"""Two analyses that are both shown can be subtracted: what that would tell of a few people is not shown."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from deliberation.opinions.merging import merge_statement
from deliberation.opinions.publication import TooLittleNew, count_who_differ, publish_analysis
from deliberation.opinions.reading import Reading, find_reading
from deliberation.opinions.tables import Deliberation, Statement, Vote
from deliberation.opinions.votes import record_vote
from tests.deliberation.opinions.analysed import analyse, analysed
from tests.deliberation.opinions.ballot_box import cast, open_box
from tests.deliberation.opinions.ballots import MOMENT

THRESHOLD = 5


@pytest.fixture(autouse=True)
def one_day() -> Iterator[None]:
    with at(MOMENT):
        yield


def differ(db: Session, box: int) -> int:
    return count_who_differ(db, box, 1, 2, most=100)


async def test_people_who_vote_anew_or_otherwise_are_counted_once(database: Database) -> None:
    def work(db: Session) -> int:
        box = open_box(db, 3)
        voters = cast(db, box, [{1: 1, 2: 1}] * 6)
        db.execute(update(Deliberation).values(round=2))
        for voter in voters[:2]:
            record_vote(db, voter, 1, -1)
            record_vote(db, voter, 3, 1)
        cast(db, box, [{1: 0}], since=2)
        return differ(db, box)

    assert await database.run(work) == 3


async def test_a_merge_is_nobodys_vote(database: Database) -> None:
    """Else the votes that it moves would hide that a single person has voted since."""

    def work(db: Session) -> tuple[int, int]:
        box = open_box(db, 3)
        voters = cast(db, box, [{1: 1}] * 12 + [{2: 1}] * 2)
        db.execute(update(Deliberation).values(round=2))
        merge_statement(db, 1, 2, account_id=None)
        moved = differ(db, box)
        record_vote(db, voters[0], 3, 1)
        return moved, differ(db, box)

    assert await database.run(work) == (0, 1)


async def test_what_was_cast_and_then_moved_before_any_analysis_saw_it_is_new(database: Database) -> None:
    def work(db: Session) -> int:
        box = open_box(db, 3)
        db.execute(update(Deliberation).values(round=2))
        cast(db, box, [{1: 1}] * 3, since=2)
        merge_statement(db, 1, 2, account_id=None)
        return differ(db, box)

    assert await database.run(work) == 3


async def test_after_a_merge_alone_a_second_analysis_is_not_shown(database: Database) -> None:
    box = await database.run(analysed)
    await database.run(publish_analysis, box, 1, threshold=THRESHOLD, account_id=None)

    def merge(db: Session) -> None:
        ids = {row.number: row.id for row in db.execute(select(Statement.number, Statement.id))}
        merge_statement(db, ids[1], 2, account_id=None)
        analyse(db, box)

    await database.run(merge)
    with pytest.raises(TooLittleNew):
        await database.run(publish_analysis, box, 2, threshold=THRESHOLD, account_id=None)


async def test_a_statement_on_which_a_few_have_voted_since_says_nothing_in_the_second(
    database: Database,
) -> None:
    """Statement 1 has two votes that changed, statement 2 has forty."""

    box = await database.run(analysed)
    await database.run(publish_analysis, box, 1, threshold=THRESHOLD, account_id=None)

    def later(db: Session) -> None:
        ids = {row.number: row.id for row in db.execute(select(Statement.number, Statement.id))}
        every = db.scalars(select(Vote.voter_id).where(Vote.statement_id == ids[1], Vote.value == 1))
        voters = every.all()
        for voter in voters[:2]:
            record_vote(db, voter, ids[1], -1)
        for voter in voters[:40]:
            record_vote(db, voter, ids[2], -1)
        analyse(db, box)

    await database.run(later)
    await database.run(publish_analysis, box, 2, threshold=THRESHOLD, account_id=None)

    async def reading(number: int, *, exact: bool = False) -> Reading:
        found = await database.read(find_reading, box, number, threshold=THRESHOLD, exact=exact)
        assert found is not None
        return found

    first, second = await reading(1), await reading(2)
    shown = {number: second.statements[number].whole.agree is not None for number in (1, 2)}
    assert shown == {1: False, 2: True}
    assert not any(second.statements[1].parts.values()) and second.statements[1].bar is None
    assert first.statements[1].whole.agree is not None, "what was shown before stays"
    assert (await reading(2, exact=True)).statements[1].whole.agree is not None
    for number, judged in second.statements.items():
        now, then = judged.whole, first.statements[number].whole
        if None not in (now.agree, then.agree, now.disagree, then.disagree):
            told = abs(now.agree - then.agree) + abs(now.disagree - then.disagree)  # type: ignore[operator]
            assert told == 0 or told + abs((now.seen or 0) - (then.seen or 0)) >= THRESHOLD
