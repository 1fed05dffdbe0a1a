"""Voting in the chat: every handler decodes, asks a use case what happened, and shows it."""

from bot.context import Context
from bot.deliberating import SEVERAL, Words
from bot.deliberating_pictures import show_nearness
from bot.handlers import consultations
from bot.handlers.listening import just_heard, read_out
from bot.message import Button, Message
from bot.voting_data import (
    HearStatement,
    ListProposals,
    ListVotes,
    Propose,
    ShowAgain,
    StopVoting,
    TakePart,
    VoteOn,
    WhereIStand,
    WithdrawVotes,
)
from core.people import NotEnrolled
from deliberation.opinions.nearness import find_nearness
from deliberation.opinions.own_votes import (
    VotesToWithdraw,
    VotesWithdrawn,
    Withdrawal,
    list_own_statements,
    list_own_votes,
    look_at_votes,
    withdraw_votes,
)
from deliberation.opinions.places import VotingPlace, find_writing, list_deliberations_for
from deliberation.opinions.proposing import begin_writing, say_or_propose
from deliberation.opinions.steps import (
    AllVoted,
    NotTaken,
    NoVoting,
    ProposalStep,
    Shown,
    VotingOver,
    VotingStep,
    Writing,
)
from deliberation.opinions.voting import look, show_again, take_part, vote
from surveys.conversation.turns import Refusal, Typed
from surveys.places import find_place
from surveys.responses import list_open
from surveys.speech.passages import read_text
from surveys.speech.playlist import Track
from surveys.steps import NothingOpen


async def on_deliberations(context: Context) -> None:
    """`/opinar`: those that take votes and are for this person."""
    language = await _language(context)
    lines = await context.read(list_deliberations_for, context.index, context.house.settings.zone)
    if lines:
        await context.send(_words(context, language).deliberations(lines))
    else:
        await context.send(Message(context.text("votings_none", language)))


async def on_take_part(context: Context, payload: TakePart) -> None:
    """Begin, or go on where one stopped."""
    step = await context.once(take_part, context.index, payload.deliberation_id, context.house.settings.zone)
    await _show(context, payload.deliberation_id, step)


async def on_vote(context: Context, payload: VoteOn) -> None:
    """A vote, and the next statement. With the seventh the person sees where they stand."""
    given = payload.deliberation_id, payload.turn, payload.value
    step = await context.once(vote, context.index, *given, context.house.settings.zone)
    if isinstance(step, Shown | AllVoted) and step.new_vote and step.given == SEVERAL:
        await context.stop_wheel()
        if await _show_nearness(context, payload.deliberation_id):
            await context.send(_render(context, step))  # below what belongs to it
            return
    await _show(context, payload.deliberation_id, step)


async def on_show_again(context: Context, payload: ShowAgain) -> None:
    """A statement that was voted on, to vote anew."""
    wanted = payload.deliberation_id, payload.statement
    step = await context.once(show_again, context.index, *wanted, context.house.settings.zone)
    await _show(context, payload.deliberation_id, step)


async def on_list_votes(context: Context, payload: ListVotes) -> None:
    """What the person has voted so far."""
    zone = context.house.settings.zone
    own = await context.read(list_own_votes, context.index, payload.deliberation_id, zone)
    if isinstance(own, VotingOver | NoVoting):
        await _show(context, payload.deliberation_id, own)
    else:
        await context.answer(_words(context, own.language).votes(own, payload.page))


async def on_hear(context: Context, payload: HearStatement) -> None:
    """The statement on screen is read aloud. Of one that has passed: the person is shown where they stand."""
    if await just_heard(context, payload):
        return
    zone = context.house.settings.zone
    step = await context.house.database.run(look, context.index, payload.deliberation_id, zone)
    if not isinstance(step, Shown) or step.turn != payload.turn:
        await _show(context, payload.deliberation_id, step)
        return
    heard = _words(context, step.language).aloud(step)
    spoken = next(iter(heard))
    await read_out(context, payload, [Track(spoken, read_text(heard, spoken), kept=True)], step.language)


async def on_propose(context: Context, payload: Propose) -> None:
    """The person's next message is a statement of theirs; or they have thought again."""
    zone = context.house.settings.zone
    if not payload.begins:
        await on_take_part(context, TakePart(payload.deliberation_id))
        return
    step = await context.once(begin_writing, context.index, payload.deliberation_id, zone)
    if step is not None:
        await show_proposal(context, step)
        return
    # It was done before: the person still writes, or has thought again since, and what they send next is no statement.
    place = await context.read(find_writing, context.index)
    if place is not None and place.deliberation_id == payload.deliberation_id:
        await show_proposal(context, Writing(place.language, place.deliberation_id, place.title))
    else:
        await _show(context, payload.deliberation_id, None)


async def on_list_proposals(context: Context, payload: ListProposals) -> None:
    """What became of what the person proposed. Shown to who asks for it, below the message that told of it."""
    zone = context.house.settings.zone
    own = await context.read(list_own_statements, context.index, payload.deliberation_id, zone)
    if isinstance(own, VotingOver | NoVoting):
        await _show(context, payload.deliberation_id, own)
        return
    await context.stop_wheel()
    await context.send(_words(context, own.language).proposals(own))


