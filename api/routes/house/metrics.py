"""The figures that Prometheus reads."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.services import Services
from core.metrics_access import MEDIA_TYPE, may_see_metrics

router = APIRouter()


@router.get("/metrics")
async def show_metrics(request: Request) -> Response:
    """The figures. Who may not see them learns nothing."""
    services: Services = request.app.state.services
    peer = request.client.host if request.client else None
    token = services.settings.upkeep.metrics_token
    if services.metrics is None or not may_see_metrics(peer, request.headers, token):
        raise HTTPException(404)
    return Response(await services.metrics(), media_type=MEDIA_TYPE)
