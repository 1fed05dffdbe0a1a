"""The minutes of an assembly: drafted from what was recorded, completed by hand, binding once two have confirmed them.

Confirmed minutes are never changed: what was wrong in them is said by others, of the next number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from core.everyone import hold_everyone
from core.tables import Account
from deliberation.assemblies.assembly import AssemblyCancelled, reaches_anybody
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.minutes_draft import recorded_of
from deliberation.assembly_day.room import in_the_room
from deliberation.assembly_day.tables import Ballot, Minutes
from i18n.localized import Localized


class AssemblyNotBegun(RimayError):
    """Of an assembly that has not begun there is nothing to write down."""

    code = "assembly_not_begun"


class MinutesChanged(Conflict):
    """Somebody changed them meanwhile: what was on the screen is not what they say now."""

    code = "minutes_changed"


class BallotsOpen(RimayError):
    """The room still votes."""

    code = "ballots_open"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One of the two who confirmed: as what, and when. Never who."""

    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MinutesCard:
    """Minutes as a page shows them.

    content:       what they say
    first_by:      the account that confirmed first, while a second is waited for
    confirmations: as many as there are of the two
    corrected_by:  the confirmed minutes that correct these, if any: id and number
    """

    id: int
    assembly_id: int
    number: int
    content: Mapping[str, Any]
    turn: int
    first_by: int | None
    confirmations: tuple[Confirmation, ...]
    confirmed_at: datetime | None
    changed_at: datetime
    corrected_by: tuple[int, int] | None = None


def draft_minutes(db: Session, assembly_id: int, *, threshold: int, account_id: int | None) -> int:
    """Begin the minutes of an assembly. Where some are there, the newest: a second call begins no others.

    Raises NotFound, AssemblyCancelled, AssemblyNotBegun.
    """
    assembly = _hold_assembly(db, assembly_id)
    newest = db.scalar(_of_assembly(assembly_id).limit(1))
    if newest is not None:
        return newest.id
    if assembly.state == "cancelled":
        raise AssemblyCancelled
    if assembly.starts_at > now():
        raise AssemblyNotBegun
    written: dict[str, Any] = {"dissent": {}, "notes": {}, "corrects": None}
    return _store(db, assembly_id, 1, recorded_of(db, assembly_id, threshold) | written, account_id)


def correct_minutes(db: Session, minutes_id: int, why: Localized, *, account_id: int | None) -> int:
    """Begin others that correct the newest confirmed ones. Raises NotFound, and Conflict where they are not these."""
    wrong = _get(db, minutes_id)
    _hold_assembly(db, wrong.assembly_id)
    newest = db.scalar(_of_assembly(wrong.assembly_id).limit(1))
    if newest is None or newest.id != wrong.id or wrong.confirmed_at is None:
        raise Conflict
    corrects = {"id": wrong.id, "number": wrong.number, "why": dict(why)}
    content = {key: part for key, part in wrong.content.items() if key != "confirmed"} | {
        "corrects": corrects
    }
    return _store(db, wrong.assembly_id, wrong.number + 1, content, account_id)


def rewrite_minutes(
    db: Session,
    minutes_id: int,
    turn: int,
    *,
    notes: Localized,
    dissent: Mapping[int, Localized],
    account_id: int | None,
) -> None:
    """What people write themselves: notes, and for what reasons somebody voted against. Confirmations fall.

    Raises NotFound, MinutesChanged, Conflict.
    """
    row = _held(db, minutes_id, turn)
    reasons = {str(ballot_id): dict(text) for ballot_id, text in dissent.items() if text}
    _change(row, {**row.content, "notes": dict(notes), "dissent": reasons})
    note_act(db, account_id, "rewrite", "minutes", row.id)


def refresh_minutes(
    db: Session, minutes_id: int, turn: int, *, threshold: int, account_id: int | None
) -> None:
    """Take once more what was recorded; what was written by hand stays. Raises NotFound, MinutesChanged, Conflict."""
    row = _held(db, minutes_id, turn)
    _change(row, {**row.content, **recorded_of(db, row.assembly_id, threshold)})
    note_act(db, account_id, "refresh", "minutes", row.id)


