"""What a button of a ballot, or of minutes, carries: which one, and what is wanted of it."""

from dataclasses import dataclass

from bot.digits import number, short, sign, yes
from deliberation.assembly_day.ballot_results import ANSWERS

_LETTERS = {answer: answer[0] for answer in ANSWERS}
_SAID = {letter: answer for answer, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class CastBallot:
    """What I say to a proposal: yes, no, abstain."""

    ballot_id: int
    answer: str


@dataclass(frozen=True, slots=True)
class TickPoint:
    """A point that should come first in the agenda, or not after all."""

    ballot_id: int
    point: int
    on: bool


@dataclass(frozen=True, slots=True)
class GetMinutes:
    """Send me the minutes."""

    minutes_id: int


BallotPayload = CastBallot | TickPoint | GetMinutes


def encode_ballot(payload: BallotPayload) -> str:
    """After the letter that stands for ballots."""
    match payload:
        case CastBallot(ballot_id, answer):
            return f"v:{short(ballot_id)}:{_LETTERS[answer]}"
        case TickPoint(ballot_id, point, on):
            return f"t:{short(ballot_id)}:{short(point)}:{sign(on)}"
        case GetMinutes(minutes_id):
            return f"m:{short(minutes_id)}"


def decode_ballot(kind: str, about: int, rest: list[str]) -> BallotPayload | None:
    """None, or an error of reading, for what nobody here wrote."""
    match kind, rest:
        case "v", [answer]:
            return CastBallot(about, _SAID[answer])
        case "t", [point, on]:
            return TickPoint(about, number(point), yes(on))
        case "m", []:
            return GetMinutes(about)
    return None
