"""Attendance while people come in: how many of those expected are there, in all and by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from deliberation.assemblies.reference import CATEGORIES, get_planned
from deliberation.assemblies.tables import Assembly
from deliberation.assemblies.turnout_report import (
    Answered,
    GroupLine,
    by_group,
    categories_of,
    count_others,
    list_answered,
)
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who is in the room.

    expected: invited people who said yes, or came without having said so
    came:     those of them who are in; walk_ins: in without an invitation; others: in without a telephone
    groups:   of those who were expected, under disclosure control
    """

    assembly_id: int
    title: Localized
    place: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    seats: int
    expected: int
    came: int
    walk_ins: int
    others: int
    groups: tuple[GroupLine, ...]

    @property
    def inside(self) -> int:
        """Everybody in the room."""
        return self.came + self.walk_ins + self.others


def count_attendance(db: Session, assembly_id: int, threshold: int) -> Attendance:
    """As it is at this moment. Raises NotFound."""
    assembly = get_planned(db, assembly_id)
    everybody = list_answered(db, assembly)
    expected = [each for each in everybody if not each.walk_in and (each.answer == "yes" or each.came)]
    return Attendance(
        assembly_id=assembly.id,
        title=assembly.title,
        place=assembly.place,
        starts_at=assembly.starts_at,
        ends_at=assembly.ends_at,
        is_cancelled=assembly.state == "cancelled",
        seats=assembly.seats,
        expected=len(expected),
        came=sum(each.came for each in expected),
        walk_ins=sum(each.walk_in and each.came for each in everybody),
        others=count_others(db, assembly.id),
        groups=_groups(assembly, expected, threshold),
    )


def _groups(assembly: Assembly, expected: Sequence[Answered], threshold: int) -> tuple[GroupLine, ...]:
    """By the categories of the quotas, else by those of which people have said different things."""
    categories = categories_of(assembly)
    if not categories:
        said = {
            category: sorted({each.features[category] for each in expected if category in each.features})
            for category in CATEGORIES
        }
        categories = {category: values for category, values in said.items() if len(values) > 1}
    reference = assembly.reference or {}
    return tuple(
        line
        for category, values in categories.items()
        for line in by_group(expected, category, values, reference, threshold)
    )
