"""What units report of their commitments, and the proof of it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.commitment_fields import read_amount, read_link
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES
from api.routes.commitments.commitments import words_of
from api.security import Governing, Posted, Visiting, require
from api.services import Services
from api.visitor import Visitor
from core.accounts import SignedIn
from core.clock import today
from core.errors import Conflict
from deliberation.commitments.commitments import CommitmentCard, get_commitment
from deliberation.commitments.progress import Report, get_proof, report_progress
from deliberation.commitments.proofs import LARGEST_MB, Proof, ProofTooLarge, ProofUnusable, receive_proof
from deliberation.commitments.units import require_speaker

router = APIRouter()

Reporter = Annotated[SignedIn, Depends(require("organiser", "unit"))]
_STANDS = ("goes_on", "kept")


@router.get("/commitments/{commitment_id}/report")
async def show_form(request: Request, visitor: Visiting, account: Reporter, commitment_id: int) -> Response:
    """The form of a report."""
    services: Services = request.app.state.services
    card = await services.database.read(_reportable, commitment_id, visitor)
    stand = "kept" if card.done_on else "goes_on"
    return await _show(request, visitor, FormState({"stand": stand}), card)


@router.post("/commitments/{commitment_id}/report")
async def report(
    request: Request, visitor: Visiting, given: Posted, account: Reporter, commitment_id: int
) -> Response:
    """Write it down; from then on it stays as it is."""
    services: Services = request.app.state.services
    card = await services.database.read(_reportable, commitment_id, visitor)
    fields = Fields(given, visitor.reader)
    note = fields.long_localized("note", "commitments.note", needs=LANGUAGES)
    value = read_amount(fields, "value")
    link = read_link(fields, "link")
    proof = await _proof(fields, given)
    finished = fields.choice("stand", _STANDS) == "kept"
    if finished and link is None and proof is None and not {"link", "proof"} & set(fields.wrong):
        fields.refuse("proof", "errors.proof_missing")
    if fields.wrong:
        return await _show(request, visitor, fields.state, card, status=400)
    written = Report(note, value, link, proof, finished)

    def keep(db: Session) -> None:
        _reportable(db, commitment_id, visitor)
        zone = services.settings.zone
        report_progress(db, commitment_id, written, zone, account_id=account.account_id)

    await services.database.run(keep)
    return redirect(request, f"/commitments/{commitment_id}?done=reported")


async def _proof(fields: Fields, given: FormData) -> Proof | None:
    """The file that came along, judged by its bytes."""
    file = given.get("proof")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    try:
        return await asyncio.to_thread(receive_proof, await file.read())
    except ProofTooLarge:
        fields.refuse("proof", "errors.proof_too_large", limit=LARGEST_MB)
    except ProofUnusable:
        fields.refuse("proof", "errors.proof_unusable")
    return None


@router.get("/commitments/{commitment_id}/proofs/{report_id}")
async def open_proof(request: Request, account: Governing, commitment_id: int, report_id: int) -> Response:
    """A file, for who governs: it may show people."""
    services: Services = request.app.state.services
    name, media_type, content = await services.database.read(get_proof, commitment_id, report_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _reportable(db: Session, commitment_id: int, visitor: Visitor) -> CommitmentCard:
    """One that was not dropped, of a unit that the account speaks for. Raises NotFound, Forbidden, Conflict."""
    card = get_commitment(db, commitment_id, today(visitor.reader.zone))
    if visitor.account is not None and not visitor.may("organiser"):
        require_speaker(db, visitor.account.account_id, card.unit_id)
    if card.dropped_on is not None:
        raise Conflict
    return card


async def _show(
    request: Request, visitor: Visitor, form: FormState, card: CommitmentCard, *, status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    return await pages.show(
        request,
        "commitments/report.html",
        status=status,
        here="council",
        form=form,
        card=card,
        title=reader.local(card.text),
        indicator=reader.local(card.indicator),
        progress=words.progress(card),
        measured_in=reader.plain(card.measured_in),
        limit=LARGEST_MB,
        stands=[(stand, reader.text("commitments.stand_" + stand)) for stand in _STANDS],
    )
