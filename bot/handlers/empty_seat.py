"""The empty seat in the chat: what it is, asking for it, agreeing with others, the code for the door, the report."""

from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec

from sqlalchemy.orm import Session

from bot.callback_data import Payload
from bot.chairs import Chair
from bot.context import Context
from bot.handlers import consultations
from bot.handlers.deliberations import on_text
from bot.message import Message
from bot.seat_data import (
    AskForSeat,
    Declare,
    DeclareForCall,
    GetCredential,
    GoForward,
    ListSeats,
    ReportBack,
    SayPurpose,
    ShowCall,
    ShowRequest,
    ShowSeat,
    TakePosition,
    WithdrawRequest,
)
from core.errors import Conflict, NotFound
from core.people import NotEnrolled
from deliberation.empty_seat.asking import (
    NotOpen,
    RulesChanged,
    TooLong,
    ask_for_seat,
    say_purpose,
    withdraw_request,
)
from deliberation.empty_seat.credentials import make_credential
from deliberation.empty_seat.delegation import get_call, list_calls, put_forward
from deliberation.empty_seat.items import Offer, get_seat_item, list_offer
from deliberation.empty_seat.own_requests import OwnRequest, get_own_request, list_own_requests, rules_of
from deliberation.empty_seat.positions import state_position
from deliberation.empty_seat.reporting import write_report
from deliberation.empty_seat.rule_book import find_rules
from deliberation.empty_seat.rules import Rules, asked_of
from surveys.places import find_place

P = ParamSpec("P")


async def on_chair(context: Context) -> None:
    """`/silla`: what it is, and for what it can be asked for."""
    chair = await _chair(context)
    await context.send(chair.offer(*await context.read(_all, context.index)))


async def on_list_seats(context: Context, _payload: ListSeats) -> None:
    """Back to the list."""
    chair = await _chair(context)
    await context.answer(chair.offer(*await context.read(_all, context.index)))


async def on_show_seat(context: Context, payload: ShowSeat) -> None:
    """One item, and all that one must know before one asks; who has asked sees how that stands."""
    chair = await _chair(context)
    for own in await context.read(list_own_requests, context.index):
        if own.item_id == payload.item_id and own.holds_item:
            await _show(context, chair, own)
            return
    try:
        book, item = await context.read(get_seat_item, payload.item_id)
    except NotFound:
        await context.answer(chair.over())
        return
    await context.answer(chair.item(book, item))


async def on_declare(context: Context, payload: Declare) -> None:
    """The next declaration. Under other rules than those that were read the person begins anew."""
    chair = await _chair(context)
    try:
        book, item = await context.read(get_seat_item, payload.item_id)
    except NotFound:
        await context.answer(chair.over())
        return
    if book.id != payload.rules_id or len(payload.said) > len(asked_of(book.rules)):
        await context.answer(chair.item(book, item))
    else:
        await context.answer(chair.declare(book, item, payload.said))


async def on_ask_for_seat(context: Context, payload: AskForSeat) -> None:
    """The person asks."""
    chair = await _chair(context)
    book = await context.read(find_rules)
    rules = Rules() if book is None else book.rules
    declared = dict(zip(map(str, asked_of(rules)), payload.said, strict=False))
    about = payload.item_id, payload.rules_id, declared
    asked = await context.once(ask_for_seat, context.index, *about)
    match asked or await _last(context, payload.item_id):
        case None:
            await on_show_seat(context, ShowSeat(payload.item_id))
        case RulesChanged(item_id):
            await on_show_seat(context, ShowSeat(item_id))
        case NotOpen(unmet):
            await context.answer(chair.not_open(unmet, rules))
        case own:
            await _show(context, chair, own)


async def on_show_call(context: Context, payload: ShowCall) -> None:
    """An assembly of the person's seeks somebody."""
    await _with_call(context, payload.request, lambda chair, call: chair.call(call))


async def on_declare_for_call(context: Context, payload: DeclareForCall) -> None:
    """The next declaration for it."""
    said = payload.said
    await _with_call(
        context,
        payload.request,
        lambda chair, call: chair.declare_for_call(call, said[: len(asked_of(call.rules))]),
    )


async def on_go_forward(context: Context, payload: GoForward) -> None:
    """The person would go for their assembly."""
    chair = await _chair(context)
    try:
        call = await context.read(get_call, context.index, payload.request)
        declared = dict(zip(map(str, asked_of(call.rules)), payload.said, strict=False))
        stored = await context.once(put_forward, context.index, payload.request, declared)
    except NotFound:
        await context.answer(chair.over())
        return
    match stored:
        case None | RulesChanged():  # None: it was done before, and may have been taken back since
            await context.answer(chair.call(call))
        case NotOpen(unmet):
            await context.answer(chair.not_open(unmet, call.rules))
        case _:
            await context.answer(chair.forward(stored))


async def on_show_request(context: Context, payload: ShowRequest) -> None:
    """How a request of one's own stands."""
    own = await context.read(get_own_request, context.index, payload.request)
    await _show(context, await _chair(context), own)


async def on_take_position(context: Context, payload: TakePosition) -> None:
    """How the person would vote."""
    await _change(context, state_position, payload.request, payload.position)


async def on_withdraw_request(context: Context, payload: WithdrawRequest) -> None:
    """Asks once for certainty; then it is withdrawn."""
    if payload.sure:
        await _change(context, withdraw_request, payload.request)
        return
    own = await context.read(get_own_request, context.index, payload.request)
    chair = await _chair(context)
    if own.is_alive and payload.sure is None:
        await context.answer(chair.withdrawing(own))
    else:
        await _show(context, chair, own)


