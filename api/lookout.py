"""What many look at, read once for all of them: twenty organisers cost the database no more than one."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Concatenate, TypeVar, cast

from sqlalchemy.orm import Session

from api.services import Services
from core.outlook import Outlook, outlook_of
from core.progress import State, count_reasons
from core.pulse import Pulse
from deliberation.assembly_day.ballots import BallotCard, get_ballot
from deliberation.assembly_day.headcount import Attendance, count_attendance
from surveys.consultations import ConsultationCard, get_consultation

R = TypeVar("R")

LOOK_EVERY = 1.5
"""Seconds between two looks at what moves."""
_SELDOM = 6.0
_REST = 10
"""Times as long as a look took, the database is left alone after it."""
_LONGEST_REST = 30.0
_FORGET_AFTER = 60.0


@dataclass(slots=True)
class _Sight:
    value: Any = None
    taken_at: float = float("-inf")
    took: float = 0.0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_stale(self, clock: float, every: float) -> bool:
        return clock - self.taken_at >= max(every, min(_REST * self.took, _LONGEST_REST))


@dataclass(slots=True)
class _Beat:
    outlook: Outlook
    pulse: Pulse
    seen_at: float


@dataclass(frozen=True, slots=True)
class Watched:
    """A broadcast as it was seen last.

    failures: why deliveries failed, with how many
    rate:     deliveries a second; None before there is enough to go by
    """

    outlook: Outlook
    failures: dict[str, int]
    rate: float | None


class Lookout:
    """Reads while somebody looks, and never otherwise. Each process has its own; the database is what they share."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
        self._quiet_hours = services.settings.quiet_hours
        self._sights: dict[Hashable, _Sight] = {}
        self._beats: dict[int, _Beat] = {}

    async def watch(self, broadcast_id: int, *, fresh: bool = False) -> Watched:
        """How a broadcast goes. Raises NotFound.

        fresh: as it is after what was just done, not as it was seen last
        """
        every = 0.0 if fresh else LOOK_EVERY
        outlook = await self._see(every, outlook_of, broadcast_id, self._quiet_hours)
        failures: dict[str, int] = {}
        if outlook.card.sending.failed:
            failures = await self._see(0.0 if fresh else _SELDOM, count_reasons, broadcast_id, State.FAILED)
        return Watched(outlook, failures, self._rate(outlook))

    async def consultation(self, consultation_id: int) -> ConsultationCard:
        """How far a consultation has come. Raises NotFound."""
        return await self._see(LOOK_EVERY, get_consultation, consultation_id)

    async def attendance(self, assembly_id: int, threshold: int, *, fresh: bool = False) -> Attendance:
        """Who is in the room of an assembly. Raises NotFound."""
        return await self._see(0.0 if fresh else LOOK_EVERY, count_attendance, assembly_id, threshold)

    async def ballot(self, ballot_id: int) -> BallotCard:
        """How many have voted in a room. Raises NotFound."""
        return await self._see(LOOK_EVERY, get_ballot, ballot_id)

    def _rate(self, outlook: Outlook) -> float | None:
        clock = _clock()
        self._beats = {key: beat for key, beat in self._beats.items() if clock - beat.seen_at < _FORGET_AFTER}
        beat = self._beats.setdefault(outlook.card.id, _Beat(outlook, Pulse(clock, outlook), clock))
        if beat.outlook is not outlook:
            beat.pulse.note(clock, outlook)
        beat.outlook, beat.seen_at = outlook, clock
        return beat.pulse.rate

    async def _see(self, every: float, use_case: Callable[Concatenate[Session, ...], R], *args: Any) -> R:
        """What a use case reads. What was read less than `every` seconds ago is not read again; 0: it is."""
        sight = self._sights.setdefault((use_case, args), _Sight())
        async with sight.reading:
            began = _clock()
            if not every or sight.is_stale(began, every):
                sight.value = await self._database.read(use_case, *args)
                sight.taken_at, sight.took = began, _clock() - began
        self._forget()
        return cast(R, sight.value)

    def _forget(self) -> None:
        clock = _clock()
        old = [key for key, sight in self._sights.items() if clock - sight.taken_at > _FORGET_AFTER]
        for key in old:
            if not self._sights[key].reading.locked():
                del self._sights[key]


def _clock() -> float:
    return asyncio.get_running_loop().time()
