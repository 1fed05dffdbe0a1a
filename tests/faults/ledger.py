"""What a Bot API was asked for, and when: enough to say whether anybody got a message twice, or too soon."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_A_MOMENT = 0.3
"""Seconds in which a request for quiet gets around among workers."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a ledger.

    calls           every message that was asked for, refused ones too: Telegram counts them all
    messages        those that arrived in a chat
    chats           how many chats got one
    most_to_one     messages in the chat that got most
    worst_second    most calls within any second, wherever it begins
    impatient       calls that came although quiet had been asked for more than a moment before
    closest         least seconds between two calls to one chat; None when no chat had two
    seconds         from the first call to the last
    stall           longest moment in which the Bot API itself was not listening: what it saw at once may have come
                    that much apart
    """

    calls: int
    messages: int
    chats: int
    most_to_one: int
    worst_second: int
    impatient: int
    closest: float | None
    seconds: float
    stall: float

    def keeps(self, ceiling: int) -> bool:
        """Whether no second saw more calls than this. A second as seen is one and a stall long at most."""
        return self.worst_second <= ceiling * (1 + self.stall)


@dataclass(slots=True)
class Ledger:
    """Moments are seconds of a clock that never jumps. Calls are noted in the order in which they come."""

    calls: "array[float]" = field(default_factory=lambda: array("d"))
    asked: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    arrived: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    unknown: set[int] = field(default_factory=set)
    """Chats of calls whose sender was left without a clear answer."""
    stall: float = 0.0
    impatient: int = 0
    quiet: tuple[float, float] = (0.0, 0.0)
    """From when until when nobody should call."""

    def note_call(self, chat: int, moment: float) -> None:
        """Somebody asked for a message to this chat."""
        begin, end = self.quiet
        self.impatient += begin + _A_MOMENT < moment < end
        self.calls.append(moment)
        self.asked[chat].append(moment)

    def note_quiet(self, moment: float, seconds: float) -> None:
        """Somebody was asked to be quiet for so long."""
        begin, end = self.quiet
        self.quiet = (moment if moment > end else begin), max(end, moment + seconds)

    def note_message(self, chat: int) -> None:
        """It is in the chat."""
        self.arrived[chat] += 1

    def report(self) -> Report:
        """The figures so far."""
        return Report(
            calls=len(self.calls),
            messages=sum(self.arrived.values()),
            chats=len(self.arrived),
            most_to_one=max(self.arrived.values(), default=0),
            worst_second=most_within(self.calls, 1.0),
            impatient=self.impatient,
            closest=min((gap for moments in self.asked.values() for gap in _gaps(moments)), default=None),
            seconds=self.calls[-1] - self.calls[0] if self.calls else 0.0,
            stall=self.stall,
        )


def most_within(moments: Sequence[float], seconds: float) -> int:
    """The most moments in any stretch of time shorter than this, wherever it begins; they are in order."""
    most = oldest = 0
    for newest, moment in enumerate(moments):
        while moment - moments[oldest] >= seconds:
            oldest += 1
        most = max(most, newest - oldest + 1)
    return most


def _gaps(moments: Sequence[float]) -> list[float]:
    return [later - sooner for sooner, later in pairwise(moments)]
