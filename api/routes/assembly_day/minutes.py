"""Minutes: drafted from what was recorded, completed, confirmed by two accounts; confirmed ones are for everybody."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.personal_details import look_for_people
from api.reader import LANGUAGES
from api.security import Organiser, Posted, Visiting, require
from api.services import Services
from api.visitor import Visitor
from core.accounts import SignedIn
from core.clock import now
from core.errors import NotFound
from deliberation.assemblies.headlines import get_assembly_headline
from deliberation.assembly_day.ballot_results import from_json
from deliberation.assembly_day.minutes import (
    MinutesCard,
    MinutesChanged,
    confirm_minutes,
    correct_minutes,
    differs_from_recorded,
    draft_minutes,
    find_newest_minutes,
    get_confirmed_minutes,
    get_minutes,
    list_minutes,
    refresh_minutes,
    rewrite_minutes,
)
from deliberation.assembly_day.minutes_pdf import render_pdf
from deliberation.assembly_day.minutes_wording import WordedMinutes, word_minutes
from i18n.localized import Localized

router = APIRouter()

Confirming = Annotated[SignedIn, Depends(require("organiser", "council"))]
_LONGEST_NOTES = 8000
_LONGEST_REASON = 1000


@router.get("/minutes")
async def show_list(request: Request, visitor: Visiting) -> Response:
    """Those that are confirmed, for everybody; for who may confirm them, the others too."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, may_confirm = visitor.reader, visitor.may("organiser", "council")
    cards = await services.database.read(list_minutes, only_confirmed=not may_confirm)
    return await pages.show(
        request,
        "assembly_day/minutes_list.html",
        minutes=[
            {
                "id": card.id,
                "kind": reader.text("ballots.minutes_kind", number=card.number),
                "title": reader.local(card.content["facts"]["title"]),
                "day": reader.day(card.confirmed_at) if card.confirmed_at else "",
                "corrected": card.corrected_by is not None,
            }
            for card in cards
        ],
    )


@router.get("/assemblies/{assembly_id}/minutes")
async def show_of_assembly(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int
) -> Response:
    """The newest of an assembly; where there are none, how they begin."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    about = await services.database.read(get_assembly_headline, assembly_id)
    newest = await services.database.read(find_newest_minutes, assembly_id)
    if newest is not None:
        return redirect(request, f"/minutes/{newest.id}")
    return await pages.show(
        request,
        "assembly_day/minutes_begin.html",
        here="assemblies",
        id=assembly_id,
        title=visitor.reader.local(about.title),
        begins=visitor.reader.moment(about.starts_at) if about.starts_at > now() else "",
    )


@router.post("/assemblies/{assembly_id}/minutes")
async def draft(request: Request, account: Organiser, assembly_id: int) -> Response:
    """Begin them."""
    services: Services = request.app.state.services
    threshold = services.settings.disclosure_threshold
    minutes_id = await services.database.run(
        draft_minutes, assembly_id, threshold=threshold, account_id=account.account_id
    )
    return redirect(request, f"/minutes/{minutes_id}")


@router.get("/minutes/{minutes_id}")
async def show(request: Request, visitor: Visiting, minutes_id: int) -> Response:
    """The minutes as they stand, in the language of the page."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    card = await _readable(services, visitor, minutes_id)
    worded, account = _worded(services, card, visitor.reader.language), visitor.account
    may_organise, waits = visitor.may("organiser"), card.confirmed_at is None
    threshold = services.settings.disclosure_threshold
    stale = waits and may_organise and await services.database.read(differs_from_recorded, card.id, threshold)
    return await pages.show(
        request,
        "assembly_day/minutes.html",
        id=card.id,
        assembly_id=card.assembly_id,
        turn=card.turn,
        minutes=worded,
        headings=dict(worded.headings),
        may_organise=may_organise,
        waits=waits,
        may_confirm=waits and visitor.may("organiser", "council"),
        mine=account is not None and waits and card.first_by == account.account_id,
        confirmed_once=bool(card.confirmations),
        corrected_by=card.corrected_by,
        is_stale=stale,
    )


async def _readable(services: Services, visitor: Visitor, minutes_id: int) -> MinutesCard:
    """Confirmed ones are for everybody; the others for who may confirm them. Raises NotFound."""
    read = get_minutes if visitor.may("organiser", "council") else get_confirmed_minutes
    return await services.database.read(read, minutes_id)


def _worded(services: Services, card: MinutesCard, language: str) -> WordedMinutes:
    settings = services.settings
    return word_minutes(card, language, services.translator, unit=settings.unit_name, zone=settings.zone)


@router.get("/minutes/{minutes_id}/minutes.pdf")
async def show_pdf(request: Request, visitor: Visiting, minutes_id: int, language: str = "") -> Response:
    """The same as a tagged PDF, in either language."""
    services: Services = request.app.state.services
    card = await _readable(services, visitor, minutes_id)
    chosen = language if language in LANGUAGES else visitor.reader.language
    pdf = await asyncio.to_thread(render_pdf, _worded(services, card, chosen))
    name = services.translator.text("ballots.minutes_file", chosen, number=card.number)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.get("/minutes/{minutes_id}/edit")
async def show_edit(request: Request, visitor: Visiting, account: Organiser, minutes_id: int) -> Response:
    """What people write themselves."""
    services: Services = request.app.state.services
    card = await services.database.read(get_minutes, minutes_id)
    return await _show_edit(request, visitor, card, FormState(_written(card)))


