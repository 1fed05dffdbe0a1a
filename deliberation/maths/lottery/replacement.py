"""Free seats: the fairest chances of who is left in the pool, given who has accepted and who cannot come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.lottery import Lottery, fair_lottery
from deliberation.maths.lottery.people import Person, Rules, Typed, seated, typed
from deliberation.maths.lottery.pool import NoPanel


@dataclass(frozen=True, slots=True)
class Replacement:
    """The lottery for the free seats over those who are left."""

    people: Typed
    lottery: Lottery

    def chances(self) -> dict[str, float]:
        """Of everybody who is left, by id, to be asked next."""
        chances = zip(self.people.members, self.lottery.chance.tolist(), strict=True)
        return {id: chance for members, chance in chances for id in members}

    def next_ones(self, lots: Lots) -> list[str]:
        """Whom to ask for the free seats, as the lots say. Sorted."""
        panel = self.lottery.panels[lots.panel(self.lottery.tickets.tolist())]
        return seated(self.people, panel, lots)


def replacement_lottery(
    people: Sequence[Person], rules: Rules, accepted: Collection[str], gone: Collection[str]
) -> Replacement:
    """The leximin lottery over who is left, so that together with who accepted every rule is kept.

    accepted:  ids of those who have a seat and keep it
    gone:      ids of those who cannot be asked any more: they declined, or were not heard of in time

    Raises NoPanel where the rules cannot be kept with those who are left, or where no seat is free.
    """
    staying = [person for person in people if person.id in accepted]
    homes = {person.household for person in staying} - {""}
    left = [
        person
        for person in people
        if person.id not in accepted and person.id not in gone and person.household not in homes
    ]
    low, high = list(rules.low), list(rules.high)
    for person in staying:
        for rule in person.rules:
            low[rule] = max(low[rule] - 1, 0)
            high[rule] -= 1
    seats = rules.seats - len(staying)
    if seats < 1 or min(high, default=0) < 0:
        raise NoPanel
    those_left = typed(left, Rules(tuple(low), tuple(high), seats))
    return Replacement(those_left, fair_lottery(those_left.pool))
