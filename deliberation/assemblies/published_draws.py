"""What of a draw is shown to everybody: what was fixed when, everyone's chance, and who was drawn, as tickets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.tables import AuditEvent
from deliberation.assemblies.draw_ledger import people_by_type, read_releases
from deliberation.assemblies.draw_releases import Release
from deliberation.assemblies.draws import get_draw, newest_draw
from deliberation.assemblies.panels import panel_quotas_of, panel_size_of
from deliberation.assemblies.quotas import read_quotas
from deliberation.assemblies.reference import get_planned, list_eligible
from deliberation.assemblies.tables import Assembly, Draw
from deliberation.lottery.alike import names_nobody
from deliberation.lottery.draw import households_listed
from deliberation.maths.lottery.people import typed
from i18n.localized import Localized
from surveys.disclosure import Shown, protect_exclusive

_AGAIN = "draw_again_"


@dataclass(frozen=True, slots=True)
class Group:
    """A quota, how many people it is about, their chance on average, and how many of them were drawn.

    value: UNCOUNTED for those of whom the category is not counted
    None is not shown; `drawn` is None before the draw as well.
    """

    category: str
    value: str
    low: int
    high: int
    people: int | None
    chance: float | None
    drawn: int | None


@dataclass(frozen=True, slots=True)
class PublishedDraw:
    """A draw as everybody may see it.

    seats, panel_size: of the assembly, and how many people are drawn for them
    reason:            why there was another before it
    alike:             how many people at least are alike in all that it counts of them; None: it counts everything
    """

    id: int
    number: int
    assembly_id: int
    title: Localized
    seats: int
    panel_size: int
    people: int
    source: str
    source_at: datetime
    committed_at: datetime
    pool_commitment: str
    lottery_commitment: str
    seed: str | None
    drawn_at: datetime | None
    least: float
    most: float
    bound: float
    epsilon: float
    groups: tuple[Group, ...]
    reason: str
    counts: bool
    file_is_open: bool
    alike: int | None


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket, its chance, and whether it was drawn; None before the draw."""

    ticket: str
    chance: float
    drawn: bool | None


def get_published_draw(db: Session, draw_id: int, threshold: int) -> PublishedDraw:
    """Raises NotFound."""
    row = get_draw(db, draw_id)
    file: dict[str, Any] = row.file or {}
    chances = file["probabilities"]
    act = db.scalar(
        select(AuditEvent.act)
        .where(AuditEvent.subject == "draw", AuditEvent.subject_id == draw_id)
        .where(AuditEvent.act.startswith(_AGAIN, autoescape=True))
        .limit(1)
    )
    release = _release_of(db, row.id, threshold)
    return PublishedDraw(
        id=row.id,
        number=row.number,
        assembly_id=row.assembly_id,
        title=db.get_one(Assembly, row.assembly_id).title,
        seats=row.seats,
        panel_size=panel_size_of(row),
        people=len(chances),
        source=row.source,
        source_at=row.source_at,
        committed_at=row.committed_at,
        pool_commitment=row.commitment,
        lottery_commitment=file["lottery_commitment"],
        seed=row.seed,
        drawn_at=row.drawn_at,
        least=min(chances.values()),
        most=max(chances.values()),
        bound=file["leximin_bound"],
        epsilon=file["epsilon"],
        groups=tuple(_groups(row, file, release, threshold)),
        reason=(act or "").removeprefix(_AGAIN),
        counts=newest_draw(db, row.assembly_id) == row.id,
        file_is_open=release.is_open,
        alike=file.get("alike"),
    )


def list_tickets(db: Session, draw_id: int) -> list[TicketLine]:
    """Every ticket with its chance, sorted. Of what its holder counts for nothing is said. Raises NotFound."""
    row = get_draw(db, draw_id)
    file: dict[str, Any] = row.file or {}
    drawn = set(file.get("selected", ()))
    known = row.drawn_at is not None
    return [
        TicketLine(ticket, chance, ticket in drawn if known else None)
        for ticket, chance in file["probabilities"].items()
    ]


def find_ticket(db: Session, draw_id: int, ticket: str) -> TicketLine | None:
    """The line of a ticket, if it is one of this draw."""
    typed = ticket.strip().lower()
    return next((line for line in list_tickets(db, draw_id) if line.ticket == typed), None)


def get_draw_file(db: Session, draw_id: int, threshold: int, *, witness: bool) -> dict[str, Any]:
    """What `rimay draw verify` checks. Raises NotFound before the draw, and where this reader may not have it.

    It says of each ticket what its holder counts for. Where fewer than the threshold are alike, whoever knows somebody
    in the pool could learn the rest of them from it: then it is for witnesses, who have an account. So it is where
    fewer than the threshold are in it and not in an earlier one, or the other way round.
    """
    row = get_draw(db, draw_id)
    if row.drawn_at is None or row.file is None:
        raise NotFound
    if not witness and not _release_of(db, draw_id, threshold).is_open:
        raise NotFound
    return row.file


def will_file_be_open(db: Session, assembly_id: int, threshold: int) -> bool:
    """Whether a draw with the quotas of today could be checked by everybody, not by witnesses alone."""
    assembly = get_planned(db, assembly_id)
    quotas = read_quotas(assembly.quotas or ())
    people = [
        quotas.person(str(each.participant_id), each.features, each.household)
        for each in list_eligible(db, assembly)
        if all((name, each.features.get(name)) in quotas.place for name in quotas.categories)
    ]
    if not people:
        return True
    types = typed(people, quotas.rules(assembly.seats))
    listed = [
        {"features": quotas.features(rule[: len(quotas.categories)]), "people": members}
        for rule, members in zip(types.pool.rule.tolist(), types.members, strict=True)
    ]
    alone = names_nobody(listed, households_listed(types), threshold)
    releases, _ = read_releases(db, threshold)
    return releases.judge(people_by_type(listed), names_nobody=alone).is_open


def _release_of(db: Session, draw_id: int, threshold: int) -> Release:
    """Of a draw that there is."""
    _, found = read_releases(db, threshold)
    return found[draw_id]


def _groups(row: Draw, file: Mapping[str, Any], release: Release, threshold: int) -> list[Group]:
    """Out of the file alone: where it is open, as it says it; else what may be shown of it."""
    quotas, size = panel_quotas_of(row), panel_size_of(row)
    people = dict.fromkeys(quotas.place, 0)
    chance = dict.fromkeys(quotas.place, 0.0)
    drawn = dict.fromkeys(quotas.place, 0)
    selected = set(file.get("selected", ()))
    for each in file["types"]:
        for feature in each["features"].items():
            people[feature] += len(each["people"])
            chance[feature] += sum(file["probabilities"][ticket] for ticket in each["people"])
            drawn[feature] += len(selected.intersection(each["people"]))
    groups = []
    for category, places in quotas.categories.items():
        mine = [quotas.quotas[place] for place in places]
        keys = [(quota.category, quota.feature) for quota in mine]
        there, seated = [people[key] for key in keys], [drawn[key] for key in keys]
        shown: Shown = tuple(there)
        seats: Shown = tuple(seated)
        if not release.is_open:
            shown = protect_exclusive(there, len(file["probabilities"]), threshold)
            shown = (None,) * len(shown) if category in release.withheld else shown
            seats = protect_exclusive(seated, size, threshold) if selected else seats
        groups += [
            Group(
                quota.category,
                quota.feature,
                quota.low,
                quota.high,
                shown[at],
                chance[key] / people[key] if shown[at] else None,
                seats[at] if selected else None,
            )
            for at, (quota, key) in enumerate(zip(mine, keys, strict=True))
        ]
    return groups
