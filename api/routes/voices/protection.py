"""Cases of protection: answers that speak of danger, one at a time, until somebody has seen to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Visiting
from api.services import Services
from deliberation.actors.wording import Telling
from deliberation.voices.protection_cases import (
    CaseCard,
    get_case,
    list_settled,
    list_waiting,
    refer_case,
    reopen_case,
    see_case,
    set_case_aside,
)
from deliberation.voices.redaction import in_words, redaction_words
from deliberation.voices.referral import EMERGENCY, Refuge, list_refuges

router = APIRouter()

_MARKS = {"new": "wrong", "seen": "here", "referred": "done", "set_aside": "past"}
_SHOWN = 50
_STEPS = ("now", "team", "quiet")


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as a page says it."""

    card: CaseCard
    text: str
    translation: str
    language: str
    dangers: list[str]
    state: str
    mark: str
    raised: str


def _show(reader: Reader, card: CaseCard) -> Shown:
    words = redaction_words(reader.translator, reader.language)
    return Shown(
        card=card,
        text=in_words(card.text, words),
        translation=in_words(card.translation, words),
        language=card.language if card.language in ("es", "qu") else "es",
        dangers=[reader.text("testimony.danger_" + danger) for danger in card.dangers],
        state=reader.text("testimony.case_" + card.state),
        mark=_MARKS[card.state],
        raised=reader.moment(card.raised_at),
    )


def _all(db: Session) -> tuple[int, list[CaseCard], list[CaseCard]]:
    """How many wait, the first of them, and those that were seen to lately."""
    waiting = list_waiting(db)
    return len(waiting), [get_case(db, case_id) for case_id in waiting[:_SHOWN]], list_settled(db)


@router.get("/protection")
async def show(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """What waits, and what was seen to lately."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    count, waiting, settled = await services.database.read(_all)
    return await pages.show(
        request,
        "voices/protection.html",
        here="consultations",
        count=count,
        waiting=[_show(reader, card) for card in waiting],
        settled=[_show(reader, card) for card in settled],
        first=waiting[0].id if waiting else None,
    )


def _one(db: Session, case_id: int) -> tuple[CaseCard, list[Refuge], list[int]]:
    card = get_case(db, case_id)
    return card, list_refuges(db, card.author.canton), list_waiting(db)


@router.get("/protection/{case_id}")
async def show_case(request: Request, visitor: Visiting, account: Organiser, case_id: int) -> Response:
    """One case: what was said, what to do now, where help is."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card, refuges, waiting = await services.database.read(_one, case_id)
    others = [other for other in waiting if other != case_id]
    return await pages.show(
        request,
        "voices/protection_case.html",
        here="consultations",
        case=_show(reader, card),
        steps=_steps(reader, card),
        emergency=EMERGENCY,
        refuges=[_refuge(reader, refuge) for refuge in refuges],
        waits=card.state in ("new", "seen"),
        onward=others[0] if others else None,
        others=len(others),
    )


def _steps(reader: Reader, card: CaseCard) -> Sequence[str]:
    of_children = ["children"] if "children_alone" in card.dangers else []
    return [reader.text("testimony.todo_" + step, number=EMERGENCY) for step in (*_STEPS, *of_children)]


def _refuge(reader: Reader, refuge: Refuge) -> dict[str, Any]:
    telling, place = Telling(reader.translator, reader.language, reader.zone), refuge.place
    return {
        "name": reader.local(refuge.name),
        "actor": refuge.actor,
        "phone": telling.phone(place),
        "where": telling.where(place),
        "hours": telling.hours(place),
    }


@router.post("/protection/{case_id}/seen")
async def see(request: Request, account: Organiser, case_id: int) -> Response:
    """Say to the others that one looks after it. It stays on the page."""
    services: Services = request.app.state.services
    await services.database.run(see_case, case_id, account_id=account.account_id)
    return redirect(request, f"/protection/{case_id}?done=case_seen")


@router.post("/protection/{case_id}/refer")
async def refer(request: Request, account: Organiser, case_id: int) -> Response:
    """Send who wrote it the card with where help is, where they can be reached."""
    services: Services = request.app.state.services
    broadcast = await services.database.run(refer_case, case_id, account_id=account.account_id)
    if broadcast is not None:
        await services.deliver(broadcast)
    return redirect(request, "/protection?done=" + ("case_referred" if broadcast else "case_noted"))


@router.post("/protection/{case_id}/aside")
async def set_aside(request: Request, account: Organiser, case_id: int) -> Response:
    """A person has read it and sees no danger."""
    services: Services = request.app.state.services
    await services.database.run(set_case_aside, case_id, account_id=account.account_id)
    return redirect(request, "/protection?done=case_aside")


@router.post("/protection/{case_id}/again")
async def reopen(request: Request, account: Organiser, case_id: int) -> Response:
    """Look at it once more."""
    services: Services = request.app.state.services
    await services.database.run(reopen_case, case_id, account_id=account.account_id)
    return redirect(request, f"/protection/{case_id}?done=case_again")
