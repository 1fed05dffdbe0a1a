"""The opening of a consultation: to an audience that was chosen, now or at its time, and never to a handful of people.

An audience that is narrowed to fewer people than the disclosure threshold could point to somebody, and the results
of it could not be shown: it is refused, at whatever moment it would open.
"""

import logging
from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.clock import today
from core.errors import RimayError
from deliberation.audience.criteria import Audience, read_audience, to_json
from deliberation.audience.recipients import check_subjects, count_people, recipients
from surveys.consultations import (
    ClosesBeforeOpening,
    get_consultation,
    list_due_openings,
    open_consultation,
    plan_opening,
    schedule_consultation,
)
from surveys.tables import Consultation

_log = logging.getLogger("rimay.opening")


class AudienceEmpty(RimayError):
    """Nobody who can be reached fits."""

    code = "audience_empty"


class AudienceTooSmall(RimayError):
    """So few people fit that the message could point to one of them."""

    code = "audience_too_small"


def plan(
    db: Session,
    consultation_id: int,
    *,
    audience: Audience,
    closes_on: date | None,
    remind_after: Collection[int],
    account_id: int | None,
) -> None:
    """Choose who will be asked, and the dates. Raises InvalidInput where the audience names what is not there."""
    check_subjects(db, audience)
    plan_opening(
        db,
        consultation_id,
        audience=None if audience.is_everyone else to_json(audience),
        closes_on=closes_on,
        remind_after=remind_after,
        account_id=account_id,
    )


def planned_audience(db: Session, consultation_id: int) -> Audience:
    """Who is asked, as it was chosen. Raises NotFound."""
    return read_audience(get_consultation(db, consultation_id).audience or {})


def open_to_audience(
    db: Session, consultation_id: int, *, zone: ZoneInfo, threshold: int, account_id: int | None
) -> int:
    """Ask the people of the audience that was chosen. Returns the broadcast that carries the announcement.

    Raises AudienceTooSmall, AudienceEmpty, ClosesBeforeOpening, Conflict.
    """
    audience = _large_enough(db, consultation_id, threshold)
    last_day = get_consultation(db, consultation_id).closes_on
    if last_day is not None and last_day < today(zone):
        raise ClosesBeforeOpening
    chosen = None if audience.is_everyone else recipients(audience)
    return open_consultation(db, consultation_id, account_id=account_id, recipients=chosen)


def schedule(
    db: Session,
    consultation_id: int,
    *,
    opens_at: datetime,
    zone: ZoneInfo,
    threshold: int,
    account_id: int | None,
) -> None:
    """Let it open by itself. Raises what `open_to_audience` raises, and OpensInThePast."""
    _large_enough(db, consultation_id, threshold)
    schedule_consultation(db, consultation_id, opens_at=opens_at, zone=zone, account_id=account_id)


def open_due(db: Session, zone: ZoneInfo, threshold: int) -> list[int]:
    """Open what was scheduled for now or before. Returns the broadcasts.

    One that cannot open, because too few people are left in its audience or its last day is over, waits for somebody
    to look at it: its page says why. A second call opens nothing.
    """
    opened = []
    for consultation_id in list_due_openings(db):
        try:
            broadcast = open_to_audience(db, consultation_id, zone=zone, threshold=threshold, account_id=None)
        except (AudienceTooSmall, AudienceEmpty, ClosesBeforeOpening) as refusal:
            _log.warning("consultation %d could not open by itself: %s", consultation_id, refusal.code)
        else:
            opened.append(broadcast)
    return opened


def _large_enough(db: Session, consultation_id: int, threshold: int) -> Audience:
    """The audience of a consultation. Everyone is always enough: who comes later finds it open as well."""
    db.get(Consultation, consultation_id, with_for_update=True)  # who changes the plan meanwhile waits
    audience = planned_audience(db, consultation_id)
    if not audience.is_everyone:
        people = count_people(db, audience).people
        if people == 0:
            raise AudienceEmpty
        if people < threshold:
            raise AudienceTooSmall(threshold=threshold)
    return audience
