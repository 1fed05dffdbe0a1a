"""Which items fit into the minutes of a sitting, by each rule, and who is left with nothing: to be read by everybody.

Nothing of it tells of few people: who is left out is said in steps of the threshold, and not at all below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from importlib.metadata import version
from typing import Any

from sqlalchemy.orm import Session

from deliberation.council.agenda import ItemCard
from deliberation.council.supporters import Group, Supporters, supporters_of
from deliberation.maths.agenda.minimum import RULES, Granted, choose
from deliberation.maths.agenda.proposals import LeftOut, left_out
from surveys.disclosure import protect_exclusive

USUAL_MINIMUM = 10
"""Percent of the people who approve of something: a part so large is not left without an item."""


@dataclass(frozen=True, slots=True)
class People:
    """How many, of how many, have nothing on the agenda that they approve of. None: too few to be told."""

    left: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class GroupLeft:
    """The same of a group."""

    group: Group
    people: People


@dataclass(frozen=True, slots=True)
class Choice:
    """What a rule makes of the items.

    order:   ids, in order
    owed:    those among them that a small group is owed
    outside: id → why it is not there: nobody (approves of it), too_long (for the whole sitting) or no_minutes
    unmet:   how many items that a group is owed do not fit
    """

    rule: str
    minutes: int
    minimum: int
    used: int
    order: tuple[int, ...]
    owed: tuple[int, ...]
    outside: Mapping[int, str]
    people: People
    groups: tuple[GroupLeft, ...]
    unmet: int
    version: str


def list_choices(
    db: Session, items: Sequence[ItemCard], minutes: int, minimum: int, *, threshold: int
) -> tuple[Choice, ...]:
    """What each rule would put on the agenda, side by side. minimum: in percent; 0 for none."""
    supporters = supporters_of(db, items)
    least = Fraction(minimum, 100) if minimum else None
    found = []
    for rule in RULES:
        granted = choose(rule, supporters.proposals, minutes, least)
        found.append(_told(rule, supporters, granted, (minutes, minimum), threshold))
    return tuple(found)


def to_json(choices: Sequence[Choice], rule: str) -> dict[str, Any]:
    """The choice by the rule that was taken, with what the others would have chosen: what a sitting keeps."""
    taken = next(choice for choice in choices if choice.rule == rule)
    others = [_as_json(choice) for choice in choices if choice.rule != rule]
    return _as_json(taken) | {"others": others}


def from_json(kept: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The choice that was taken, and then the others."""
    return tuple(_read(each) for each in (kept, *kept["others"]))


def _as_json(choice: Choice) -> dict[str, Any]:
    written = asdict(choice)
    return written | {"outside": {str(item): why for item, why in choice.outside.items()}}


def _read(kept: Mapping[str, Any]) -> Choice:
    groups = (GroupLeft(Group(**each["group"]), People(**each["people"])) for each in kept["groups"])
    return Choice(
        rule=kept["rule"],
        minutes=kept["minutes"],
        minimum=kept["minimum"],
        used=kept["used"],
        order=tuple(kept["order"]),
        owed=tuple(kept["owed"]),
        outside={int(item): why for item, why in kept["outside"].items()},
        people=People(**kept["people"]),
        groups=tuple(groups),
        unmet=kept["unmet"],
        version=kept["version"],
    )


def _told(
    rule: str, supporters: Supporters, granted: Granted, asked: tuple[int, int], threshold: int
) -> Choice:
    proposals, agenda = supporters.proposals, granted.agenda
    minutes, minimum = asked
    everyone, groups = left_out(proposals, agenda.items)
    rank = proposals.counted.rank
    outside = sorted(set(range(len(supporters.items))) - set(agenda.items), key=rank.__getitem__)
    return Choice(
        rule=rule,
        minutes=minutes,
        minimum=minimum,
        used=agenda.used,
        order=tuple(supporters.items[item] for item in agenda.items),
        owed=tuple(supporters.items[place.item] for place in agenda.places if place.why == "minimum"),
        outside={supporters.items[item]: _why(supporters, item, minutes) for item in outside},
        people=_people(everyone, threshold),
        groups=tuple(
            GroupLeft(group, _people(left, threshold))
            for group, left in zip(supporters.groups, groups, strict=True)
        ),
        unmet=len(granted.unmet),
        version=version("rimay"),
    )


def _why(supporters: Supporters, item: int, minutes: int) -> str:
    counted = supporters.proposals.counted
    if not counted.approvals[item]:
        return "nobody"
    return "too_long" if counted.minutes[item] > minutes else "no_minutes"


def _people(left: LeftOut, threshold: int) -> People:
    """In steps of the threshold: the figures of several rules, subtracted, tell of nobody."""
    if not left.count:
        return People(0, _step(left.of, threshold))
    shown, _ = protect_exclusive((left.count, left.of - left.count), left.of, threshold)
    return People(None if shown is None else _step(shown, threshold), _step(left.of, threshold))


def _step(count: int, threshold: int) -> int | None:
    return None if 0 < count < threshold else threshold * round(count / threshold)
