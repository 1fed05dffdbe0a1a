"""What units report of a commitment, with its proof. A report is never changed: a correction is another one."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now, today
from core.errors import Conflict, NotFound, RimayError
from deliberation.commitments.proofs import ENDINGS, Proof
from deliberation.commitments.tables import Commitment, Progress
from deliberation.council.decisions import in_both
from i18n.localized import Localized


class ReportUnclear(RimayError):
    """A report says in both languages what was done."""

    code = "report_unclear"


class ProofMissing(RimayError):
    """That a commitment is kept is shown with a file or a link."""

    code = "proof_missing"


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit says. finished: the commitment is kept."""

    note: Localized
    value: float | None = None
    link: str | None = None
    proof: Proof | None = None
    finished: bool = False


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report as a page shows it. proof_type: of the file; None where there is none."""

    id: int
    note: Localized
    value: float | None
    link: str | None
    proof_type: str | None
    finished: bool
    reported_at: datetime


def report_progress(
    db: Session, commitment_id: int, report: Report, zone: ZoneInfo, *, account_id: int | None
) -> int:
    """Write it down. The last report says whether the commitment is kept: one that says no opens it again.

    The same report sent twice is one.

    Raises NotFound, Conflict where it was dropped, ReportUnclear, ProofMissing.
    """
    if not in_both(report.note):
        raise ReportUnclear
    if report.finished and report.proof is None and report.link is None:
        raise ProofMissing
    commitment = db.get(Commitment, commitment_id, with_for_update=True, populate_existing=True)
    if commitment is None:
        raise NotFound
    if commitment.dropped_on is not None:
        raise Conflict
    last = db.scalar(
        select(Progress).where(Progress.commitment_id == commitment_id).order_by(Progress.id.desc()).limit(1)
    )
    if last is not None and _is_same(last, report, account_id):
        return last.id
    row = Progress(
        commitment_id=commitment_id,
        value=report.value,
        note=dict(report.note),
        link=report.link,
        proof=report.proof.content if report.proof else None,
        proof_type=report.proof.media_type if report.proof else None,
        proof_name=f"rimay-{commitment_id}.{ENDINGS[report.proof.media_type]}" if report.proof else None,
        finished=report.finished,
        reported_at=now(),
        account_id=account_id,
    )
    db.add(row)
    db.flush()
    commitment.done_on = (commitment.done_on or today(zone)) if report.finished else None
    note_act(db, account_id, "report", "commitment", commitment_id)
    return row.id


def _is_same(row: Progress, report: Report, account_id: int | None) -> bool:
    """Whether a report is the one that is there: a form that was sent twice."""
    said = (report.note, report.value, report.link, report.proof and report.proof.content, report.finished)
    return said == (row.note, row.value, row.link, row.proof, row.finished) and row.account_id == account_id


def list_reports(db: Session, commitment_id: int) -> list[ReportCard]:
    """The newest first, without their files."""
    columns = (
        Progress.id, Progress.note, Progress.value, Progress.link, Progress.proof_type, Progress.finished,
        Progress.reported_at,
    )  # fmt: skip
    query = select(*columns).where(Progress.commitment_id == commitment_id).order_by(Progress.id.desc())
    return [ReportCard(*row) for row in db.execute(query)]


def get_proof(db: Session, commitment_id: int, report_id: int) -> tuple[str, str, bytes]:
    """Its name, media type and bytes. Raises NotFound."""
    query = select(Progress.proof_name, Progress.proof_type, Progress.proof)
    row = db.execute(
        query.where(Progress.id == report_id, Progress.commitment_id == commitment_id)
    ).one_or_none()
    if row is None or row.proof is None:
        raise NotFound
    return row.proof_name, row.proof_type, row.proof
