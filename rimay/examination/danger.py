"""Whether somebody who may be in danger has waited too long for a person to look."""

from sqlalchemy.orm import Session

from core.clock import now
from deliberation.voices.protection_cases import count_waiting, find_oldest_waiting
from rimay.examination.finding import Finding, right, wrong

_LONG = 24
"""Hours."""


def examine_danger(db: Session) -> Finding:
    """Nobody should wait for a day."""
    oldest = find_oldest_waiting(db)
    hours = round((now() - oldest).total_seconds() / 3600) if oldest else 0
    if hours <= _LONG:
        return right("protection", "testimony.doctor_protection_none")
    return wrong("protection", "testimony.doctor_protection", count=count_waiting(db), hours=hours)
