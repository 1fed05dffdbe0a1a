"""Whether the process answers: for supervisors."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

router = APIRouter()


@router.get("/health")
async def health() -> PlainTextResponse:
    """Alive."""
    return PlainTextResponse("ok")
