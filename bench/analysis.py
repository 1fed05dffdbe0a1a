"""What an analysis takes of time and memory, and how many votes are stored a second beside one.

    python -m bench.analysis [--sizes 1000x100 10000x300] [--url sqlite:///FILE]

Each size is a deliberation of its own, in which everybody has voted on a fifth of the statements at most. Read, worked
out and stored are timed apart; the memory is the most of this process for reading and storing, and of the other one for
working out. Then votes are stored as the chat stores them, alone and while an analysis is made: a person goes on
voting as soon as the vote is stored. Last, how long the choice of the next statement takes with 500 statements.
"""

import argparse
import asyncio
import resource
import secrets
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import surveys.tables  # noqa: F401  (deliberations refer to consultations)
from core.database import Database
from core.tables import Table
from deliberation.opinions.analyses import Begun, begin_analysis, read_task, store_analysis
from deliberation.opinions.choosing import next_statement
from deliberation.opinions.tables import Deliberation, Statement, Vote, Voter, VoteTally
from deliberation.opinions.votes import record_vote
from rimay.analysing import Analyst, work_out_apart

_AT_ONCE = 2_000
_THRESHOLD = 5
_SECONDS = 10.0


def main() -> None:
    """Print a line for each size, then votes a second, then the choice."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="*", default=["1000x100", "10000x300"])
    parser.add_argument("--url")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'rimay.db'}"
        asyncio.run(_measure(url, [tuple(map(int, size.split("x"))) for size in options.sizes]))


async def _measure(url: str, sizes: list[tuple[int, ...]]) -> None:
    database, deliberation_id = Database(url), 0
    Table.metadata.create_all(database.engine)
    for people, statements in sizes:
        deliberation_id = await database.run(fill, people, statements)
        await _analyse(database, deliberation_id, people, statements)
    alone = await _votes_a_second(database, deliberation_id, None)
    beside = await _votes_a_second(database, deliberation_id, Analyst(database, _THRESHOLD))
    print(f"votes a second: {alone:.0f} alone, {beside:.0f} while an analysis is made", flush=True)
    await _choose(database)
    await database.dispose()


def fill(db: Session, people: int, statements: int, share: float = 0.2) -> int:
    """A deliberation in which three camps have voted, each person on up to `share` of the statements."""
    row = Deliberation(title={"es": "x"}, question={"es": "x"}, state="open")
    db.add(row)
    db.flush()
    facts = {"deliberation_id": row.id, "language": "es", "text": {"es": "x"}, "state": "accepted"}
    db.execute(insert(Statement), [{**facts, "number": number + 1} for number in range(statements)])
    ids = list(
        db.scalars(select(Statement.id).where(Statement.deliberation_id == row.id).order_by(Statement.number))
    )
    chance = np.random.default_rng(people)
    lean = chance.beta(0.6, 0.6, (3, statements))
    counts = np.zeros((statements, 3), np.int64)
    for start in range(0, people, _AT_ONCE):
        voters = [secrets.token_hex(16) for _ in range(min(_AT_ONCE, people - start))]
        camp = chance.integers(0, 3, len(voters))
        seen = chance.random((len(voters), statements)) < share
        said = np.where(
            chance.random(seen.shape) < 0.1, 0, np.where(chance.random(seen.shape) < lean[camp], 1, -1)
        )
        db.execute(
            insert(Voter), [{"id": each, "deliberation_id": row.id, "language": "es"} for each in voters]
        )
        db.execute(
            insert(Vote),
            [
                {"voter_id": voters[person], "statement_id": ids[statement], "since": 1, "value": value}
                for person, statement, value in zip(
                    *(each.tolist() for each in np.nonzero(seen)), said[seen].tolist(), strict=True
                )
            ],
        )
        for column, value in enumerate((1, -1, 0)):
            counts[:, column] += ((said == value) & seen).sum(axis=0)
    tallies = [
        {"statement_id": identifier, "slot": 0, "agree": agree, "disagree": disagree, "passed": passed}
        for identifier, (agree, disagree, passed) in zip(ids, counts.tolist(), strict=True)
    ]
    db.execute(insert(VoteTally), tallies)
    return row.id


async def _analyse(database: Database, deliberation_id: int, people: int, statements: int) -> None:
    number = await database.run(begin_analysis, deliberation_id)
    start = monotonic()
    begun: Begun = await database.read(read_task, deliberation_id, number, _THRESHOLD)
    read, spent = monotonic(), _processor()
    findings = await work_out_apart(begun.task)
    found, spent = monotonic(), _processor() - spent
    assert await database.run(store_analysis, begun, findings)
    stored = monotonic()
    print(
        f"{people:7} people x {statements:4} statements, {len(begun.task.votes):8} votes: "
        f"read {read - start:5.1f} s, "
        f"worked out {found - read:6.1f} s ({spent:.1f} s of a processor), stored {stored - found:5.1f} s; "
        f"memory {_megabytes(resource.RUSAGE_SELF):4.0f} MB here, "
        f"{_megabytes(resource.RUSAGE_CHILDREN):5.0f} MB apart; "
        f"result {len(str(findings.result)) / 1000:.0f} kB, model {len(findings.model) / 1000:.0f} kB",
        flush=True,
    )


async def _votes_a_second(database: Database, deliberation_id: int, analyst: Analyst | None) -> float:
    """Of eight people who go on voting, for ten seconds or until the analysis is there."""
    voters = await database.read(
        lambda db: list(db.scalars(select(Voter.id).where(Voter.deliberation_id == deliberation_id).limit(8)))
    )
    statements = await database.read(
        lambda db: list(db.scalars(select(Statement.id).where(Statement.deliberation_id == deliberation_id)))
    )
    made = None if analyst is None else asyncio.create_task(analyst.make(deliberation_id))
    start, cast = monotonic(), 0

    def goes_on() -> bool:
        return monotonic() - start < _SECONDS if made is None else not made.done()

    async def vote(voter: str, chance: np.random.Generator) -> None:
        nonlocal cast
        while goes_on():
            statement, value = statements[chance.integers(len(statements))], int(chance.integers(-1, 2))
            await database.run(record_vote, voter, statement, value)
            cast += 1

    await asyncio.gather(*(vote(each, np.random.default_rng(n)) for n, each in enumerate(voters)))
    if made is not None:
        await made
    return cast / (monotonic() - start)


async def _choose(database: Database) -> None:
    """Milliseconds of a choice among 500 statements, by how many the person has voted on."""
    deliberation_id = await database.run(fill, 1000, 500)
    cold = await _timed(database, deliberation_id)
    await Analyst(database, _THRESHOLD).make(deliberation_id)
    warm = await _timed(database, deliberation_id)
    print(
        f"next of 500 statements: {cold:.1f} ms before any analysis, {warm:.1f} ms with a model", flush=True
    )


async def _timed(database: Database, deliberation_id: int) -> float:
    def choose(db: Session) -> float:
        mine = Voter.deliberation_id == deliberation_id
        voters = db.scalars(select(Voter.id).where(mine).limit(50)).all()
        next_statement(db, voters[0])
        taken = []
        for voter in voters:
            start = monotonic()
            next_statement(db, voter)
            taken.append(monotonic() - start)
        return 1000 * median(taken)

    return await database.read(choose)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


if __name__ == "__main__":
    main()
