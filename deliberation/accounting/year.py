"""A year's account: what people were asked, what was decided and promised, where it was talked over, what is answered.

Its figures are those that are published elsewhere, each by itself, and their sums: no sum holds what is withheld
above it. Of what still goes on no number is given, so that two accounts of a year do not tell by their difference
what somebody did in between.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import now, today
from core.errors import NotFound
from deliberation.accounting.asked import (
    ConsultationLine,
    DeliberationLine,
    consultations_of,
    deliberations_of,
)
from deliberation.accounting.assemblies import AssemblyLine, assemblies_of
from deliberation.accounting.decided import DecisionLine, decisions_of
from deliberation.accounting.observations import STATES, ObservationCard, list_observations
from deliberation.accounting.replies import Replies, protected, summed
from deliberation.assemblies.tables import Assembly
from deliberation.commitments.commitments import CommitmentCard, commitments_of_year
from deliberation.commitments.follow_up import noticed_of
from deliberation.commitments.lights import LIGHTS
from deliberation.commitments.tables import Commitment, Observation
from deliberation.council.decisions import OUTCOMES
from deliberation.council.tables import Decision
from surveys.tables import Consultation


class NoSuchYear(NotFound):
    """A year that has not begun, or of which there is nothing."""

    code = "no_such_year"


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """A commitment as it stands on the day of the account, and what contributors say of it months later."""

    card: CommitmentCard
    noticed: Replies


@dataclass(frozen=True, slots=True)
class YearAccount:
    """The account of one year, as it stands on a day.

    day: the one that its lights and delays are of
    """

    year: int
    day: date
    consultations: tuple[ConsultationLine, ...]
    deliberations: tuple[DeliberationLine, ...]
    decisions: tuple[DecisionLine, ...]
    commitments: tuple[CommitmentLine, ...]
    assemblies: tuple[AssemblyLine, ...]
    observations: tuple[ObservationCard, ...]

    @property
    def asked(self) -> tuple[int, int, int]:
        """To how many people consultations came, how many answered, and of how many consultations that is."""
        shown = [line for line in self.consultations if line.asked is not None and line.answered is not None]
        return sum(line.asked or 0 for line in shown), sum(line.answered or 0 for line in shown), len(shown)

    @property
    def outcomes(self) -> dict[str, int]:
        """How many decisions of each outcome."""
        return _counted(OUTCOMES, (line.outcome for line in self.decisions))

    @property
    def lights(self) -> dict[str, int]:
        """How many commitments of each light."""
        return _counted(LIGHTS, (line.card.light for line in self.commitments))

    @property
    def states(self) -> dict[str, int]:
        """How many observations of each state."""
        return _counted(STATES, (card.state for card in self.observations))

    @property
    def satisfied(self) -> Replies:
        """What contributors say of the decisions, over those of which every number is shown."""
        return summed(line.replies for line in self.decisions)

    @property
    def noticed(self) -> Replies:
        """What contributors noticed of the commitments, over those of which every number is shown."""
        return summed(line.noticed for line in self.commitments)


def read_year(db: Session, year: int, *, threshold: int, zone: ZoneInfo) -> YearAccount:
    """The account of a year under disclosure control, as everybody may read it. Raises NoSuchYear."""
    if year not in list_years(db, zone):
        raise NoSuchYear(year=year)
    first, last = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    span = first.astimezone(UTC), last.astimezone(UTC)
    day = today(zone)
    return YearAccount(
        year=year,
        day=day,
        consultations=tuple(consultations_of(db, *span, threshold)),
        deliberations=tuple(deliberations_of(db, *span)),
        decisions=tuple(decisions_of(db, *span, threshold)),
        commitments=tuple(
            CommitmentLine(card, protected(noticed_of(db, card.id), threshold))
            for card in commitments_of_year(db, year, day, zone)
        ),
        assemblies=tuple(assemblies_of(db, *span)),
        observations=tuple(list_observations(db, day, year=year)),
    )


def list_years(db: Session, zone: ZoneInfo) -> list[int]:
    """The years of which there is an account: from the first in which anything was done to this one, newest first."""
    moments = (Consultation.opened_at, Decision.decided_at, Commitment.created_at, Assembly.starts_at)
    begun = [moment for column in moments if (moment := db.scalar(select(func.min(column)))) is not None]
    years = [moment.astimezone(zone).year for moment in begun if moment <= now()]
    if (observed := db.scalar(select(func.min(Observation.year)))) is not None:
        years.append(observed)
    return list(range(today(zone).year, min(years, default=today(zone).year) - 1, -1))


def _counted(kinds: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    counts = Counter(found)
    return {kind: counts[kind] for kind in kinds if counts[kind]}
