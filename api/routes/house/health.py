"""Whether the process answers, and whether it can do its work: for supervisors and balancers."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse

from api.services import Services

router = APIRouter()


@router.get("/health", include_in_schema=False)
@router.get("/healthz")
async def health() -> PlainTextResponse:
    """Alive."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """503, with codes of the reasons, while work should go elsewhere."""
    services: Services = request.app.state.services
    reasons = await services.readiness() if services.readiness is not None else ()
    return JSONResponse({"ready": not reasons, "reasons": list(reasons)}, 503 if reasons else 200)
