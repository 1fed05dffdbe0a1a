"""What an assembly may be asked: statements of deliberations, common ground first, and the points of an agenda."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.tables import Ballot
from deliberation.council.tables import AgendaItem
from deliberation.opinions.reading import find_reading
from deliberation.opinions.statements import list_statements
from deliberation.opinions.tables import Deliberation
from i18n.localized import Localized

FEWEST_POINTS, MOST_POINTS = 2, 12


@dataclass(frozen=True, slots=True)
class OfferedStatement:
    """A statement that may be put to the room.

    common: whether most of every opinion group agree with it
    asked:  whether this assembly was asked it already
    """

    id: int
    number: int
    text: Localized
    common: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class OfferedDeliberation:
    """The statements of one deliberation."""

    title: Localized
    statements: tuple[OfferedStatement, ...]


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """An item of the council's agenda in which the empty seat may be asked for."""

    id: int
    title: Localized


def offer_statements(db: Session, assembly_id: int, threshold: int) -> list[OfferedDeliberation]:
    """Accepted ones: first of the deliberations that go on from the assembly's consultation, then of the newest."""
    assembly = _get(db, assembly_id)
    asked = set(db.scalars(select(Ballot.statement_id).where(Ballot.assembly_id == assembly_id)))
    query = select(Deliberation).where(Deliberation.state != "draft").order_by(Deliberation.id.desc())
    rows = sorted(db.scalars(query), key=lambda row: not _goes_on_from(row, assembly))
    return [
        OfferedDeliberation(row.title, offered)
        for row in rows
        if (offered := _statements(db, row.id, asked, threshold))
    ]


def offer_points(db: Session, assembly_id: int) -> Sequence[Localized]:
    """The lines of the assembly's agenda; where it has none, the confirmed items of its consultation."""
    assembly = _get(db, assembly_id)
    lines = {code: text.splitlines() for code, text in (assembly.agenda or {}).items()}
    written = {code: [line.strip() for line in each if line.strip()] for code, each in lines.items()}
    longest = max(map(len, written.values()), default=0)
    whole = {code: each for code, each in written.items() if len(each) == longest}
    if longest >= FEWEST_POINTS:
        return [{code: each[at] for code, each in whole.items()} for at in range(longest)][:MOST_POINTS]
    items = select(AgendaItem.title).where(
        AgendaItem.consultation_id == assembly.consultation_id, AgendaItem.state == "confirmed"
    )
    return list(db.scalars(items.order_by(AgendaItem.position).limit(MOST_POINTS)))


def offer_items(db: Session) -> list[OfferedItem]:
    """The confirmed items of the council's agenda, the newest first."""
    query = select(AgendaItem.id, AgendaItem.title).where(AgendaItem.state == "confirmed")
    return [OfferedItem(*row) for row in db.execute(query.order_by(AgendaItem.id.desc()))]


def points_as_options(points: Sequence[Localized]) -> list[Mapping[str, Any]]:
    """As a ballot keeps them."""
    return [{"value": str(number), "label": dict(label)} for number, label in enumerate(points, 1)]


def _statements(
    db: Session, deliberation_id: int, asked: set[int | None], threshold: int
) -> tuple[OfferedStatement, ...]:
    reading = find_reading(db, deliberation_id, None, threshold=threshold, exact=True)
    common = {each.number for each in reading.common if each.common == "agree"} if reading else set()
    offered = [
        OfferedStatement(each.id, each.number, each.text, each.number in common, each.id in asked)
        for each in list_statements(db, deliberation_id, "accepted")
        if any(each.text.values()) and not each.about_person
    ]
    return tuple(sorted(offered, key=lambda each: (not each.common, each.number)))


def _goes_on_from(row: Deliberation, assembly: Assembly) -> bool:
    return assembly.consultation_id is not None and row.consultation_id == assembly.consultation_id


def _get(db: Session, assembly_id: int) -> Assembly:
    row = db.get(Assembly, assembly_id)
    if row is None:
        raise NotFound
    return row
