"""What a button carries: a few ASCII bytes that say which thing and which answer, and nothing about the person.

Whoever forges one can only answer for themselves: the chat that taps decides whose answers are touched.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.assembly_data import AssemblyPayload, decode_assembly, encode_assembly
from bot.ballot_data import BallotPayload, decode_ballot, encode_ballot
from bot.digits import number, short, sign, yes
from bot.door_data import DoorPayload, decode_door, encode_door
from bot.follow_up_data import FollowUpPayload, decode_follow_up, encode_follow_up
from bot.lottery_data import LotteryPayload, decode_lots, encode_lots
from bot.seat_data import SeatPayload, decode_seat, encode_seat
from bot.service_data import ServicePayload, decode_service, encode_service
from bot.voting_data import VotingPayload, decode_voting, encode_voting
from surveys.conversation.turns import Back, Chose, Done, Move, Show, Skip, Toggled

_PLAIN_MOVES: dict[str, Move] = {"d": Done(), "k": Skip(), "b": Back(), "w": Show()}
_ENDS = {"y": "yes", "p": "partly", "n": "no"}


@dataclass(frozen=True, slots=True)
class Language:
    """Speak this language with me. A newcomer's button carries the way they came by: nothing is stored yet.

    join_code: on the wall of the assembly that they are at
    household: the word of those they live with
    """

    language: str
    link_id: int | None = None
    join_code: str | None = None
    household: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether I take part; the language and the way I came by travel along because nothing is stored yet."""

    given: bool
    language: str
    link_id: int | None = None
    join_code: str | None = None
    household: str | None = None


@dataclass(frozen=True, slots=True)
class OnQuestion:
    """A button under a question. `page` turns the pages of a long list and changes no answer."""

    consultation_id: int
    turn: int
    move: Move
    page: int = 0


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Begin or go on with a consultation."""

    consultation_id: int


@dataclass(frozen=True, slots=True)
class SendIn:
    """Send my answers in."""

    consultation_id: int


@dataclass(frozen=True, slots=True)
class Quoting:
    """Whether my words may be shown."""

    consultation_id: int
    allowed: bool


@dataclass(frozen=True, slots=True)
class Leave:
    """later, stop, erase or stay."""

    way: str


@dataclass(frozen=True, slots=True)
class Erase:
    """Whether my data are erased."""

    confirmed: bool


@dataclass(frozen=True, slots=True)
class Attend:
    """Whether I come to an assembly."""

    assembly_id: int
    comes: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """Whether a decision answers what I said: yes, partly, no."""

    decision_id: int
    reply: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Read me what is on screen. `page` is that of the choices."""

    consultation_id: int
    turn: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ReadOut:
    """Read me what the chat itself says: one of TEXTS, in a language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take back all my answers. `sure` is None where it is to be asked; `turn` is where I stood when it was."""

    consultation_id: int
    turn: int = 0
    sure: bool | None = None


@dataclass(frozen=True, slots=True)
class StopReminding:
    """Do not remind me of this consultation again."""

    consultation_id: int


_Elsewhere = (
    AssemblyPayload
    | BallotPayload
    | DoorPayload
    | FollowUpPayload
    | LotteryPayload
    | SeatPayload
    | ServicePayload
    | VotingPayload
)
Payload = (
    Listen
    | StopReminding
    | ReadOut
    | Language
    | Consent
    | OnQuestion
    | TakeUp
    | SendIn
    | Quoting
    | Leave
    | Erase
    | Attend
    | Reply
    | Withdraw
    | _Elsewhere
)

_DECODERS: dict[str, Callable[[str, int, list[str]], Payload | None]] = {
    "b": decode_ballot,
    "d": decode_door,
    "f": decode_service,
    "g": decode_assembly,
    "k": decode_follow_up,
    "v": decode_voting,
    "y": decode_lots,
    "z": decode_seat,
}
"""Letter → who reads what follows it, in the files of their own: what is wanted, of which thing, and the rest."""
_AT_AN_ASSEMBLY = "@"
_OF_A_HOUSEHOLD = "="
_JOIN_CODE = re.compile(r"[a-z0-9]{1,16}")
TEXTS = ("welcome", "introduction", "help")
WAYS = ("later", "stop", "erase", "stay")


def encode(payload: Payload) -> str:
    """At most 64 bytes, whatever the numbers."""
    match payload:
        case Language() | Consent():
            return _encode_entering(payload)
        case OnQuestion(consultation_id, turn, move, page):
            return f"q:{short(consultation_id)}:{short(turn)}:{_encode_move(move)}:{short(page)}"
        case TakeUp() | SendIn() | Quoting() | Withdraw() | StopReminding():
            return _encode_whole(payload)
        case Leave(way):
            return f"x:{WAYS.index(way)}"
        case Erase(confirmed):
            return f"e:{sign(confirmed)}"
        case Attend(assembly_id, comes):
            return f"i:{short(assembly_id)}:{sign(comes)}"
        case Listen() | ReadOut():
            return _encode_listening(payload)
        case Reply(decision_id, reply):
            return f"r:{short(decision_id)}:{reply[0]}"
    return _encode_elsewhere(payload)


