"""A form that somebody filled in on a tablet or on paper, put through the dialogue of the chat. Pure.

Nothing of the rules is told a second time: each thing written is a move of the same conversation, so that the three
ways to answer give the same data. All that is wrong is found at once.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from surveys.conversation.itinerary import Step
from surveys.conversation.offers import offers_of
from surveys.conversation.outline import SELECTS, SEVERAL
from surveys.conversation.progress import Progress
from surveys.conversation.shelf import Shelf
from surveys.conversation.turns import Chose, Done, Move, Outcome, Refusal, Sent, Skip, Typed
from surveys.conversation.wording import worded
from surveys.conversation.written_words import fold
from surveys.dialogue import Conversation, begin
from surveys.questionnaire import ATTACHED, SENT, Choice, Group, Node, Question, Questionnaire

Value = str | list[str]
Written = Mapping[str, Value]
"""Path → what was written there; "" was left out on purpose. The path of a further member of a repeat, as
"household[2]", may hold "yes" or "no"."""

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why what was written cannot be the answer; or why there must be one."""

    path: str
    node: Node
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form as far as the dialogue takes it.

    outcome     Finished only where nothing is wrong and nothing is open
    objections  everything that is wrong, in the order of the form
    left_out    paths where something was written though the question does not apply
    lines       the questions that apply, each with its path and its answer, to be looked over before sending in
    """

    progress: Progress
    outcome: Outcome
    objections: tuple[Objection, ...]
    left_out: tuple[str, ...]
    lines: tuple[tuple[str, Question, Value], ...]


def read_whole(
    questionnaire: Questionnaire, written: Written, *, moment: datetime, zone: ZoneInfo
) -> ReadForm:
    """Read a form on paper, which is complete: what is blank was left out. It holds no files, whatever is written."""
    begun = begin(questionnaire, moment=moment, zone=zone).progress
    talk = Conversation(questionnaire, begun, moment, zone)
    return _Reader(talk, written, whole=True).read()


def read_on(
    questionnaire: Questionnaire,
    before: Progress,
    written: Written,
    news: Collection[str],
    *,
    moment: datetime,
    zone: ZoneInfo,
) -> ReadForm:
    """Read on in a form that is being filled in: what is new, and what could not be taken before."""
    kept = {path: value for path, value in before.answers.items() if path not in news}
    talk = Conversation(questionnaire, replace(before, answers=kept), moment, zone)
    return _Reader(talk, written, whole=False).read()


_shelf = Shelf[int, tuple[Questionnaire, Questionnaire]](room=64)


def without_person(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire as a facilitator or a printed form asks it.

    Questions for a person's profile are left out: no person is known here in whose profile they could be kept. A file
    cannot be required, as paper holds none and a tablet takes none without a connection.
    """
    found = _shelf.find(id(questionnaire))
    if found is not None and found[0] is questionnaire:
        return found[1]
    asked = replace(questionnaire, nodes=tuple(_asked_without_person(questionnaire.nodes)))
    return _shelf.keep(id(questionnaire), (questionnaire, asked))[1]


def _asked_without_person(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Group):
            yield replace(node, nodes=tuple(_asked_without_person(node.nodes)))
        elif node.keep is None:
            yield replace(node, required="") if node.kind in SENT else node


class _Reader:
    """One reading of a form."""

    def __init__(self, talk: Conversation, written: Written, *, whole: bool) -> None:
        self.talk = talk
        self.written = written
        self.whole = whole
        self.objections: dict[str, Objection] = {}
        self.members = {member for path, value in written.items() if value for member in members_of(path)}

    def read(self) -> ReadForm:
        taken: set[str] = set()
        while step := next((step for step in self.talk.itinerary.steps if step.path not in taken), None):
            taken.add(step.path)
            if step.path not in self.talk.progress.answers:
                self._take(step)
        for step in self.talk.itinerary.steps:
            # An answer further on can make one before it wrong.
            if not step.adds and step.spot.site.rechecked and step.path not in self.objections:
                self._take(step)
        turn = self.talk.go_on()
        steps = self.talk.itinerary.steps
        asked = [step.path for step in steps]
        return ReadForm(
            progress=turn.progress,
            outcome=turn.outcome,
            objections=tuple(self.objections[path] for path in asked if path in self.objections),
            left_out=tuple(path for path, value in self.written.items() if value and path not in asked),
            lines=tuple(self._line(step) for step in steps if not step.adds),
        )

    def _line(self, step: Step) -> tuple[str, Question, Value]:
        label = worded(step.spot.question.label, self.talk.instance, step.spot)
        return step.path, replace(step.spot.question, label=label), step.spot.value

    def _take(self, step: Step) -> None:
        """Play what is written at a step, where anything is."""
        move = self._added(step) if step.adds else self._answer(step)
        if move is None:
            return
        self.objections.pop(step.path, None)
        if isinstance(move, Refusal):
            self.objections[step.path] = Objection(step.path, step.spot.site.node, move)
            return
        if isinstance(move, tuple):
            self.talk.progress = replace(self.talk.progress, draft=move)
            move = Done()
        if step.adds:
            self.talk.add(step, move)
        elif refusal := self.talk.take(step, move):
            self.objections[step.path] = Objection(step.path, step.spot.site.node, refusal)
            self.talk.progress = replace(self.talk.progress, draft=None)

    def _added(self, step: Step) -> Move | None:
        """Whether there is one more member: it was said, or something is written for it."""
        said = self.written.get(step.path)
        if not (said in (YES, NO) or step.path in self.members or self.whole):
            return None
        wanted = said == YES or step.path in self.members
        return None if self.talk.progress.added.get(step.path) is wanted else Chose(0 if wanted else 1)

    def _answer(self, step: Step) -> Move | tuple[str, ...] | Refusal | None:
        """The move that what is written stands for; several choices as their values."""
        value = self.written.get(step.path)
        if value is None and not self.whole:
            return None
        question = step.spot.question
        offers = offers_of(self.talk.instance, step.spot) if question.kind in SELECTS else ()
        if not value:
            return Skip() if offers or question.kind not in SELECTS else None
        if question.kind in SENT and self.whole:
            return Skip()
        if question.kind in SENT and isinstance(value, str) and value.startswith(ATTACHED):
            return Sent(question.kind, value.removeprefix(ATTACHED))
        if question.kind not in SELECTS:
            return Typed(value if isinstance(value, str) else " ".join(value))
        found = [_meant(each, offers) for each in ([value] if isinstance(value, str) else value)]
        known = tuple(each for each in found if each is not None)
        if len(known) < len(found) or (question.kind not in SEVERAL and len(known) > 1):
            return Refusal("not_a_choice")
        if question.kind in SEVERAL:
            return tuple(dict.fromkeys(offers[index].value for index in known))
        return Chose(known[0])


def _meant(text: str, offers: Sequence[Choice]) -> int | None:
    """The choice that is written: by its value, else by its label in any language. Never by its place in the list."""
    for index, choice in enumerate(offers):
        if choice.value == text:
            return index
    typed = fold(text)
    labelled = {
        index
        for index, choice in enumerate(offers)
        if typed and any(fold(label) == typed for label in (*choice.label.values(), choice.value))
    }
    return labelled.pop() if len(labelled) == 1 else None


def members_of(path: str) -> Iterator[str]:
    """The members of repeats that a path stands in: "home[2]/pet[1]/name" → "home[2]", "home[2]/pet[1]"."""
    return (path[: found.end()] for found in re.finditer(r"\](?=/)", path))
