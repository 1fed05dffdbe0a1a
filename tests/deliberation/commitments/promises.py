"""Units, a decision that binds, and commitments after it, straight into the database."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from deliberation.commitments.programmes import ProgrammeText
from deliberation.commitments.progress import Report
from deliberation.commitments.promising import Promise, add_commitment
from deliberation.commitments.units import add_unit
from deliberation.council.decisions import record_decision
from tests.deliberation.council.sessions import NOW, TWENTY, YES, ZONE, named, proposed, took_part

TODAY = NOW.date()
DUE = TODAY + timedelta(days=90)
BOTH = {"es": "Habrá una ventanilla en Otavalo.", "qu": "Otavalopi shuk ventanilla tiyanka."}
REASON = {"es": "Falta el local.", "qu": "Wasi illan."}
HEALTH = {"es": "Dirección de Salud", "qu": "Allikay uku"}


@dataclass(frozen=True, slots=True)
class Town:
    """An item that was accepted and to which two people contributed, the unit in charge, and its commitment."""

    item: int
    unit: int
    commitment: int


def promise(unit_id: int, **other: Any) -> Promise:
    """What is written of a commitment."""
    usual: dict[str, Any] = {
        "text": BOTH, "target": BOTH, "indicator": {"es": "personas atendidas", "qu": "yanapashka runakuna"},
        "measured_in": {"es": "personas", "qu": "runakuna"}, "baseline": 0.0, "goal": 500.0,
        "budget_line": "7.3.02", "budget": 12_000, "sdg": ("10.7", "16.b"), "follow_up": 3,
    }  # fmt: skip
    return Promise(unit_id=unit_id, **(usual | other))


def accepted(db: Session) -> int:
    """An item of a closed consultation, with two contributors, that the council said yes to."""
    consultation_id = named(db, TWENTY)
    took_part(db, consultation_id)
    item, *_ = proposed(db, consultation_id)
    record_decision(db, item, outcome="accepted", reason=YES, account_id=None)
    return item


def promised(db: Session, /, due_on: date = DUE, **other: Any) -> Town:
    """A unit that took something on after a decision."""
    item, unit = accepted(db), add_unit(db, HEALTH, "health", account_id=None)
    made = add_commitment(db, item, promise(unit, **other), due_on, ZONE, account_id=None)
    return Town(item, unit, made)


def report(**other: Any) -> Report:
    """What a unit says of it."""
    return Report(**({"note": BOTH} | other))


def programme(unit_id: int, **other: Any) -> ProgrammeText:
    """What is written of a programme that includes people."""
    usual: dict[str, Any] = {
        "name": {"es": "Ferias", "qu": "Rantina punchakuna"}, "inclusion": "yes",
        "included_since": date(2026, 3, 1), "evidence": BOTH, "evidence_link": None, "sdg": ("10.3",),
    }  # fmt: skip
    return ProgrammeText(unit_id=unit_id, **(usual | other))
