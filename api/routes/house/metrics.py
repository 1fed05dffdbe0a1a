"""The figures that Prometheus reads, for who asks from this machine or knows the token."""

import hmac
from collections.abc import Mapping
from ipaddress import ip_address

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.services import Services

router = APIRouter()

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""A web server on this machine passes on what strangers ask: these headers tell."""


@router.get("/metrics")
async def show_metrics(request: Request) -> Response:
    """The figures. Who may not see them learns nothing."""
    services: Services = request.app.state.services
    peer = request.client.host if request.client else None
    token = services.settings.upkeep.metrics_token
    if services.metrics is None or not may_see_metrics(peer, request.headers, token):
        raise HTTPException(404)
    return Response(await services.metrics(), media_type=MEDIA_TYPE)


def may_see_metrics(peer: str | None, headers: Mapping[str, str], token: str | None) -> bool:
    """Whether who asks is on this machine, itself and not through a web server, or knows the token."""
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    if token is not None and scheme.lower() == "bearer":
        return hmac.compare_digest(shown.strip().encode(), token.encode())
    return _is_near(peer) and not any(name in headers for name in _FORWARDED)


def _is_near(peer: str | None) -> bool:
    try:
        return peer is not None and ip_address(peer).is_loopback
    except ValueError:
        return False
