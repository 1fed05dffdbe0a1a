"""Quotas by opinion group: from which deliberations, how many of which group, and what the groups are called."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import NotFound, RimayError
from deliberation.assemblies.opinion_groups import category_of, list_published_groups
from deliberation.assemblies.quotas import listed, propose_quotas
from deliberation.assemblies.reference import Reference, get_planned
from deliberation.assemblies.tables import Assembly
from deliberation.opinions.publication import list_group_names
from deliberation.opinions.reading import find_reading
from deliberation.opinions.tables import Deliberation
from i18n.localized import Localized


class GroupsUnpublished(RimayError):
    """There are no groups to count by, or too few people in them to say how large they are."""

    code = "opinion_groups_unpublished"


@dataclass(frozen=True, slots=True)
class GroupNames:
    """A deliberation and its groups by number; a group without a name has an empty one."""

    title: Localized
    groups: dict[int, Localized]


@dataclass(frozen=True, slots=True)
class GroupSource:
    """A deliberation whose groups may be quotas of an assembly, and whether they are."""

    deliberation_id: int
    title: Localized
    is_open: bool
    is_used: bool


def list_group_sources(db: Session, assembly_id: int) -> list[GroupSource]:
    """Open ones with groups that were published, and those that are used already; the newest first."""
    reference: Reference = get_planned(db, assembly_id).reference or {}
    found = []
    for row in db.scalars(select(Deliberation).order_by(Deliberation.id.desc())):
        is_used, is_open = category_of(row.id) in reference, row.state == "open"
        if is_used or (is_open and list_published_groups(db, row.id)):
            found.append(GroupSource(row.id, row.title, is_open, is_used))
    return found


def add_group_quotas(
    db: Session, assembly_id: int, deliberation_id: int, threshold: int, *, account_id: int | None
) -> None:
    """Count by these groups as well: at least half of the seats that the size of each would give it.

    Where there were no quotas yet, those that the population would have come with them. Of sizes it knows what was
    published. Raises NotFound, GroupsUnpublished.
    """
    assembly = get_planned(db, assembly_id)
    deliberation = db.get(Deliberation, deliberation_id)
    if deliberation is None or deliberation.state != "open":
        raise NotFound
    reading = find_reading(db, deliberation_id, None, threshold=threshold, exact=False)
    sizes = {str(each.number): each.size for each in reading.groups} if reading is not None else {}
    known = {group: size for group, size in sizes.items() if size}
    if len(known) < 2 or len(known) < len(sizes):
        raise GroupsUnpublished
    category = category_of(deliberation_id)
    _leave_out(assembly, category)
    assembly.reference = {**(assembly.reference or {}), category: known}
    kept = assembly.quotas or ()
    new: Reference = {category: known} if kept else assembly.reference
    assembly.quotas = [*kept, *listed(propose_quotas(new, assembly.seats))]
    note_act(db, account_id, "add_group_quotas", "assembly", assembly_id)


def remove_group_quotas(
    db: Session, assembly_id: int, deliberation_id: int, *, account_id: int | None
) -> None:
    """Count by these groups no more. Twice changes nothing. Raises NotFound."""
    _leave_out(get_planned(db, assembly_id), category_of(deliberation_id))
    note_act(db, account_id, "remove_group_quotas", "assembly", assembly_id)


def name_groups(db: Session) -> dict[str, GroupNames]:
    """Category → what it and its values are called, of all deliberations with groups that were published."""
    named = {}
    for row in db.scalars(select(Deliberation).order_by(Deliberation.id)):
        groups = list_published_groups(db, row.id)
        if groups:
            names = list_group_names(db, row.id)
            named[category_of(row.id)] = GroupNames(row.title, {each: names.get(each, {}) for each in groups})
    return named


def _leave_out(assembly: Assembly, category: str) -> None:
    reference = {name: values for name, values in (assembly.reference or {}).items() if name != category}
    quotas = [quota for quota in assembly.quotas or () if quota["category"] != category]
    assembly.reference, assembly.quotas = reference or None, quotas or None
