"""What an analysis finds in votes: pure, so that it can be worked out in a process of its own, and again by anybody."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from deliberation.maths.counts import GroupCounts, count_votes
from deliberation.maths.opinion_groups import SMALLEST, OpinionGroups
from deliberation.maths.votes import FloatArray, IntArray, Votes
from deliberation.opinions.cells import map_cells
from deliberation.opinions.identity import Before, Identity, goes_on
from deliberation.opinions.kept_model import KeptModel, pack
from deliberation.opinions.portrait import (
    SEED,
    Portrait,
    divisions_as_json,
    portrait_of,
    representative_as_json,
    stability_as_json,
)

_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an analysis rests on beside the votes.

    statements:    numbers of those it looks at
    about_person:  numbers of those among them that make no group
    threshold:     the fewest people that a cell of the map may hold
    smallest:      the fewest people that make a group
    seed:          decides which votes are left out together when stability is measured
    last:          whether it was made after the closing and saw all votes
    """

    statements: tuple[int, ...]
    about_person: tuple[int, ...] = ()
    threshold: int = 5
    smallest: int = SMALLEST
    seed: int = SEED
    last: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Everything that an analysis is worked out from.

    known:    where the people stood before; or, where it is worked out again, the identity that it was given then
    earlier:  the last analysis with groups that have vanished since, where there are such
    person:   (n,) who of the people of that one each is, -1 for nobody
    """

    votes: Votes
    terms: Terms
    known: Before | Identity
    earlier: "Task | None" = None
    person: IntArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where the people are: numbers of their groups, 0 for none; places; how surely they belong, nan for nobody in a
    group. Each (n,), places (n, 2)."""

    number: IntArray
    at: FloatArray
    membership: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What was found.

    result:  what is told of groups, statements and the map (no person in it)
    model:   what was learnt of the statements, packed
    """

    result: _Json
    model: bytes
    identity: Identity
    placed: Placed = field(repr=False)


def find(task: Task) -> Findings:
    """Work an analysis out. The same task gives the same bits."""
    portrait = portrait_of(
        task.votes,
        {str(number) for number in task.terms.about_person},
        seed=task.terms.seed,
        smallest=task.terms.smallest,
    )
    known = task.known
    identity = known if isinstance(known, Identity) else _identity(portrait.groups, known, task)
    placed = _placed(portrait, identity)
    return Findings(
        _told(portrait, identity, placed, task.terms), _learnt(portrait, identity), identity, placed
    )


def _identity(groups: OpinionGroups, before: Before, task: Task) -> Identity:
    """Only where a group would be a new one is it worth the time to see whether it is an old one that returns."""
    identity = goes_on(groups.label, groups.groups, groups.plane.people, before)
    if task.earlier is None or task.person is None or max(identity.numbers) <= before.highest:
        return identity
    number = np.append(find(task.earlier).placed.number, 0)
    before = replace(before, earlier=(number[task.person],))
    return goes_on(groups.label, groups.groups, groups.plane.people, before)


def to_parameters(terms: Terms, identity: Identity) -> _Json:
    """Everything but the votes that it takes to work an analysis out again."""
    return asdict(terms) | asdict(identity)


def from_parameters(parameters: _Json) -> tuple[Terms, Identity]:
    """What `to_parameters` was given."""
    names = Terms.__slots__
    terms = {name: _frozen(parameters[name]) for name in names}
    identity = {name: _frozen(parameters[name]) for name in Identity.__slots__}
    return Terms(**terms), Identity(**identity)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def _placed(portrait: Portrait, identity: Identity) -> Placed:
    label = portrait.groups.label
    numbers = np.array([*identity.numbers, 0], np.int64)
    own = np.clip(label, 0, None)[:, None]
    membership = np.take_along_axis(portrait.groups.membership, own, axis=1)[:, 0] if len(label) else label
    there, (first, second) = portrait.groups.plane.people, np.array(identity.turn)
    at = there[:, :1] * first + there[:, 1:] * second
    return Placed(numbers[label], at, np.where(label >= 0, membership, np.nan))


def _told(portrait: Portrait, identity: Identity, placed: Placed, terms: Terms) -> _Json:
    groups, opinions = portrait.groups, portrait.opinions
    sizes = np.bincount(groups.label[groups.label >= 0], minlength=groups.groups).tolist()
    representative = representative_as_json(opinions, groups)
    listed = [
        {"id": number, "size": sizes[label], "representative": representative[label]}
        for label, number in enumerate(identity.numbers)
    ]
    number = dict(enumerate(identity.numbers))
    divisive = [
        each | {"agreeing": number[each["agreeing"]], "disagreeing": number[each["disagreeing"]]}
        for each in divisions_as_json(opinions, groups)
    ]
    return {
        "method": "rimay",
        "k": groups.groups,
        "stability": stability_as_json(groups),
        "people": sum(sizes),
        "groups": sorted(listed, key=lambda each: each["id"]),
        "statements": _statements(portrait, identity),
        "divisive": divisive,
        "map": map_cells(placed.at, np.where(placed.number > 0, placed.number, -1), terms.threshold),
    }


def _statements(portrait: Portrait, identity: Identity) -> _Json:
    asked = portrait.asked
    everybody = count_votes(asked, np.zeros(len(asked.people), np.int64), 1)
    consensus = portrait.consensus
    told = {}
    for place, name in enumerate(asked.statements):
        agree, disagree, seen = _cell(everybody, 0, place)
        told[name] = {
            "agree": agree,
            "disagree": disagree,
            "passed": seen - agree - disagree,
            "consensus": float(consensus.value[place]),
            "low": float(consensus.low[place]),
            "high": float(consensus.high[place]),
            "by_group": {
                str(number): dict(
                    zip(("agree", "disagree", "seen"), _cell(portrait.counts, label, place), strict=True)
                )
                for label, number in enumerate(identity.numbers)
            },
        }
    return told


def _cell(counts: GroupCounts, group: int, statement: int) -> tuple[int, int, int]:
    place = group, statement
    return int(counts.agree[place]), int(counts.disagree[place]), int(counts.seen[place])


def _learnt(portrait: Portrait, identity: Identity) -> bytes:
    groups, opinions = portrait.groups, portrait.opinions
    voted = np.bincount(opinions.statement, minlength=len(opinions.statements))
    return pack(
        KeptModel(
            statements=np.array([int(name) for name in opinions.statements], np.int64),
            model=portrait.model,
            numbers=np.array(identity.numbers, np.int64),
            sizes=np.bincount(groups.label[groups.label >= 0], minlength=groups.groups),
            seen=groups.counts.seen,
            voted=voted,
        )
    )
