"""The next statement: what is shown, to whom, how often, and that asking again changes nothing."""

from collections import Counter
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.opinions.analyses import begin_analysis, read_task, store_analysis
from deliberation.opinions.choosing import next_statement
from deliberation.opinions.findings import find
from deliberation.opinions.kept_model import pack, unpack
from deliberation.opinions.tables import Analysis, Statement, Voter
from tests.deliberation.opinions.ballot_box import camps, cast, open_box


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


async def _analysed(database: Database, people: int = 40, **box: object) -> int:
    def fill(db: Session) -> int:
        deliberation_id = open_box(db, 12, **box)  # type: ignore[arg-type]
        cast(db, deliberation_id, [{n: v for n, v in each.items() if n <= 10} for each in camps(people, 12)])
        return deliberation_id

    deliberation_id = await database.run(fill)
    begun = await database.read(
        read_task, deliberation_id, await database.run(begin_analysis, deliberation_id), 5
    )
    assert await database.run(store_analysis, begun, find(begun.task))
    return deliberation_id


async def test_with_a_model_what_is_new_comes_first_and_what_tells_more_more_often(
    database: Database,
) -> None:
    deliberation_id = await _analysed(database)

    def work(db: Session) -> Counter[int]:
        return _numbers_shown(db, cast(db, deliberation_id, [{1: 1, 2: 1}], since=2)[0], 300)

    shown = await database.run(work)
    assert set(shown) >= {11, 12}
    # Nobody has voted on 11 and 12.
    assert shown[11] + shown[12] > 0.8 * 300


async def test_what_asks_about_the_person_is_asked_of_everybody(database: Database) -> None:
    deliberation_id = await _analysed(database, about_person=(5,))

    def work(db: Session) -> Counter[int]:
        return _numbers_shown(db, cast(db, deliberation_id, [{11: 1, 12: 0}], since=2)[0], 100)

    shown = await database.run(work)
    assert shown[5] > 0.8 * 100


async def test_what_the_own_group_has_not_seen_comes_more_often(database: Database) -> None:
    """A statement that the other group alone has voted on is new to this one."""
    deliberation_id = await _analysed(database)

    def work(db: Session) -> list[Counter[int]]:
        kept = unpack(db.scalars(select(Analysis.model)).one())
        assert kept is not None
        assert len(kept.numbers) == 2
        seen = kept.seen.copy()
        seen[0, 3] = 0
        db.execute(update(Analysis).values(model=pack(replace(kept, seen=seen))))
        found = []
        for group in kept.numbers.tolist():
            voter = cast(db, deliberation_id, [{11: 1, 12: 1}], since=2)[0]
            db.get_one(Voter, voter).opinion_group = group
            found.append(_numbers_shown(db, voter, 200))
        return found

    own, other = await database.run(work)
    number = 4
    assert own[number] > 100 > 50 > other[number]
