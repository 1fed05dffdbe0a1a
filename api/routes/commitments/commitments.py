"""What units of government promised, for everybody: the list with its lights, and the page of each."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.commitment_words import CommitmentWords, both, in_languages, table_file
from api.forms import FormState
from api.pages import Pages
from api.reader import Reader
from api.security import Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import today
from deliberation.commitments.commitments import CommitmentCard, Wanted, get_commitment, list_commitments
from deliberation.commitments.follow_up import noticed_of
from deliberation.commitments.lights import LIGHTS
from deliberation.commitments.progress import ReportCard, list_reports
from deliberation.commitments.units import UnitCard, list_units, units_of
from deliberation.council.goals import GOALS
from surveys.exporting.formulas import harmless

router = APIRouter()

FILTERS = ("unit", "light", "sdg")
_HEAD = (
    "commitment", "item", *both("unit"), *both("commitment"), *both("target"), *both("indicator"),
    *both("measured_in"), "baseline", "goal", "value", "budget_line", "budget_dollars", "sdg", "due_on",
    "done_on", "dropped_on", *both("reason"), "light", "reports", "proven",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the page of a commitment reads. own: whether the account speaks for its unit."""

    card: CommitmentCard
    reports: list[ReportCard]
    noticed: dict[str, int]
    own: bool


def words_of(request: Request, reader: Reader) -> CommitmentWords:
    """How commitments are said to this reader."""
    services: Services = request.app.state.services
    return CommitmentWords(reader, services.settings.disclosure_threshold)


@router.get("/commitments")
async def show_list(request: Request, visitor: Visiting) -> Response:
    """All of them, or those that are asked for; a unit can ask for its own."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    cards, units = await services.database.read(_look, request, visitor)
    chosen = {name: request.query_params.get(name, "") for name in FILTERS}
    choices = {
        "unit": [(str(unit.id), reader.plain(unit.name)) for unit in units],
        "light": words.lights(),
        "sdg": [(code, f"{code} {said}") for code, said in words.goals(GOALS)],
    }
    return await pages.show(
        request,
        "commitments/commitments.html",
        here="council",
        form=FormState(chosen),
        filters=[(name, reader.text("commitments.filter_" + name), choices[name]) for name in FILTERS],
        filtered=any(request.query_params.get(name) for name in (*FILTERS, "item", "own")),
        query=request.url.query,
        rows=[words.line(card) for card in cards],
        count=reader.plural("commitments.count", len(cards)),
        own=visitor.account is not None and visitor.account.role == "unit",
        governing=visitor.may("organiser", "council", "unit"),
        may_promise=visitor.may("organiser", "council"),
    )


@router.get("/commitments.csv")
async def download(request: Request, visitor: Visiting) -> Response:
    """The same list as a table, with the same filters."""
    services: Services = request.app.state.services
    cards, _ = await services.database.read(_look, request, visitor)
    return table_file("rimay-commitments.csv", _HEAD, [_columns(card) for card in cards])


def _columns(card: CommitmentCard) -> list[object]:
    texts = (card.unit, card.text, card.target, card.indicator, card.measured_in)
    return [
        card.id,
        card.origin.item_id if card.origin else None,
        *(said for text in texts for said in in_languages(text)),
        card.baseline,
        card.goal,
        card.value,
        harmless(card.budget_line),
        card.budget,
        " ".join(card.sdg),
        card.due_on,
        card.done_on,
        card.dropped_on,
        *in_languages(card.reason),
        card.light,
        card.reports,
        "yes" if card.proven else "no",
    ]


def _look(db: Session, request: Request, visitor: Visitor) -> tuple[list[CommitmentCard], list[UnitCard]]:
    """Those that are asked for; what is no choice restricts nothing."""
    query = request.query_params

    def id_of(name: str) -> int | None:
        typed = query.get(name, "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None

    own = visitor.account is not None and query.get("own") == "yes"
    wanted = Wanted(
        unit_id=id_of("unit"),
        light=query["light"] if query.get("light") in LIGHTS else "",
        sdg=query["sdg"] if query.get("sdg") in GOALS else "",
        item_id=id_of("item"),
        units=frozenset(units_of(db, visitor.account.account_id)) if own and visitor.account else None,
    )
    return list_commitments(db, today(visitor.reader.zone), wanted), list_units(db)


@router.get("/commitments/{commitment_id}")
async def show(request: Request, visitor: Visiting, commitment_id: int) -> Response:
    """What was promised, how it stands, what was reported of it."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    seen = await services.database.read(_sight, commitment_id, visitor)
    card, is_open = seen.card, seen.card.done_on is None and seen.card.dropped_on is None
    return await pages.show(
        request,
        "commitments/commitment.html",
        here="council",
        card=card,
        title=reader.local(card.text),
        plain_title=reader.plain(card.text),
        light=words.light(card.light),
        details=words.details(card),
        goals=words.goals(card.sdg),
        origin=_origin(reader, card),
        reason=reader.local(card.reason) if card.reason else "",
        reports=[words.report(card, report) for report in seen.reports],
        noticed=words.noticed(seen.noticed),
        governing=visitor.may("organiser", "council", "unit"),
        may_report=card.dropped_on is None and (seen.own or visitor.may("organiser")),
        may_change=is_open and visitor.may("organiser", "council"),
    )


def _origin(reader: Reader, card: CommitmentCard) -> dict[str, Any] | None:
    if card.origin is None:
        return None
    outcome = reader.text("console.decision_" + card.origin.outcome)
    return {"id": card.origin.item_id, "title": reader.local(card.origin.title), "outcome": outcome}


def _sight(db: Session, commitment_id: int, visitor: Visitor) -> _Sight:
    card = get_commitment(db, commitment_id, today(visitor.reader.zone))
    account = visitor.account
    own = account is not None and account.role == "unit" and card.unit_id in units_of(db, account.account_id)
    return _Sight(card, list_reports(db, commitment_id), dict(noticed_of(db, commitment_id)), own)
