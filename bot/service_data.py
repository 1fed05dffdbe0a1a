"""What a button of the search for help carries: the language too, since nothing is kept of who looks."""

from dataclasses import dataclass

from bot.digits import number, short
from deliberation.actors.needs import CANTONS, EVERYWHERE, NEEDS

SPOKEN = ("es", "qu")
WHERE = (*CANTONS, EVERYWHERE)


@dataclass(frozen=True, slots=True)
class SeekHelp:
    """I look for help: with what?"""

    language: str


@dataclass(frozen=True, slots=True)
class SeekWhere:
    """With this; where?"""

    language: str
    need: str


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """With this, there: a page of what there is."""

    language: str
    need: str
    canton: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Give me the telephone of a place as a contact, to be called with a tap."""

    language: str
    place_id: int


ServicePayload = SeekHelp | SeekWhere | ShowHelp | CallPlace


def encode_service(payload: ServicePayload) -> str:
    """After the letter that stands for services."""
    spoken = short(SPOKEN.index(payload.language))
    match payload:
        case SeekHelp():
            return f"a:{spoken}"
        case SeekWhere(_, need):
            return f"w:{spoken}:{short(NEEDS.index(need))}"
        case ShowHelp(_, need, canton, page):
            return f"s:{spoken}:{short(NEEDS.index(need))}:{short(WHERE.index(canton))}:{short(page)}"
        case CallPlace(_, place_id):
            return f"c:{spoken}:{short(place_id)}"


def decode_service(kind: str, spoken: int, rest: list[str]) -> ServicePayload | None:
    """None, or an error of reading, for what nobody here wrote."""
    language = SPOKEN[spoken]
    match kind, rest:
        case "a", []:
            return SeekHelp(language)
        case "w", [need]:
            return SeekWhere(language, NEEDS[number(need)])
        case "s", [need, canton, page]:
            return ShowHelp(language, NEEDS[number(need)], WHERE[number(canton)], number(page))
        case "c", [place]:
            return CallPlace(language, number(place))
    return None
