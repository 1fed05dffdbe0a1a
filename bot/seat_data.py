"""What a button of the empty seat carries. What was declared travels along: until one asks, nothing is stored."""

from dataclasses import dataclass

from bot.digits import number, short, sign, yes
from deliberation.empty_seat.rules import DECLARED, POSITIONS

Said = tuple[bool, ...]
"""Whether each rule that was asked about is met, in the order of the questions."""


@dataclass(frozen=True, slots=True)
class ListSeats:
    """For what can the seat be asked for? Always of nothing in particular."""

    nothing: int = 0


@dataclass(frozen=True, slots=True)
class ShowSeat:
    """What is this item, and what would I take upon me?"""

    item_id: int


@dataclass(frozen=True, slots=True)
class Declare:
    """What I have declared so far for an item, under these rules: ask me the next thing."""

    item_id: int
    rules_id: int
    said: Said = ()


@dataclass(frozen=True, slots=True)
class AskForSeat:
    """I have declared all of it, and ask for the seat."""

    item_id: int
    rules_id: int
    said: Said


@dataclass(frozen=True, slots=True)
class ShowCall:
    """My assembly seeks somebody: what would I take upon me?"""

    request: int


@dataclass(frozen=True, slots=True)
class DeclareForCall:
    """What I have declared so far in order to be sent by my assembly."""

    request: int
    said: Said = ()


@dataclass(frozen=True, slots=True)
class GoForward:
    """I have declared all of it, and would go."""

    request: int
    said: Said


@dataclass(frozen=True, slots=True)
class ShowRequest:
    """How does my request stand?"""

    request: int


@dataclass(frozen=True, slots=True)
class SayPurpose:
    """I want to write what I would say there."""

    request: int


@dataclass(frozen=True, slots=True)
class TakePosition:
    """How I would vote."""

    request: int
    position: str


@dataclass(frozen=True, slots=True)
class GetCredential:
    """Give me a code for the council's door."""

    request: int


@dataclass(frozen=True, slots=True)
class ReportBack:
    """I want to write what happened there."""

    request: int


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """I do not want to sit. `sure` is None where it is to be asked."""

    request: int
    sure: bool | None = None


SeatPayload = (
    ListSeats
    | ShowSeat
    | Declare
    | AskForSeat
    | ShowCall
    | DeclareForCall
    | GoForward
    | ShowRequest
    | SayPurpose
    | TakePosition
    | GetCredential
    | ReportBack
    | WithdrawRequest
)
_PLAIN = {
    "l": ListSeats,
    "s": ShowSeat,
    "c": ShowCall,
    "r": ShowRequest,
    "p": SayPurpose,
    "k": GetCredential,
    "t": ReportBack,
}
_LETTERS = {kind: letter for letter, kind in _PLAIN.items()}


def encode_seat(payload: SeatPayload) -> str:
    """After the letter that stands for the empty seat."""
    match payload:
        case Declare(item_id, rules_id, said):
            return f"d:{short(item_id)}:{short(rules_id)}:{_signs(said)}"
        case AskForSeat(item_id, rules_id, said):
            return f"a:{short(item_id)}:{short(rules_id)}:{_signs(said)}"
        case DeclareForCall(request, said):
            return f"e:{short(request)}:{_signs(said)}"
        case GoForward(request, said):
            return f"f:{short(request)}:{_signs(said)}"
        case TakePosition(request, position):
            return f"v:{short(request)}:{POSITIONS.index(position)}"
        case WithdrawRequest(request, sure):
            return f"x:{short(request)}:{'q' if sure is None else sign(sure)}"
        case ListSeats(about) | ShowSeat(about) | ShowCall(about) | ShowRequest(about):
            return f"{_LETTERS[type(payload)]}:{short(about)}"
        case SayPurpose(about) | GetCredential(about) | ReportBack(about):
            return f"{_LETTERS[type(payload)]}:{short(about)}"


def decode_seat(kind: str, about: int, rest: list[str]) -> SeatPayload | None:
    """None, or an error of reading, for what nobody here wrote."""
    match kind, rest:
        case "d", [rules, said]:
            return Declare(about, number(rules), _said(said))
        case "a", [rules, said]:
            return AskForSeat(about, number(rules), _said(said))
        case "e", [said]:
            return DeclareForCall(about, _said(said))
        case "f", [said]:
            return GoForward(about, _said(said))
        case "v", [place]:
            return TakePosition(about, POSITIONS[number(place)])
        case "x", [sure]:
            return WithdrawRequest(about, None if sure == "q" else yes(sure))
        case letter, [] if letter in _PLAIN:
            plain: SeatPayload = _PLAIN[letter](about)
            return plain
    return None


def _signs(said: Said) -> str:
    return "".join(map(sign, said))


def _said(signs: str) -> Said:
    if len(signs) > len(DECLARED):
        raise ValueError(signs)
    return tuple(map(yes, signs))
