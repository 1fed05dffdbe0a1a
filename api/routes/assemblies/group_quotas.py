"""Quotas by opinion group: taken up from a deliberation, and left out again."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import redirect
from api.security import Organiser, Posted
from api.services import Services
from core.errors import NotFound
from deliberation.assemblies.group_quotas import add_group_quotas, remove_group_quotas

router = APIRouter()


@router.post("/assemblies/{assembly_id}/quotas/groups")
async def add(request: Request, given: Posted, account: Organiser, assembly_id: int) -> Response:
    """Count by the groups of the deliberation that was chosen, in the proposal that the page then shows."""
    services: Services = request.app.state.services
    threshold = services.settings.disclosure_threshold
    chosen = _chosen(given.get("deliberation"))
    run = services.database.run
    await run(add_group_quotas, assembly_id, chosen, threshold, account_id=account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/quotas?done=saved")


@router.post("/assemblies/{assembly_id}/quotas/groups/removal")
async def remove(request: Request, given: Posted, account: Organiser, assembly_id: int) -> Response:
    """Count by them no more."""
    services: Services = request.app.state.services
    chosen = _chosen(given.get("deliberation"))
    run = services.database.run
    await run(remove_group_quotas, assembly_id, chosen, account_id=account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/quotas?done=saved")


def _chosen(typed: object) -> int:
    if not (isinstance(typed, str) and typed.isascii() and typed.isdecimal() and len(typed) < 16):
        raise NotFound
    return int(typed)
