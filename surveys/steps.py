"""What a turn of a consultation says: the chat shows it, in the person's language."""

from dataclasses import dataclass
from datetime import date

from surveys.conversation.turns import Ask, AskRepeat, Move
from surveys.questionnaire import Localized


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button of a question carries: which consultation, which turn of it, and the move it stands for."""

    consultation_id: int
    turn: int
    move: Move


@dataclass(frozen=True, slots=True)
class Asked:
    """The next question, or the same again with what was wrong."""

    language: str
    consultation_id: int
    title: Localized
    turn: int
    ask: Ask | AskRepeat
    languages: tuple[str, ...]
    stale: bool = False
    """The button that was tapped belonged to an earlier question; this is where the person stands."""
    left_map: bool = False
    """The question before asked for a place: the phone's button for sending it has had its time."""
    default_language: str = "es"
    """What is read where a text is not in the person's language."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The last question is answered; the person has not yet sent the answers in."""

    language: str
    consultation_id: int
    title: Localized
    turn: int
    notes: tuple[Localized, ...] = ()
    left_map: bool = False
    default_language: str = "es"


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answers count from now on."""

    language: str
    consultation_id: int
    title: Localized
    closes_on: date | None
    ask_to_quote: bool


@dataclass(frozen=True, slots=True)
class AlreadySent:
    """The answers were sent in; a button left over from before does not open them again."""

    language: str
    consultation_id: int
    title: Localized


@dataclass(frozen=True, slots=True)
class Closed:
    """The consultation takes no answers any more."""

    language: str
    title: Localized


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """No question is waiting for this person."""


Step = Asked | Ready | Submitted | AlreadySent | Closed | NothingOpen


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """A consultation as the chat lists it."""

    id: int
    title: Localized
    state: str
    closes_on: date | None
