"""All broadcasts, of every consultation and assembly: a list to find one in, and a file."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.figures import Figure
from api.lookout import Lookout
from api.pages import Pages
from api.reader import Reader
from api.security import Organiser, Visiting
from api.sendings import batch_of, title_of
from api.services import Services
from core.broadcasts import BroadcastCard, list_broadcasts
from core.clock import now
from core.doubts import count_all_in_doubt
from core.progress import State
from deliberation.subjects import subjects_of
from surveys.exporting.formulas import harmless

router = APIRouter()

_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list is sorted by."""

    card: BroadcastCard
    doubtful: int


_SORTS: dict[str, tuple[str, Callable[[Listed], int]]] = {
    "when": ("sending.column_when", lambda one: one.card.id),
    "total": ("sending.column_total", lambda one: one.card.sending.total),
    "sent": ("console.deliveries_sent", lambda one: one.card.sending.sent),
    "new": ("console.deliveries_new", lambda one: one.card.sending.new),
    "unreached": ("sending.column_unreached", lambda one: _unreached(one.card)),
    "doubt": ("sending.figure_doubt", lambda one: one.doubtful),
}
_NEWEST = "-when"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the list is sorted by when its head is pressed; `sorted` as aria-sort says it."""

    label: str
    href: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Row:
    """A broadcast in the list."""

    id: int
    title: str
    when: str
    doing: str
    mark: str
    total: str
    sent: Figure
    new: Figure
    unreached: str
    doubt: str
    doubtful: bool


@router.get("/deliveries")
async def show_all(
    request: Request, visitor: Visiting, account: Organiser, sort: str = _NEWEST, page: int = 1
) -> Response:
    """The list, a page at a time, the newest first or as it is sorted."""
    services: Services = request.app.state.services
    lookout: Lookout = request.app.state.lookout
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    listed = await services.database.read(_listed)
    sort = sort if sort.removeprefix("-") in _SORTS else _NEWEST
    listed.sort(key=_SORTS[sort.removeprefix("-")][1], reverse=sort.startswith("-"))
    last = max(1, -(-len(listed) // _A_PAGE))
    here = min(max(1, page), last)
    shown = [one.card for one in listed[(here - 1) * _A_PAGE : here * _A_PAGE]]
    subjects = await services.database.read(subjects_of, shown)
    batches = [batch_of(reader, services.settings, await lookout.watch(card.id)) for card in shown]
    alive = [batch.sign for batch in batches if batch.is_alive]
    return await pages.show(
        request,
        "sending/deliveries_all.html",
        here="consultations",
        rows=[
            Row(
                id=card.id,
                title=title_of(reader, card, subjects.get(card.id)),
                when=batch.started,
                doing=batch.doing,
                mark=batch.mark,
                total=reader.number(card.sending.total),
                sent=batch.figures[0],
                new=batch.figures[1],
                unreached=reader.number(_unreached(card)),
                doubt=reader.number(batch.doubtful),
                doubtful=batch.doubtful > 0,
            )
            for card, batch in zip(shown, batches, strict=True)
        ],
        columns={name: _column(reader, name, sort) for name in _SORTS},
        live="/deliveries/live?" + "&".join(f"seen={sign}" for sign in alive) if alive else "",
        changed=reader.hour(now()),
        newer=_link(sort, here - 1) if here > 1 else "",
        older=_link(sort, here + 1) if here < last else "",
        where=reader.text("sending.all_page", page=here, last=last) if last > 1 else "",
    )


def _listed(db: Session) -> list[Listed]:
    doubts = count_all_in_doubt(db)
    return [Listed(card, doubts.get(card.id, 0)) for card in list_broadcasts(db)]


def _unreached(card: BroadcastCard) -> int:
    return card.sending.blocked + card.sending.failed


def _column(reader: Reader, name: str, sort: str) -> Column:
    """Pressed once: the most first; once more: the least first."""
    down, up = "-" + name, name
    state = "descending" if sort == down else "ascending" if sort == up else ""
    return Column(reader.text(_SORTS[name][0]), _link(up if sort == down else down, 1), state)


def _link(sort: str, page: int) -> str:
    return "/deliveries?" + urlencode({"sort": sort, "page": page})


@router.get("/deliveries.csv")
async def download(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """All broadcasts as a table, the newest first: counts, never whom."""
    services: Services = request.app.state.services
    return Response(
        await services.database.read(_table, visitor.reader),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="deliveries.csv"'},
    )


def _table(db: Session, reader: Reader) -> bytes:
    cards = list_broadcasts(db)
    subjects, doubts = subjects_of(db, cards), count_all_in_doubt(db)
    file = io.StringIO()
    table = csv.writer(file)
    about_it = "id", "kind", "round", "title", "created_at", "send_from", "state"
    table.writerow((*about_it, "total", *State, "in_doubt", "item"))
    for card in cards:
        about = subjects.get(card.id)
        table.writerow(
            (
                card.id,
                card.kind,
                card.round,
                harmless(reader.plain(about.title)) if about else "",
                card.created_at.isoformat(),
                card.send_from.isoformat() if card.send_from else "",
                card.course,
                card.sending.total,
                *(getattr(card.sending, state) for state in State),
                doubts.get(card.id, 0),
                harmless(reader.plain(about.item)) if about and about.item else "",
            )
        )
    return file.getvalue().encode()
