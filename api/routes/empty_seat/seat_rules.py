"""The rules of the empty seat, as an organiser copies them from the council's ordinance."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Organiser, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from deliberation.empty_seat.rule_book import LANGUAGES, RuleBook, list_rules, set_rules
from deliberation.empty_seat.rules import LONGEST_NOTICE, MOST_PEOPLE, OLDEST_LEAST_AGE, Rules

router = APIRouter()

_DECLARED = ("residence", "office", "interest", "report")
_WAYS = ("by_person", "by_assembly")


@router.get("/empty-seat/rules")
async def show(request: Request, visitor: Visiting, account: Organiser) -> Response:
    """The form, as the rules stand; before there are any, as is usual."""
    services: Services = request.app.state.services
    books = await services.database.read(list_rules)
    return await _show(request, visitor, _typed(books[0] if books else None), books)


@router.post("/empty-seat/rules")
async def change(request: Request, visitor: Visiting, given: Posted, account: Organiser) -> Response:
    """From now on these."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    foreigners = (
        fields.choice("foreigners", ("yes", "no")) == "yes"
    )  # in the order of the page, as the faults are
    basis = fields.long_localized("legal_basis", "chair.legal_basis", needs=LANGUAGES)
    least_age = fields.number("least_age", 0, OLDEST_LEAST_AGE)
    if not any(name in given for name in _WAYS):
        fields.refuse("by_person", "chair.ways_missing")
    rules = Rules(
        least_age=least_age,
        foreigners=foreigners,
        **{name: name in given for name in (*_DECLARED, *_WAYS)},
        notice_days=fields.number("notice_days", 0, LONGEST_NOTICE),
        most_people=fields.number("most_people", 1, MOST_PEOPLE),
        agree=fields.choice("agree", ("yes", "no")) == "yes",
    )
    if fields.wrong:
        books = await services.database.read(list_rules)
        return await _show(request, visitor, fields.state, books, status=400)
    await services.database.run(set_rules, rules, basis, account_id=account.account_id)
    return redirect(request, "/empty-seat?done=rules_saved")


async def _show(
    request: Request, visitor: Visitor, form: FormState, books: list[RuleBook], *, status: int = 200
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    return await pages.show(
        request,
        "empty_seat/rules.html",
        status=status,
        here="council",
        form=form,
        declared=[(name, reader.text("chair.tick_" + name)) for name in _DECLARED],
        ways=[(name, reader.text("chair.tick_" + name)) for name in _WAYS],
        oldest=OLDEST_LEAST_AGE,
        longest=LONGEST_NOTICE,
        most=MOST_PEOPLE,
        before=[_before(reader, book) for book in books[1:]],
    )


def _before(reader: Reader, book: RuleBook) -> str:
    return reader.text(
        "chair.rules_since", moment=reader.moment(book.made_at), basis=reader.plain(book.legal_basis)
    )


def _typed(book: RuleBook | None) -> FormState:
    rules = Rules() if book is None else book.rules
    values = {
        "least_age": str(rules.least_age),
        "notice_days": str(rules.notice_days),
        "most_people": str(rules.most_people),
        "foreigners": "yes" if rules.foreigners else "no",
        "agree": "yes" if rules.agree else "no",
    }
    values |= {name: "yes" for name in (*_DECLARED, *_WAYS) if getattr(rules, name)}
    if book is not None:
        values |= {f"legal_basis_{code}": text for code, text in book.legal_basis.items()}
    else:  # whether foreign residents may sit is for the ordinance: nothing is chosen beforehand
        del values["foreigners"]
    return FormState(values)
