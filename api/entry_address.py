"""Where a code that is handed out leads: into Telegram, or into the simulator here."""

from starlette.requests import Request

from api.services import Services


async def entry_address(request: Request, code: str) -> str:
    """The address; empty while nobody knows."""
    services: Services = request.app.state.services
    if services.entry_address is not None:
        return await services.entry_address(code) or ""
    if services.simulator is None:
        return ""
    here = services.settings.public_url or str(request.base_url).rstrip("/")
    return f"{here}/simulator?start={code}"
