"""A year's circle up to this moment, straight into the database: asked, decided, promised, talked over, observed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.clock import at, now, today
from deliberation.accounting.observations import Noted, answer_observation, note_observation
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.ballot_results import BallotKind
from deliberation.assembly_day.tables import Minutes
from deliberation.commitments.promising import Promise, add_commitment
from deliberation.commitments.tables import Commitment, CommitmentReply
from deliberation.commitments.units import add_unit
from deliberation.council.agenda import get_item
from deliberation.council.decisions import record_decision
from deliberation.council.tables import Satisfaction
from surveys.tables import Consultation
from tests.deliberation.council.sessions import TWENTY, YES, ZONE, named, proposed, took_part

UNIT = {"es": "Unidad de Movilidad Humana", "qu": "Runakuna Kuyuy Llamkay Uku"}
SAID = {
    "es": "No se habló de los albergues de Ibarra. Llame al 0991234567.",
    "qu": "Samana wasita mana rimarkachu.",
}
ANSWER = {"es": "El albergue abre en marzo.", "qu": "Pawkar killapi samana wasi paskarinka."}
SHELTER = {"es": "Abrir un albergue en Otavalo", "qu": "Otavalopi samana wasita paskana"}


def consulted(db: Session, people: int) -> int:
    """A consultation that closed two months ago; so many people answered it."""
    consultation_id = named(db, TWENTY)
    took_part(db, consultation_id, people)
    row = db.get_one(Consultation, consultation_id)
    row.opened_at, row.closed_at = now() - timedelta(days=80), now() - timedelta(days=61)
    db.flush()
    return consultation_id


def decided(db: Session, consultation_id: int, replies: Mapping[str, int], outcome: str = "accepted") -> int:
    """The first item of a consultation, decided two months ago, with what contributors say of it."""
    with at(now() - timedelta(days=60)):
        item_id, *_ = proposed(db, consultation_id)
        record_decision(db, item_id, outcome=outcome, reason=YES, account_id=None)
    decision = get_item(db, item_id).decision
    assert decision is not None
    db.add_all(
        Satisfaction(decision_id=decision.id, reply=reply, count=n, released=n)
        for reply, n in replies.items()
    )
    db.flush()
    return item_id


def promised(db: Session, item_id: int | None, unit_id: int, due_on: date, **noticed: int) -> int:
    """A commitment of a unit, with what contributors noticed of it."""
    measured = {"es": "Camas", "qu": "Kawitukuna"}
    promise = Promise(
        unit_id=unit_id,
        text=SHELTER,
        target=SHELTER,
        indicator=measured,
        measured_in=measured,
        baseline=0,
        goal=40,
        budget_line="73.02",
        budget=12000,
        sdg=("10.7",),
        follow_up=3,
    )
    with at(now() - timedelta(days=50)):
        made = add_commitment(db, item_id, promise, due_on, ZONE, account_id=None)
    db.add_all(
        CommitmentReply(commitment_id=made, reply=reply, count=n, released=n) for reply, n in noticed.items()
    )
    db.flush()
    return made


def kept(db: Session, commitment_id: int) -> None:
    """It was done a week ago."""
    db.get_one(Commitment, commitment_id).done_on = (now() - timedelta(days=7)).date()


def met(db: Session, came: int | None, *, confirmed: bool = True) -> int:
    """An assembly that was held, with minutes: so many came, and a proposal passed."""
    starts_at = now() - timedelta(days=30)
    assembly = Assembly(
        title={"es": "Asamblea de Otavalo", "qu": "Otavalo tantanakuy"},
        purpose={"es": "Hablar de las cuentas"},
        place="Otavalo",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        seats=40,
    )
    db.add(assembly)
    db.flush()
    ballot = {"id": 1, "number": 1, "kind": BallotKind.PROPOSAL, "text": SHELTER, "options": []}
    result = {"voters": 30, "counts": {"yes": 25, "no": 5, "abstain": 0}, "passed": True}
    content: dict[str, Any] = {
        "attendance": {"total": came, "others": None, "threshold": 5},
        "ballots": [ballot | {"result": result}],
    }
    db.add(
        Minutes(
            assembly_id=assembly.id,
            content=content,
            confirmed_at=now() - timedelta(days=20) if confirmed else None,
            changed_at=now() - timedelta(days=20),
        )
    )
    db.flush()
    return assembly.id


def noted(unit_id: int | None = None, **other: Any) -> Noted:
    """What an organiser writes of an observation."""
    day = today(ZONE)
    usual: dict[str, Any] = {
        "year": day.year, "source": "assembly", "text": SAID, "received_on": day - timedelta(days=20),
        "due_on": day - timedelta(days=5), "unit_id": unit_id,
    }  # fmt: skip
    return Noted(**(usual | other))


def circle(db: Session) -> None:
    """A whole year: some of everything, some of it with few people."""
    unit_id = add_unit(db, UNIT, "mobility", account_id=None)
    large, few = consulted(db, 148), consulted(db, 3)
    item = decided(db, large, {"yes": 30, "partly": 12, "no": 8})
    decided(db, few, {"yes": 2, "no": 1}, "rejected")
    done = promised(db, item, unit_id, today(ZONE) + timedelta(days=3), yes=20, partly=9, no=7)
    kept(db, done)
    promised(db, None, unit_id, today(ZONE) - timedelta(days=3))
    met(db, 42)
    met(db, None, confirmed=False)
    note_observation(db, noted(unit_id), account_id=None)
    later = noted(None, source="letter", text={"es": "Falta agua."}, due_on=today(ZONE) + timedelta(days=40))
    note_observation(db, later, account_id=None)
    answered = note_observation(
        db, noted(unit_id, source="chat", text={"qu": "Yaku illan."}), account_id=None
    )
    with at(now() - timedelta(days=1)):
        answer_observation(db, answered, ANSWER, ZONE, account_id=None, for_all=True)