def confirm_minutes(db: Session, minutes_id: int, turn: int, *, account_id: int) -> int | None:
    """Say that they are right as they were on the screen. The broadcast to who came, once the second one says so.

    The same account twice is one. Raises NotFound, MinutesChanged, BallotsOpen.
    """
    hold_everyone(db)
    query = select(Minutes).where(Minutes.id == minutes_id).with_for_update()
    row = db.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if row.turn != turn:
        raise MinutesChanged
    if row.confirmed_at is not None or row.confirmed_by == account_id:
        return None
    open_ones = select(Ballot.id).where(Ballot.assembly_id == row.assembly_id, Ballot.state == "open")
    if db.scalar(open_ones.limit(1)) is not None:
        raise BallotsOpen
    said = {"role": db.get_one(Account, account_id).role, "at": now().isoformat()}
    row.content = {**row.content, "confirmed": [*row.content.get("confirmed", ()), said]}
    note_act(db, account_id, "confirm", "minutes", row.id)
    if len(row.content["confirmed"]) == 1:
        row.confirmed_by, row.first_confirmed_at = account_id, now()
        return None
    row.confirmed_also_by, row.confirmed_at = account_id, now()
    db.flush()
    people = in_the_room(row.assembly_id)
    return open_broadcast(db, Kind.MINUTES, row.id, people) if reaches_anybody(db, people) else None


def differs_from_recorded(db: Session, minutes_id: int, threshold: int) -> bool:
    """Whether something was recorded since they were drafted. Raises NotFound."""
    row = _get(db, minutes_id)
    recorded = recorded_of(db, row.assembly_id, threshold)
    return any(row.content[part] != said for part, said in recorded.items())


def get_minutes(db: Session, minutes_id: int) -> MinutesCard:
    """Raises NotFound."""
    return _card(db, _get(db, minutes_id))


def get_confirmed_minutes(db: Session, minutes_id: int) -> MinutesCard:
    """Those that everybody may read. Raises NotFound."""
    row = _get(db, minutes_id)
    if row.confirmed_at is None:
        raise NotFound
    return _card(db, row)


def find_newest_minutes(db: Session, assembly_id: int) -> MinutesCard | None:
    """The last ones of an assembly, confirmed or not."""
    row = db.scalar(_of_assembly(assembly_id).limit(1))
    return None if row is None else _card(db, row)


def list_versions(db: Session, assembly_id: int) -> list[int]:
    """The ids of all minutes of an assembly, confirmed or not."""
    mine = Minutes.assembly_id == assembly_id
    return list(db.scalars(select(Minutes.id).where(mine).order_by(Minutes.number)))


def list_minutes(db: Session, *, only_confirmed: bool) -> list[MinutesCard]:
    """Of all assemblies, the last written first."""
    query = select(Minutes).order_by(Minutes.id.desc())
    query = query.where(Minutes.confirmed_at.is_not(None)) if only_confirmed else query
    return [_card(db, row) for row in db.scalars(query)]


def _of_assembly(assembly_id: int) -> Select[Minutes]:
    return select(Minutes).where(Minutes.assembly_id == assembly_id).order_by(Minutes.number.desc())


def _store(
    db: Session, assembly_id: int, number: int, content: dict[str, Any], account_id: int | None
) -> int:
    row = Minutes(assembly_id=assembly_id, number=number, content=content, changed_at=now())
    db.add(row)
    db.flush()
    note_act(db, account_id, "draft", "minutes", row.id)
    return row.id


def _change(row: Minutes, content: dict[str, Any]) -> None:
    """What was confirmed is not what they say now."""
    row.content = {key: part for key, part in content.items() if key != "confirmed"}
    row.confirmed_by = row.first_confirmed_at = None
    row.turn += 1
    row.changed_at = now()


def _hold_assembly(db: Session, assembly_id: int) -> Assembly:
    """Minutes of one assembly are numbered one by one."""
    row = db.scalar(select(Assembly).where(Assembly.id == assembly_id).with_for_update())
    if row is None:
        raise NotFound
    return row


def _held(db: Session, minutes_id: int, turn: int) -> Minutes:
    query = select(Minutes).where(Minutes.id == minutes_id).with_for_update()
    row = db.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if row.confirmed_at is not None:
        raise Conflict
    if row.turn != turn:
        raise MinutesChanged
    return row


def _get(db: Session, minutes_id: int) -> Minutes:
    row = db.get(Minutes, minutes_id)
    if row is None:
        raise NotFound
    return row


def _card(db: Session, row: Minutes) -> MinutesCard:
    later = select(Minutes.id, Minutes.number).where(
        Minutes.assembly_id == row.assembly_id,
        Minutes.number > row.number,
        Minutes.confirmed_at.is_not(None),
    )
    corrected = db.execute(later.order_by(Minutes.number.desc()).limit(1)).one_or_none()
    return MinutesCard(
        id=row.id,
        assembly_id=row.assembly_id,
        number=row.number,
        content=row.content,
        turn=row.turn,
        first_by=row.confirmed_by,
        confirmations=tuple(
            Confirmation(said["role"], datetime.fromisoformat(said["at"]))
            for said in row.content.get("confirmed", ())
        ),
        confirmed_at=row.confirmed_at,
        changed_at=row.changed_at,
        corrected_by=None if corrected is None else (corrected.id, corrected.number),
    )
