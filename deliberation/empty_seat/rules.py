"""The rules of the empty seat, and which of them a request does not meet. Pure.

What the law says itself: there is an empty seat in every session of a decentralised government (Constitution of 2008,
art. 101). Who sits there is named in local assemblies, as a rule, accredited with the council's secretary, and kept in
a register of what was accepted and denied (Ley Orgánica de Participación Ciudadana, art. 77). People who are there for
the same item with different positions agree on one vote, or are heard without it (COOTAD, art. 311). All else is for
the council's ordinance, and so can be set here: foreign persons have the same rights and duties (Constitution, art. 9)
and nobody is discriminated against for their migratory status (art. 11.2), yet which ordinance lets them sit is stated.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

POSITIONS = ("yes", "no", "abstain")
OLDEST_LEAST_AGE, LONGEST_NOTICE, MOST_PEOPLE = 30, 60, 20
"""As far as the least age, the days of notice and the people for one item can be set."""


class Rule(StrEnum):
    """A rule by its name, in the order in which they are asked and read."""

    AGE = "age"
    NATIONALITY = "nationality"
    RESIDENCE = "residence"
    OFFICE = "office"
    """No office or post in the council that decides."""
    INTEREST = "interest"
    """No personal interest in the matter."""
    REPORT = "report"
    """Reports back to those they speak for."""
    PERSON = "person"
    """A person may ask by themselves."""
    ASSEMBLY = "assembly"
    """An assembly may send somebody."""
    SITTING = "sitting"
    """There is a sitting ahead that deals with the item."""
    NOTICE = "notice"
    """Asked for in time."""
    FULL = "full"
    """Not more people for one item than the rules allow."""
    AGREE = "agree"
    """Several people for one item have agreed on one vote."""


DECLARED = (Rule.AGE, Rule.NATIONALITY, Rule.RESIDENCE, Rule.OFFICE, Rule.INTEREST, Rule.REPORT)
"""What the person says of themselves, each a yes or a no. No paper is asked for, and nothing that is not needed."""

BASES: Mapping[Rule, str] = {
    **dict.fromkeys((*DECLARED, Rule.ASSEMBLY, Rule.NOTICE, Rule.FULL), "ordinance"),
    Rule.PERSON: "participation",
    Rule.SITTING: "constitution",
    Rule.AGREE: "decentralised",
}
"""What each rule rests on: a law, or the council's ordinance as it is stated beside the rules."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force at one moment.

    least_age    0: of any age
    foreigners   whether people without Ecuador's nationality may sit
    residence    whether one must live in the province
    office       whether who has an office or a post in the council is kept out
    interest     whether who has a personal interest in the matter is kept out
    report       whether one promises to report back
    by_person    whether a person may ask by themselves
    by_assembly  whether an assembly may send somebody
    notice_days  days before the sitting until which one may ask
    most_people  for one item
    agree        several people for one item may agree on one vote; otherwise they are heard, all of them
    """

    least_age: int = 16
    foreigners: bool = True
    residence: bool = True
    office: bool = True
    interest: bool = True
    report: bool = True
    by_person: bool = True
    by_assembly: bool = True
    notice_days: int = 2
    most_people: int = 3
    agree: bool = True


@dataclass(frozen=True, slots=True)
class Hearing:
    """The sitting that an item is dealt with in: planned, convened, held or cancelled."""

    starts_at: datetime
    state: str = "convened"


def to_json(rules: Rules) -> dict[str, Any]:
    """As they are stored."""
    return asdict(rules)


def from_json(stored: Mapping[str, Any]) -> Rules:
    """As they were stored; what did not exist then is as usual."""
    return Rules(**{name: stored[name] for name in Rules.__dataclass_fields__ if name in stored})


def asked_of(rules: Rules) -> tuple[Rule, ...]:
    """What a person must declare. What no rule needs is not asked: nationality only where it keeps somebody out."""
    needed = {
        Rule.AGE: rules.least_age > 0,
        Rule.NATIONALITY: not rules.foreigners,
        Rule.RESIDENCE: rules.residence,
        Rule.OFFICE: rules.office,
        Rule.INTEREST: rules.interest,
        Rule.REPORT: rules.report,
    }
    return tuple(rule for rule in DECLARED if needed[rule])


def deadline_of(rules: Rules, starts_at: datetime) -> datetime:
    """The last moment at which the seat may be asked for."""
    return starts_at - timedelta(days=rules.notice_days)


def judge(
    rules: Rules,
    declared: Mapping[str, bool],
    moment: datetime,
    sitting: Hearing | None,
    *,
    by_assembly: bool = False,
    accredited: int = 0,
) -> tuple[Rule, ...]:
    """The rules that a request made at this moment does not meet, in their order.

    declared    rule → what the person said; what was not said is not met
    accredited  people who are accredited for the same item already
    """
    unmet = {rule for rule in asked_of(rules) if declared.get(rule) is not True}
    unmet |= _of_the_way(rules, by_assembly=by_assembly)
    unmet |= _of_the_time(rules, moment, sitting)
    if accredited >= rules.most_people:
        unmet.add(Rule.FULL)
    return tuple(rule for rule in Rule if rule in unmet)


def _of_the_way(rules: Rules, *, by_assembly: bool) -> set[Rule]:
    if by_assembly:
        return set() if rules.by_assembly else {Rule.ASSEMBLY}
    return set() if rules.by_person else {Rule.PERSON}


def _of_the_time(rules: Rules, moment: datetime, sitting: Hearing | None) -> set[Rule]:
    if sitting is None or sitting.state not in ("planned", "convened") or sitting.starts_at <= moment:
        return {Rule.SITTING}
    return {Rule.NOTICE} if moment > deadline_of(rules, sitting.starts_at) else set()


class Voice(StrEnum):
    """What those who are accredited for one item have in the sitting."""

    VOTE = "vote"
    """Voice and one vote."""
    OPEN = "open"
    """They have still to say how they would vote."""
    HEARD = "heard"
    """Voice alone."""


def voice_of(rules: Collection[Rules], positions: Sequence[str | None]) -> Voice:
    """One person has a vote; several have one where all say the same; else they are heard.

    rules      those of each request: all must allow that they agree
    positions  what each would vote, None where they have not said
    """
    if len(positions) < 2:
        return Voice.VOTE
    if not all(each.agree for each in rules):
        return Voice.HEARD
    said = {position for position in positions if position is not None}
    if len(said) > 1:
        return Voice.HEARD
    return Voice.OPEN if None in positions else Voice.VOTE
