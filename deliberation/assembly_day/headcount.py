"""Attendance while people come in: how many of those expected are there, in all and by group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    shows_opinions_later,
)
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who is in the room.

    expected: invited people who said yes, or came without having said so
    came:     those of them who are in; walk_ins: in without an invitation; others: in without a telephone
    later:    whether opinion groups are shown only when it is over
    groups:   of those who were invited, under disclosure control; `counts.yes` of them are expected
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
    later: bool

    @property
    def inside(self) -> int:
        """Everybody in the room."""
        return self.came + self.walk_ins + self.others


def count_attendance(db: Session, assembly_id: int, threshold: int) -> Attendance:
    """As it is at this moment. Raises NotFound."""
    assembly = get_planned(db, assembly_id)
    everybody = list_answered(db, assembly)
    invited = [each for each in everybody if not each.walk_in]
    expected = [each for each in invited if _is_expected(each)]
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
        groups=_groups(assembly, invited, threshold),
        later=shows_opinions_later(assembly),
    )


def _is_expected(person: Answered) -> bool:
    return person.answer == "yes" or person.came


def _groups(assembly: Assembly, invited: Sequence[Answered], threshold: int) -> tuple[GroupLine, ...]:
    """By the categories of the quotas, else by those of which people have said different things.

    The report says how many of a group were invited: less those who are expected that would be who is not, and so
    these are a cell as well. And what is withheld here to protect a group is no number that the report shows.
    """
    categories = categories_of(assembly)
    if not categories:
        said = {
            category: sorted({each.features[category] for each in invited if category in each.features})
            for category in CATEGORIES
        }
        categories = {category: values for category, values in said.items() if len(values) > 1}
    reference = assembly.reference or {}
    told = [replace(each, answer="yes" if _is_expected(each) else "no") for each in invited]
    return tuple(
        line
        for category, values in categories.items()
        for line in by_group(
            told,
            category,
            values,
            reference,
            threshold,
            beside=by_group(invited, category, values, reference, threshold),
        )
    )
