"""Telegram's way in, when updates are pushed instead of fetched."""

from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.services import Services

router = APIRouter()


@router.post("/telegram")
async def receive_update(
    request: Request,
    x_telegram_bot_api_secret_token: Annotated[str | None, Header()] = None,
) -> Response:
    """Hand an update to the chat. Who does not know the secret learns nothing, whatever they send."""
    services: Services = request.app.state.services
    webhook = services.webhook
    if webhook is None or not await webhook.receive(x_telegram_bot_api_secret_token, await _body(request)):
        raise HTTPException(404)
    return Response(status_code=200)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
