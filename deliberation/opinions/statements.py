"""The statements of a deliberation: the organisers' own (seeds), and all of them as they are listed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, defer

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, NotFound
from deliberation.opinions.deliberations import drafted, held
from deliberation.opinions.tables import Statement, VoteTally
from deliberation.voices.redaction import find_personal_data
from i18n.localized import SOURCE, Localized

LONGEST = 280
"""Letters of a statement: one idea, read on a telephone without turning the page."""

_READ = select(Statement, Statement.recording.is_not(None), Statement.original.is_not(None)).options(
    defer(Statement.recording), defer(Statement.original)
)
"""Whether there is a recording, and not the recording: a list would read megabytes that nobody hears."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A statement of the organisers. `about_person`: it asks about the person and not for an opinion."""

    text: Localized
    about_person: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes that count on a statement."""

    agree: int = 0
    disagree: int = 0
    passed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.agree + self.disagree + self.passed


@dataclass(frozen=True, slots=True)
class StatementCard:
    """A statement as a page shows it.

    number       its name in public
    text         by language, redacted; empty while a spoken one waits to be written down
    translated   the languages in which an interpreter has written it
    merged_into  the public number of the one that it was merged into
    flags        kinds of personal data that were found in it
    spoken       whether its recording is still there
    sealed       whether what was written first is still there, sealed
    told         whether its author knows what became of it, or there is nobody to tell
    """

    id: int
    number: int
    language: str
    text: Localized
    translated: tuple[str, ...]
    state: str
    seed: bool
    about_person: bool
    reason: str | None
    merged_into: int | None
    flags: tuple[str, ...]
    spoken: bool
    sealed: bool
    told: bool
    judged_at: datetime | None
    votes: Tally


def add_seed(
    db: Session,
    deliberation_id: int,
    text: Localized,
    *,
    about_person: bool = False,
    account_id: int | None,
) -> int:
    """Put a sentence of the organisers to the vote. Raises NotFound, and Conflict where the deliberation is closed."""
    return add_seeds(db, deliberation_id, [Seed(text, about_person)], account_id=account_id)[0]


def add_seeds(
    db: Session, deliberation_id: int, seeds: Sequence[Seed], *, account_id: int | None
) -> list[int]:
    """Many at once, in their order: all or none. Raises NotFound, Conflict."""
    if held(db, deliberation_id).state == "closed":
        raise Conflict
    first = next_number(db, deliberation_id)
    rows = [
        Statement(
            deliberation_id=deliberation_id,
            number=number,
            language=_first_language(seed.text),
            text=dict(seed.text),
            state="accepted",
            seed=True,
            about_person=seed.about_person,
            flags=personal_kinds(seed.text),
            told=True,
            judged_at=now(),
        )
        for number, seed in enumerate(seeds, first)
    ]
    db.add_all(rows)
    db.flush()
    for row in rows:
        note_act(db, account_id, "add_seed", "statement", row.id)
    return [row.id for row in rows]


def rewrite_seed(
    db: Session, statement_id: int, text: Localized, *, about_person: bool, account_id: int | None
) -> None:
    """Other words, while nobody was asked yet. Raises NotFound, Conflict."""
    row = _drafted_seed(db, statement_id)
    row.text, row.about_person, row.flags = dict(text), about_person, personal_kinds(text)
    row.language = _first_language(text)
    note_act(db, account_id, "rewrite", "statement", row.id)


def remove_seed(db: Session, statement_id: int, *, account_id: int | None) -> None:
    """Take it back, while nobody was asked yet. Raises NotFound, Conflict."""
    row = _drafted_seed(db, statement_id)
    db.delete(row)
    note_act(db, account_id, "remove", "statement", statement_id)


def list_statements(db: Session, deliberation_id: int, state: str | None = None) -> list[StatementCard]:
    """In the order of their numbers, which is that of their coming."""
    query = _READ.where(Statement.deliberation_id == deliberation_id).order_by(Statement.number)
    if state is not None:
        query = query.where(Statement.state == state)
    tallies, numbers = _tallies(db, deliberation_id), _numbers(db, deliberation_id)
    return [_card(row, tallies.get(row[0].id, Tally()), numbers) for row in db.execute(query)]


def get_statement(db: Session, deliberation_id: int, statement_id: int) -> StatementCard:
    """Raises NotFound, also where it belongs to another deliberation."""
    mine = Statement.id == statement_id, Statement.deliberation_id == deliberation_id
    row = db.execute(_READ.where(*mine)).one_or_none()
    if row is None:
        raise NotFound
    tallies = _tallies(db, deliberation_id, statement_id)
    return _card(row, tallies.get(statement_id, Tally()), _numbers(db, deliberation_id))


def next_number(db: Session, deliberation_id: int) -> int:
    """The public name of the next statement, for a caller that holds the deliberation."""
    query = select(func.max(Statement.number)).where(Statement.deliberation_id == deliberation_id)
    return (db.scalar(query) or 0) + 1


def personal_kinds(text: Localized) -> list[str]:
    """Which kinds of personal data a text holds, in any of its languages."""
    return sorted({finding.kind.value for words in text.values() for finding in find_personal_data(words)})


def _first_language(text: Localized) -> str:
    return SOURCE if SOURCE in text else next(iter(text))


def _drafted_seed(db: Session, statement_id: int) -> Statement:
    row = db.get(Statement, statement_id)
    if row is None:
        raise NotFound
    drafted(db, row.deliberation_id)
    return row


def _tallies(db: Session, deliberation_id: int, statement_id: int | None = None) -> dict[int, Tally]:
    sums = func.sum(VoteTally.agree), func.sum(VoteTally.disagree), func.sum(VoteTally.passed)
    query = select(VoteTally.statement_id, *sums).join(Statement, Statement.id == VoteTally.statement_id)
    query = query.where(Statement.deliberation_id == deliberation_id).group_by(VoteTally.statement_id)
    if statement_id is not None:
        query = query.where(VoteTally.statement_id == statement_id)
    return {key: Tally(int(agree), int(no), int(passed)) for key, agree, no, passed in db.execute(query)}


def _numbers(db: Session, deliberation_id: int) -> dict[int, int]:
    query = select(Statement.id, Statement.number).where(Statement.deliberation_id == deliberation_id)
    return {row[0]: row[1] for row in db.execute(query)}


def _card(found: Row[Statement, bool, bool], votes: Tally, numbers: Mapping[int, int]) -> StatementCard:
    row, spoken, sealed = found
    return StatementCard(
        id=row.id,
        number=row.number,
        language=row.language,
        text=row.text,
        translated=tuple(row.translated),
        state=row.state,
        seed=row.seed,
        about_person=row.about_person,
        reason=row.reason,
        merged_into=numbers.get(row.merged_into) if row.merged_into is not None else None,
        flags=tuple(row.flags),
        spoken=spoken,
        sealed=sealed,
        told=row.told,
        judged_at=row.judged_at,
        votes=votes,
    )
