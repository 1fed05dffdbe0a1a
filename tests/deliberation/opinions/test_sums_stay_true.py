"""Whatever people and organisers do, in whatever order: sums are those of the votes, and what an analysis saw stays."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import RimayError
from core.people import Contact, enrol
from deliberation.opinions import voting
from deliberation.opinions.checking import are_votes_there, read_recorded
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.findings import find
from deliberation.opinions.merging import merge_statement
from deliberation.opinions.moderation import accept_statement, reject_statement
from deliberation.opinions.own_votes import VotesToWithdraw, erase_person, look_at_votes, withdraw_votes
from deliberation.opinions.proposing import begin_writing, propose_words
from deliberation.opinions.statements import list_statements
from deliberation.opinions.steps import Shown
from deliberation.opinions.tables import Statement, Vote, VoteTally
from deliberation.opinions.worth import have_enough_voted
from surveys.submission import Heard
from tests.deliberation.opinions.analysed import analyse as make
from tests.deliberation.opinions.ballots import MOMENT, ZONE, opened

PEOPLE = 9
ACTS = 120
HERE = 1

Act = Callable[[Session, Random], object]
Saw = frozenset[tuple[str, int, int]]


def key(number: int) -> bytes:
    """The blind index of a person."""
    return f"index-{number}".encode().ljust(32, b".")


def hear(text: str) -> Heard:
    return Heard("es", text, b"sealed")


def somebody(chance: Random) -> bytes:
    return key(chance.randrange(PEOPLE))


def numbers(db: Session) -> list[int]:
    return list(db.scalars(select(Statement.id).order_by(Statement.id)))


def vote(db: Session, chance: Random) -> object:
    person = somebody(chance)
    step = voting.take_part(db, person, HERE, ZONE)
    if chance.random() < 0.3:
        step = voting.show_again(db, person, HERE, chance.randint(1, 6), ZONE)
    if isinstance(step, Shown):
        return voting.vote(db, person, HERE, step.turn, chance.choice((1, 0, -1)), ZONE)
    return step


def propose(db: Session, chance: Random) -> object:
    person = somebody(chance)
    begin_writing(db, person, HERE, ZONE)
    return propose_words(
        db, person, HERE, f"Que haya más {''.join(chance.choices('aeiourst', k=12))}", hear, ZONE
    )


def accept(db: Session, chance: Random) -> None:
    accept_statement(db, chance.choice(numbers(db)), account_id=None)


def take_out(db: Session, chance: Random) -> None:
    reject_statement(db, chance.choice(numbers(db)), "unclear", account_id=None)


def merge(db: Session, chance: Random) -> None:
    merge_statement(db, chance.choice(numbers(db)), chance.randint(1, 8), account_id=None)


def withdraw(db: Session, chance: Random) -> object:
    person = somebody(chance)
    found = look_at_votes(db, person, HERE)
    return withdraw_votes(db, person, HERE, found.turn) if isinstance(found, VotesToWithdraw) else found


def erase(db: Session, chance: Random) -> object:
    number = chance.randrange(PEOPLE)
    erase_person(db, key(number))
    return enrol(db, Contact(key(number), b"sealed"), "es", "1")


def analyse(db: Session, chance: Random) -> object:
    """From here on what it sees does not change, but for who leaves."""
    return make(db, HERE) if have_enough_voted(db, HERE) else None


_ACTS: tuple[tuple[Act, int], ...] = (
    (vote, 60),
    (propose, 8),
    (accept, 8),
    (take_out, 2),
    (merge, 4),
    (withdraw, 2),
    (erase, 1),
    (analyse, 8),
)


def check_sums(db: Session) -> None:
    """Of what is put to the vote each vote is counted, and no other. Nothing is counted below zero."""
    accepted = select(Statement.id).where(Statement.state == "accepted")
    name = {1: "agree", 0: "passed", -1: "disagree"}
    counting = select(Vote.statement_id, Vote.value).where(
        Vote.until.is_(None), Vote.statement_id.in_(accepted)
    )
    votes = Counter((row.statement_id, name[row.value]) for row in db.execute(counting))
    sums: Counter[tuple[int, str]] = Counter()
    for tally in db.scalars(select(VoteTally).execution_options(populate_existing=True)):
        counts: dict[str, int] = {each: getattr(tally, each) for each in name.values()}
        assert min(counts.values()) >= 0
        if tally.statement_id in set(db.scalars(accepted)):
            sums.update({(tally.statement_id, each): count for each, count in counts.items()})
    assert +sums == votes
    cards = list_statements(db, HERE, "accepted")
    assert sum(card.votes.total for card in cards) == votes.total()


def seen_by(db: Session, number: int) -> Saw:
    rows = db.execute(select(Vote.voter_id, Vote.statement_id, Vote.value, Vote.since, Vote.until))
    return frozenset(
        (row.voter_id, row.statement_id, row.value)
        for row in rows
        if row.since <= number and (row.until is None or row.until > number)
    )


def play(db: Session, seed: int) -> None:
    """An act that is refused changes nothing, as its transaction would have been rolled back."""
    chance = Random(seed)
    saw: dict[int, Saw] = {}
    acts, weights = zip(*_ACTS, strict=True)
    for _ in range(ACTS):
        act: Act = chance.choices(acts, weights)[0]
        given: Any = None
        try:
            with db.begin_nested():
                given = act(db, chance)
        except RimayError:
            db.expire_all()
        if act is analyse and given is not None:
            saw.setdefault(given, seen_by(db, given))
        elif act in (withdraw, erase):  # what earlier ones saw is there without who has left
            there = set(db.scalars(select(Vote.voter_id)))
            saw = {
                number: frozenset(each for each in seen if each[0] in there) for number, seen in saw.items()
            }
        check_sums(db)
        for number, seen in saw.items():
            assert seen_by(db, number) == seen
    check_closing(db, list(saw))


def check_closing(db: Session, made: list[int]) -> None:
    """Each analysis whose votes are all there comes out the same, bit for bit, also under other ids."""
    before = [are_votes_there(db, HERE, number) for number in made]
    close_deliberation(db, HERE, account_id=None)
    db.expire_all()
    check_sums(db)
    assert [are_votes_there(db, HERE, number) for number in made] == before
    for number, complete in zip(made, before, strict=True):
        if complete:
            recorded = read_recorded(db, HERE, number)
            assert recorded.verdict(find(recorded.task)) == "same"


@pytest.mark.parametrize("seed", range(4))
async def test_sums_rounds_and_analyses_stay_true_whatever_happens(database: Database, seed: int) -> None:
    def prepare(db: Session) -> None:
        for number in range(PEOPLE):
            enrol(db, Contact(key(number), b"sealed"), "es", "1")
        assert opened(db) == HERE

    with at(MOMENT):
        await database.run(prepare)
        await database.run(play, seed)
