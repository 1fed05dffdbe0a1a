"""An analysis as pages read it: statements with their words, groups with their names, and what they share.

Exact for who organises. For all others the counts pass disclosure control: the votes of all, and those of groups. What
is worked out of exact counts, as consensus is, only puts statements in order and into lists: a figure of it would be
one more equation for who wants to solve for a person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scipy.special import betaincinv
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.maths.representative import Direction
from deliberation.opinions.analyses import AnalysisCard, find_analysis
from deliberation.opinions.breakdown import Part, Whole, protect_parts, protect_whole
from deliberation.opinions.bridging import Bridge, Counts, common_way, find_bridges
from deliberation.opinions.differences import protect_sizes, tells_since
from deliberation.opinions.publication import list_group_names
from deliberation.opinions.statements import StatementCard, list_statements
from deliberation.opinions.tables import Analysis, Deliberation
from i18n.localized import Localized

_Votes = tuple[int, int, int]
"""How many agree, disagree and pass."""
_ByGroup = Mapping[int, Counts]
"""The votes on a statement, by the number of the group."""
ORDERS = ("consensus", "division", "votes")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share, and between what it lies with 90 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement and what became of it.

    whole     the votes of all; for who may not see exact numbers of those in a group, as far as they may be shown
    parts     by group who agree, of how many; None where that is not shown
    bar       for who organises the consensus of the groups; for others the share of all who agree
    common    how most of every group vote, if they do
    counts    exact votes by group; empty for who may not see them
    """

    number: int
    text: Localized
    whole: Whole
    parts: Mapping[int, Part | None]
    bar: Estimate | None
    common: Direction | None
    counts: Mapping[int, Counts]


@dataclass(frozen=True, slots=True)
class Said:
    """What a group says more than others. Numbers are None where they are not shown.

    way     how the group votes
    counts  how many vote so, of how many in the group, and of those in all other groups
    alone   most of this group and of no other
    false   of how many differences as sure as this one would be chance, as a share
    """

    judged: Judged
    way: Direction
    here: tuple[int, int] | None
    elsewhere: tuple[int, int] | None
    share: Estimate | None
    alone: bool
    false: float


