"""The small port of a worker, which has no web: is it alive, is it ready, what are its figures."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from core.metrics_access import MEDIA_TYPE, may_see_metrics
from core.settings import Settings
from rimay.watch import Watch

Handler = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def metrics_port(settings: Settings, watch: Watch) -> AsyncIterator[None]:
    """Open while the block runs, where the settings name a port."""
    if settings.upkeep.metrics_port is None:
        yield
        return
    application = web.Application()
    for path, handler in _handlers(settings, watch).items():
        application.router.add_get(path, handler)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.upkeep.metrics_port).start()
        yield
    finally:
        await runner.cleanup()


def _handlers(settings: Settings, watch: Watch) -> dict[str, Handler]:
    async def alive(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def ready(_request: web.Request) -> web.Response:
        reasons = await watch.readiness.reasons()
        answer = {"ready": not reasons, "reasons": list(reasons)}
        return web.json_response(answer, status=503 if reasons else 200)

    async def show(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not may_see_metrics(request.remote, headers, settings.upkeep.metrics_token):
            raise web.HTTPNotFound
        return web.Response(body=await watch.metrics.exposition(), headers={"Content-Type": MEDIA_TYPE})

    return {"/healthz": alive, "/readyz": ready, "/metrics": show}
