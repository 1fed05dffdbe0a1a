"""Where items come from: what results, votes, open answers and assemblies can put before the council."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages, redirect
from api.security import Organiser, Posted, Visiting
from api.services import Services
from deliberation.council.sources import list_sources, propose_from

router = APIRouter()

_KINDS = ("answers", "statement", "theme", "agreement")


@router.get("/council/sources")
async def show(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """Each with how many items have been proposed from it."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    sources = await services.database.read(list_sources)
    return await pages.show(
        request,
        "council/sources.html",
        here="council",
        kinds=[
            {
                "title": reader.text("sittings.sources_" + kind),
                "need": reader.text("sittings.sources_need_" + kind),
                "rows": [
                    {
                        "address": f"/council/sources/{kind}/{source.id}",
                        "title": reader.local(source.title),
                        "plain_title": reader.plain(source.title),
                        "there": reader.plural("sittings.sources_there", source.there)
                        if source.there
                        else "",
                    }
                    for source in sources
                    if source.kind == kind
                ],
            }
            for kind in _KINDS
        ],
    )


@router.post("/council/sources/{kind}/{source_id}")
async def propose(request: Request, given: Posted, account: Organiser, kind: str, source_id: int) -> Response:
    """Put on the agenda what is not there yet; an organiser confirms it one by one."""
    services: Services = request.app.state.services
    threshold = services.settings.disclosure_threshold
    new = await services.database.run(
        propose_from, kind, source_id, threshold=threshold, account_id=account.account_id
    )
    return redirect(request, "/council/items?done=" + ("items_proposed" if new else "items_nothing_new"))
