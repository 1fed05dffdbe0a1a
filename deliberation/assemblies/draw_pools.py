"""Who takes part in a draw, and by which rules: as it is sealed, and before anything is stored of it."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import RimayError
from deliberation.assemblies.assembly import get_assembly_ahead
from deliberation.assemblies.draw_ledger import read_releases
from deliberation.assemblies.earlier_draws import find_earlier
from deliberation.assemblies.households import salted_household
from deliberation.assemblies.open_draws import Opening, count_openly
from deliberation.assemblies.opinion_groups import list_deliberations_in
from deliberation.assemblies.panels import check_panel_size, scale_quotas
from deliberation.assemblies.quotas import read_quotas
from deliberation.assemblies.reference import get_planned, list_eligible
from deliberation.assemblies.tables import Assembly
from deliberation.lottery.alike import Counted, count_alike
from deliberation.lottery.draw import Prepared, prepare
from deliberation.lottery.quotas import Quotas, quotas_of
from deliberation.maths.lottery.people import Person
from deliberation.maths.lottery.progress import Progress, untold
from deliberation.opinions.tables import Deliberation


class QuotasMissing(RimayError):
    """There are no quotas to draw by."""

    code = "draw_quotas_missing"


class OpinionGroupsGone(RimayError):
    """The deliberation is closed: nobody knows any more who is of which of its groups."""

    code = "opinion_groups_gone"


class AlreadyInvited(RimayError):
    """Invitations are out: seats that become free go to others of the same pool."""

    code = "draw_already_invited"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Somebody in a pool. features: what is known of them, whether the draw counts it or not."""

    ticket: str
    participant_id: int
    salt: str
    features: Mapping[str, str]
    household: str = ""


@dataclass(frozen=True)
class Pool:
    """Who would take part in a draw, and by which rules. Nothing of it is stored yet.

    seats, quotas: those of the assembly
    panel_size:    how many people are drawn and invited: as many as the seats, or more
    opening:       what the draw keeps to for anybody to check it; None: witnesses check it, and it counts everything
    """

    assembly_id: int
    seats: int
    panel_size: int
    quotas: Quotas
    tickets: tuple[Ticket, ...]
    opening: Opening | None = None

    @property
    def panel_quotas(self) -> Quotas:
        """The quotas of so many people, if everything is counted."""
        return quotas_of(scale_quotas(self.quotas.quotas, self.seats, self.panel_size))

    @cached_property
    def counted(self) -> Counted:
        """By what is drawn. May take seconds the first time."""
        if self.opening is None:
            nobody = dict.fromkeys(self.quotas.categories, 0)
            return Counted(self.panel_quotas, self._people(self.panel_quotas), nobody)
        people = self._people(self.quotas)
        return count_openly(self.quotas, people, self.seats, self.panel_size, self.opening)

    @cached_property
    def left_out(self) -> list[str]:
        """Categories that are counted of nobody because of what draws before it have told."""
        if self.opening is None:
            return []
        people = self._people(self.quotas)
        alone = count_alike(self.quotas, people, self.seats, self.opening.threshold).uncounted
        counted = self.counted.uncounted
        return [each for each in counted if alone[each] < len(people) == counted[each]]

    def scale_of(self, category: str) -> tuple[int, int]:
        """From what to what the quotas of a category grow: from the seats to those of a panel who are counted."""
        people = max(len(self.counted.people), 1)
        those = people - self.counted.uncounted[category]
        return self.seats * people, self.panel_size * those

    def _people(self, quotas: Quotas) -> tuple[Person, ...]:
        return tuple(quotas.person(each.ticket, each.features, each.household) for each in self.tickets)


