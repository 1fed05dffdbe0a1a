"""What a button of a deliberation carries: which one, and what is wanted of it. `callback_data` says the rest."""

from dataclasses import dataclass

from bot.digits import number, short, sign, yes

_VALUES = {1: "y", -1: "n", 0: "p"}
_SAID = {letter: value for value, letter in _VALUES.items()}


@dataclass(frozen=True, slots=True)
class TakePart:
    """Begin to vote, or go on."""

    deliberation_id: int


@dataclass(frozen=True, slots=True)
class VoteOn:
    """What I say to the statement on screen: 1 agree, 0 pass, -1 disagree."""

    deliberation_id: int
    turn: int
    value: int


@dataclass(frozen=True, slots=True)
class ShowAgain:
    """Show me a statement that I have voted on. Its number is its name in public."""

    deliberation_id: int
    statement: int


@dataclass(frozen=True, slots=True)
class ListVotes:
    """What I have voted so far, a page of it."""

    deliberation_id: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class HearStatement:
    """Read me the statement on screen."""

    deliberation_id: int
    turn: int


@dataclass(frozen=True, slots=True)
class Propose:
    """My next message is a statement of mine; or it is not, after all."""

    deliberation_id: int
    begins: bool = True


@dataclass(frozen=True, slots=True)
class ListProposals:
    """What became of the statements that I proposed."""

    deliberation_id: int


@dataclass(frozen=True, slots=True)
class WhereIStand:
    """Show me and the others."""

    deliberation_id: int


@dataclass(frozen=True, slots=True)
class StopVoting:
    """Enough for now: my place is kept."""

    deliberation_id: int


@dataclass(frozen=True, slots=True)
class WithdrawVotes:
    """Take back all my votes. `sure` is None where it is to be asked; `turn` is where I stood when it was."""

    deliberation_id: int
    turn: int = 0
    sure: bool | None = None


VotingPayload = (
    TakePart
    | VoteOn
    | ShowAgain
    | ListVotes
    | HearStatement
    | Propose
    | ListProposals
    | WhereIStand
    | StopVoting
    | WithdrawVotes
)


def encode_voting(payload: VotingPayload) -> str:
    """After the letter that stands for deliberations."""
    about = short(payload.deliberation_id)
    match payload:
        case TakePart():
            return f"o:{about}"
        case VoteOn(_, turn, value):
            return f"v:{about}:{short(turn)}:{_VALUES[value]}"
        case ShowAgain(_, statement):
            return f"a:{about}:{short(statement)}"
        case ListVotes(_, page):
            return f"l:{about}:{short(page)}"
        case HearStatement(_, turn):
            return f"h:{about}:{short(turn)}"
        case Propose(_, begins):
            return f"p:{about}:{sign(begins)}"
        case ListProposals():
            return f"b:{about}"
        case WhereIStand():
            return f"w:{about}"
        case StopVoting():
            return f"e:{about}"
        case WithdrawVotes(_, turn, sure):
            return f"x:{about}:{short(turn)}:{'q' if sure is None else sign(sure)}"


def decode_voting(kind: str, about: int, rest: list[str]) -> VotingPayload | None:
    """None, or an error of reading, for what nobody here wrote."""
    match kind, rest:
        case "o", []:
            return TakePart(about)
        case "v", [turn, value]:
            return VoteOn(about, number(turn), _SAID[value])
        case "a", [statement]:
            return ShowAgain(about, number(statement))
        case "l", [page]:
            return ListVotes(about, number(page))
        case "h", [turn]:
            return HearStatement(about, number(turn))
        case "p", [begins]:
            return Propose(about, yes(begins))
        case "b", []:
            return ListProposals(about)
        case "w", []:
            return WhereIStand(about)
        case "e", []:
            return StopVoting(about)
        case "x", [turn, sure]:
            return WithdrawVotes(about, number(turn), None if sure == "q" else yes(sure))
    return None
