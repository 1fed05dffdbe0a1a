"""The closing of a consultation takes its cases of protection along.

At the closing the answers get other names, and whoever looked at a case would look at nothing. So the cases are
written anew with them, in an order that tells nothing, without the hours that would tell when an answer came in.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.clock import now
from deliberation.voices.tables import ProtectionCase
from surveys import consultations
from surveys.tables import Consultation, Voice


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stays of a case."""

    danger: str
    state: str
    account_id: int | None
    told: bool


def close_consultation(db: Session, consultation_id: int, *, account_id: int | None) -> None:
    """End it for good, with every tie between people and answers. The caller then awaits `Database.scrub`."""
    db.get(Consultation, consultation_id, with_for_update=True)  # before the cases, as who sends answers in
    cases = _cases_by_words(db, consultation_id)
    consultations.close_consultation(db, consultation_id, account_id=account_id)
    old = list(db.scalars(select(ProtectionCase.id).where(ProtectionCase.consultation_id == consultation_id)))
    _write_anew(db, consultation_id, cases)
    db.execute(delete(ProtectionCase).where(ProtectionCase.id.in_(old)))


def _cases_by_words(db: Session, consultation_id: int) -> dict[tuple[str, str], list[_Kept]]:
    query = (
        select(Voice.path, Voice.text, ProtectionCase)
        .join(Voice, Voice.id == ProtectionCase.voice_id)
        .where(ProtectionCase.consultation_id == consultation_id)
    )
    cases: dict[tuple[str, str], list[_Kept]] = defaultdict(list)
    for path, text, case in db.execute(query.with_for_update(of=ProtectionCase)):
        cases[path, text].append(_Kept(case.danger, case.state, case.account_id, case.told))
    return cases


def _write_anew(db: Session, consultation_id: int, cases: dict[tuple[str, str], list[_Kept]]) -> None:
    """Of several answers in the same words any may carry the case: they say the same."""
    words = {text for _, text in cases}
    mine = Voice.consultation_id == consultation_id, Voice.text.in_(words)
    moment = now()
    rows = []
    for voice_id, path, text in db.execute(
        select(Voice.id, Voice.path, Voice.text).where(*mine).order_by(Voice.id)
    ):
        if cases.get((path, text)):
            case = cases[path, text].pop()
            row = {"consultation_id": consultation_id, "voice_id": voice_id, "raised_at": moment}
            row |= {"danger": case.danger, "state": case.state, "account_id": case.account_id}
            row |= {"told": case.told, "seen_at": None if case.state == "new" else moment}
            row["settled_at"] = moment if case.state in ("referred", "set_aside") else None
            rows.append(row)
    if rows:
        db.execute(insert(ProtectionCase), rows)
