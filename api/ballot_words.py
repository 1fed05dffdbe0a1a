"""Ballots as pages show them: how many have voted while they are open, and what came out afterwards."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from api.figures import Bar, Figure
from api.reader import Reader, percent_of
from deliberation.assembly_day.ballot_results import ANSWERS, BallotKind, Result
from deliberation.assembly_day.ballot_wording import BallotWords
from deliberation.assembly_day.ballots import BallotCard
from i18n.localized import Localized

_MARKS = {"open": "here", "closed": "done"}


@dataclass(frozen=True, slots=True)
class ShownBallot:
    """A ballot in the words of its reader.

    counts:  how many voted, or how
    bars:    what was voted, or the points in their order; empty where that is not told
    caption: of the bars
    """

    id: int
    number: int
    kind: str
    text: Markup
    state: str
    state_label: str
    mark: str
    options: tuple[Markup, ...]
    outcome: str = ""
    counts: str = ""
    caption: str = ""
    bars: tuple[Bar, ...] = ()
    order: tuple[Markup, ...] = ()


def shown(reader: Reader, card: BallotCard) -> ShownBallot:
    """One ballot."""
    return ShownBallot(
        id=card.id,
        number=card.number,
        kind=reader.text("ballots.kind_" + card.kind),
        text=reader.local(card.text),
        state=card.state,
        state_label=reader.text("ballots.state_" + card.state),
        mark=_MARKS.get(card.state, ""),
        options=tuple(reader.local(option["label"]) for option in card.options),
        **_result(reader, card, card.result),
    )


def figures_of(reader: Reader, card: BallotCard) -> list[Figure]:
    """How many have voted of how many in the room. Nothing of what they voted."""
    present = card.present.total
    of = reader.plural("ballots.of_present", present)
    voted = reader.text("ballots.figure_voted")
    return [
        Figure("voted", voted, reader.number(card.voted), of, min(100.0, percent_of(card.voted, present)))
    ]


def label_of(reader: Reader, card: BallotCard, value: str) -> str:
    """What a value that may be voted is called."""
    if card.kind is not BallotKind.ORDER:
        return reader.text("ballots.answer_" + value)
    return reader.plain(_labels(card)[value])


def _result(reader: Reader, card: BallotCard, result: Result | None) -> dict[str, Any]:
    if result is None:
        return {}
    words = BallotWords(reader.translator, reader.language)
    values = result.order or ANSWERS
    told: dict[str, Any] = {"outcome": words.outcome(result), "counts": words.counts(result)}
    if result.order:
        told["order"] = tuple(reader.local(_labels(card)[value]) for value in result.order)
    if result.counts is None or result.voters is None:
        return told
    return told | {
        "caption": words.voters(result),
        "bars": tuple(
            Bar(
                f"{place}. {label_of(reader, card, value)}"
                if result.order
                else label_of(reader, card, value),
                reader.share(result.counts[value], result.voters),
                percent_of(result.counts[value], result.voters),
            )
            for place, value in enumerate(values, 1)
        ),
    }


def _labels(card: BallotCard) -> dict[str, Localized]:
    return {option["value"]: option["label"] for option in card.options}
