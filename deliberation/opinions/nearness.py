"""You and others: whom a person is near to, and in what most agree, as the person alone is shown it.

What is said of others comes from the newest analysis that an organiser has published. While there is none, it is what
most agree on so far, in round numbers: whoever looks before and after somebody's vote must not see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from deliberation.opinions.breakdown import protect_whole
from deliberation.opinions.places import VotingPlace, find_voting_place
from deliberation.opinions.reading import Portrait, Reading, find_reading
from deliberation.opinions.statements import StatementCard, list_statements
from deliberation.opinions.steps import NoVoting, VotingOver
from deliberation.opinions.tables import Voter
from i18n.localized import Localized

_AGREED = 2
"""Statements that are told: more is not read under a picture."""
_MOST = 0.6
"""Share from which most agree, so far."""


@dataclass(frozen=True, slots=True)
class SeenGroup:
    """An opinion group; `name` is empty where no organiser has given one, `size` None where it may not be shown."""

    number: int
    name: Localized
    size: int | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A statement that most agree on. `agree` of about `of` people, at least, where numbers are told; else both 0."""

    text: Localized
    written_in: str
    agree: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Nearness:
    """What a person is shown.

    map         as `map_cells` made it; None while nothing is published
    groups      of the published analysis
    you         the person's place on that map, if it knows them
    your_group  the number of the group that they are near to
    says        what that group says more than others
    agreed      what most agree on
    """

    language: str
    deliberation_id: int
    title: Localized
    map: Mapping[str, Any] | None
    groups: tuple[SeenGroup, ...]
    you: tuple[float, float] | None
    your_group: int | None
    says: Agreed | None
    agreed: tuple[Agreed, ...]

    @property
    def is_empty(self) -> bool:
        """There is nothing to say yet."""
        return self.map is None and not self.agreed


def find_nearness(
    db: Session, chat_index: bytes, deliberation_id: int, threshold: int, zone: ZoneInfo
) -> Nearness | VotingOver | NoVoting:
    """What the person is shown of themselves and others now."""
    place = find_voting_place(db, chat_index, deliberation_id)
    if place is None:
        return NoVoting()
    if not place.takes_votes(zone):
        return VotingOver(place.language, place.title)
    reading = find_reading(db, deliberation_id, None, threshold=threshold, exact=False)
    cards = list_statements(db, deliberation_id, "accepted")
    if reading is None or not reading.groups:
        agreed = tuple(_agreed_so_far(cards, threshold))
        return Nearness(*_about(place), None, (), None, None, None, agreed)
    return _by_analysis(db, place, reading, {card.number: card for card in cards})


def _by_analysis(
    db: Session, place: VotingPlace, reading: Reading, cards: Mapping[int, StatementCard]
) -> Nearness:
    voter = db.get(Voter, place.voter_id) if place.voter_id is not None else None
    groups = tuple(SeenGroup(each.number, each.name, each.size) for each in reading.groups)
    numbers = {each.number for each in groups}
    mine = you = None
    # The axes of another analysis are others: a place in it would be shown where it is not.
    if voter is not None and voter.shown_in == reading.card.number:
        mine = voter.shown_group if voter.shown_group in numbers else None
        if voter.shown_x is not None and voter.shown_y is not None:
            you = voter.shown_x, voter.shown_y
    portrait = next((each for each in reading.groups if each.number == mine), None)
    agreed = [
        Agreed(cards[each.number].text, cards[each.number].language)
        for each in reading.common
        if each.common == "agree" and each.number in cards
    ]
    return Nearness(
        *_about(place),
        map=reading.card.result["map"],
        groups=groups,
        you=you,
        your_group=mine,
        says=_says(portrait, cards),
        agreed=tuple(agreed[:_AGREED]),
    )


def _about(place: VotingPlace) -> tuple[str, int, Localized]:
    return place.language, place.deliberation_id, place.title


def _says(portrait: Portrait | None, cards: Mapping[int, StatementCard]) -> Agreed | None:
    for said in portrait.says if portrait else ():
        card = cards.get(said.judged.number)
        if said.way == "agree" and card is not None:
            return Agreed(card.text, card.language)
    return None


def _agreed_so_far(cards: list[StatementCard], threshold: int) -> list[Agreed]:
    """What most agree on of what enough people have voted on, in steps of the threshold."""
    found = []
    for card in cards:
        votes = card.votes
        shown = protect_whole(votes.agree, votes.disagree, votes.passed, threshold)
        if shown.agree is None or not shown.seen or shown.agree < _MOST * shown.seen:
            continue
        share = (shown.agree + 1) / (shown.seen + 2)
        agree, of = (number // threshold * threshold for number in (shown.agree, shown.seen))
        found.append((-share, card.number, Agreed(card.text, card.language, agree, of)))
    return [agreed for _, _, agreed in sorted(found, key=lambda each: each[:2])[:_AGREED]]
