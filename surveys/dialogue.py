"""The conversation about a questionnaire, as pure functions: where a person stands, what they do, what comes next.

Whoever calls keeps the `Progress` of a turn and hands it back with the next move. Nothing else is remembered.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from surveys.conversation.instance import Instance
from surveys.conversation.itinerary import Itinerary, Step
from surveys.conversation.offers import offers_of
from surveys.conversation.outline import SELECTS, SEVERAL, outline_of
from surveys.conversation.presentation import chosen, present
from surveys.conversation.progress import Progress
from surveys.conversation.spot import Value
from surveys.conversation.turns import (
    Back,
    Chose,
    Done,
    Located,
    Move,
    Refusal,
    Sent,
    Show,
    Skip,
    Toggled,
    Turn,
    Typed,
)
from surveys.conversation.validation import may_be_sent, read_location, read_typed, unsuited
from surveys.conversation.wording import names_choices, worded
from surveys.conversation.written_choices import find_similar, read_yes_or_no
from surveys.expressions import Scope
from surveys.questionnaire import ATTACHED, Choice, Kind, Localized, Questionnaire


def begin(questionnaire: Questionnaire, *, moment: datetime, zone: ZoneInfo) -> Turn:
    """The first question. Defaults are filled in as of this moment."""
    draws_lots = outline_of(questionnaire).draws_lots
    progress = Progress(seed=int(moment.timestamp() * 1_000_000) if draws_lots else 0)
    return Conversation(questionnaire, progress, moment, zone).go_on()


def advance(
    questionnaire: Questionnaire, progress: Progress, move: Move, *, moment: datetime, zone: ZoneInfo
) -> Turn:
    """What a move leads to.

    An answer that is taken leads to the first question that has none, or whose answer no longer holds; so whoever
    went back to correct something comes straight to where they were. One that is refused changes nothing.
    """
    return Conversation(questionnaire, progress, moment, zone).make(move)


class Conversation:
    """One turn of it; or several at one moment, for who stays and makes one move after the other."""

    def __init__(
        self, questionnaire: Questionnaire, progress: Progress, moment: datetime, zone: ZoneInfo
    ) -> None:
        outline = outline_of(questionnaire)
        self.progress = progress
        self.moment = moment
        self.zone = zone
        self.instance = Instance(
            outline,
            answers=progress.answers,
            filled=progress.filled,
            added=progress.added,
            seed=progress.seed,
            scope=Scope(
                instances=outline.instances,
                zone=zone,
                moment=moment,
                choice_name=names_choices(outline, questionnaire.default_language),
                version=questionnaire.version,
            ),
        )
        self.itinerary = Itinerary(self.instance)

    def take_up(self, progress: Progress, moment: datetime) -> bool:
        """Go on at a progress and a moment; whether that could be done, as nothing is to be worked out anew."""
        here, outline = self.progress, self.instance.outline
        alike = progress.answers is here.answers and progress.added is here.added
        if not alike or progress.filled is not self.instance.filled:
            return False
        if moment != self.moment:
            if outline.looks_at_clock:
                return False
            self.moment = moment
            self.instance.scope = replace(self.instance.scope, moment=moment)
        self.progress = progress
        return True

    def make(self, move: Move) -> Turn:
        """What a move leads to."""
        step = self.here()
        match move:
            case Back():
                return self.go_back()
            case _ if step is None:
                return self.go_on()
            case Show():
                return self.show()
        return self.add(step, move) if step.adds else self.answer(step, move)

    def here(self) -> Step | None:
        """The step on screen; None at the end, or where it does not apply any more."""
        return self.itinerary.find(self.progress.place)

    def show(self, refusal: Refusal | None = None) -> Turn:
        """The place as it is."""
        progress = replace(self.progress, filled=self.instance.filled)
        return Turn(progress, present(progress, self.instance, self.itinerary, refusal))

    def go_on(self) -> Turn:
        """To the first step that is still open, or to the end."""
        return self._stand_at(
            self.itinerary.first(lambda step: self._is_open(step) and self._can_be_asked(step))
        )

    def go_back(self) -> Turn:
        """To the step before; the first one stays. What was ticked but not confirmed is dropped."""
        behind = (step for step in self.itinerary.before(self.progress.place) if self._can_be_asked(step))
        return self._stand_at(next(behind, self.here()))

    def answer(self, step: Step, move: Move) -> Turn:
        """Take the move as an answer, or say why it is none."""
        if isinstance(move, Toggled):
            return self._tick(step, move)
        refusal = self.take(step, move)
        return self.go_on() if refusal is None else self.show(refusal)

    def take(self, step: Step, move: Move) -> Refusal | None:
        """Take the move as an answer and stay where one stands; why it is none, where it is not."""
        value = self._read(step, move)
        if value == Refusal("not_a_choice") and isinstance(move, Typed):
            value = self._search(step, move.text)
        refusal = value if isinstance(value, Refusal) else self._objection(step, value)
        if refusal is not None or isinstance(value, Refusal):
            return refusal
        self.itinerary.follow(self.instance.put(step.path, value))
        self.progress = replace(self.progress, answers=self.instance.answers, draft=None)
        return None

    def _search(self, step: Step, text: str) -> Refusal:
        """What was typed is no choice, but some may be meant by it."""
        found = find_similar(text, offers_of(self.instance, step.spot))
        return Refusal("similar", found=found) if found else Refusal("not_a_choice")

    def add(self, step: Step, move: Move) -> Turn:
        """Take the move as the answer to whether there is one more member of a repeat."""
        match move:
            case Chose(0 | 1 as index):
                wanted: bool | None = index == 0
            case Typed(text):
                wanted = read_yes_or_no(text)
            case Done():
                wanted = self.progress.added.get(step.path)
            case _:
                wanted = None
        if wanted is None:
            return self.show(Refusal("not_a_choice"))
        self.itinerary.follow(self.instance.add(step.path, wanted))
        self.progress = replace(self.progress, added=self.instance.added)
        return self.go_on()

    def _stand_at(self, step: Step | None) -> Turn:
        self.progress = replace(self.progress, place=step.path if step else None, draft=None)
        return self.show()

    def _tick(self, step: Step, move: Toggled) -> Turn:
        choices = offers_of(self.instance, step.spot)
        if step.spot.question.kind not in SEVERAL:
            return self.show(Refusal("not_here"))
        if not 0 <= move.index < len(choices):
            return self.show(Refusal("not_a_choice"))
        value, most = choices[move.index].value, step.spot.site.limits[1]
        rest = [other for other in self._ticked(step) if other != value]
        if move.on and most is not None and len(rest) >= most:
            return self.show(Refusal("too_many", {"maximum": most}, self._worded(step, "constraint_message")))
        if move.on != (value in self._ticked(step)):
            self.progress = replace(self.progress, draft=(*rest, value) if move.on else tuple(rest))
        return self.show()

    def _ticked(self, step: Step) -> tuple[str, ...]:
        return chosen(step.spot) if self.progress.draft is None else self.progress.draft

    def _read(self, step: Step, move: Move) -> Value | Refusal:
        """The value that a move means."""
        question, choices = step.spot.question, offers_of(self.instance, step.spot)
        match move:
            case Skip():
                return ""
            case Done():
                return self._read_done(step, choices)
            case Typed(text):
                value = read_typed(question, choices, text, self.moment, self.zone)
                return self._in_order(step, choices, value) if isinstance(value, list) else value
            case Located(latitude, longitude) if question.kind is Kind.GEOPOINT:
                return read_location(latitude, longitude)
            case Sent(kind, attachment):
                return ATTACHED + attachment if may_be_sent(question, kind) else unsuited(question)
            case Chose(0) if question.kind is Kind.ACKNOWLEDGE:
                return "OK"
            case Chose(index) if choices and question.kind not in SEVERAL:
                return choices[index].value if 0 <= index < len(choices) else Refusal("not_a_choice")
        return Refusal("not_here")

    def _read_done(self, step: Step, choices: tuple[Choice, ...]) -> Value | Refusal:
        kind = step.spot.question.kind
        if kind is Kind.ACKNOWLEDGE:
            return "OK"
        if kind not in SEVERAL:
            nothing = Refusal("nothing_chosen") if kind in SELECTS else Refusal("not_here")
            return step.spot.value or self._required(step) or nothing
        if ticked := self._ticked(step):
            return self._in_order(step, choices, list(ticked))
        if self.progress.draft is None:
            return Refusal("nothing_chosen")
        return Refusal("nothing_chosen") if self.instance.requires(step.spot) else ""

    def _in_order(self, step: Step, choices: tuple[Choice, ...], values: list[str]) -> list[str] | Refusal:
        """Several choices, as they are kept: those on offer, in their own order, or in the person's in a rank."""
        offered = [choice.value for choice in choices]
        least, most = step.spot.site.limits
        if step.spot.question.kind is Kind.RANK:
            kept = [value for value in values if value in offered]
            missing = [value for value in offered if value not in kept]
            if len(missing) > 1:
                return Refusal("too_few", {"minimum": len(offered)})
            return kept + missing
        kept = [value for value in offered if value in values]
        message = self._worded(step, "constraint_message")
        if len(kept) < least:
            return Refusal("too_few", {"minimum": least}, message)
        if most is not None and len(kept) > most:
            return Refusal("too_many", {"maximum": most}, message)
        return kept or Refusal("nothing_chosen")

    def _objection(self, step: Step, value: Value) -> Refusal | None:
        """Why a value cannot be the answer: the author's rules."""
        if not value:
            return self._required(step)
        if self.instance.allows(step.spot, value):
            return None
        return Refusal("constraint", message=self._worded(step, "constraint_message"))

    def _required(self, step: Step) -> Refusal | None:
        if not self.instance.requires(step.spot):
            return None
        return Refusal("required", message=self._worded(step, "required_message"))

    def _worded(self, step: Step, message: str) -> Localized:
        text: Localized = getattr(step.spot.question, message)
        return worded(text, self.instance, step.spot)

    def _is_open(self, step: Step) -> bool:
        """Whether it has no answer, or one that was good and is not any more."""
        if step.adds:
            return step.path not in self.progress.added
        value = self.progress.answers.get(step.path)
        if value is None:
            return True
        return step.spot.site.rechecked and not self._still_holds(step, value)

    def _still_holds(self, step: Step, value: Value) -> bool:
        if self._objection(step, value) is not None:
            return False
        if step.spot.site.choices is None:
            return True
        offered = {choice.value for choice in offers_of(self.instance, step.spot)}
        return offered.issuperset([value] if isinstance(value, str) and value else value)

    def _can_be_asked(self, step: Step) -> bool:
        """Whether there is anything to choose: where a filter leaves nothing, nobody is stopped there."""
        if step.adds or step.spot.question.kind not in SELECTS:
            return True
        return bool(offers_of(self.instance, step.spot))