@dataclass(frozen=True, slots=True)
class Portrait:
    """An opinion group."""

    number: int
    name: Localized
    size: int | None
    says: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Divided:
    """A statement that divides two groups: most of the one, and not of the other."""

    judged: Judged
    agreeing: int
    disagreeing: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All that pages show of one analysis.

    people     in the groups; None where that may not be shown
    numbers    of the analyses that may be read
    map        as `map_cells` made it; None for who may not see it
    orders     statements by consensus, by division and by votes
    """

    card: AnalysisCard
    exact: bool
    people: int | None
    groups: tuple[Portrait, ...]
    statements: Mapping[int, Judged]
    orders: Mapping[str, Sequence[int]]
    common: tuple[Judged, ...]
    divided: tuple[Divided, ...]
    bridges: tuple[tuple[Judged, Bridge], ...]
    map: Mapping[str, Any] | None
    numbers: tuple[int, ...]

    def group(self, number: int) -> Portrait:
        """Raises NotFound."""
        found = next((group for group in self.groups if group.number == number), None)
        if found is None:
            raise NotFound
        return found

    def listed(self, order: str) -> list[Judged]:
        """All statements in one of the orders; an unknown one is by consensus."""
        return [self.statements[number] for number in self.orders.get(order, self.orders[ORDERS[0]])]


@dataclass(frozen=True, slots=True)
class Published:
    """A deliberation of which the council may read."""

    deliberation_id: int
    title: Localized
    published_at: datetime


def list_published(db: Session) -> list[Published]:
    """What was published last comes first."""
    last: dict[int, datetime] = {}
    query = select(Analysis.deliberation_id, Analysis.published_at).where(Analysis.published_at.is_not(None))
    for row in db.execute(query.order_by(Analysis.published_at)):
        last[row.deliberation_id] = row.published_at
    titles = select(Deliberation.id, Deliberation.title).where(Deliberation.id.in_(last))
    found = [Published(row.id, row.title, last[row.id]) for row in db.execute(titles)]
    return sorted(found, key=lambda each: (each.published_at, each.deliberation_id), reverse=True)


def find_reading(
    db: Session, deliberation_id: int, number: int | None, *, threshold: int, exact: bool
) -> Reading | None:
    """An analysis by its number, or the newest. Who is not to see exact numbers sees published ones only.

    None where there is none yet. Raises NotFound where there is none of that number.
    """
    card = find_analysis(db, deliberation_id, number, published=not exact)
    if card is None:
        if number is not None:
            raise NotFound
        return None
    numbers = select(Analysis.number).where(Analysis.deliberation_id == deliberation_id)
    if not exact:
        numbers = numbers.where(Analysis.published_at.is_not(None))
    return read_analysis(
        card,
        list_statements(db, deliberation_id),
        list_group_names(db, deliberation_id),
        threshold=threshold,
        exact=exact,
        numbers=tuple(db.scalars(numbers.order_by(Analysis.number.desc()))),
        released=() if exact else _released_before(db, card),
    )


def _released_before(db: Session, card: AnalysisCard) -> list[dict[str, Any]]:
    """What was found by those that were published before this one."""
    earlier = tuple_(Analysis.published_at, Analysis.number) < tuple_(card.published_at, card.number)
    query = select(Analysis.result).where(Analysis.deliberation_id == card.deliberation_id, earlier)
    return list(db.scalars(query.order_by(Analysis.number)))


def read_analysis(
    card: AnalysisCard,
    statements: Iterable[StatementCard],
    names: Mapping[int, Localized],
    *,
    threshold: int,
    exact: bool,
    numbers: tuple[int, ...] = (),
    released: Sequence[Mapping[str, Any]] = (),
) -> Reading:
    """What may be read of an analysis. What is not put to the vote any more is for organisers only.

    released: what those found that others could read before this one
    """
    result = card.result
    cards = {each.number: each for each in statements if exact or each.state == "accepted"}
    found = {int(number): each for number, each in result["statements"].items() if int(number) in cards}
    votes = {number: _by_group(each) for number, each in found.items()}
    guard, then = None if exact else threshold, _told_before(released)
    judged = {
        number: _judged(cards[number], each, votes[number], guard, threshold, then.get(number, ()))
        for number, each in found.items()
    }
    sizes = _sizes(result)
    shown, people = protect_sizes(sizes, [_sizes(each) for each in released], None if exact else threshold)
    groups = tuple(
        Portrait(group["id"], names.get(group["id"], {}), size, _says(group, judged, votes, exact=exact))
        for group, size in zip(result["groups"], shown, strict=True)
    )
    by_consensus = sorted(found, key=lambda number: (-found[number]["consensus"], number))
    opinions = {str(number): each for number, each in votes.items() if not cards[number].about_person}
    return Reading(
        card=card,
        exact=exact,
        people=people,
        groups=tuple(sorted(groups, key=lambda group: group.number)),
        statements=judged,
        orders={
            "consensus": by_consensus,
            "division": sorted(found, key=lambda number: (-_width(votes[number]), number)),
            "votes": sorted(found, key=lambda number: (-_seen(found[number]), number)),
        },
        common=tuple(judged[number] for number in by_consensus if judged[number].common),
        divided=tuple(_divided(result["divisive"], judged)),
        bridges=tuple(
            (judged[int(bridge.statement)], bridge) for bridge in find_bridges(opinions, threshold)
        ),
        map=result["map"] if exact else None,
        numbers=numbers,
    )


def _sizes(result: Mapping[str, Any]) -> dict[int, int]:
    return {group["id"]: group["size"] for group in result["groups"]}


def _told_before(released: Iterable[Mapping[str, Any]]) -> dict[int, list[_ByGroup]]:
    """The votes of groups on each statement, as others have read them."""
    told: dict[int, list[_ByGroup]] = {}
    for result in released:
        for number, each in result["statements"].items():
            told.setdefault(int(number), []).append(_by_group(each))
    return told


def _divided(divisive: Iterable[Mapping[str, Any]], judged: Mapping[int, Judged]) -> Iterator[Divided]:
    """Groups may surely differ where most of each say the same: that divides nobody."""
    for each in divisive:
        found = judged.get(int(each["statement"]))
        if found is not None and found.common is None:
            yield Divided(found, each["agreeing"], each["disagreeing"])


def _judged(
    card: StatementCard,
    found: Mapping[str, Any],
    votes: Mapping[int, Counts],
    guard: int | None,
    least: int,
    then: Sequence[_ByGroup],
) -> Judged:
    if guard is None:
        whole = protect_whole(found["agree"], found["disagree"], found["passed"], None)
        bar: Estimate | None = Estimate(found["consensus"], found["low"], found["high"])
    else:
        whole = _of_groups(votes, guard, then)
        bar = None if whole.agree is None or not whole.seen else _estimated(whole.agree, whole.seen)
    return Judged(
        number=card.number,
        text=card.text,
        whole=whole,
        parts=_parts(votes, whole, guard, then),
        bar=bar,
        common=None if card.about_person else common_way(votes, least),
        counts=votes if guard is None else {},
    )


def _of_groups(votes: _ByGroup, threshold: int, then: Sequence[_ByGroup]) -> Whole:
    """The votes of those who are in a group. With all others they would tell of these few, and groups would have to be
    withheld for their sake.

    Nothing where so few votes have come or changed since another analysis was shown that the difference would tell.
    """
    now = _all_of(votes)
    if tells_since(now, map(_all_of, then), threshold):
        return Whole(None, None, None, None)
    return protect_whole(*now, threshold)


def _all_of(votes: Mapping[int, Counts]) -> _Votes:
    agree, disagree, seen = (
        sum(each)
        for each in zip(*((one.agree, one.disagree, one.seen) for one in votes.values()), strict=True)
    )
    return agree, disagree, seen - agree - disagree


def _parts(
    votes: _ByGroup, whole: Whole, guard: int | None, then: Sequence[_ByGroup]
) -> dict[int, Part | None]:
    """Where it is not shown how many agree in all, no groups may add up to it."""
    if guard is not None and whole.agree is None:
        return dict.fromkeys(votes)
    now, *before = ([_part(each.get(group)) for group in votes] for each in (votes, *then))
    return dict(zip(votes, protect_parts(now, guard, before), strict=True))


def _part(counts: Counts | None) -> Part:
    return Part(0, 0) if counts is None else Part(counts.agree, counts.seen)


def _says(
    group: Mapping[str, Any],
    judged: Mapping[int, Judged],
    votes: Mapping[int, Mapping[int, Counts]],
    *,
    exact: bool,
) -> tuple[Said, ...]:
    said = []
    for each in group["representative"]:
        number = int(each["statement"])
        if number not in judged:
            continue
        part = judged[number].parts.get(group["id"])
        here = elsewhere = None
        way: Direction = each["direction"]
        if exact:
            here = _told(votes[number][group["id"]], way)
            rest = [counts for other, counts in votes[number].items() if other != group["id"]]
            elsewhere = sum(_told(one, way)[0] for one in rest), sum(one.seen for one in rest)
        elif part is not None and way == "agree":
            here = part.agree, part.seen
        low, high = each["interval"]
        share = Estimate(each["p"], low, high) if exact else _estimated(*here) if here else None
        said.append(Said(judged[number], way, here, elsewhere, share, each["alone"], each["q"]))
    return tuple(said)


def _told(counts: Counts, way: Direction) -> tuple[int, int]:
    return (counts.agree if way == "agree" else counts.disagree), counts.seen


def _by_group(found: Mapping[str, Any]) -> dict[int, Counts]:
    return {
        int(group): Counts(each["agree"], each["disagree"], each["seen"])
        for group, each in sorted(found["by_group"].items(), key=lambda pair: int(pair[0]))
    }


def _estimated(part: int, whole: int) -> Estimate:
    """The share of a whole of which some are known: of the two numbers alone, so that it tells nothing more."""
    low, high = (float(betaincinv(part + 1, whole - part + 1, edge)) for edge in (0.05, 0.95))
    return Estimate(part / whole, min(low, part / whole), max(high, part / whole))


def _width(votes: Mapping[int, Counts]) -> float:
    shares = [each.share("agree") for each in votes.values()]
    return max(shares) - min(shares) if shares else 0.0


def _seen(found: Mapping[str, Any]) -> int:
    return int(found["agree"] + found["disagree"] + found["passed"])
