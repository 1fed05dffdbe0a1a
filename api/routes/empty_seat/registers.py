"""The register of the empty seat: for the council's secretary with all reasons, for everybody by number."""

import csv
import io

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.seat_words import Row, list_rules_in_force, row_of
from api.security import Posted, Secretary, Visiting
from api.services import Services
from api.visitor import Visitor
from deliberation.empty_seat.credentials import find_by_credential
from deliberation.empty_seat.delegation import Mandate, list_mandates
from deliberation.empty_seat.own_requests import rules_of
from deliberation.empty_seat.register import Line, count_by_state, list_register
from deliberation.empty_seat.requests import SeatState
from deliberation.empty_seat.rule_book import RuleBook, find_rules
from deliberation.empty_seat.rules import Rules
from surveys.exporting.formulas import harmless

router = APIRouter()


@router.get("/empty-seat")
async def show(request: Request, visitor: Visiting, account: Secretary, state: str = "") -> Response:
    """All requests, or those in one state."""
    return await _show(request, visitor, FormState(), state)


@router.post("/empty-seat/door")
async def find(request: Request, visitor: Visiting, given: Posted, account: Secretary) -> Response:
    """At the council's door: whose code is this? The request, never the person."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    code = fields.text("code", "chair.door_code", limit=40)
    found = await services.database.read(find_by_credential, code, services.vault) if code else None
    if found is not None and not fields.wrong:
        return redirect(request, f"/empty-seat/requests/{found}#seat")
    fields.refuse("code", "chair.door_unknown")
    return await _show(request, visitor, fields.state, "", status=400)


async def _show(
    request: Request, visitor: Visitor, form: FormState, state: str, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    chosen = _state(state)
    book, lines, mandates, total = await services.database.read(_standing, chosen)
    return await pages.show(
        request,
        "empty_seat/register.html",
        status=status,
        here="council",
        form=form,
        rows=[row_of(reader, line, rules, public=False) for line, rules in lines],
        any_at_all=total > 0,
        filters=[("", reader.text("chair.filter_all"), chosen is None)]
        + [(each.value, reader.text("chair.filter_" + each), chosen is each) for each in SeatState],
        state=chosen or "",
        has_rules=book is not None,
        may_organise=visitor.may("organiser"),
        mandates=[
            (
                each.ballot_id,
                reader.text(
                    "chair.mandate", assembly=reader.plain(each.assembly), item=reader.plain(each.item)
                ),
            )
            for each in mandates
        ],
    )


def _standing(
    db: Session, state: SeatState | None
) -> tuple[RuleBook | None, list[tuple[Line, Rules]], list[Mandate], int]:
    total = sum(count_by_state(db).values())
    return find_rules(db), _lines(db, state), list_mandates(db), total


def _lines(db: Session, state: SeatState | None = None) -> list[tuple[Line, Rules]]:
    return [(line, rules_of(db, line.number)) for line in list_register(db, state)]


def _state(typed: str) -> SeatState | None:
    return SeatState(typed) if typed in list(SeatState) else None


@router.get("/empty-seat.csv")
async def download(request: Request, visitor: Visiting, account: Secretary, state: str = "") -> Response:
    """The same as a table."""
    services: Services = request.app.state.services
    reader = visitor.reader
    file = io.StringIO()
    table = csv.writer(file)
    about = "number", "item_id", "item", "body", "sitting", "assembly", "state", "rules", "reason"
    table.writerow((*about, "asked_at", "settled_at", "came", "reported"))
    for line, _ in await services.database.read(_lines, _state(state)):
        table.writerow(
            (
                line.number,
                line.item_id,
                harmless(reader.plain(line.item)),
                harmless(line.body),
                line.starts_at.isoformat() if line.starts_at else "",
                harmless(reader.plain(line.assembly)) if line.assembly else "",
                line.state,
                " ".join(line.reasons),
                harmless(reader.plain(line.reason)),
                line.asked_at.isoformat(),
                line.settled_at.isoformat() if line.settled_at else "",
                int(line.came),
                int(line.is_reported),
            )
        )
    headers = {"Content-Disposition": 'attachment; filename="rimay-empty-seat.csv"'}
    return Response(file.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/empty-seat/register")
async def show_public(request: Request, visitor: Visiting) -> Response:
    """For everybody: the rules in force, and each request by its number."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    book, lines, counts = await services.database.read(_published)
    rows: list[Row] = [row_of(reader, line, rules, public=True) for line, rules in lines]
    return await pages.show(
        request,
        "empty_seat/public.html",
        rows=rows,
        counts=reader.text(
            "chair.counts", **{state.value: reader.number(count) for state, count in counts.items()}
        ),
        rules=list_rules_in_force(reader, book.rules) if book else [],
        basis=reader.local(book.legal_basis) if book else "",
        foreigners=reader.text("chair.foreigners_yes" if book.rules.foreigners else "chair.foreigners_no")
        if book
        else "",
    )


def _published(db: Session) -> tuple[RuleBook | None, list[tuple[Line, Rules]], dict[SeatState, int]]:
    return find_rules(db), _lines(db), count_by_state(db)
