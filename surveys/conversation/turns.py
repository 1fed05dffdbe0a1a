"""What a person does in one turn of the conversation, and what they are shown next."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.conversation.progress import Progress
from surveys.questionnaire import Answers, Choice, Group, Kind, Localized, Media, Question


@dataclass(frozen=True, slots=True)
class Chose:
    """Tapped a choice, by its place among those on offer."""

    index: int


@dataclass(frozen=True, slots=True)
class Toggled:
    """Ticked a choice of several, or took the tick away. It is an answer only with `Done`."""

    index: int
    on: bool


@dataclass(frozen=True, slots=True)
class Done:
    """Goes on with what is chosen or already stands there."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Wrote a message."""

    text: str


@dataclass(frozen=True, slots=True)
class Located:
    """Sent a location."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Sent:
    """Sent a file, which is stored already: what it is, and the id of the attachment."""

    kind: Kind
    attachment: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Leaves the question without an answer."""


@dataclass(frozen=True, slots=True)
class Back:
    """Returns to the question before."""


@dataclass(frozen=True, slots=True)
class Show:
    """Wants to see the question again; nothing changes."""


Move = Chose | Toggled | Done | Typed | Located | Sent | Skip | Back | Show


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer was not taken: the sentence `chat.refusal_<code>`, unless the author wrote a message.

    found  indices of the choices that may have been meant
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    message: Localized = field(default_factory=dict)
    found: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to be answered.

    question     its label and hint hold the person's own answers where the author refers to them
    path         where it stands; in a repeat with the position of the member
    number       its place among the questions that apply, of `total` as far as can be known now
    choices      what may be chosen now, in the order shown
    selected     indices of what is chosen, in the order chosen where that matters
    value        the present answer, "" where there is none; `Done` keeps it
    notes        what is to be read before the question: notes passed on the way, labels of groups entered
    beside       what is shown or played with each note; then that of notes without a text
    limits       numbers that a hint may name: `low` and `high` of a range, `maximum` of choices
    refusal      what was wrong with the last move; the place has not changed
    """

    question: Question
    path: str
    number: int
    total: int
    choices: tuple[Choice, ...] = ()
    selected: tuple[int, ...] = ()
    value: str | list[str] = ""
    can_skip: bool = False
    can_go_back: bool = False
    notes: tuple[Localized, ...] = ()
    beside: tuple[Media, ...] = ()
    limits: Mapping[str, str | int] = field(default_factory=dict)
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRepeat:
    """Whether there is one more member of a repeat: `Chose(0)` is yes, `Chose(1)` is no.

    position  the number of the member that would be added, from 2
    selected  the answer given before, if any
    """

    group: Group
    path: str
    position: int
    selected: tuple[int, ...] = ()
    can_go_back: bool = False
    notes: tuple[Localized, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Nothing is left to ask.

    answers  what counts: only what applies, calculated values included, nothing that is kept for the profile
    kept     the answers that were asked for the person's profile
    notes    what the author says at the end
    """

    answers: Answers
    kept: Answers
    notes: tuple[Localized, ...] = ()


Outcome = Ask | AskRepeat | Finished


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the person stands after a move, and what they are shown."""

    progress: Progress
    outcome: Outcome
