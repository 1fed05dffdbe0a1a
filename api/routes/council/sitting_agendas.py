"""The agenda of a sitting: what each rule would choose for the minutes there are, and the order by hand."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from api.council_words import CouncilWords
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.routes.council.desk import words_of
from api.security import Organiser, Posted, Visiting
from api.services import Services
from core.errors import Conflict
from deliberation.council.agenda import ItemCard
from deliberation.council.choosing import USUAL_MINIMUM, Choice
from deliberation.council.sittings import (
    SittingCard,
    accept_choice,
    compare_rules,
    get_sitting,
    list_candidates,
    order_by_hand,
)

router = APIRouter()


@router.get("/council/sittings/{sitting_id}/choice")
async def show(request: Request, visitor: Visiting, account: Organiser, sitting_id: int) -> Response:
    """Which items fit by each rule, side by side, and who is left with nothing."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    sitting, candidates = await services.database.read(_candidates, sitting_id)
    reader, words = visitor.reader, words_of(request, visitor.reader)
    asked, form, minutes, minimum = _asked(request.query_params, reader, sitting, candidates)
    choices: Sequence[Choice] = ()
    if not form.wrong and asked:
        choices = await services.database.read(
            compare_rules,
            sitting_id,
            asked,
            minutes,
            minimum,
            threshold=services.settings.disclosure_threshold,
        )
    titles = {item.id: reader.local(item.title) for item in candidates}
    return await pages.show(
        request,
        "council/sitting_choice.html",
        here="council",
        form=form,
        sitting=sitting,
        title=reader.local(sitting.title),
        candidates=[
            (item.id, titles[item.id], words.minutes(item.minutes), words.amount(item), item.id in asked)
            for item in candidates
        ],
        choices=[_choice(words, choice, titles) for choice in choices],
        asked=asked,
        minutes=minutes,
        minimum=minimum,
    )


@router.post("/council/sittings/{sitting_id}/choice")
async def accept(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, sitting_id: int
) -> Response:
    """Make what a rule chooses the agenda."""
    services: Services = request.app.state.services
    sitting, candidates = await services.database.read(_candidates, sitting_id)
    asked, form, minutes, minimum = _asked(given, visitor.reader, sitting, candidates)
    if form.wrong:
        raise Conflict
    threshold = services.settings.disclosure_threshold
    choices = await services.database.read(
        compare_rules, sitting_id, asked, minutes, minimum, threshold=threshold
    )
    rule = str(given.get("rule", ""))
    await services.database.run(accept_choice, sitting_id, choices, rule, account_id=account.account_id)
    return redirect(request, f"/council/sittings/{sitting_id}?done=agenda_chosen")


@router.post("/council/sittings/{sitting_id}/order")
async def order(request: Request, given: Posted, account: Organiser, sitting_id: int) -> Response:
    """Put an item on, take it off, or move it by one place."""
    services: Services = request.app.state.services
    sitting = await services.database.read(get_sitting, sitting_id)
    listed = [item.id for item in sitting.items]
    typed = str(given.get("item", ""))
    if typed.isascii() and typed.isdigit() and len(typed) < 10:
        listed = _ordered(listed, int(typed), str(given.get("way", "")))
    await services.database.run(order_by_hand, sitting_id, listed, account_id=account.account_id)
    return redirect(request, f"/council/sittings/{sitting_id}#agenda")


def _ordered(listed: list[int], item: int, way: str) -> list[int]:
    if way == "on":
        return listed if item in listed else [*listed, item]
    if item not in listed:
        return listed
    at = listed.index(item)
    rest = [each for each in listed if each != item]
    match way:
        case "off":
            return rest
        case "up":
            return [*rest[: max(at - 1, 0)], item, *rest[max(at - 1, 0) :]]
        case "down":
            return [*rest[: at + 1], item, *rest[at + 1 :]]
    return listed


def _candidates(db: Session, sitting_id: int) -> tuple[SittingCard, list[ItemCard]]:
    sitting = get_sitting(db, sitting_id)
    if sitting.state != "planned":
        raise Conflict
    return sitting, list_candidates(db, sitting_id)


def _asked(
    given: FormData | QueryParams, reader: Reader, sitting: SittingCard, candidates: Sequence[ItemCard]
) -> tuple[list[int], FormState, int, int]:
    """Which candidates, minutes and minimum; at first all of them, the sitting's own and the usual."""
    known = [item.id for item in candidates]
    if "minutes" not in given:
        usual = FormState({"minutes": str(sitting.minutes), "minimum": str(USUAL_MINIMUM)})
        return known, usual, sitting.minutes, USUAL_MINIMUM
    fields = Fields(given, reader)
    minutes, minimum = fields.number("minutes", 5, 600), fields.number("minimum", 0, 100)
    ticked = [item for item in known if str(item) in given.getlist("items")]
    return ticked, fields.state, minutes, minimum


def _choice(words: CouncilWords, choice: Choice, titles: dict[int, Any]) -> dict[str, Any]:
    reader = words.reader
    return {
        "rule": choice.rule,
        "name": words.rule(choice.rule),
        "how": words.how(choice.rule),
        "used": reader.text(
            "sittings.used", used=reader.number(choice.used), minutes=reader.number(choice.minutes)
        ),
        "order": [(titles.get(item, ""), item in choice.owed) for item in choice.order],
        "outside": [
            (titles.get(item, ""), reader.text("sittings.outside_" + why))
            for item, why in choice.outside.items()
        ],
        "people": words.left_out(choice),
    }
