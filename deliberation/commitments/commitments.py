"""Commitments as lists and pages show them: what was promised, by whom, by when, and how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.commitments.lights import LIGHTS, Light, light_of
from deliberation.commitments.tables import Commitment, Progress, Unit
from deliberation.council.tables import AgendaItem, Decision
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class Origin:
    """The decision that a commitment comes from."""

    item_id: int
    title: Localized
    outcome: str


@dataclass(frozen=True, slots=True)
class CommitmentCard:
    """A commitment on a day.

    value:   the last that was reported of the indicator
    reports: how many there are; proven: whether one of them has a file or a link
    origin:  None where it was taken on without a decision
    reason:  why it was dropped, or its day put off
    """

    id: int
    unit_id: int
    unit: Localized
    text: Localized
    target: Localized
    indicator: Localized
    measured_in: Localized
    baseline: float | None
    goal: float | None
    budget_line: str
    budget: int | None
    sdg: tuple[str, ...]
    due_on: date
    done_on: date | None
    dropped_on: date | None
    reason: Localized | None
    follow_up: int
    light: Light
    value: float | None
    reports: int
    proven: bool
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: None or empty restricts nothing. units: those of some units."""

    unit_id: int | None = None
    light: str = ""
    sdg: str = ""
    item_id: int | None = None
    units: frozenset[int] | None = None

    def takes(self, card: CommitmentCard) -> bool:
        """Whether a commitment is one of those."""
        return (
            (self.unit_id is None or card.unit_id == self.unit_id)
            and (not self.light or card.light == self.light)
            and (not self.sdg or self.sdg in card.sdg)
            and (self.item_id is None or (card.origin is not None and card.origin.item_id == self.item_id))
            and (self.units is None or card.unit_id in self.units)
        )


EVERYTHING = Wanted()


def list_commitments(db: Session, day: date, wanted: Wanted = EVERYTHING) -> list[CommitmentCard]:
    """What asks for attention first, then by the day on which it is due."""
    cards = [card for card in _cards(db, db.scalars(select(Commitment)).all(), day) if wanted.takes(card)]
    return sorted(cards, key=lambda card: (LIGHTS.index(card.light), card.due_on, card.id))


def get_commitment(db: Session, commitment_id: int, day: date) -> CommitmentCard:
    """Raises NotFound."""
    row = db.get(Commitment, commitment_id)
    if row is None:
        raise NotFound
    return _cards(db, [row], day)[0]


def commitments_of_year(db: Session, year: int, day: date, zone: ZoneInfo) -> list[CommitmentCard]:
    """Those of a year's account, as they stand on a day: taken on or due in that year, or ended in it."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = [
        row
        for row in db.scalars(select(Commitment))
        if row.created_at.astimezone(zone).year == year
        or any(first <= end <= last for end in (row.due_on, row.done_on, row.dropped_on) if end is not None)
    ]
    return sorted(_cards(db, rows, day), key=lambda card: (card.due_on, card.id))


def _cards(db: Session, rows: Iterable[Commitment], day: date) -> list[CommitmentCard]:
    rows = list(rows)
    units = {row.id: row.name for row in db.scalars(select(Unit))}
    reports = _reports(db, {row.id for row in rows})
    origins = _origins(db, {row.decision_id for row in rows if row.decision_id is not None})
    return [_card(row, units[row.unit_id], reports.get(row.id, []), origins, day) for row in rows]


Report = tuple[float | None, bool]
"""What a report says of the indicator, and whether it has a proof."""


def _reports(db: Session, commitments: set[int]) -> dict[int, list[Report]]:
    proven = Progress.proof_type.is_not(None) | Progress.link.is_not(None)
    query = select(Progress.commitment_id, Progress.value, proven).order_by(Progress.id)
    found: dict[int, list[Report]] = {}
    for commitment_id, value, has_proof in db.execute(query.where(Progress.commitment_id.in_(commitments))):
        found.setdefault(commitment_id, []).append((value, bool(has_proof)))
    return found


def _origins(db: Session, decisions: set[int]) -> dict[int, Origin]:
    query = select(Decision.id, Decision.outcome, AgendaItem.id, AgendaItem.title).join(
        AgendaItem, AgendaItem.id == Decision.item_id
    )
    rows = db.execute(query.where(Decision.id.in_(decisions)))
    return {decision: Origin(item, title, outcome) for decision, outcome, item, title in rows}


def _card(
    row: Commitment, unit: Localized, reports: list[Report], origins: dict[int, Origin], day: date
) -> CommitmentCard:
    values = [value for value, _ in reports if value is not None]
    return CommitmentCard(
        id=row.id,
        unit_id=row.unit_id,
        unit=unit,
        text=row.text,
        target=row.target,
        indicator=row.indicator,
        measured_in=row.measured_in,
        baseline=row.baseline,
        goal=row.goal,
        budget_line=row.budget_line,
        budget=row.budget,
        sdg=tuple(row.sdg),
        due_on=row.due_on,
        done_on=row.done_on,
        dropped_on=row.dropped_on,
        reason=row.reason,
        follow_up=row.follow_up,
        light=light_of(row.due_on, row.done_on, row.dropped_on, day),
        value=values[-1] if values else None,
        reports=len(reports),
        proven=any(has_proof for _, has_proof in reports),
        origin=origins.get(row.decision_id or 0),
    )


def is_reported(db: Session, commitment_id: int) -> bool:
    """Whether anything was reported of it."""
    return bool(db.scalar(select(exists().where(Progress.commitment_id == commitment_id))))