def _encode_elsewhere(payload: _Elsewhere) -> str:
    """In the files of their own."""
    if isinstance(payload, AssemblyPayload):
        return "g:" + encode_assembly(payload)
    if isinstance(payload, BallotPayload):
        return "b:" + encode_ballot(payload)
    if isinstance(payload, DoorPayload):
        return "d:" + encode_door(payload)
    if isinstance(payload, FollowUpPayload):
        return "k:" + encode_follow_up(payload)
    if isinstance(payload, LotteryPayload):
        return "y:" + encode_lots(payload)
    if isinstance(payload, SeatPayload):
        return "z:" + encode_seat(payload)
    if isinstance(payload, ServicePayload):
        return "f:" + encode_service(payload)
    return "v:" + encode_voting(payload)


def decode(data: str) -> Payload | None:
    """None when nobody here wrote it."""
    kind, *parts = data.split(":")
    try:
        return _decode(kind, parts)
    except (ValueError, IndexError, KeyError):
        return None


def _decode(kind: str, parts: list[str]) -> Payload | None:
    match kind, parts:
        case "l", [language, *way]:
            return Language(_known(language), *_way(way))
        case "c", [sign, language, *way]:
            return Consent(yes(sign), _known(language), *_way(way))
        case "q", [consultation, turn, move, page]:
            return OnQuestion(number(consultation), number(turn), _decode_move(move), number(page))
        case "o" | "s" | "u" | "w" | "n", [consultation, *rest]:
            return _decode_whole(kind, number(consultation), rest)
        case "x", [way]:
            return Leave(WAYS[number(way)])
        case "e", [sign]:
            return Erase(yes(sign))
        case "i", [assembly, sign]:
            return Attend(number(assembly), yes(sign))
        case "h" | "a", _:
            return _decode_listening(kind, parts)
        case letter, [what, about, *rest] if letter in _DECODERS:
            return _DECODERS[letter](what, number(about), rest)
        case "r", [decision, reply]:
            return Reply(number(decision), _ENDS[reply])
    return None


def _encode_entering(payload: Language | Consent) -> str:
    """A newcomer's first steps."""
    step = f"c:{sign(payload.given)}" if isinstance(payload, Consent) else "l"
    way = "" if payload.link_id is None else ":" + short(payload.link_id)
    if payload.join_code is not None:
        way = ":" + _AT_AN_ASSEMBLY + payload.join_code
    if payload.household is not None:
        way += ":" + _OF_A_HOUSEHOLD + payload.household
    return f"{step}:{payload.language}{way}"


def _way(parts: list[str]) -> tuple[int | None, str | None, str | None]:
    """The link, or the code on the wall, by which a newcomer came: the last of them counts; and their household."""
    household = None
    if parts and parts[-1].startswith(_OF_A_HOUSEHOLD):
        *parts, word = parts
        household = _join_code(word.removeprefix(_OF_A_HOUSEHOLD))
    if not parts:
        return None, None, household
    (way,) = parts
    if way.startswith(_AT_AN_ASSEMBLY):
        return None, _join_code(way.removeprefix(_AT_AN_ASSEMBLY)), household
    return number(way), None, household


def _join_code(code: str) -> str:
    if not _JOIN_CODE.fullmatch(code):
        raise ValueError(code)
    return code


def _encode_whole(payload: TakeUp | SendIn | Quoting | Withdraw | StopReminding) -> str:
    """About a consultation as a whole."""
    about = short(payload.consultation_id)
    match payload:
        case TakeUp():
            return f"o:{about}"
        case SendIn():
            return f"s:{about}"
        case StopReminding():
            return f"n:{about}"
        case Quoting(_, allowed):
            return f"u:{about}:{sign(allowed)}"
        case Withdraw(_, turn, sure):
            return f"w:{about}:{short(turn)}:{'q' if sure is None else sign(sure)}"


def _decode_whole(kind: str, consultation_id: int, rest: list[str]) -> Payload | None:
    match kind, rest:
        case "o", []:
            return TakeUp(consultation_id)
        case "s", []:
            return SendIn(consultation_id)
        case "n", []:
            return StopReminding(consultation_id)
        case "u", [sign]:
            return Quoting(consultation_id, yes(sign))
        case "w", [turn, sign]:
            return Withdraw(consultation_id, number(turn), None if sign == "q" else yes(sign))
    return None


def _encode_listening(payload: Listen | ReadOut) -> str:
    if isinstance(payload, ReadOut):
        return f"a:{TEXTS.index(payload.text)}:{payload.language}"
    return f"h:{short(payload.consultation_id)}:{short(payload.turn)}:{short(payload.page)}"


def _decode_listening(kind: str, parts: list[str]) -> Listen | ReadOut:
    if kind == "h":
        consultation, turn, page = parts
        return Listen(number(consultation), number(turn), number(page))
    text, language = parts
    return ReadOut(TEXTS[number(text)], _known(language))


def _encode_move(move: Move) -> str:
    match move:
        case Chose(index):
            return f"c{short(index)}"
        case Toggled(index, on):
            return f"{'t' if on else 'f'}{short(index)}"
    return next(letter for letter, plain in _PLAIN_MOVES.items() if plain == move)


def _decode_move(text: str) -> Move:
    letter, rest = text[0], text[1:]
    match letter:
        case "c":
            return Chose(number(rest))
        case "t" | "f":
            return Toggled(number(rest), letter == "t")
    if rest:
        raise ValueError(text)
    return _PLAIN_MOVES[letter]


def _known(language: str) -> str:
    if language not in ("es", "qu"):
        raise ValueError(language)
    return language
