"""An answer that somebody has in mind → what they tap, type or send."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from surveys.conversation.spot import Value
from surveys.conversation.turns import Ask, Chose, Done, Located, Move, Sent, Skip, Toggled, Typed
from surveys.questionnaire import ATTACHED, SENT, Kind
from surveys.rehearsal.pace import FILE_SECONDS, LOCATE_SECONDS, TAP_SECONDS, Pace

BLUNDERS: tuple[Move, ...] = (
    Typed("?"),
    Typed("no entiendo"),
    Typed("99999999999"),
    Typed("-1"),
    Typed("32/13/2026"),
    Chose(999),
    Toggled(999, on=True),
    Done(),
    Located(91.0, 0.0),
    Sent(Kind.VIDEO, "rehearsal"),
)
"""What people do who slip, do not understand, or tap a message of yesterday."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody answers: some write what others tap."""

    chance: Random
    writes: float

    def moves(self, ask: Ask, value: Value) -> tuple[Move, ...]:
        """The moves that give an answer; none where it is not on offer."""
        if value == "":
            return (Skip(),)
        if isinstance(value, list):
            return tuple(self._several(ask, value))
        if ask.choices and ask.question.kind is not Kind.GEOPOINT:
            return tuple(self._one(ask, value))
        return (self._given(ask, value),)

    def _given(self, ask: Ask, value: str) -> Move:
        kind = ask.question.kind
        if kind is Kind.ACKNOWLEDGE:
            return Done()
        if kind is Kind.GEOPOINT:
            latitude, longitude = value.split()[:2]
            return Located(float(latitude), float(longitude))
        if value.startswith(ATTACHED):
            return Sent(kind if kind in SENT else Kind.AUDIO, value.removeprefix(ATTACHED))
        return Typed(_as_typed(kind, value))

    def _one(self, ask: Ask, value: str) -> Iterator[Move]:
        values = [choice.value for choice in ask.choices]
        if value not in values:
            return
        label = next(iter(ask.choices[values.index(value)].label.values()), "")
        if label and self.chance.random() < self.writes:
            yield Typed(label)
        else:
            yield Chose(values.index(value))

    def _several(self, ask: Ask, wanted: list[str]) -> Iterator[Move]:
        values = [choice.value for choice in ask.choices]
        if not set(wanted).issubset(values):
            return
        for index in ask.selected:
            if values[index] not in wanted or ask.question.kind is Kind.RANK:
                yield Toggled(index, on=False)
        for value in wanted:
            yield Toggled(values.index(value), on=True)
        if ask.question.kind is not Kind.RANK and self.chance.random() < 0.1:
            yield Toggled(values.index(wanted[-1]), on=False)  # thinks again
            yield Toggled(values.index(wanted[-1]), on=True)
        yield Done()


def seconds_of(move: Move, pace: Pace) -> float:
    """How long a move takes."""
    match move:
        case Typed(text):
            return pace.typing(text)
        case Located():
            return LOCATE_SECONDS
        case Sent():
            return FILE_SECONDS
    return TAP_SECONDS


def _as_typed(kind: Kind, value: str) -> str:
    """A value of a kind as people write it."""
    if kind is Kind.DATE:
        return "/".join(reversed(value.split("-")))
    if kind is Kind.DATETIME:
        return f"{value[:10]} {value[11:16]}"
    return value[:5] if kind is Kind.TIME else value
