"""Taking back all answers of one consultation."""

from bot.callback_data import Withdraw
from bot.context import Context
from bot.message import Button, Message
from i18n.localized import pick
from surveys.steps import Closed, NothingOpen
from surveys.withdrawal import Withdrawable, Withdrawn, look_at_answers, withdraw


async def on_withdraw(context: Context, payload: Withdraw) -> None:
    """Asks once for certainty; then the answers are gone, or stay."""
    about = context.index, payload.consultation_id
    match payload.sure:
        case None:
            await _tell(context, await context.read(look_at_answers, *about))
        case True:
            step = await context.once(withdraw, *about, payload.turn)
            if step is None:  # it was done before: say it again
                step = await context.house.database.run(withdraw, *about, payload.turn)
            if isinstance(step, Withdrawn) and step.found:
                await context.house.database.scrub()
            await _tell(context, step)
        case False:
            language = await context.language()
            if language is not None:
                await context.answer(Message(context.text("erase_kept", language)))


async def _tell(context: Context, step: Withdrawable | Withdrawn | Closed | NothingOpen) -> None:
    if isinstance(step, NothingOpen):
        await context.stop_wheel()
        return
    language, title = step.language, pick(step.title, step.language).text
    match step:
        case Withdrawable():
            rows = [
                [Button(context.text(f"button_erase_{word}", language), _payload(step, sure=sure))]
                for word, sure in (("yes", True), ("no", False))
            ]
            await context.answer(Message(context.text("withdraw_question", language, title=title), rows))
        case Withdrawn():
            await context.answer(Message(context.text("withdrawn", language, title=title)))
        case Closed():
            await context.answer(Message(context.text("withdraw_closed", language, title=title)))


def _payload(step: Withdrawable, *, sure: bool) -> Withdraw:
    return Withdraw(step.consultation_id, step.turn, sure)
