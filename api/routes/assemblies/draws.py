"""The draw of an assembly as a line of steps: quotas, the pool sealed, the seed, the invitations."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.draw_words import Hindrance, Names, asking_in_words, hindrance_of
from api.forms import Fields, FormState
from api.lottery_work import LotteryBusy, LotteryWork
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.steps import Step
from api.visitor import Visitor
from core.clock import now
from core.errors import NotFound, RimayError
from deliberation.assemblies.asking import Asking, get_asking, most_to_invite
from deliberation.assemblies.draw_pools import Pool, freeze_pool, preview_open_pool
from deliberation.assemblies.draws import (
    REASONS,
    Announced,
    commit_draw,
    count_invitable,
    draw_seats,
    get_draw,
    invite_drawn,
)
from deliberation.assemblies.group_quotas import GroupNames, name_groups
from deliberation.assemblies.panels import scale_quotas
from deliberation.assemblies.published_draws import PublishedDraw, get_published_draw, will_file_be_open
from deliberation.assemblies.quotas import read_quotas
from deliberation.assemblies.reference import get_planned
from deliberation.assemblies.tables import Draw
from deliberation.audience.offers import Offers, list_offers
from deliberation.lottery.alike import UNCOUNTED
from deliberation.lottery.infeasible import Infeasible
from deliberation.lottery.quotas import Quotas
from i18n.localized import Localized

router = APIRouter()

_SOON = 2.0
"""Seconds after which a lottery that is still computed says how far it is."""
_LINE = 255
_OPEN, _WITNESSES = "open", "witnesses"


@dataclass(frozen=True, slots=True)
class Course:
    """How far the draw of an assembly is. draws: the newest first; only that one counts."""

    id: int
    title: Localized
    way: str
    seats: int
    quotas: Quotas
    asking: Asking
    is_invited: bool
    draws: list[PublishedDraw]
    offers: Offers
    groups: dict[str, GroupNames]
    will_be_open: bool
    may_come: int
    """Of those who were drawn last, who still may be invited."""

    @property
    def draw(self) -> PublishedDraw | None:
        """The one that counts."""
        return self.draws[0] if self.draws else None


def _course(db: Session, assembly_id: int, threshold: int) -> Course:
    row = get_planned(db, assembly_id)
    ids = db.scalars(select(Draw.id).where(Draw.assembly_id == assembly_id).order_by(Draw.number.desc()))
    return Course(
        row.id,
        row.title,
        row.way,
        row.seats,
        read_quotas(row.quotas or ()),
        get_asking(db, row.seats),
        row.invited_at is not None,
        [get_published_draw(db, draw_id, threshold) for draw_id in ids.all()],
        list_offers(db),
        name_groups(db),
        will_file_be_open(db, assembly_id, threshold),
        count_invitable(db, assembly_id),
    )


@router.get("/assemblies/{assembly_id}/draw")
async def show(request: Request, visitor: Visiting, account: Organiser, assembly_id: int) -> Response:
    """Where the draw stands, and what comes next; with the quotas of as many people as are to be drawn."""
    services: Services = request.app.state.services
    fields = Fields(request.query_params, visitor.reader)
    if "panel_size" in request.query_params:
        seats = await services.database.read(_seats, assembly_id)
        fields.number("panel_size", seats, most_to_invite(seats))
    return await _show(request, visitor, assembly_id, fields.state, status=400 if fields.wrong else 200)


@router.post("/assemblies/{assembly_id}/draws")
async def commit(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, assembly_id: int
) -> Response:
    """Seal the pool and the lottery. Where that takes long, the page says how far it is."""
    services: Services = request.app.state.services
    course = await services.database.read(_course, assembly_id, services.settings.disclosure_threshold)
    fields = Fields(given, visitor.reader)
    announced = Announced(
        fields.text("source", "draws.source", limit=_LINE), fields.moment("source_at", now())
    )
    reason = fields.choice("reason", REASONS) if course.draws else ""
    size = fields.number("panel_size", course.seats, most_to_invite(course.seats))
    access = fields.choice("access", (_OPEN, _WITNESSES))
    if fields.wrong:
        return await _show(request, visitor, assembly_id, fields.state, status=400)
    open_to = services.settings.disclosure_threshold if access == _OPEN else None
    pool = await services.database.read(freeze_pool, assembly_id, size, open_to=open_to)
    lottery = LotteryWork(pool)
    keep = partial(_keep, services, lottery, announced, reason, account.account_id)
    work = asyncio.create_task(keep())
    finished, _ = await asyncio.wait({work}, timeout=_SOON)
    finish = partial(_finish, request, visitor, pool, fields)
    if finished:
        return await finish(work)
    lines = _progress(request, visitor, lottery, work, finish)
    return StreamingResponse(lines, media_type="text/html; charset=utf-8")


async def _keep(
    services: Services, lottery: LotteryWork, announced: Announced, reason: str, account_id: int
) -> int | Infeasible:
    found = await lottery.result()
    if isinstance(found, dict):
        return found
    run = services.database.run
    return await run(commit_draw, lottery.pool, found, announced, reason=reason, account_id=account_id)


async def _finish(
    request: Request,
    visitor: Visitor,
    pool: Pool,
    fields: Fields,
    work: "asyncio.Task[int | Infeasible]",
    *,
    at_once: bool = True,
) -> Response:
    """What the page says when the lottery is there, or cannot be."""
    try:
        found = work.result()
    except LotteryBusy:
        fields.refuse("source", "draws.busy")
    except RimayError as refusal:
        fields.refuse("source", f"errors.{refusal.code}", **refusal.params)
    else:
        if isinstance(found, dict):
            return await _show(
                request, visitor, pool.assembly_id, fields.state, refused=(pool, found), status=409
            )
        if at_once:
            return redirect(request, f"/assemblies/{pool.assembly_id}/draw?done=saved")
        return await _show(request, visitor, pool.assembly_id, FormState())
    return await _show(request, visitor, pool.assembly_id, fields.state, status=409)


async def _progress(
    request: Request,
    visitor: Visitor,
    lottery: LotteryWork,
    work: "asyncio.Task[int | Infeasible]",
    finish: Any,
) -> AsyncIterator[bytes]:
    """A line now and then while the lottery is computed, and the page after it. Who leaves has sealed nothing."""
    pages: Pages = request.app.state.pages
    yield pages.fragment(visitor, "assemblies/draw_progress.html").encode()
    try:
        while not work.done():
            await asyncio.wait({work}, timeout=1.0)
            line = visitor.reader.text("draws.progress", done=lottery.done, total=lottery.total)
            yield f"<p>{line}</p>\n".encode()
        page = await finish(work, at_once=False)
        yield b"</div>" + page.body.partition(b"<body>")[2]
    finally:
        work.cancel()


@router.post("/assemblies/{assembly_id}/draws/{draw_id}/seed")
async def draw(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Organiser,
    assembly_id: int,
    draw_id: int,
) -> Response:
    """The seed as its source gave it: with it the seats are drawn."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    seed = fields.text("seed", "draws.seed", limit=_LINE)
    if seed and not seed.isprintable():
        fields.refuse("seed", "draws.seed_unreadable")
    if seed != fields.raw("seed_again"):
        fields.refuse("seed_again", "draws.seed_differs")
    if fields.wrong:
        return await _show(request, visitor, assembly_id, fields.state, status=400)
    await services.database.run(_draw, assembly_id, draw_id, seed, account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/draw?done=saved")


@router.post("/assemblies/{assembly_id}/draws/{draw_id}/invitations")
async def invite(request: Request, account: Organiser, assembly_id: int, draw_id: int) -> Response:
    """Invite who was drawn."""
    services: Services = request.app.state.services
    broadcast = await services.database.run(_invite, assembly_id, draw_id, account.account_id)
    await services.deliver(broadcast)
    return redirect(request, f"/assemblies/{assembly_id}?done=invited")


def _seats(db: Session, assembly_id: int) -> int:
    return get_planned(db, assembly_id).seats


def _draw(db: Session, assembly_id: int, draw_id: int, seed: str, account_id: int) -> None:
    _check_of(db, assembly_id, draw_id)
    draw_seats(db, draw_id, seed, account_id=account_id)


def _invite(db: Session, assembly_id: int, draw_id: int, account_id: int) -> int:
    _check_of(db, assembly_id, draw_id)
    return invite_drawn(db, draw_id, account_id=account_id)


def _check_of(db: Session, assembly_id: int, draw_id: int) -> None:
    if get_draw(db, draw_id).assembly_id != assembly_id:
        raise NotFound


async def _show(
    request: Request,
    visitor: Visitor,
    assembly_id: int,
    form: FormState,
    *,
    refused: tuple[Pool, Infeasible] | None = None,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    course = await services.database.read(_course, assembly_id, services.settings.disclosure_threshold)
    if course.way != "lottery":
        raise NotFound
    given = {"panel_size": str(course.asking.people), "access": _OPEN}
    form = FormState({**given, **form.values}, form.wrong)
    names = Names(reader, course.offers, course.groups)
    panel = _panel(names, course, form)
    hindrance: Hindrance | None = None
    if refused is not None:
        hindrance = hindrance_of(names, refused[0], refused[1])
    return await pages.show(
        request,
        "assemblies/draw.html",
        status=status,
        here="assemblies",
        id=course.id,
        title=reader.local(course.title),
        form=form,
        panel=panel,
        open_draw=await _open_draw(request, names, course, panel["size"]),
        access=[(each, reader.text("draws.access_" + each)) for each in (_OPEN, _WITNESSES)],
        refused_open=refused is not None and refused[0].opening is not None,
        is_choosing="panel_size" in request.query_params,
        steps=_steps(reader, course),
        draw=course.draw,
        draws=[(each.id, _called(reader, each)) for each in course.draws],
        again=bool(course.draws),
        may_draw_again=bool(course.draws) and not course.is_invited,
        reasons=[(reason, reader.text("draws.reason_" + reason)) for reason in REASONS],
        seats_differ=course.draw is not None and course.draw.seats != course.seats and not course.is_invited,
        source_moment=reader.moment(course.draw.source_at) if course.draw else "",
        seed_is_due=course.draw is not None and course.draw.source_at <= now(),
        earliest=now().astimezone(services.settings.zone).strftime("%Y-%m-%dT%H:%M"),
        hindrance=hindrance,
        will_be_open=course.will_be_open,
        threshold=services.settings.disclosure_threshold,
        may_come=course.may_come,
    )


def _called(reader: Reader, draw: PublishedDraw) -> str:
    """Its number, and who checks the whole of it."""
    key = "draws.number_open" if draw.file_is_open else "draws.number_for_witnesses"
    return reader.text(key, number=draw.number)


async def _open_draw(request: Request, names: Names, course: Course, size: int) -> dict[str, Any] | None:
    """What a draw that anybody may check would count now, for whoever may seal one; None where nobody is in it."""
    if course.is_invited or not course.quotas.quotas:
        return None
    services: Services = request.app.state.services
    threshold = services.settings.disclosure_threshold
    pool = await services.database.read(preview_open_pool, course.id, size, threshold)
    counted, left_out = await asyncio.to_thread(lambda: (pool.counted, pool.left_out))
    people, number = len(counted.people), names.reader.number
    if not people:
        return None
    quotas = {(each.category, each.feature): f"{each.low}–{each.high}" for each in counted.quotas.quotas}
    return {
        "categories": [
            [names.category(category), number(people - many), number(many)]
            for category, many in counted.uncounted.items()
        ],
        "left_out": ", ".join(map(names.category, left_out)),
        "is_anything": counted.is_anything,
        "is_everything": not any(counted.uncounted.values()),
        "is_again": counted.is_again,
        "empty": number(counted.empty) if counted.empty else "",
        "quotas": [
            [
                names.group(each.category, each.feature),
                f"{each.low}–{each.high}",
                quotas.get((each.category, each.feature), names.value(each.category, UNCOUNTED)),
            ]
            for each in course.quotas.quotas
        ],
    }


def _panel(names: Names, course: Course, form: FormState) -> dict[str, Any]:
    """How many people may be drawn, what is proposed, and the quotas of as many as the form says."""
    most = most_to_invite(course.seats)
    typed = form.values.get("panel_size", "")
    size = int(typed) if typed.isdecimal() and course.seats <= int(typed) <= most else course.seats
    scaled = scale_quotas(course.quotas.quotas, course.seats, size)
    return {
        "size": size,
        "low": course.seats,
        "most": most,
        "asking": asking_in_words(names.reader, course.seats, course.asking),
        "quotas": [
            [names.group(each.category, each.feature), f"{each.low}–{each.high}", f"{more.low}–{more.high}"]
            for each, more in zip(course.quotas.quotas, scaled, strict=True)
        ]
        if size > course.seats
        else [],
    }


def _steps(reader: Reader, course: Course) -> list[Step]:
    """Quotas, seal, seed, invitations: one of them is open."""
    draw = course.draw
    done = (
        bool(course.quotas.quotas),
        draw is not None,
        draw is not None and draw.drawn_at is not None,
        course.is_invited,
    )
    names = "quotas", "seal", "seed", "invite"
    results = (
        reader.plural("draws.step_quotas_result", len(course.quotas.quotas)),
        reader.plural("draws.step_seal_result", draw.people, day=reader.moment(draw.committed_at))
        if draw
        else "",
        reader.text("draws.step_seed_result", seed=draw.seed or "") if draw else "",
        reader.text("draws.step_invite_result"),
    )
    here = next((at for at, each in enumerate(done) if not each), len(done))
    return [
        Step(
            name,
            "done" if at < here else "here" if at == here else "waiting",
            reader.text("draws.step_" + name),
            result if at < here else "",
        )
        for at, (name, result) in enumerate(zip(names, results, strict=True))
    ]
