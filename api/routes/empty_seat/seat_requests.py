"""One request for the empty seat: accredited, denied with reasons, seated on the day, reported back."""

from collections.abc import Collection
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.personal_details import look_for_people
from api.seat_words import MARKS, check_rules, row_of
from api.security import Organiser, Posted, Secretary, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from deliberation.empty_seat.accrediting import accredit, deny, named_rules, take_seat
from deliberation.empty_seat.delegation import draw_delegate
from deliberation.empty_seat.register import Case, get_case
from deliberation.empty_seat.reporting import LONGEST_REPORT, approve_report
from deliberation.empty_seat.requests import SITS, SeatState
from deliberation.empty_seat.rule_book import LANGUAGES
from deliberation.empty_seat.rules import asked_of
from deliberation.empty_seat.wording import lot_in_words, rule_in_words

router = APIRouter()

_LONGEST_REASON = 600


@router.get("/empty-seat/requests/{number}")
async def show(request: Request, visitor: Visiting, account: Secretary, number: int) -> Response:
    """What was declared, what is not met, what can be done now."""
    services: Services = request.app.state.services
    case = await services.database.read(get_case, number)
    form = FormState({f"report_{code}": text for code, text in case.report.items()})
    return await _show(request, visitor, case, form, case.unmet)


@router.post("/empty-seat/requests/{number}/accredit")
async def give(request: Request, account: Secretary, number: int) -> Response:
    """Yes: the person sits."""
    services: Services = request.app.state.services
    for broadcast in await services.database.run(accredit, number, account_id=account.account_id):
        await services.deliver(broadcast)
    return redirect(request, f"/empty-seat/requests/{number}?done=accredited")


@router.post("/empty-seat/requests/{number}/deny")
async def refuse(
    request: Request, visitor: Visiting, given: Posted, account: Secretary, number: int
) -> Response:
    """No, with the rules that are not met or a reason in both languages."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    rules = [rule.value for rule in named_rules() if rule.value in given.getlist("rules")]
    reason = fields.localized("reason", "chair.deny_reason", needs=(), limit=_LONGEST_REASON)
    missing = [code for code in LANGUAGES if code not in reason]
    if (reason and missing) or not (rules or reason):
        fields.refuse(f"reason_{missing[0]}", "chair.deny_missing")
    await look_for_people(fields, visitor.reader, [reason])  # the register is for everybody
    if fields.wrong:
        case = await services.database.read(get_case, number)
        return await _show(request, visitor, case, fields.state, rules, status=400)
    told = await services.database.run(deny, number, rules, reason, account_id=account.account_id)
    for broadcast in told:
        await services.deliver(broadcast)
    return redirect(request, f"/empty-seat/requests/{number}?done=denied")


@router.post("/empty-seat/requests/{number}/seat")
async def mark(request: Request, given: Posted, account: Secretary, number: int) -> Response:
    """On the day: the person sat there, or it was a mistake."""
    services: Services = request.app.state.services
    came = given.get("came") == "yes"
    await services.database.run(take_seat, number, came=came, account_id=account.account_id)
    deed = "seat_taken" if came else "seat_left"
    return redirect(request, f"/empty-seat/requests/{number}?done={deed}")


@router.post("/empty-seat/requests/{number}/report")
async def tell(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, number: int
) -> Response:
    """Tell what happened to those for whom somebody sat there."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    report = fields.localized("report", "chair.report_field", needs=LANGUAGES, limit=LONGEST_REPORT)
    await look_for_people(fields, visitor.reader, [report])
    if fields.wrong:
        case = await services.database.read(get_case, number)
        return await _show(request, visitor, case, fields.state, (), status=400)
    told = await services.database.run(approve_report, number, report, account_id=account.account_id)
    await services.deliver(told)
    return redirect(request, f"/empty-seat/requests/{number}?done=seat_report_sent")


@router.post("/empty-seat/requests/{number}/lot")
async def draw(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, number: int
) -> Response:
    """Draw among those who would go for their assembly, once, with the seed that was published."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    case = await services.database.read(get_case, number)
    seed = fields.text("seed", "chair.seed")
    published_at = fields.moment("published_at", case.line.asked_at)
    if published_at > now():
        fields.refuse("published_at", "errors.draw_seed_too_early")
    if fields.wrong:
        return await _show(request, visitor, case, fields.state, (), status=400)
    word = partial(lot_in_words, services.translator)
    told = await services.database.run(
        draw_delegate, number, seed, word, published_at=published_at, account_id=account.account_id
    )
    for broadcast in told:
        await services.deliver(broadcast)
    return redirect(request, f"/empty-seat/requests/{number}?done=seat_drawn")


async def _show(
    request: Request,
    visitor: Visitor,
    case: Case,
    form: FormState,
    ticked: Collection[str],
    *,
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    line, rules = case.line, case.book.rules
    waits = line.state == SeatState.ASKED
    return await pages.show(
        request,
        "empty_seat/request.html",
        status=status,
        here="council",
        form=form,
        row=row_of(reader, line, rules, public=False),
        mark=MARKS.get(line.state, ""),
        asked=reader.moment(line.asked_at),
        when=reader.moment(line.starts_at) if line.starts_at else "",
        case=case,
        basis=reader.local(case.book.legal_basis),
        checked=check_rules(reader, case, asked_of(rules)) if case.declared else [],
        position=reader.text("chair.position_" + case.position) if case.position else "",
        waits=waits,
        may_accredit=waits and case.has_person and not case.unmet,
        may_deny=waits or (line.state in SITS and case.is_ahead),
        named=[
            (rule.value, rule_in_words(reader.translator, reader.language, rule, rules), rule.value in ticked)
            for rule in named_rules()
        ],
        sits=line.state in SITS,
        may_organise=visitor.may("organiser"),
        report=reader.local(case.report) if line.is_reported else "",
        call_people=reader.plural("chair.call_people", case.forward) if line.is_call else "",
        source=reader.plain(line.reason) if line.is_call else "",
    )
