"""The timetable: what opens, closes and reminds by itself when its time has come."""

import asyncio
import logging
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.clock import today
from core.database import Database
from core.inbox import sweep_set_aside
from core.owed import is_scrub_owed
from core.quiet_hours import QuietHours
from core.updates import sweep_seen_updates
from deliberation.actors.editing import is_any_to_remind, remind_to_verify
from deliberation.assemblies.purging import purge_invitations
from deliberation.assemblies.reminding import list_due_assembly_reminders, remind_of_assembly
from deliberation.assemblies.replacing import (
    choose_next,
    find_vacancy,
    is_anybody_late,
    keep_deadlines,
    list_assemblies_ahead,
    offer_seats,
)
from deliberation.assembly_day.ballots import (
    close_forgotten_ballot,
    list_forgotten_ballots,
    tell_latecomers,
)
from deliberation.assembly_day.doors import forget_codes
from deliberation.commitments.follow_up import ask_whether_noticed, list_due_follow_ups
from deliberation.council.deadlines import chase, list_overdue_items
from deliberation.empty_seat.positions import settle_seats
from deliberation.empty_seat.purging import purge_requests
from deliberation.opening import open_due
from deliberation.opinions.closing import close_overdue
from deliberation.opinions.deliberations import list_overdue_deliberations
from deliberation.opinions.telling import tell_authors
from deliberation.voices.closing import close_consultation
from deliberation.voices.protection_cases import forget_referrals, is_any_referral_kept
from deliberation.voices.protection_watch import (
    is_any_overlooked,
    keep_looks,
    list_unread,
    look_at,
    raise_overlooked,
)
from surveys.reminders import list_due_reminders, list_overdue, remind

_log = logging.getLogger("rimay.timetable")

_PORTIONS = 20
"""Of answers that one look reads, some seconds of work: what else is due must not wait for more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a look at the clock has set going: broadcasts to carry, consultations that are over."""

    broadcasts: tuple[int, ...]
    closed: tuple[int, ...]


class Timetable:
    """Looks at the clock. Many may look at once, and a look may die half-way: each thing happens once.

    threshold    the smallest audience that a consultation opens to
    quiet_hours  in which nobody is written to: some reminders go out before them
    """

    def __init__(
        self, database: Database, zone: ZoneInfo, threshold: int, quiet_hours: QuietHours | None = None
    ) -> None:
        self._database = database
        self._zone = zone
        self._threshold = threshold
        self._quiet_hours = quiet_hours

    async def keep(self) -> Kept:
        """Do what is due by now, each kind of thing in a transaction of its own."""
        await self._watch_for_danger()
        opened = await self._database.run(open_due, self._zone, self._threshold)
        reminded = [
            await self._database.run(remind, consultation_id, self._zone)
            for consultation_id in await self._database.read(list_due_reminders, self._zone)
        ]
        told = [*await self._database.run(tell_authors), *await self._database.run(tell_latecomers)]
        told += await self._database.run(settle_seats)
        told += await self._chase_decisions()
        told += await self._follow_up()
        reminded += [
            await self._database.run(remind_of_assembly, assembly_id, self._quiet_hours)
            for assembly_id in await self._database.read(list_due_assembly_reminders, self._quiet_hours)
        ]
        closed = [
            consultation_id
            for consultation_id in await self._database.read(list_overdue, self._zone)
            if await self._database.run(_close, consultation_id, self._zone)
        ]
        if closed:
            _log.info("%d consultations closed: their last day is over", len(closed))
        ended = [
            deliberation_id
            for deliberation_id in await self._database.read(list_overdue_deliberations, self._zone)
            if await self._database.run(close_overdue, deliberation_id, self._zone)
        ]
        if ended:
            _log.info("%d deliberations closed: their last day is over", len(ended))
        counted = [
            ballot_id
            for ballot_id in await self._database.read(list_forgotten_ballots)
            if await self._database.run(close_forgotten_ballot, ballot_id, self._threshold)
        ]
        owed = await self._database.read(is_scrub_owed)
        if closed or ended or counted or owed:
            await self._database.scrub()
        await self._sweep()
        await self._remind_to_verify()
        offered = [
            await self._fill_seats(assembly_id)
            for assembly_id in await self._database.read(list_assemblies_ahead)
        ]
        return Kept((*opened, *filter(None, (*reminded, *offered)), *told), tuple(closed))

    async def _chase_decisions(self) -> list[int]:
        """Tell who contributed to an item that its day has passed without a decision."""
        overdue = await self._database.read(list_overdue_items, self._zone)
        told = [await self._database.run(chase, item_id, self._zone) for item_id in overdue]
        return [broadcast_id for broadcast_id in told if broadcast_id is not None]

    async def _follow_up(self) -> list[int]:
        """Ask who contributed whether they noticed what was promised, months after it was due."""
        due = await self._database.read(list_due_follow_ups, self._zone)
        asked = [await self._database.run(ask_whether_noticed, each, self._zone) for each in due]
        return [broadcast_id for broadcast_id in asked if broadcast_id is not None]

    async def _sweep(self) -> None:
        """Forget what has served."""
        sweeps = sweep_seen_updates, sweep_set_aside, purge_requests, purge_invitations, forget_codes
        for sweep in sweeps:
            await self._database.run(sweep)

    async def _remind_to_verify(self) -> None:
        """Note in the console which services nobody has checked for long."""
        day = today(self._zone)
        if await self._database.read(is_any_to_remind, day):
            waiting = await self._database.run(remind_to_verify, day)
            _log.info("%d services wait to be checked", waiting)

    async def _watch_for_danger(self) -> None:
        """Look at the answers that came in, and let go of what was done for those in danger."""
        for _ in range(_PORTIONS):
            unread = await self._database.read(list_unread)
            if not unread:
                break
            looked = await asyncio.to_thread(look_at, unread)
            await self._database.run(keep_looks, looked)
        if await self._database.read(is_any_overlooked):
            await self._database.run(raise_overlooked)
        if await self._database.read(is_any_referral_kept):
            await self._database.run(forget_referrals)

    async def _fill_seats(self, assembly_id: int) -> int | None:
        """Let who is silent too long lapse, and ask who is next. The broadcast, where there is one."""
        if await self._database.read(is_anybody_late, assembly_id):
            await self._database.run(keep_deadlines, assembly_id)
        vacancy = await self._database.read(find_vacancy, assembly_id)
        if vacancy is None:
            return None
        choice = await asyncio.to_thread(choose_next, vacancy)  # it may take a second: nobody waits for it
        return await self._database.run(offer_seats, vacancy, choice)


def _close(db: Session, consultation_id: int, zone: ZoneInfo) -> bool:
    """False where a twin, or somebody in the console, was here first."""
    if consultation_id not in list_overdue(db, zone, lock=True):
        return False
    close_consultation(db, consultation_id, account_id=None)
    return True