async def _show_edit(
    request: Request, visitor: Visitor, card: MinutesCard, form: FormState, *, changed: bool = False
) -> Response:
    pages: Pages = request.app.state.pages
    if card.confirmed_at is not None:
        raise NotFound
    return await pages.show(
        request,
        "assembly_day/minutes_edit.html",
        status=409 if changed else 400 if form.wrong else 200,
        id=card.id,
        title=visitor.reader.local(card.content["facts"]["title"]),
        turn=card.turn,
        form=form,
        changed=changed,
        confirmed_once=bool(card.confirmations),
        ballots=[(ballot["id"], visitor.reader.local(ballot["text"])) for ballot in _contested(card)],
    )


def _contested(card: MinutesCard) -> list[Mapping[str, Any]]:
    """Votes in which somebody was against, or may have been."""
    return [
        ballot
        for ballot in card.content["ballots"]
        if (result := from_json(ballot["result"])).passed is not None
        and (result.counts is None or result.counts["no"])
    ]


def _written(card: MinutesCard) -> dict[str, str]:
    values = {f"notes_{code}": text for code, text in card.content["notes"].items()}
    for ballot_id, reasons in card.content["dissent"].items():
        values |= {f"reason{ballot_id}_{code}": text for code, text in reasons.items()}
    return values


@router.post("/minutes/{minutes_id}")
async def rewrite(
    request: Request, visitor: Visiting, account: Organiser, given: Posted, minutes_id: int
) -> Response:
    """Keep what was written. Where somebody else was faster, nothing that was typed is lost."""
    services: Services = request.app.state.services
    card = await services.database.read(get_minutes, minutes_id)
    fields = Fields(given, visitor.reader)
    notes = _both(fields, "notes", _LONGEST_NOTES)
    dissent = {
        ballot["id"]: _both(fields, f"reason{ballot['id']}", _LONGEST_REASON) for ballot in _contested(card)
    }
    await look_for_people(fields, visitor.reader, [notes, *dissent.values()])
    if fields.wrong:
        return await _show_edit(request, visitor, card, fields.state)
    try:
        await services.database.run(
            rewrite_minutes,
            minutes_id,
            _turn(fields),
            notes=notes,
            dissent=dissent,
            account_id=account.account_id,
        )
    except MinutesChanged:
        card = await services.database.read(get_minutes, minutes_id)
        return await _show_edit(request, visitor, card, fields.state, changed=True)
    return redirect(request, f"/minutes/{minutes_id}?done=written")


def _both(fields: Fields, name: str, limit: int) -> Localized:
    """A text that may be missing, but not in one language alone."""
    written = any(fields.raw(f"{name}_{code}") for code in LANGUAGES)
    return fields.localized(name, "ballots.in_both", needs=LANGUAGES if written else (), limit=limit)


def _turn(fields: Fields) -> int:
    typed = fields.raw("turn")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


@router.post("/minutes/{minutes_id}/refresh")
async def refresh(
    request: Request, visitor: Visiting, account: Organiser, given: Posted, minutes_id: int
) -> Response:
    """Take once more what was recorded."""
    services: Services = request.app.state.services
    turn, threshold = _turn(Fields(given, visitor.reader)), services.settings.disclosure_threshold
    await services.database.run(
        refresh_minutes, minutes_id, turn, threshold=threshold, account_id=account.account_id
    )
    return redirect(request, f"/minutes/{minutes_id}?done=refreshed")


@router.post("/minutes/{minutes_id}/confirm")
async def confirm(
    request: Request, visitor: Visiting, account: Confirming, given: Posted, minutes_id: int
) -> Response:
    """Say that they are right; with the second one they go to who came."""
    services: Services = request.app.state.services
    turn = _turn(Fields(given, visitor.reader))
    broadcast = await services.database.run(confirm_minutes, minutes_id, turn, account_id=account.account_id)
    if broadcast is not None:
        await services.deliver(broadcast)
    return redirect(request, f"/minutes/{minutes_id}?done=confirmed")


@router.get("/minutes/{minutes_id}/correct")
async def show_correct(request: Request, visitor: Visiting, account: Organiser, minutes_id: int) -> Response:
    """What a correction is, and why it is made."""
    return await _show_correct(request, visitor, minutes_id, FormState())


async def _show_correct(request: Request, visitor: Visitor, minutes_id: int, form: FormState) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    card = await services.database.read(get_confirmed_minutes, minutes_id)
    return await pages.show(
        request,
        "assembly_day/minutes_correct.html",
        status=400 if form.wrong else 200,
        id=card.id,
        kind=visitor.reader.text("ballots.minutes_kind", number=card.number),
        title=visitor.reader.local(card.content["facts"]["title"]),
        form=form,
    )


@router.post("/minutes/{minutes_id}/correct")
async def correct(
    request: Request, visitor: Visiting, account: Organiser, given: Posted, minutes_id: int
) -> Response:
    """Begin the minutes that correct these."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    why = fields.localized("why", "ballots.why", needs=LANGUAGES, limit=_LONGEST_REASON)
    await look_for_people(fields, visitor.reader, [why])
    if fields.wrong:
        return await _show_correct(request, visitor, minutes_id, fields.state)
    fresh = await services.database.run(correct_minutes, minutes_id, why, account_id=account.account_id)
    return redirect(request, f"/minutes/{fresh}/edit")
