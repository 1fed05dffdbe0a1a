"""Updates that failed too often: what kind of thing they are and what went wrong; tried again, or dropped."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Visiting
from api.services import Services
from core.inbox import SetAside, count_set_aside, drop_update, list_set_aside, try_again
from core.sealing import Vault

router = APIRouter()

_SHOWN = 200
_KINDS = {"video_note": "video", "sticker": "other", "contact": "other"}
"""Kinds that read like another."""


@router.get("/set-aside")
async def show(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The newest first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    count, updates = await services.database.read(_look, services.vault)
    rows = [_row(visitor.reader, each) for each in updates]
    return await pages.show(request, "sending/set_aside.html", here="consultations", count=count, rows=rows)


@router.post("/set-aside/{number}/again")
async def repeat(request: Request, account: Organiser, number: int) -> Response:
    """It waits for its turn once more."""
    services: Services = request.app.state.services
    await services.database.run(try_again, number, account_id=account.account_id)
    return redirect(request, "/set-aside?done=update_again")


@router.post("/set-aside/{number}/drop")
async def drop(request: Request, account: Organiser, number: int) -> Response:
    """Nothing will come of it."""
    services: Services = request.app.state.services
    await services.database.run(drop_update, number, account_id=account.account_id)
    return redirect(request, "/set-aside?done=update_dropped")


def _look(db: Session, vault: Vault) -> tuple[int, list[SetAside]]:
    return count_set_aside(db), list_set_aside(db, vault, _SHOWN)


def _row(reader: Reader, update: SetAside) -> dict[str, str]:
    return {
        "number": str(update.update_id),
        "received": reader.moment(update.received_at),
        "order": update.received_at.isoformat(),
        "kind": reader.text("aside.kind_" + _KINDS.get(update.kind, update.kind)),
        "fault": update.fault,
        "tries": reader.number(update.tries),
    }
