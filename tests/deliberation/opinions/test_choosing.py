"""The next statement: what is shown, to whom, how often, and that asking again changes nothing."""

from collections import Counter

from sqlalchemy.orm import Session

from core.database import Database
from deliberation.opinions.choosing import next_statement
from deliberation.tables import Statement, Voter
from tests.deliberation.opinions.ballot_box import cast, open_box


def _numbers_shown(db: Session, voter_id: str, turns: int) -> Counter[int]:
    shown: Counter[int] = Counter()
    for turn in range(turns):
        db.get_one(Voter, voter_id).turn = turn
        db.flush()
        statement_id = next_statement(db, voter_id)
        assert statement_id is not None
        shown[db.get_one(Statement, statement_id).number] += 1
    return shown


async def test_only_what_is_accepted_and_not_voted_on_is_shown(database: Database) -> None:
    def work(db: Session) -> Counter[int]:
        box = open_box(db, 5)
        voter = cast(db, box, [{1: 1, 2: 0}])[0]
        db.query(Statement).filter(Statement.number == 3).update({"state": "rejected"})
        return _numbers_shown(db, voter, 60)

    assert set(await database.run(work)) == {4, 5}


async def test_nobody_is_asked_about_a_statement_of_their_own(database: Database) -> None:
    def work(db: Session) -> tuple[Counter[int], Counter[int]]:
        box = open_box(db, 2)
        author, other = cast(db, box, [{}, {}])
        db.query(Statement).filter(Statement.number == 2).update({"author_id": author})
        return _numbers_shown(db, author, 20), _numbers_shown(db, other, 60)

    own, others = await database.run(work)
    assert set(own) == {1}
    assert set(others) == {1, 2}


async def test_who_has_voted_on_everything_is_done(database: Database) -> None:
    def work(db: Session) -> int | None:
        box = open_box(db, 2)
        return next_statement(db, cast(db, box, [{1: 1, 2: 0}])[0])

    assert await database.run(work) is None


async def test_asked_again_it_is_the_same_whatever_is_added_elsewhere(database: Database) -> None:
    def work(db: Session) -> set[int | None]:
        box = open_box(db, 30)
        voter = cast(db, box, [{}])[0]
        found = {next_statement(db, voter)}
        open_box(db, 30)
        return found | {next_statement(db, voter)}

    assert len(await database.run(work)) == 1


async def test_before_any_analysis_what_few_have_voted_on_comes_more_often(database: Database) -> None:
    def work(db: Session) -> Counter[int]:
        box = open_box(db, 2)
        cast(db, box, [{1: 1}] * 10)
        return _numbers_shown(db, cast(db, box, [{}])[0], 300)

    shown = await database.run(work)
    # Newness 9 against 3, squared: nine times as often.
    assert 5 < shown[2] / shown[1] < 20
