"""Whom to ask for a free seat of a panel, so that it stays as fair and as mixed as it can. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence

from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.people import Person, Rules
from deliberation.maths.lottery.pool import NoPanel
from deliberation.maths.lottery.replacement import replacement_lottery


def choose_stand_ins(
    people: Sequence[Person], rules: Rules, accepted: Collection[str], gone: Collection[str], lots: Lots
) -> list[str]:
    """Ids of who is asked for the seats that are not accepted. Sorted; the same lots choose the same people.

    The fairest lottery over who is left, given who has accepted. Where the quotas cannot be kept with them, those who
    come closest: one after the other who fills most quotas that want people and overfills fewest, as the lots say.
    """
    try:
        return replacement_lottery(people, rules, accepted, gone).next_ones(lots)
    except NoPanel:
        return sorted(_closest(people, rules, accepted, gone, lots))


def _closest(
    people: Sequence[Person], rules: Rules, accepted: Collection[str], gone: Collection[str], lots: Lots
) -> list[str]:
    staying = [person for person in people if person.id in accepted]
    counted = Counter(rule for person in staying for rule in person.rules)
    homes = {person.household for person in staying} - {""}
    left = [person for person in people if person.id not in accepted and person.id not in gone]
    lot = {person.id: lots.number("person", person.id) for person in left}
    chosen: list[str] = []
    while len(staying) + len(chosen) < rules.seats:
        left = [person for person in left if person.household not in homes]
        if not left:
            break
        best = min(left, key=lambda person: (*_harm(person, rules, counted), lot[person.id]))
        left.remove(best)
        counted.update(best.rules)
        homes |= {best.household} - {""}
        chosen.append(best.id)
    return chosen


def _harm(person: Person, rules: Rules, counted: Counter[int]) -> tuple[int, int]:
    """Quotas that somebody would overfill, and, below 0, those in want that they would help."""
    over = sum(counted[rule] >= rules.high[rule] for rule in person.rules)
    helped = sum(counted[rule] < rules.low[rule] for rule in person.rules)
    return over - helped, over
