"""Assemblies: prepared, people invited, who comes, who came. Persons are numbered, never named."""

from collections import Counter
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.draw_words import asking_in_words
from api.figures import Bar, Figure, bar_of
from api.need_words import labels_of_needs, name_of_need
from api.pages import Pages, redirect
from api.reader import Reader, percent_of
from api.security import Organiser, Posted, Visiting
from api.services import Services
from core.clock import now
from core.errors import Conflict, NotFound
from deliberation.assemblies.asking import Asking, get_asking
from deliberation.assemblies.assembly import (
    AssemblyCard,
    InvitationCard,
    get_assembly,
    invite_willing,
    list_assemblies,
    list_invitations,
    mark_came,
    remind,
)
from deliberation.assemblies.planning import get_plan
from deliberation.assembly_day.doors import OPENS_BEFORE
from surveys.questionnaire import Localized

router = APIRouter()

_MARKS = {"yes": "done", "waiting": "here", "no": "past", "lapsed": "past", "none": ""}


@router.get("/assemblies")
async def show_list(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """All of them, the next ones first."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    rows = [
        {
            "id": card.id,
            "title": reader.local(card.title),
            "when": reader.moment(card.starts_at),
            "place": card.place,
            "sentence": _coming(reader, card),
        }
        for card in await services.database.read(list_assemblies)
    ]
    return await pages.show(
        request,
        "assemblies/assemblies.html",
        here="assemblies",
        assemblies=rows,
        may_organise=visitor.may("organiser"),
    )


def _coming(reader: Reader, card: AssemblyCard) -> str:
    if card.is_cancelled:
        return reader.text("seats.attendance_cancelled")
    if card.invited_at is None:
        return reader.text("console.assembly_people_empty")
    if card.ends_at <= now():
        return reader.plural("seats.came_of", card.tally.invited, came=reader.number(card.tally.came))
    people = reader.plural("console.people", card.tally.yes)
    return reader.plural("console.assembly_coming", card.seats, people=people)


@router.get("/assemblies/{assembly_id}")
async def show(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """Who was invited, who comes, what they need, who came."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card, invitations, labels, asking = await services.database.read(_standing, assembly_id)
    over = card.starts_at <= now() or card.is_cancelled
    plan = await services.database.read(get_plan, assembly_id)
    by_lottery = plan.way == "lottery"
    uninvited = 0 if by_lottery else card.tally.willing - card.tally.invited
    return await pages.show(
        request,
        "assemblies/assembly.html",
        here="assemblies",
        id=card.id,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        purpose=reader.local(card.purpose),
        when=reader.moment(card.starts_at),
        until=reader.hour(card.ends_at),
        place=card.place,
        seats=reader.number(card.seats),
        invite_label=reader.plural("console.assembly_invite_action", uninvited) if uninvited > 0 else "",
        over=over,
        next_step=_next_step(card),
        is_cancelled=card.is_cancelled,
        plan=plan,
        agenda=reader.local(plan.agenda) if plan.agenda else "",
        covers=reader.local(plan.covers) if plan.covers else "",
        helped=", ".join(reader.language_name(code) for code in plan.languages),
        by_lottery=by_lottery,
        may_change=card.invited_at is None and not over,
        asking=asking_in_words(reader, card.seats, asking) if card.invited_at is None else "",
        may_remind=card.tally.yes > 0 and not over,
        figures=_figures(reader, card),
        needs=_needs(reader, invitations, labels),
        needs_caption=reader.plural("console.assembly_needs_caption", card.tally.yes),
        people=[_person(reader, invitation) for invitation in invitations],
        people_sentence=reader.plural("console.people", len(invitations)),
    )


def _next_step(card: AssemblyCard) -> str:
    """What is to be done from the day on: at the doors while people come, afterwards the minutes."""
    moment = now()
    if card.is_cancelled or moment < card.starts_at - OPENS_BEFORE:
        return ""
    return "day" if moment < card.ends_at else "minutes"


def _standing(
    db: Session, assembly_id: int
) -> tuple[AssemblyCard, list[InvitationCard], dict[str, Localized], Asking]:
    card = get_assembly(db, assembly_id)
    return (
        card,
        list_invitations(db, assembly_id),
        labels_of_needs(db, card.consultation_id),
        get_asking(db, card.seats),
    )


def _figures(reader: Reader, card: AssemblyCard) -> list[Figure]:
    tally = card.tally
    of_seats = reader.plural("console.assembly_of_seats", card.seats)
    of_invited = reader.plural("console.assembly_of_invited", tally.invited)
    figures = [
        Figure("invited", reader.text("console.assembly_figure_invited"), reader.number(tally.invited)),
        Figure(
            "yes",
            reader.text("console.assembly_figure_coming"),
            reader.number(tally.yes),
            of_seats,
            min(100.0, percent_of(tally.yes, card.seats)),
        ),
        Figure("no", reader.text("console.assembly_figure_not_coming"), reader.number(tally.no), of_invited),
        Figure("came", reader.text("console.assembly_figure_came"), reader.number(tally.came), of_invited),
    ]
    if tally.waiting:
        waiting = reader.text("console.assembly_figure_waiting")
        figures.insert(2, Figure("waiting", waiting, reader.number(tally.waiting)))
    return figures


def _needs(reader: Reader, invitations: list[InvitationCard], labels: dict[str, Localized]) -> list[Bar]:
    """What those who come need, the most named first. Exact: somebody has to arrange it."""
    coming = [each for each in invitations if each.answer == "yes" and not each.walk_in]
    counted = Counter(need for invitation in coming for need in invitation.needs)
    return [
        bar_of(reader, name_of_need(reader, need, labels), count, len(coming), 0)
        for need, count in counted.most_common()
    ]


def _person(reader: Reader, invitation: InvitationCard) -> dict[str, Any]:
    late = invitation.answer == "lapsed"
    reply = reader.text("seats.reply_lapsed" if late else "console.reply_" + invitation.answer)
    return {
        "id": invitation.id,
        "number": invitation.number,
        "reply": reader.text("doors.walked_in") if invitation.walk_in else reply,
        "mark": _MARKS.get(invitation.answer, ""),
        "language": reader.language_name(invitation.language),
        "came": invitation.came,
    }


@router.post("/assemblies/{assembly_id}/invitations")
async def invite(request: Request, account: Organiser, assembly_id: int) -> Response:
    """Invite everyone who agreed to be invited and was not yet."""
    services: Services = request.app.state.services
    broadcast = await services.database.run(_invite, assembly_id, account.account_id)
    await services.deliver(broadcast)
    return redirect(request, f"/assemblies/{assembly_id}?done=invited")


def _invite(db: Session, assembly_id: int, account_id: int) -> int:
    if get_plan(db, assembly_id).way == "lottery":  # the lots say who is invited
        raise Conflict
    return invite_willing(db, assembly_id, account_id=account_id)


@router.post("/assemblies/{assembly_id}/reminders")
async def send_reminder(request: Request, account: Organiser, assembly_id: int) -> Response:
    """Remind those who said that they come."""
    services: Services = request.app.state.services
    broadcast = await services.database.run(remind, assembly_id, account_id=account.account_id)
    await services.deliver(broadcast)
    return redirect(request, f"/assemblies/{assembly_id}?done=reminded")


@router.post("/assemblies/{assembly_id}/invitations/{invitation_id}")
async def mark(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    assembly_id: int,
    invitation_id: int,
) -> Response:
    """On the day: this person is here, or it was a mistake. htmx gets the row, a plain form the page."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    came = given.get("came") == "yes"
    invitations = await services.database.run(_mark, assembly_id, invitation_id, came, account.account_id)
    if "hx-request" not in request.headers:
        return redirect(request, f"/assemblies/{assembly_id}#person-{invitation_id}")
    person = next(_person(visitor.reader, each) for each in invitations if each.id == invitation_id)
    return await pages.show(request, "assemblies/attendance.html", id=assembly_id, person=person)


def _mark(
    db: Session, assembly_id: int, invitation_id: int, came: bool, account_id: int
) -> list[InvitationCard]:
    mark_came(db, invitation_id, came, account_id)
    db.flush()
    invitations = list_invitations(db, assembly_id)
    if all(each.id != invitation_id for each in invitations):
        raise NotFound
    return invitations
