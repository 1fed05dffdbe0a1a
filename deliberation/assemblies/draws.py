"""A draw of the seats of an assembly: the pool committed, the seed that came afterwards, the seats, the invitations.

What takes long, the lottery, is computed before the seed is known and outside any transaction, and is kept as it was
committed: once the seed is there nothing is left to choose, and drawing takes a moment. People are tickets throughout;
who holds which is in `DrawTicket`, and a ticket is a hash that binds it to its holder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from core.everyone import hold_everyone
from core.tables import Participant
from deliberation.assemblies.assembly import (
    NobodyToReach,
    get_assembly_ahead,
    needs_of,
    next_round,
    reaches_anybody,
    willing,
)
from deliberation.assemblies.draw_ledger import people_by_type, read_releases
from deliberation.assemblies.draw_pools import (
    OpinionGroupsGone,
    Pool,
    check_groups,
    check_open,
)
from deliberation.assemblies.opinion_groups import category_of, list_deliberations_in
from deliberation.assemblies.panels import panel_quotas_of, panel_size_of, sealed_quotas
from deliberation.assemblies.quotas import listed, read_quotas
from deliberation.assemblies.reference import list_eligible
from deliberation.assemblies.tables import HOUSEHOLD, Assembly, Draw, DrawTicket, Invitation
from deliberation.lottery.alike import names_nobody
from deliberation.lottery.draw import (
    FORMAT,
    Prepared,
    alike_listed,
    commitments,
    households_listed,
    probabilities,
    quotas_listed,
    types_listed,
)
from deliberation.lottery.quotas import Quotas
from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.people import Typed, seated, typed

REASONS = ("pool", "quotas", "source")
"""Why somebody draws again: more people are in the pool, other quotas, the source did not come out."""


class PoolChanged(RimayError):
    """Meanwhile somebody left the pool, or the quotas or the seats are others."""

    code = "draw_pool_changed"


class SourceTooEarly(RimayError):
    """The source of the seed is not one that comes later: it could be known already."""

    code = "draw_source_too_early"


class SourceTooLate(RimayError):
    """The seed would be known only when the assembly has begun."""

    code = "draw_source_too_late"


class SeedTooEarly(RimayError):
    """The moment of the source has not come."""

    code = "draw_seed_too_early"


class ReasonMissing(RimayError):
    """Drawing again needs a reason."""

    code = "draw_reason_missing"


@dataclass(frozen=True, slots=True)
class Announced:
    """Where the seed will be published, and when."""

    source: str
    at: datetime


def commit_draw(
    db: Session,
    pool: Pool,
    prepared: Prepared,
    announced: Announced,
    *,
    reason: str = "",
    account_id: int | None,
) -> int:
    """Keep pool and lottery as they are now, for good. The id of the draw.

    reason: one of REASONS, where the assembly had a draw before
    """
    hold_everyone(db)
    assembly = get_assembly_ahead(db, pool.assembly_id, lock=True)
    check_open(assembly)
    if announced.at <= now():
        raise SourceTooEarly
    if announced.at >= assembly.starts_at:
        raise SourceTooLate
    number = 1 + (db.scalar(select(func.max(Draw.number)).where(Draw.assembly_id == assembly.id)) or 0)
    if number > 1 and reason not in REASONS:
        raise ReasonMissing
    check_groups(db, pool.quotas, lock=True)
    if not _stands(db, assembly, pool) or not _stays_open(db, pool, prepared):
        raise PoolChanged
    row = Draw(
        assembly_id=assembly.id,
        number=number,
        seats=pool.seats,
        quotas=listed(pool.quotas.quotas),
        source=announced.source,
        source_at=announced.at,
        commitment=prepared.pool_commitment,
        committed_at=now(),
        file=_fixed(prepared),
    )
    db.add(row)
    db.flush()
    db.add_all(
        DrawTicket(
            draw_id=row.id,
            ticket=each.ticket,
            participant_id=each.participant_id,
            salt=each.salt,
            features={**each.features, **({HOUSEHOLD: each.household} if each.household else {})},
        )
        for each in pool.tickets
    )
    note_act(db, account_id, f"draw_again_{reason}" if number > 1 else "commit", "draw", row.id)
    return row.id


def draw_seats(db: Session, draw_id: int, seed: str, *, account_id: int | None) -> None:
    """Draw with the seed that the source gave. Once, and never again: the same seed twice changes nothing."""
    row = get_draw(db, draw_id, lock=True)
    if row.drawn_at is not None:
        if row.seed == seed:
            return
        raise Conflict
    if now() < row.source_at:
        raise SeedTooEarly
    if newest_draw(db, row.assembly_id) != row.id:
        raise Conflict
    row.file = _drawn(row, seed)
    row.seed, row.drawn_at = seed, now()
    selected = row.file["selected"]
    mine = DrawTicket.draw_id == draw_id, DrawTicket.ticket.in_(selected)
    db.execute(update(DrawTicket).where(*mine).values(selected=True))
    note_act(db, account_id, "draw", "draw", draw_id)


def invite_drawn(db: Session, draw_id: int, *, account_id: int | None) -> int:
    """Invite who was drawn and still may be invited. The broadcast.

    Where more were drawn than there are seats, who says yes first has one, and the others wait. Whoever left since then
    has an empty seat, which goes to others as any seat does that nobody takes.
    """
    hold_everyone(db)
    row = get_draw(db, draw_id)
    assembly = get_assembly_ahead(db, row.assembly_id, lock=True)
    check_open(assembly)
    if row.drawn_at is None or newest_draw(db, row.assembly_id) != row.id:
        raise Conflict
    if db.scalar(select(DrawTicket.ticket).where(DrawTicket.draw_id == draw_id).limit(1)) is None:
        raise OpinionGroupsGone
    recipients = select(Invitation.participant_id).where(Invitation.assembly_id == assembly.id)
    # Shortly before it begins somebody may have come in without an invitation.
    new = _invitable(draw_id), Participant.id.not_in(recipients)
    query = select(Participant.id, Participant.profile).where(*new)
    for participant_id, profile in db.execute(query.order_by(Participant.id)).all():
        needs = needs_of(profile)
        db.add(Invitation(assembly_id=assembly.id, participant_id=participant_id, needs=needs))
    db.flush()
    recipients = recipients.where(Invitation.walk_in.is_(False))
    if not reaches_anybody(db, recipients):
        raise NobodyToReach
    assembly.invited_at = now()
    note_act(db, account_id, "invite", "draw", draw_id)
    round = next_round(db, Kind.INVITATION, assembly.id)
    return open_broadcast(db, Kind.INVITATION, assembly.id, recipients, round)


def count_invitable(db: Session, assembly_id: int) -> int:
    """How many of those who were drawn last still may be invited: a ticket may be empty, a person may have left."""
    draw_id = newest_draw(db, assembly_id)
    if draw_id is None:
        return 0
    return db.scalar(select(func.count(Participant.id)).where(_invitable(draw_id))) or 0


def _invitable(draw_id: int) -> ColumnElement[bool]:
    drawn = select(DrawTicket.participant_id).where(DrawTicket.draw_id == draw_id, DrawTicket.selected)
    return and_(willing(), Participant.id.in_(drawn))


def get_draw(db: Session, draw_id: int, *, lock: bool = False) -> Draw:
    """The draw itself; with `lock`, for who changes it. Raises NotFound."""
    query = select(Draw).where(Draw.id == draw_id)
    row = db.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row


def newest_draw(db: Session, assembly_id: int) -> int | None:
    """The one that counts: of those before it nothing becomes of."""
    mine = Draw.assembly_id == assembly_id
    return db.scalar(select(Draw.id).where(mine).order_by(Draw.number.desc()).limit(1))


def _stands(db: Session, assembly: Assembly, pool: Pool) -> bool:
    """Whether rules and seats are the same, and everybody of the pool is there, in the same opinion group."""
    if read_quotas(assembly.quotas or ()) != pool.quotas or assembly.seats != pool.seats:
        return False
    by_group = [category_of(each) for each in list_deliberations_in(pool.quotas.categories)]
    there = {person.participant_id: person.features for person in list_eligible(db, assembly)}
    return all(
        each.participant_id in there
        and all(each.features[name] == there[each.participant_id][name] for name in by_group)
        for each in pool.tickets
    )


def _stays_open(db: Session, pool: Pool, prepared: Prepared) -> bool:
    """Whether everybody may have the file of an open draw beside those of draws that were sealed meanwhile."""
    if pool.opening is None:
        return True
    releases, _ = read_releases(db, pool.opening.threshold)
    types = types_listed(prepared.quotas, prepared.typed, prepared.lottery)
    alone = names_nobody(types, households_listed(prepared.typed), pool.opening.threshold)
    return releases.judge(people_by_type(types), names_nobody=alone).is_open


def _fixed(prepared: Prepared) -> dict[str, Any]:
    """All of the file of the draw that is known before the seed."""
    types, lottery = prepared.typed, prepared.lottery
    return {
        "version": FORMAT,
        "seats": types.pool.seats,
        "probabilities": probabilities(types, lottery),
        "minimum_probability": float(lottery.chance.min()),
        "leximin_bound": float(lottery.bound.min()),
        "epsilon": lottery.epsilon,
        "pool_commitment": prepared.pool_commitment,
        "lottery_commitment": prepared.lottery_commitment,
        "salt": prepared.salt,
        "quotas": sealed_quotas(prepared.quotas),
        "types": types_listed(prepared.quotas, types, lottery),
        "households": households_listed(types),
        "panels": prepared.panels,
        "cuts": [
            {
                "weights": [[int(t), int(cut.weights[t])] for t in np.flatnonzero(cut.weights)],
                "most": cut.most,
            }
            for cut in lottery.cuts
        ],
        **alike_listed(prepared.alike),
    }


def _drawn(row: Draw, seed: str) -> dict[str, Any]:
    """The whole file: what was fixed, and what follows from the seed."""
    fixed: dict[str, Any] = row.file or {}
    quotas = panel_quotas_of(row)
    types = types_of(fixed, quotas, panel_size_of(row))
    lots = Lots(seed, commitments(fixed["pool_commitment"], fixed["lottery_commitment"]))
    tickets = [panel["tickets"] for panel in fixed["panels"]]
    number = lots.panel(tickets)
    panel = np.bincount(fixed["panels"][number]["types"], minlength=types.pool.types).astype(np.int64)
    return fixed | {
        "seed": seed,
        "selected": seated(types, panel, lots),
        "quotas": quotas_listed(quotas, types, panel),
        "ticket": lots.ticket(sum(tickets)),
        "panel": number,
    }


def types_of(fixed: Mapping[str, Any], quotas: Quotas, seats: int) -> Typed:
    """The pool as it was committed, whoever may have left since then."""
    homes = {ticket: members[0] for members in fixed["households"] for ticket in members}
    people = [
        quotas.person(ticket, each["features"], homes.get(ticket, ""))
        for each in fixed["types"]
        for ticket in each["people"]
    ]
    return typed(people, quotas.rules(seats))