async def on_get_credential(context: Context, payload: GetCredential) -> None:
    """A code for the door, below; the one before is good for nothing any more."""
    chair = await _chair(context)
    try:
        code = await context.once(make_credential, context.index, payload.request, context.house.vault)
    except Conflict:
        await context.answer(chair.over())
        return
    own = await context.read(get_own_request, context.index, payload.request)
    if code is None:  # it was shown before, and a later one may be written down by now
        await _show(context, chair, own)
        return
    await context.stop_wheel()
    await context.send(chair.credential(code, own))


async def on_say_purpose(context: Context, payload: SayPurpose) -> None:
    """The reply to what is sent now is what the person would say there."""
    own = await context.read(get_own_request, context.index, payload.request)
    chair = await _chair(context)
    if own.is_alive and own.is_ahead:
        await context.stop_wheel()
        await context.send(chair.ask_purpose(own))
    else:
        await context.answer(chair.over())


async def on_report_back(context: Context, payload: ReportBack) -> None:
    """The reply to what is sent now is what happened there."""
    own = await context.read(get_own_request, context.index, payload.request)
    chair = await _chair(context)
    if own.sits and own.came and not own.is_reported:
        await context.stop_wheel()
        await context.send(chair.ask_report(own))
    else:
        await context.answer(chair.over())


async def on_reply_text(context: Context) -> None:
    """A reply to a message of ours: to a prompt of the empty seat, else a text like any other.

    Only a reply is taken for it: an answer to the question on screen goes where it belongs.
    """
    message = context.incoming.effective_message
    prompt = message.reply_to_message if message is not None else None
    ours = prompt is not None and prompt.from_user is not None and prompt.from_user.id == context.bot.id
    found = await _find_prompt(context, prompt.text or "") if ours and prompt is not None else None
    if message is None or found is None:
        await on_text(context)
        return
    number, keep = found
    chair = await _chair(context)
    try:
        kept = await context.once(keep, context.index, number, message.text or "", context.house.hear)
    except Conflict:
        await context.send(chair.over())
        return
    own = await context.read(get_own_request, context.index, number)  # also where it was done before
    if isinstance(kept, TooLong):
        await context.send(chair.too_long(kept.length, kept.most))
        await context.send(chair.ask_purpose(own) if keep is say_purpose else chair.ask_report(own))
        return
    if keep is write_report:
        await context.send(chair.report_kept(own))
    else:
        await _show(context, chair, own)
    if await context.read(find_place, context.index) is not None:
        await consultations.show_place(context, await _language(context))


async def list_seat_lines(context: Context, language: str) -> list[str]:
    """What is kept of the person's requests, for `/misdatos`."""
    house, lines = context.house, []
    chair = Chair(house.translator, language, house.settings.zone)
    for own in await context.read(list_own_requests, context.index):
        lines += ["", *chair.own_data(own, await context.read(rules_of, own.number))]
    return lines


async def _find_prompt(context: Context, text: str) -> tuple[int, Callable[..., Any]] | None:
    """Which of the person's own requests a message of ours asked about, and what the reply to it is."""
    house = context.house
    for own in await context.read(list_own_requests, context.index):
        for language in house.translator.languages:
            chair = Chair(house.translator, language, house.settings.zone)
            if text == chair.purpose_prompt(own.number):
                return own.number, say_purpose
            if text == chair.report_prompt(own.number):
                return own.number, write_report
    return None


def _all(db: Session, index: bytes) -> tuple[Offer, list[Any], list[OwnRequest]]:
    return list_offer(db), list_calls(db, index), list_own_requests(db, index)


async def _with_call(context: Context, number: int, write: Callable[[Chair, Any], Message]) -> None:
    chair = await _chair(context)
    try:
        call = await context.read(get_call, context.index, number)
    except NotFound:
        await context.answer(chair.over())
        return
    await context.answer(write(chair, call))


async def _change(
    context: Context,
    use_case: Callable[Concatenate[Session, bytes, int, P], OwnRequest],
    number: int,
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Let the person change a request of theirs, and show how it stands."""
    chair = await _chair(context)
    try:
        own = await context.once(use_case, context.index, number, *args, **kwargs)
    except Conflict:
        await context.answer(chair.over())
        return
    if own is None:  # it was done before, and may stand otherwise by now
        own = await context.read(get_own_request, context.index, number)
    await _show(context, chair, own)


async def _last(context: Context, item_id: int) -> OwnRequest | None:
    """What the person asked for themselves in an item, of an update that had its effect before."""
    found = await context.read(list_own_requests, context.index)
    mine = [each for each in found if each.item_id == item_id and not each.by_assembly]
    return mine[-1] if mine else None


async def _show(context: Context, chair: Chair, own: OwnRequest) -> None:
    rules = await context.read(rules_of, own.number)
    await context.answer(chair.request(own, rules))


async def _chair(context: Context) -> Chair:
    house = context.house
    return Chair(house.translator, await _language(context), house.settings.zone)


async def _language(context: Context) -> str:
    language = await context.language()
    if language is None:
        raise NotEnrolled
    return language


SEAT_HANDLERS: dict[type[Payload], Callable[[Context, Any], Awaitable[None]]] = {
    ListSeats: on_list_seats,
    ShowSeat: on_show_seat,
    Declare: on_declare,
    AskForSeat: on_ask_for_seat,
    ShowCall: on_show_call,
    DeclareForCall: on_declare_for_call,
    GoForward: on_go_forward,
    ShowRequest: on_show_request,
    SayPurpose: on_say_purpose,
    TakePosition: on_take_position,
    GetCredential: on_get_credential,
    ReportBack: on_report_back,
    WithdrawRequest: on_withdraw_request,
}
"""What each button of the empty seat does."""
