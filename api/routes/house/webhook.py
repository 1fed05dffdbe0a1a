"""Telegram's way in, when updates are pushed instead of fetched."""

from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.services import Services
from core.inbox import NotKept

router = APIRouter()


@router.post("/telegram")
async def receive_update(
    request: Request,
    x_telegram_bot_api_secret_token: Annotated[str | None, Header()] = None,
) -> Response:
    """Hand an update to the chat. Who does not know the secret learns nothing, whatever they send.

    200 says that the update is handled or stored: Telegram forgets it. At 503 it brings it again.
    """
    services: Services = request.app.state.services
    webhook = services.webhook
    try:
        if webhook is None or not await webhook.receive(
            x_telegram_bot_api_secret_token, await _body(request)
        ):
            raise HTTPException(404)
    except NotKept:
        return Response(status_code=503, headers={"Retry-After": "1"})
    return Response(status_code=200)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
