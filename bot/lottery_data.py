"""What a button carries by which a person says what of theirs counts in lotteries."""

from dataclasses import dataclass

from bot.digits import sign, yes
from deliberation.assemblies.households import readable_word


@dataclass(frozen=True, slots=True)
class ShowLots:
    """What counts of mine."""


@dataclass(frozen=True, slots=True)
class BeginHousehold:
    """Give me a word for those I live with."""


@dataclass(frozen=True, slots=True)
class JoinHousehold:
    """I live with those who have this word."""

    word: str


@dataclass(frozen=True, slots=True)
class LeaveHousehold:
    """We do not live together any more."""


@dataclass(frozen=True, slots=True)
class CountGroup:
    """Whether my opinion group counts."""

    agrees: bool


LotteryPayload = ShowLots | BeginHousehold | JoinHousehold | LeaveHousehold | CountGroup


def encode_lots(payload: LotteryPayload) -> str:
    """After the letter that stands for lotteries. No thing is meant, and so its number is 0."""
    match payload:
        case ShowLots():
            return "s:0"
        case BeginHousehold():
            return "b:0"
        case JoinHousehold(word):
            return f"j:0:{word}"
        case LeaveHousehold():
            return "l:0"
        case CountGroup(agrees):
            return f"g:0:{sign(agrees)}"


def decode_lots(kind: str, _about: int, rest: list[str]) -> LotteryPayload | None:
    """None, or an error of reading, for what nobody here wrote."""
    match kind, rest:
        case "s", []:
            return ShowLots()
        case "b", []:
            return BeginHousehold()
        case "j", [typed]:
            word = readable_word(typed)
            return None if word is None else JoinHousehold(word)
        case "l", []:
            return LeaveHousehold()
        case "g", [agrees]:
            return CountGroup(yes(agrees))
    return None
