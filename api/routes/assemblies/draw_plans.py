"""Before a draw: the population that the panel should look like, who is missing beside it, and the quotas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.draw_words import Names, percent
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from deliberation.assemblies.draws import newest_draw
from deliberation.assemblies.group_quotas import (
    GroupNames,
    GroupSource,
    list_group_sources,
    name_groups,
)
from deliberation.assemblies.opinion_groups import deliberation_of
from deliberation.assemblies.quotas import check_quotas, propose_quotas, read_quotas, set_quotas
from deliberation.assemblies.reference import (
    CATEGORIES,
    Presence,
    Reference,
    get_planned,
    list_eligible,
    set_reference,
    who_is_missing,
)
from deliberation.assemblies.weighing import Weighing, weigh
from deliberation.audience.offers import Offers, list_offers
from deliberation.lottery.alike import UNCOUNTED
from deliberation.lottery.quotas import Quota
from i18n.dates import format_number
from i18n.localized import Localized

router = APIRouter()

_MOST_PEOPLE = 100_000_000


@dataclass(frozen=True, slots=True)
class Desk:
    """What the two forms need to know."""

    id: int
    title: Localized
    seats: int
    reference: Reference
    quotas: tuple[Quota, ...]
    presence: dict[str, list[Presence]]
    weighing: Weighing | None
    offers: Offers
    groups: dict[str, GroupNames]
    sources: list[GroupSource]
    is_sealed: bool
    """A draw was sealed with the quotas of then; others count for another draw alone."""


def _desk(db: Session, assembly_id: int, threshold: int) -> Desk:
    row = get_planned(db, assembly_id)
    reference: Reference = row.reference or {}
    people = list_eligible(db, row)
    presence = who_is_missing(people, reference, threshold)
    return Desk(
        row.id,
        row.title,
        row.seats,
        reference,
        read_quotas(row.quotas or ()).quotas,
        presence,
        weigh(people, reference, presence),
        list_offers(db),
        name_groups(db),
        list_group_sources(db, assembly_id),
        newest_draw(db, assembly_id) is not None,
    )


async def _desk_of(request: Request, assembly_id: int) -> Desk:
    services: Services = request.app.state.services
    return await services.database.read(_desk, assembly_id, services.settings.disclosure_threshold)


@router.get("/assemblies/{assembly_id}/population")
async def show_population(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int
) -> Response:
    """How many people live there, by what the quotas are about."""
    desk = await _desk_of(request, assembly_id)
    typed = {
        f"people__{category}__{value}": str(people)
        for category, values in desk.reference.items()
        for value, people in values.items()
    }
    return await _show_population(request, visitor, desk, FormState(typed))


@router.post("/assemblies/{assembly_id}/population")
async def set_population(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, assembly_id: int
) -> Response:
    """Keep the counts. Quotas that were set stay; the page of quotas can propose others."""
    services: Services = request.app.state.services
    desk = await _desk_of(request, assembly_id)
    fields = Fields(given, visitor.reader)
    reference = _reference(fields, Names(visitor.reader, desk.offers, desk.groups), desk)
    if fields.wrong:
        return await _show_population(request, visitor, desk, fields.state, status=400)
    await services.database.run(set_reference, assembly_id, reference, account_id=account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/quotas?done=saved")


def _reference(fields: Fields, names: Names, desk: Desk) -> Reference:
    """A category is said whole or not at all: half of it would be compared with the whole.

    The sizes of opinion groups are not typed: they stay as they were published.
    """
    found: Reference = {name: people for name, people in desk.reference.items() if deliberation_of(name)}
    for category in CATEGORIES:
        values = _values(names, category, desk.reference)
        typed = {value: fields.raw(f"people__{category}__{value}") for value in values}
        if not any(typed.values()):
            continue
        found[category] = {
            value: fields.number(f"people__{category}__{value}", 0, _MOST_PEOPLE) for value in typed
        }
        if not any(found[category].values()):
            fields.refuse(f"people__{category}__{next(iter(typed))}", "draws.population_nobody")
    return found


def _values(names: Names, category: str, kept: Reference) -> dict[str, str]:
    """What can be said today, and what was kept before."""
    return names.values(category) | {value: names.value(category, value) for value in kept.get(category, ())}


async def _show_population(
    request: Request, visitor: Visitor, desk: Desk, form: FormState, *, status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    names = Names(visitor.reader, desk.offers, desk.groups)
    categories = [
        {
            "legend": names.category(category),
            "values": [
                (f"people__{category}__{value}", label)
                for value, label in _values(names, category, desk.reference).items()
            ],
        }
        for category in CATEGORIES
    ]
    return await pages.show(
        request,
        "assemblies/draw_population.html",
        status=status,
        here="assemblies",
        id=desk.id,
        title=visitor.reader.local(desk.title),
        form=form,
        most=_MOST_PEOPLE,
        categories=[each for each in categories if each["values"]],
        is_sealed=desk.is_sealed,
    )


@router.get("/assemblies/{assembly_id}/quotas")
async def show_quotas(
    request: Request, visitor: Visiting, account: Organiser, assembly_id: int, propose: bool = False
) -> Response:
    """The quotas that are kept; propose: those that the population would have, not kept yet."""
    desk = await _desk_of(request, assembly_id)
    proposed = propose_quotas(desk.reference, desk.seats)
    shown = proposed if propose or not desk.quotas else desk.quotas
    return await _show_quotas(request, visitor, desk, shown, _typed(shown), proposed=shown is proposed)


@router.post("/assemblies/{assembly_id}/quotas")
async def change_quotas(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, assembly_id: int
) -> Response:
    """Keep them for the next draw, if all of them are right."""
    services: Services = request.app.state.services
    desk = await _desk_of(request, assembly_id)
    fields = Fields(given, visitor.reader)
    quotas = _quotas(fields, given, desk.seats)
    if not fields.wrong:
        for fault in check_quotas(quotas, desk.seats):
            fields.refuse(f"low__{fault.column}", f"faults.{fault.code}", **fault.params)
    if fields.wrong:
        return await _show_quotas(request, visitor, desk, quotas, fields.state, status=400)
    await services.database.run(set_quotas, assembly_id, quotas, account_id=account.account_id)
    return redirect(request, f"/assemblies/{assembly_id}/draw?done=saved")


def _quotas(fields: Fields, given: FormData, seats: int) -> tuple[Quota, ...]:
    names = [name.removeprefix("low__") for name in given if name.startswith("low__")]
    found = []
    for name in names:
        category, _, value = name.partition("__")
        known = category in CATEGORIES or deliberation_of(category) is not None
        if known and value and value.isprintable() and value != UNCOUNTED:
            low, high = fields.number("low__" + name, 0, seats), fields.number("high__" + name, 0, seats)
            found.append(Quota(category, value, low, high))
    return tuple(found)


def _typed(quotas: Sequence[Quota]) -> FormState:
    values: dict[str, str] = {}
    for quota in quotas:
        name = f"{quota.category}__{quota.feature}"
        values |= {"low__" + name: str(quota.low), "high__" + name: str(quota.high)}
    return FormState(values)


async def _show_quotas(
    request: Request,
    visitor: Visitor,
    desk: Desk,
    quotas: Sequence[Quota],
    form: FormState,
    *,
    proposed: bool = False,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    names = Names(reader, desk.offers, desk.groups)
    categories = [
        {
            "legend": names.category(category),
            "quotas": [
                (f"{category}__{quota.feature}", names.value(category, quota.feature))
                for quota in quotas
                if quota.category == category
            ],
        }
        for category in dict.fromkeys([*CATEGORIES, *(quota.category for quota in quotas)])
    ]
    return await pages.show(
        request,
        "assemblies/draw_quotas.html",
        status=status,
        here="assemblies",
        id=desk.id,
        title=reader.local(desk.title),
        form=form,
        seats=desk.seats,
        is_sealed=desk.is_sealed,
        proposed=proposed,
        may_propose=bool(desk.reference) and not proposed,
        has_population=bool(desk.reference),
        categories=[each for each in categories if each["quotas"]],
        missing=_missing(reader, names, desk),
        weighing=_weighing(reader, desk.weighing),
        sources=[
            (each.deliberation_id, reader.plain(each.title)) for each in desk.sources if not each.is_used
        ],
        counted=[
            (each.deliberation_id, reader.plain(each.title), each.is_open)
            for each in desk.sources
            if each.is_used
        ],
    )


def _missing(reader: Reader, names: Names, desk: Desk) -> list[dict[str, Any]]:
    """A table for each category: who may be invited, beside the population, or beside who voted."""
    return [
        {
            "caption": names.category(category),
            "beside": reader.text(
                "draws.voters_share" if deliberation_of(category) else "draws.population_share"
            ),
            "rows": [_presence(reader, names, category, each, desk.weighing) for each in found],
        }
        for category, found in desk.presence.items()
    ]


def _weighing(reader: Reader, found: Weighing | None) -> str:
    """What weighting costs, and how far from the population it leaves them."""
    if found is None:
        return ""
    return reader.text(
        "draws.weighing",
        people=reader.number(found.people),
        effective=reader.number(round(found.effective)),
        effect=format_number(found.design_effect, decimals=2),
        furthest=format_number(found.furthest * 100, decimals=1),
    )


def _presence(
    reader: Reader, names: Names, category: str, each: Presence, weighing: Weighing | None
) -> list[Any]:
    share = percent(each.share)
    if each.low is not None and each.high is not None:
        share = reader.text(
            "draws.share_between", share=share, low=percent(each.low), high=percent(each.high)
        )
    return [
        names.value(category, each.value),
        reader.text("draws.not_shown") if each.count is None else reader.number(each.count),
        share,
        _weighted(weighing, category, each.value),
        percent(each.reference),
        reader.text("draws.verdict_" + each.verdict),
    ]


def _weighted(weighing: Weighing | None, category: str, value: str) -> str:
    """The share with weights, and for how many people each of them counts."""
    if weighing is None or category not in weighing.share:
        return "—"
    weight = weighing.weight[category][value]
    share = percent(weighing.share[category][value])
    return share if weight is None else f"{share} (× {format_number(weight, decimals=2)})"
