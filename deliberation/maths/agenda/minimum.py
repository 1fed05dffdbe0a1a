"""A minimum for small groups, where the organiser grants one: who is large enough and agrees on one gets it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deliberation.maths.agenda.approval import approval
from deliberation.maths.agenda.equal_shares import equal_shares
from deliberation.maths.agenda.phragmen import phragmen
from deliberation.maths.agenda.proposals import Agenda, Proposals
from deliberation.maths.agenda.sets import size, sizes

RULES: dict[str, Callable[[Proposals, int, Sequence[int]], Agenda]] = {
    "phragmen": phragmen,
    "equal-shares": equal_shares,
    "approval": lambda proposals, minutes, reserved: approval(proposals.counted, minutes, reserved),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """People who are owed an item.

    people: how many agree on it: those who have nothing else on the agenda, or those of a group
    group:  whose own item it is; None for people who belong together by this item alone
    """

    item: int
    people: int
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """The agenda, the claims that were met beyond the rule, in order, and those for which no minutes were left."""

    agenda: Agenda
    met: tuple[Claim, ...]
    unmet: tuple[Claim, ...]


def choose(rule: str, proposals: Proposals, minutes: int, minimum: Fraction | None = None) -> Granted:
    """The agenda that a rule makes, with a minimum or without.

    With a minimum, no part of the voters so large or larger is left without anything on the agenda while all of
    them approve of the same item; and no group so large is left without an item of its own: one that more than half
    of its voters approve of, and that more than half of those who approve of it belong to. Where the rule by itself
    sees to that, nothing changes. Else the largest such claim gets its item, and the rule chooses anew with the
    minutes that are left, until no claim is open for which there are minutes.

    rule:    "phragmen", "equal-shares" or "approval"
    minutes: how long the agenda may be, in the unit of the proposals
    minimum: which part of all voters, above 0 and at most 1; None for no minimum
    """
    met: list[Claim] = []
    while True:
        reserved = [claim.item for claim in met]
        agenda = RULES[rule](proposals, minutes, reserved)
        claims = [] if minimum is None else open_claims(proposals, agenda.items, minimum)
        left = minutes - sum(proposals.minutes[item] for item in reserved)
        payable = [claim for claim in claims if proposals.minutes[claim.item] <= left]
        if not payable:
            return Granted(agenda, tuple(met), tuple(claims))
        met.append(payable[0])


def open_claims(proposals: Proposals, items: Sequence[int], minimum: Fraction) -> list[Claim]:
    """Who would be owed an item beside these, the most people first; each item once."""
    enough = minimum * size(proposals.voters)
    nothing = proposals.voters_outside(proposals.approvers_of_any(list(items)))
    alone = sizes(proposals.approvers & nothing)
    claims = [Claim(item, people) for item, people in enumerate(alone) if people and people >= enough]
    claims += _claims_of_groups(proposals, set(items), enough)
    claims.sort(
        key=lambda claim: (-claim.people, proposals.counted.rank[claim.item], claim.group is not None)
    )
    first: dict[int, Claim] = {}
    for claim in claims:
        first.setdefault(claim.item, claim)
    return list(first.values())


def _claims_of_groups(proposals: Proposals, items: set[int], enough: Fraction) -> list[Claim]:
    """The best own item of each group that is large enough and has none on the agenda."""
    claims = []
    for number, group in enumerate(proposals.groups):
        people = size(group & proposals.voters)
        inside = sizes(proposals.approvers & group)
        own = [
            item
            for item, agree in enumerate(inside)
            if 2 * agree > max(people, proposals.counted.approvals[item])
        ]
        if people >= enough and own and not items.intersection(own):
            best = min(own, key=lambda item: (-inside[item], proposals.counted.rank[item]))
            claims.append(Claim(best, inside[best], number))
    return claims