def freeze_pool(
    db: Session, assembly_id: int, panel_size: int | None = None, *, open_to: int | None = None
) -> Pool:
    """Everybody who may be invited and has a quota in each category, under a new ticket.

    panel_size: how many are to be drawn; None: as many as there are seats
    open_to:    the threshold of an open draw: of each home one person is in it, by lot; None: a draw for witnesses

    Raises PanelSize, QuotasMissing, OpinionGroupsGone.
    """
    assembly = get_assembly_ahead(db, assembly_id)
    check_open(assembly)
    size = panel_size or assembly.seats
    check_panel_size(size, assembly.seats)
    if not assembly.quotas:
        raise QuotasMissing
    check_groups(db, read_quotas(assembly.quotas))
    salt_of_homes = secrets.token_hex(16)  # kept nowhere

    def ticket(participant_id: int) -> tuple[str, str]:
        salt = secrets.token_hex(16)
        return ticket_of(salt, participant_id), salt

    pool = _pool(db, assembly, size, ticket)
    salted = tuple(
        replace(each, household=salted_household(salt_of_homes, each.household)) for each in pool.tickets
    )
    return _opened(db, replace(pool, tickets=salted), open_to)


def preview_open_pool(db: Session, assembly_id: int, panel_size: int, threshold: int) -> Pool:
    """The pool of an open draw as it would be now, but for who of a home is in it. Nobody has a ticket of theirs."""
    assembly = get_planned(db, assembly_id)
    pool = _pool(db, assembly, panel_size, lambda participant_id: (str(participant_id), ""))
    return _opened(db, pool, threshold)


def ticket_of(salt: str, participant_id: int) -> str:
    """Bound to its holder: with the salt anybody can check that it was not given to somebody else later."""
    return hashlib.sha256(f"{salt}\n{participant_id}".encode()).hexdigest()[:16]


def prepare_draw(pool: Pool, progress: Progress = untold) -> Prepared:
    """The lottery of a pool. Pure, and may take a minute. Raises NoPanel where quotas cannot be met."""
    counted = pool.counted
    alike = pool.opening.threshold if pool.opening else None
    return prepare(counted.quotas, counted.people, pool.panel_size, progress, alike=alike)


def check_open(assembly: Assembly) -> None:
    """Raises AlreadyInvited."""
    if assembly.invited_at is not None:
        raise AlreadyInvited


def check_groups(db: Session, quotas: Quotas, *, lock: bool = False) -> None:
    """With `lock`, nobody closes a deliberation meanwhile: its draws are parted from people when it is closed.

    Raises OpinionGroupsGone.
    """
    ids = list_deliberations_in(quotas.categories)
    query = select(Deliberation.state).where(Deliberation.id.in_(ids)).order_by(Deliberation.id)
    states = db.scalars(query.with_for_update(read=True) if lock else query).all()
    if len(states) < len(ids) or any(state != "open" for state in states):
        raise OpinionGroupsGone


def _pool(db: Session, assembly: Assembly, size: int, ticket: Callable[[int], tuple[str, str]]) -> Pool:
    quotas, tickets = read_quotas(assembly.quotas or ()), []
    for person in list_eligible(db, assembly):
        features = {name: person.features.get(name, "") for name in quotas.categories}
        if all(each in quotas.place for each in features.items()):
            name, salt = ticket(person.participant_id)
            tickets.append(Ticket(name, person.participant_id, salt, features, person.household))
    return Pool(assembly.id, assembly.seats, size, quotas, tuple(tickets))


def _opened(db: Session, pool: Pool, threshold: int | None) -> Pool:
    if threshold is None:
        return pool
    releases, found = read_releases(db, threshold)
    earlier = find_earlier(db, pool.quotas, found)
    alone = tuple(_one_of_each_home(pool.tickets, earlier.of if earlier else ()))
    people = [(each.ticket, each.participant_id, each.features) for each in alone]
    told = earlier.told_of(people) if earlier else None
    return replace(pool, tickets=alone, opening=Opening(threshold, releases, told))


def _one_of_each_home(tickets: Collection[Ticket], known: Collection[int]) -> list[Ticket]:
    """Who was in the open draw before, else the smallest tickets: by lot, where tickets are.

    Nothing is left of who lives with whom; and nobody of a home seems to have left because another was drawn.
    """
    first: dict[tuple[str, str], Ticket] = {}
    for each in sorted(tickets, key=lambda each: (each.participant_id not in known, each.ticket)):
        first.setdefault((each.household, "" if each.household else each.ticket), each)
    return [replace(each, household="") for each in first.values()]
