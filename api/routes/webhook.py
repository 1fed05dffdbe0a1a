"""Telegram's way in, when updates are pushed instead of fetched."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.services import Services

router = APIRouter()


@router.post("/telegram")
async def receive_update(
    request: Request,
    update: Annotated[dict[str, Any], Body()],
    x_telegram_bot_api_secret_token: Annotated[str | None, Header()] = None,
) -> Response:
    """Hand an update to the chat. Who does not know the secret learns nothing."""
    services: Services = request.app.state.services
    if services.webhook is None or not await services.webhook.receive(
        x_telegram_bot_api_secret_token, update
    ):
        raise HTTPException(404)
    return Response(status_code=200)