async def on_where_i_stand(context: Context, payload: WhereIStand) -> None:
    """The person and the others, in words and in a picture."""
    await context.stop_wheel()
    if not await _show_nearness(context, payload.deliberation_id):
        words = _words(context, await _language(context))
        go_on = [[words.go_on(payload.deliberation_id)]]
        await context.send(Message(words.text("nearness_nothing"), go_on))


async def on_stop_voting(context: Context, payload: StopVoting) -> None:
    """Enough for now."""
    await context.answer(_words(context, await _language(context)).stopped(payload.deliberation_id))


async def on_withdraw_votes(context: Context, payload: WithdrawVotes) -> None:
    """Asks once for certainty; then the votes are gone, or stay."""
    about, database = (context.index, payload.deliberation_id), context.house.database
    step: Withdrawal
    if payload.sure is None:
        step = await context.read(look_at_votes, *about)
    elif payload.sure:
        done = await context.once(withdraw_votes, *about, payload.turn)
        if done is None:  # it was done before: say it again
            done = await database.run(withdraw_votes, *about, payload.turn)
        step = done
        if isinstance(step, VotesWithdrawn) and step.found:
            await database.scrub()
    else:
        await context.answer(Message(context.text("erase_kept", await _language(context))))
        return
    match step:
        case VotesToWithdraw():
            await context.answer(_words(context, step.language).withdrawing(step))
        case VotesWithdrawn():
            await context.answer(_words(context, step.language).withdrawn(step.title))
        case VotingOver() | NoVoting():
            await _show(context, payload.deliberation_id, step)


async def on_text(context: Context) -> None:
    """The person wrote something: a statement, if they are about to make one, else the answer to the question."""
    message, house = context.incoming.effective_message, context.house
    typed = Typed((message and message.text) or "")
    step = await context.once(say_or_propose, context.index, typed, house.hear, house.settings.zone)
    if isinstance(step, ProposalStep):
        await show_proposal(context, step)
    elif not isinstance(step, NothingOpen) or not await _say_how_to_vote(context):
        await consultations.show(context, step)


async def show_proposal(context: Context, step: ProposalStep | None) -> None:
    """What became of a proposal. Who was in the middle of a question sees it again, below.

    None: this update has had its effect before.
    """
    match step:
        case None:
            await consultations.show(context, None)
        case VotingOver():
            await context.answer(_words(context, step.language).over(step))
        case NoVoting():
            await _say_stale(context)
        case _:
            await context.answer(_words(context, step.language).proposal(step))
            if isinstance(step, Writing | NotTaken):
                return
            asked = await context.read(find_place, context.index)
            if asked is not None:
                await consultations.show_place(context, step.language)


async def say_not_taken(context: Context, writing: VotingPlace, refusal: Refusal) -> None:
    """What was sent is no voice note; the person may try again."""
    words = _words(context, writing.language)
    back = Button(words.text("button_stop_writing"), Propose(writing.deliberation_id, begins=False))
    text = words.text("refusal_" + refusal.code, **refusal.params)
    await context.send(Message(f"{text}\n\n{words.text('propose_how')}", [[back]]))


async def _show(context: Context, deliberation_id: int, step: VotingStep | None) -> None:
    """Show what a use case says. None: this update has had its effect before; show where the person stands."""
    if step is None:
        zone = context.house.settings.zone
        step = await context.house.database.run(look, context.index, deliberation_id, zone)
    if isinstance(step, NoVoting):  # the button leads nowhere, and must not hide what is on screen
        await _say_stale(context)
        return
    stale = isinstance(step, Shown | AllVoted) and step.stale
    await context.answer(
        _render(context, step), context.text("stale_button", step.language) if stale else None
    )


def _render(context: Context, step: Shown | AllVoted | VotingOver) -> Message:
    words = _words(context, step.language)
    match step:
        case Shown():
            return words.statement(step)
        case AllVoted():
            return words.all_voted(step)
        case VotingOver():
            return words.over(step)


async def _say_stale(context: Context) -> None:
    await context.stop_wheel(context.text("stale_button", await _language(context)))


async def _say_how_to_vote(context: Context) -> bool:
    """False for who is not in the middle of voting."""
    lines = await context.read(list_deliberations_for, context.index, context.house.settings.zone)
    begun = [line for line in lines if line.begun]
    if begun:
        asked = await context.read(list_open, context.index, context.house.settings.zone)
        left = [line for line in asked if line.state == "started"]
        await context.send(_words(context, await _language(context)).typed(begun, left))
    return bool(begun)


async def _show_nearness(context: Context, deliberation_id: int) -> bool:
    """False where there is nothing to be said yet."""
    settings = context.house.settings
    about = context.index, deliberation_id, settings.disclosure_threshold, settings.zone
    found = await context.read(find_nearness, *about)
    match found:
        case NoVoting():
            return False
        case VotingOver():
            await context.send(_words(context, found.language).over(found))
            return True
        case _:
            return not found.is_empty and await show_nearness(context, found)


def _words(context: Context, language: str) -> Words:
    return Words(context.house.translator, language, can_speak=context.can_speak)


async def _language(context: Context) -> str:
    language = await context.language()
    if language is None:
        raise NotEnrolled
    return language
