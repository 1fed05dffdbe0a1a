"""What the last open draw told of people who are in a pool again: a second one counts of them what the first did."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.assemblies.draw_releases import Release
from deliberation.assemblies.tables import Draw, DrawTicket
from deliberation.lottery.alike import UNCOUNTED, Told
from deliberation.lottery.quotas import Quotas

Features = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an open draw counted, of some categories.

    of:    by participant, of those who still have their ticket of it
    empty: of tickets that nobody has
    """

    categories: frozenset[str]
    of: Mapping[int, Features]
    empty: tuple[Features, ...]

    def told_of(self, people: Collection[tuple[str, int, Features]]) -> Told:
        """The same by the tickets of another draw; each with participant and features, as they are now.

        Somebody of whom something else is true than was counted is new, and leaves an empty ticket like those who left.
        """
        same = {
            ticket: (participant_id, counted)
            for ticket, participant_id, features in people
            if (counted := self.of.get(participant_id)) is not None and _is_still_so(counted, features)
        }
        there = {participant_id for participant_id, _ in same.values()}
        gone = [counted for participant_id, counted in self.of.items() if participant_id not in there]
        empty = {secrets.token_hex(8): counted for counted in (*self.empty, *gone)}
        return Told(self.categories, {ticket: counted for ticket, (_, counted) in same.items()}, empty)


def find_earlier(db: Session, quotas: Quotas, releases: Mapping[int, Release]) -> Earlier | None:
    """The last draw whose file is open and counts something by these quotas, if its tickets still lead to people."""
    for draw_id in sorted(releases, reverse=True):
        if releases[draw_id].is_open:
            file: dict[str, Any] | None = db.scalar(select(Draw.file).where(Draw.id == draw_id))
            earlier = file and _earlier(db, draw_id, file, quotas)
            if earlier:
                return earlier
    return None


def _earlier(db: Session, draw_id: int, file: Mapping[str, Any], quotas: Quotas) -> Earlier | None:
    counted = {
        ticket: _common(each["features"], quotas) for each in file["types"] for ticket in each["people"]
    }
    categories = {name for each in counted.values() for name, value in each.items() if value != UNCOUNTED}
    have_quotas = all(
        value == UNCOUNTED or (name, value) in quotas.place
        for each in counted.values()
        for name, value in each.items()
    )
    rows = select(DrawTicket.ticket, DrawTicket.participant_id).where(DrawTicket.draw_id == draw_id)
    holders = {row.ticket: row.participant_id for row in db.execute(rows)}
    if not (categories and have_quotas and holders):
        return None
    empty = tuple(counted[ticket] for ticket in sorted(counted.keys() - holders.keys()))
    of = {participant_id: counted[ticket] for ticket, participant_id in sorted(holders.items())}
    return Earlier(frozenset(categories), of, empty)


def _common(features: Features, quotas: Quotas) -> dict[str, str]:
    return {name: value for name, value in features.items() if name in quotas.categories}


def _is_still_so(counted: Features, features: Features) -> bool:
    return all(value in (UNCOUNTED, features[name]) for name, value in counted.items())
