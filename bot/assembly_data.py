"""What a button of an assembly carries, beside yes and no: which one, and what is wanted of it."""

from dataclasses import dataclass

from bot.digits import number, short, sign, yes
from deliberation.assemblies.attendance import Need, Reason

NEEDS, REASONS = tuple(Need), tuple(Reason)


@dataclass(frozen=True, slots=True)
class TellMore:
    """Tell me more about the assembly."""

    assembly_id: int


@dataclass(frozen=True, slots=True)
class SayWhy:
    """Why I cannot come."""

    assembly_id: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class TickNeed:
    """I need this in order to come, or not after all."""

    assembly_id: int
    need: Need
    needed: bool


@dataclass(frozen=True, slots=True)
class GetCalendar:
    """Give me the calendar file again: the date has changed."""

    assembly_id: int


AssemblyPayload = TellMore | SayWhy | TickNeed | GetCalendar


def encode_assembly(payload: AssemblyPayload) -> str:
    """After the letter that stands for assemblies."""
    about = short(payload.assembly_id)
    match payload:
        case TellMore():
            return f"m:{about}"
        case SayWhy(_, reason):
            return f"w:{about}:{short(REASONS.index(reason))}"
        case TickNeed(_, need, needed):
            return f"n:{about}:{short(NEEDS.index(need))}:{sign(needed)}"
        case GetCalendar():
            return f"c:{about}"


def decode_assembly(kind: str, about: int, rest: list[str]) -> AssemblyPayload | None:
    """None, or an error of reading, for what nobody here wrote."""
    match kind, rest:
        case "m", []:
            return TellMore(about)
        case "w", [reason]:
            return SayWhy(about, REASONS[number(reason)])
        case "n", [need, needed]:
            return TickNeed(about, NEEDS[number(need)], yes(needed))
        case "c", []:
            return GetCalendar(about)
    return None
