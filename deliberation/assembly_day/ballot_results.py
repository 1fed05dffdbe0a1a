"""What comes out of a ballot: pure, counts only. What a few people voted in secret is not counted out to anybody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from deliberation.maths.agenda.phragmen import phragmen
from deliberation.maths.agenda.proposals import proposals_of


class BallotKind(StrEnum):
    """What is asked of the room."""

    PROPOSAL = "proposal"
    ORDER = "order"
    DELEGATE = "delegate"
    """Whether the assembly asks for the empty seat in an item of the council."""


ANSWERS = ("yes", "no", "abstain")
_ENOUGH_FOR_ORDER = 3
MOST_CHOICES = 3
"""Points that a person may choose for the order of the agenda."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came out.

    voters: people who voted, in the chat and by show of hands; None where even that is too few to be told
    passed: whether more said yes than no; None for an order
    counts: by answer, or by point how many chose it; None where too few voted in secret for that to be said
    order:  the points, the first one first; empty for a proposal
    void:   nothing was counted: the votes were thrown away
    few:    because so few voted in secret that the outcome would have told what somebody voted
    """

    voters: int | None = None
    passed: bool | None = None
    counts: Mapping[str, int] | None = None
    order: tuple[str, ...] = ()
    void: bool = False
    few: bool = False


def values_of(kind: str, options: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What may be voted."""
    return tuple(option["value"] for option in options) if kind == BallotKind.ORDER else ANSWERS


def most_choices(kind: str, options: Sequence[Mapping[str, Any]]) -> int:
    """How many of them one person may choose: never all, for that would say nothing of their order."""
    return min(MOST_CHOICES, len(options) - 1) if kind == BallotKind.ORDER else 1


def count_out(
    kind: str,
    values: Sequence[str],
    votes: Sequence[Sequence[str]],
    hands: Mapping[str, int],
    threshold: int,
) -> Result:
    """Add up secret votes and raised hands; a person raises a hand once.

    votes: what each person chose in the chat, in any order
    hands: by value how many raised their hand for it
    threshold: of fewer secret votes only the outcome is told, and not even that where it tells what somebody voted
    """
    counts = Counter(choice for chosen in votes for choice in chosen)
    counts.update({value: people for value, people in hands.items() if value in values})
    together = len(votes) + sum(hands.get(value, 0) for value in values)
    hidden = 0 < len(votes) < threshold
    if hidden and not _keeps_secrets(kind, len(votes), hands):
        return Result(void=True, few=True)
    told = None if hidden else {value: counts[value] for value in values}
    voters = None if hidden and together < threshold else together
    if kind == BallotKind.ORDER:
        return Result(voters, counts=told, order=_order(values, votes, hands))
    return Result(voters, passed=counts["yes"] > counts["no"], counts=told)


def _keeps_secrets(kind: str, votes: int, hands: Mapping[str, int]) -> bool:
    """Whether, whatever comes out, nobody who saw the hands knows of anybody what they voted, or did not.

    By the number of secret votes and the hands alone: that nothing is told must not tell anything either.
    """
    if kind == BallotKind.ORDER:
        return votes >= _ENOUGH_FOR_ORDER
    ahead = hands.get("yes", 0) - hands.get("no", 0)
    settled = ahead > votes or ahead + votes <= 0  # by the hands, however they voted
    passes_with_any_no, fails_with_any_yes = ahead + votes - 2 > 0, ahead - votes + 2 <= 0
    return settled or (passes_with_any_no and fails_with_any_yes)


def _order(
    values: Sequence[str], votes: Sequence[Sequence[str]], hands: Mapping[str, int]
) -> tuple[str, ...]:
    """By Phragmén's rule, all points of the same length; what nobody chose comes last, as it was listed."""
    chosen = [*map(tuple, votes), *((value,) for value in values for _ in range(hands.get(value, 0)))]
    pairs = [(person, values.index(value)) for person, each in enumerate(chosen) for value in set(each)]
    person, item = (np.array(column, np.int64) for column in zip(*pairs, strict=True)) if pairs else _NONE
    proposals = proposals_of(person, item, people=len(chosen), minutes=(1,) * len(values))
    first = [values[place] for place in phragmen(proposals, len(values)).items]
    return (*first, *(value for value in values if value not in first))


_NONE = (np.array([], np.int64), np.array([], np.int64))


def to_json(result: Result) -> dict[str, Any]:
    """As it is stored."""
    if result.void:
        return {"void": True} | ({"few": True} if result.few else {})
    kept: dict[str, Any] = {"voters": result.voters, "counts": result.counts and dict(result.counts)}
    return kept | ({"order": list(result.order)} if result.passed is None else {"passed": result.passed})


def from_json(stored: Mapping[str, Any]) -> Result:
    """Out of what is stored."""
    return Result(
        voters=stored.get("voters"),
        passed=stored.get("passed"),
        counts=stored.get("counts"),
        order=tuple(stored.get("order", ())),
        void=stored.get("void", False),
        few=stored.get("few", False),
    )
