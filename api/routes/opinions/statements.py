"""The organisers' own statements: added one by one or many at once, changed while nobody was asked."""

import asyncio

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.statement_words import show_statement
from api.visitor import Visitor
from core.errors import Conflict, Fault, InvalidInput
from deliberation.opinions.deliberations import FEWEST_STATEMENTS, DeliberationCard, get_deliberation
from deliberation.opinions.seeds_file import MOST_SEEDS, read_lines, read_table
from deliberation.opinions.statements import (
    LONGEST,
    Seed,
    StatementCard,
    add_seed,
    add_seeds,
    get_statement,
    list_statements,
    remove_seed,
    rewrite_seed,
)

router = APIRouter()

_PASTED = 200_000
"""Letters of many seeds at once."""


def _written(db: Session, deliberation_id: int) -> tuple[DeliberationCard, list[StatementCard]]:
    return get_deliberation(db, deliberation_id), list_statements(db, deliberation_id)


@router.get("/deliberations/{deliberation_id}/statements")
async def show(request: Request, visitor: Visiting, account: Author, deliberation_id: int) -> Response:
    """All statements, and the forms for more."""
    return await _show(request, visitor, deliberation_id, FormState())


@router.post("/deliberations/{deliberation_id}/statements")
async def add(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int
) -> Response:
    """Add one."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    text = fields.localized("text", "voting.statement", limit=LONGEST)
    if fields.wrong:
        return await _show(request, visitor, deliberation_id, fields.state, status=400)
    await services.database.run(
        add_seed,
        deliberation_id,
        text,
        about_person=fields.raw("about_person") == "yes",
        account_id=account.account_id,
    )
    return redirect(request, f"/deliberations/{deliberation_id}/statements?done=seed_added")


@router.post("/deliberations/{deliberation_id}/statements/many")
async def add_many(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, deliberation_id: int
) -> Response:
    """Add many, pasted or in a table: all of them, or none and every fault."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    pasted = fields.text("pasted", "voting.many_pasted", optional=True, limit=_PASTED)
    file = given.get("table")
    content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if not pasted and not content:
        fields.refuse("pasted", "voting.many_nothing")
    if fields.wrong:
        return await _show(request, visitor, deliberation_id, fields.state, status=400)
    cards = await services.database.read(list_statements, deliberation_id)
    try:
        seeds = await asyncio.to_thread(_read, pasted, content, cards)
    except InvalidInput as error:
        return await _show(request, visitor, deliberation_id, fields.state, error.faults, status=422)
    await services.database.run(add_seeds, deliberation_id, seeds, account_id=account.account_id)
    return redirect(request, f"/deliberations/{deliberation_id}/statements?done=seeds_added")


def _read(pasted: str, content: bytes, cards: list[StatementCard]) -> list[Seed]:
    known = {card.number: card.text for card in cards if card.state in ("accepted", "waiting")}
    return read_table(content, known) if content else read_lines(pasted, known)


async def _show(
    request: Request,
    visitor: Visitor,
    deliberation_id: int,
    form: FormState,
    faults: tuple[Fault, ...] = (),
    *,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, t = visitor.reader, visitor.reader.text
    card, cards = await services.database.read(_written, deliberation_id)
    return await pages.show(
        request,
        "opinions/deliberation_statements.html",
        status=status,
        here="consultations",
        form=form,
        id=card.id,
        state=card.state,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        statements=[show_statement(reader, each) for each in cards if each.state != "waiting"],
        missing=max(0, FEWEST_STATEMENTS - card.accepted) if card.state == "draft" else 0,
        least=FEWEST_STATEMENTS,
        most=MOST_SEEDS,
        longest=LONGEST,
        may_add=visitor.may("organiser") and card.state != "closed",
        may_change=visitor.may("organiser") and card.state == "draft",
        faults=[_fault_row(reader, fault) for fault in faults],
        fault_columns=[
            (t("voting.fault_line"), "count"),
            (t("console.faults_column"), ""),
            (t("console.faults_what"), ""),
        ],
    )


def _fault_row(reader: Reader, fault: Fault) -> tuple[str, str, str]:
    return str(fault.row or "—"), fault.column or "", reader.fault(fault)


def _drafted(db: Session, deliberation_id: int, statement_id: int) -> StatementCard:
    if get_deliberation(db, deliberation_id).state != "draft":
        raise Conflict
    return get_statement(db, deliberation_id, statement_id)


@router.get("/deliberations/{deliberation_id}/statements/{statement_id}")
async def show_one(
    request: Request, visitor: Visiting, account: Organiser, deliberation_id: int, statement_id: int
) -> Response:
    """One of them, to be changed."""
    services: Services = request.app.state.services
    card = await services.database.read(_drafted, deliberation_id, statement_id)
    typed = {f"text_{code}": words for code, words in card.text.items()}
    typed["about_person"] = "yes" if card.about_person else ""
    return await _show_one(request, visitor, deliberation_id, card, FormState(typed))


@router.post("/deliberations/{deliberation_id}/statements/{statement_id}")
async def rewrite(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    deliberation_id: int,
    statement_id: int,
) -> Response:
    """Other words."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    card = await services.database.read(_drafted, deliberation_id, statement_id)
    text = fields.localized("text", "voting.statement", needs=(), limit=LONGEST)
    if not text:
        fields.refuse("text_es", "console.form_required", field=visitor.reader.text("voting.statement"))
    if fields.wrong:
        return await _show_one(request, visitor, deliberation_id, card, fields.state, status=400)
    await services.database.run(
        rewrite_seed,
        statement_id,
        text,
        about_person=fields.raw("about_person") == "yes",
        account_id=account.account_id,
    )
    return redirect(request, f"/deliberations/{deliberation_id}/statements?done=saved")


@router.post("/deliberations/{deliberation_id}/statements/{statement_id}/remove")
async def remove(request: Request, account: Organiser, deliberation_id: int, statement_id: int) -> Response:
    """Take it back."""
    services: Services = request.app.state.services
    await services.database.read(_drafted, deliberation_id, statement_id)
    await services.database.run(remove_seed, statement_id, account_id=account.account_id)
    return redirect(request, f"/deliberations/{deliberation_id}/statements?done=seed_removed")


async def _show_one(
    request: Request,
    visitor: Visitor,
    deliberation_id: int,
    card: StatementCard,
    form: FormState,
    *,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    return await pages.show(
        request,
        "opinions/deliberation_statement.html",
        status=status,
        here="consultations",
        form=form,
        id=deliberation_id,
        statement=show_statement(visitor.reader, card),
        longest=LONGEST,
    )
