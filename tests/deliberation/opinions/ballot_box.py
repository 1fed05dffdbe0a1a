"""A deliberation with statements, voters and votes, stored as the chat would have stored them."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.clock import now
from deliberation.opinions.tables import Deliberation, Statement, Vote, Voter, VoteTally

Ballot = Mapping[int, int]
"""What a person says to the statements, by number."""


def open_box(db: Session, statements: int, *, about_person: Sequence[int] = ()) -> int:
    """An open deliberation with accepted statements 1, 2, …; its id."""
    deliberation = Deliberation(
        title={"es": "Movilidad", "qu": "Kuyuy"}, question={"es": "¿Qué hacer?", "qu": "¿Imata rurana?"}
    )
    deliberation.state, deliberation.opened_at = "open", now()
    db.add(deliberation)
    db.flush()
    rows = [
        {
            "deliberation_id": deliberation.id,
            "number": number,
            "language": "es",
            "text": {"es": f"Afirmación {number}"},
            "state": "accepted",
            "seed": True,
            "about_person": number in about_person,
        }
        for number in range(1, statements + 1)
    ]
    db.execute(insert(Statement), rows)
    return deliberation.id


def cast(db: Session, deliberation_id: int, ballots: Sequence[Ballot], since: int = 1) -> list[str]:
    """New people who vote so; their ids."""
    ids = _statement_ids(db, deliberation_id)
    there = db.query(Voter).count()
    voters = [sha256(f"{there + each}".encode()).hexdigest()[:32] for each in range(len(ballots))]
    if voters:
        db.execute(
            insert(Voter),
            [{"id": each, "deliberation_id": deliberation_id, "language": "es"} for each in voters],
        )
    votes: list[dict[str, Any]] = [
        {"voter_id": voter, "statement_id": ids[number], "since": since, "value": value}
        for voter, ballot in zip(voters, ballots, strict=True)
        for number, value in ballot.items()
    ]
    if votes:
        db.execute(insert(Vote), votes)
    for number in ids:
        values = [ballot[number] for ballot in ballots if number in ballot]
        _add_up(db, ids[number], values)
    return voters


def camps(people: int, statements: int, seed: int = 1, share: float = 0.8) -> list[dict[int, int]]:
    """Ballots of people in two camps that vote contrary ways on most statements; a tenth of votes are passes."""
    chance = np.random.default_rng(seed)
    camp = chance.random(people) < 0.6
    sides = np.where(chance.random(statements) < 0.7, 1, 0)
    ballots = []
    for one in camp:
        lean = np.where(sides == 1, 0.9 if one else 0.1, 0.8)
        agree = chance.random(statements) < lean
        passed = chance.random(statements) < 0.1
        seen = chance.random(statements) < share
        value = np.where(passed, 0, np.where(agree, 1, -1))
        ballots.append({int(each) + 1: int(value[each]) for each in np.flatnonzero(seen)})
    return ballots


def _statement_ids(db: Session, deliberation_id: int) -> dict[int, int]:
    query = select(Statement.number, Statement.id).where(Statement.deliberation_id == deliberation_id)
    return {row.number: row.id for row in db.execute(query)}


def _add_up(db: Session, statement_id: int, values: Sequence[int]) -> None:
    tally = db.get(VoteTally, (statement_id, 0)) or VoteTally(
        statement_id=statement_id, slot=0, agree=0, disagree=0, passed=0
    )
    tally.agree += sum(value == 1 for value in values)
    tally.disagree += sum(value == -1 for value in values)
    tally.passed += sum(value == 0 for value in values)
    db.add(tally)
    db.flush()
