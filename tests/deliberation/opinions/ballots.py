"""Deliberations with people who vote in them, straight into the database."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.tables import Table
from deliberation.opinions.deliberations import draft_deliberation, open_deliberation
from deliberation.opinions.statements import add_seed, next_number
from deliberation.opinions.tables import Statement, Turnout, Vote, Voter, VoteTally

ZONE = ZoneInfo("America/Guayaquil")
MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SEEDS = (
    {"es": "El mercado necesita más agua limpia", "qu": "Katuna kuskapika chuya yaku ashtawan minishtirin"},
    {"es": "Los trámites deben explicarse también en kichwa", "qu": "Kichwa shimipipash willachun"},
    {"es": "Hay que abrir una guardería para madres que trabajan"},
)


def drafted(db: Session, closes_on: date | None = None, seeds: int = 3) -> int:
    """A deliberation that nobody was asked about yet, with its seeds."""
    deliberation_id = draft_deliberation(
        db, title={"es": "El agua"}, question={"es": "¿Qué cambiamos?"}, closes_on=closes_on, account_id=None
    )
    for words in SEEDS[:seeds]:
        add_seed(db, deliberation_id, words, account_id=None)
    return deliberation_id


def opened(db: Session, closes_on: date | None = None) -> int:
    """The same, and everyone reachable is asked."""
    deliberation_id = drafted(db, closes_on)
    open_deliberation(db, deliberation_id, threshold=5, zone=ZONE, account_id=None)
    return deliberation_id


def take_part(db: Session, deliberation_id: int, participant_id: int, voter_id: str) -> str:
    """The person becomes a voter under this id."""
    db.add(Voter(id=voter_id, deliberation_id=deliberation_id, language="es", turn=3, showing=1))
    turnout = db.scalar(
        select(Turnout).where(
            Turnout.deliberation_id == deliberation_id, Turnout.participant_id == participant_id
        )
    )
    assert turnout is not None
    turnout.voter_id, turnout.state = voter_id, "voted"
    db.flush()
    return voter_id


def cast(db: Session, /, voter_id: str, statement_id: int, value: int, **when: Any) -> None:
    """A vote, and its place in the tally where it counts."""
    db.add(Vote(voter_id=voter_id, statement_id=statement_id, value=value, **{"since": 1, **when}))
    if when.get("until") is None:
        slot = int(voter_id[:2], 16) % 8
        tally = db.get(VoteTally, (statement_id, slot))
        if tally is None:
            tally = VoteTally(statement_id=statement_id, slot=slot, agree=0, disagree=0, passed=0)
            db.add(tally)
        name = {1: "agree", -1: "disagree", 0: "passed"}[value]
        setattr(tally, name, getattr(tally, name) + 1)
    db.flush()


def proposed(db: Session, /, deliberation_id: int, words: str, *, language: str = "es", **more: Any) -> int:
    """A statement of somebody who votes, waiting to be judged."""
    row = Statement(
        deliberation_id=deliberation_id,
        number=next_number(db, deliberation_id),
        language=language,
        text={language: words} if words else {},
        **more,
    )
    db.add(row)
    db.flush()
    return row.id


def everything(db: Session) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, in the order in which they lie in the files."""
    place = "ctid" if db.get_bind().dialect.name == "postgresql" else None
    return {
        table.name: [
            dict(row) for row in db.execute(select(table).order_by(text(place) if place else None)).mappings()
        ]
        for table in Table.metadata.sorted_tables
    }
