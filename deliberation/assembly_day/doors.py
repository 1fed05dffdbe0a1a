"""Doors: a helper's telephone at the entrance of an assembly. A link without an account, which ends by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import NotFound, RimayError
from core.sealing import Vault
from deliberation.assemblies.assembly import AssemblyCancelled, AssemblyPast
from deliberation.assemblies.reference import get_planned
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.codes import list_codes
from deliberation.assembly_day.tables import Door
from i18n.localized import Localized

OPENS_BEFORE = timedelta(hours=2)
"""So long before the start people are let in."""
LINGERS = timedelta(hours=12)
"""So long after the end a door still takes what its telephone could not hand over."""
MOST_OTHERS = 5_000
_LISTED_BITS = 20
"""Of a digest in the list of a door: about 850 codes fit each, so that no code can be read out of the list."""


class DoorEnded(RimayError):
    """This door was closed, or its assembly is long over."""

    code = "door_ended"


class DoorNameTaken(RimayError):
    """Another door of the assembly has this name: nobody could tell the two apart."""

    code = "door_name_taken"


@dataclass(frozen=True, slots=True)
class DoorCard:
    """A door as its organiser sees it. others: people without a telephone whom its helper counted."""

    id: int
    assembly_id: int
    name: str
    others: int
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DoorView:
    """What the telephone at a door may know: which assembly, how many are in, and how a code looks.

    salt, listed: the first bits of the salted digests of the codes, for as long as the server cannot be asked
    """

    id: int
    name: str
    title: Localized
    opens_at: datetime
    ends_at: datetime
    came: int
    others: int
    salt: str
    listed: tuple[str, ...]


def make_door(db: Session, assembly_id: int, name: str, vault: Vault, account_id: int | None) -> int:
    """Another door. Raises DoorNameTaken, AssemblyCancelled or AssemblyPast."""
    assembly = get_planned(db, assembly_id)
    if assembly.state == "cancelled":
        raise AssemblyCancelled
    if _is_over(assembly):
        raise AssemblyPast
    _refuse_taken(db, assembly_id, name)
    door = Door(assembly_id=assembly_id, name=name, digest=b"", others=0, created_at=now())
    door.digest = sha256(_secret(assembly_id, name, door.created_at, vault).encode()).digest()
    db.add(door)
    db.flush()
    note_act(db, account_id, "make", "door", door.id)
    return door.id


def list_doors(db: Session, assembly_id: int) -> list[DoorCard]:
    """Those that are open first, by name."""
    doors = db.scalars(select(Door).where(Door.assembly_id == assembly_id)).all()
    return [_card(each) for each in sorted(doors, key=lambda each: (each.ended_at is not None, each.name))]


def get_door(db: Session, assembly_id: int, door_id: int) -> DoorCard:
    """Raises NotFound."""
    return _card(_get(db, assembly_id, door_id))


def end_door(db: Session, assembly_id: int, door_id: int, account_id: int | None) -> None:
    """Its link opens nothing any more. What it has counted stays."""
    door = _get(db, assembly_id, door_id)
    if door.ended_at is None:
        door.ended_at = now()
        note_act(db, account_id, "end", "door", door_id)


def reopen_door(db: Session, assembly_id: int, door_id: int, account_id: int | None) -> None:
    """Its link opens it again. Raises DoorNameTaken where another took its name meanwhile."""
    door = _get(db, assembly_id, door_id)
    if door.ended_at is not None:
        _refuse_taken(db, assembly_id, door.name)
        door.ended_at = None
        note_act(db, account_id, "reopen", "door", door_id)


def secret_of(door: DoorCard, vault: Vault) -> str:
    """What stands in the link. It is kept nowhere: who has the key of the house can work it out again."""
    return _secret(door.assembly_id, door.name, door.created_at, vault)


def open_door(db: Session, secret: str) -> tuple[Door, Assembly]:
    """The door that a secret opens. Raises NotFound, or DoorEnded."""
    digest = sha256(secret.encode()).digest()
    found = db.execute(
        select(Door, Assembly).join(Assembly, Assembly.id == Door.assembly_id).where(Door.digest == digest)
    ).one_or_none()
    if found is None:
        raise NotFound
    door, assembly = found
    if door.ended_at is not None or assembly.state == "cancelled" or _is_over(assembly):
        raise DoorEnded
    return door, assembly


def view_door(db: Session, secret: str, vault: Vault) -> DoorView:
    """All that its telephone needs. Raises NotFound, or DoorEnded."""
    door, assembly = open_door(db, secret)
    came = Invitation.assembly_id == assembly.id, Invitation.came
    salt = vault.index(f"door list {door.id}").hex()[:32]
    return DoorView(
        id=door.id,
        name=door.name,
        title=assembly.title,
        opens_at=assembly.starts_at - OPENS_BEFORE,
        ends_at=assembly.ends_at,
        came=db.scalar(select(func.count()).where(*came)) or 0,
        others=door.others,
        salt=salt,
        listed=tuple(sorted({listed(code, salt) for code in list_codes(db, assembly.id, vault)})),
    )


def listed(code: str, salt: str) -> str:
    """How a code stands in the list of a door: some bits of its salted digest, in hexadecimal."""
    return sha256((salt + code).encode()).hexdigest()[: _LISTED_BITS // 4]


def count_others(db: Session, secret: str, people: int) -> int:
    """So many people without a telephone have come in by this door: the whole count, so that twice is once."""
    door, _ = open_door(db, secret)
    door.others = min(max(0, people), MOST_OTHERS)
    return door.others


def forget_codes(db: Session) -> None:
    """Erase the codes of assemblies whose doors are all closed for good."""
    over = select(Assembly.id).where(Assembly.ends_at <= now() - LINGERS)
    gone = Invitation.code.is_not(None), Invitation.assembly_id.in_(over)
    db.execute(update(Invitation).where(*gone).values(code=None, code_sealed=None))


def _refuse_taken(db: Session, assembly_id: int, name: str) -> None:
    # Compared here: SQLite knows capitals of plain ASCII only.
    open_ones = select(Door.name).where(Door.assembly_id == assembly_id, Door.ended_at.is_(None))
    if name.casefold() in {other.casefold() for other in db.scalars(open_ones)}:
        raise DoorNameTaken


def _is_over(assembly: Assembly) -> bool:
    return assembly.ends_at + LINGERS <= now()


def _secret(assembly_id: int, name: str, created_at: datetime, vault: Vault) -> str:
    return vault.token(f"door {assembly_id} {created_at.isoformat()} {name}")


def _get(db: Session, assembly_id: int, door_id: int) -> Door:
    door = db.get(Door, door_id)
    if door is None or door.assembly_id != assembly_id:
        raise NotFound
    return door


def _card(door: Door) -> DoorCard:
    return DoorCard(door.id, door.assembly_id, door.name, door.others, door.created_at, door.ended_at)
