"""The forms of ballots: the question in both languages, the points of an order, the raised hands."""

from collections.abc import Sequence

from api.forms import Fields
from api.reader import LANGUAGES
from deliberation.assembly_day.ballot_results import BallotKind, values_of
from deliberation.assembly_day.ballot_sources import FEWEST_POINTS, MOST_POINTS
from deliberation.assembly_day.ballots import BallotCard
from i18n.localized import Localized

_LONGEST_QUESTION = 280
_LONGEST_POINT = 120
_MOST_HANDS = 5000


def read_question(fields: Fields) -> Localized:
    """What the room is asked: both languages are read out."""
    return fields.localized("text", "ballots.text", needs=LANGUAGES, limit=_LONGEST_QUESTION)


def read_points(fields: Fields) -> list[Localized]:
    """The points of an order, a line each, as many in one language as in the other."""
    lines = {
        code: [line.strip() for line in fields.raw(f"points_{code}").splitlines() if line.strip()]
        for code in LANGUAGES
    }
    for code, each in lines.items():
        if not FEWEST_POINTS <= len(each) <= MOST_POINTS:
            fields.refuse(f"points_{code}", "ballots.points_number", low=FEWEST_POINTS, high=MOST_POINTS)
        elif len(each) != len(lines[LANGUAGES[0]]):
            fields.refuse(f"points_{code}", "ballots.points_differ")
        elif any(len(line) > _LONGEST_POINT for line in each):
            fields.refuse(f"points_{code}", "ballots.points_long", limit=_LONGEST_POINT)
    return [dict(zip(LANGUAGES, pair, strict=True)) for pair in zip(*lines.values(), strict=False)]


def read_hands(fields: Fields, card: BallotCard) -> dict[str, int]:
    """How many raised their hand for each; an empty field is nobody. More than are there is asked about once."""
    hands = {}
    for value in values_of(card.kind, card.options):
        if fields.raw(f"hands_{value}"):
            hands[value] = fields.number(f"hands_{value}", 0, _MOST_HANDS)
    together = card.voted + sum(hands.values())
    if hands and together > card.present.total and fields.raw("sure") != "yes":
        fields.refuse("sure", "ballots.hands_too_many", votes=together, present=card.present.total)
    return hands


def filled(
    kind: BallotKind, text: Localized, points: Sequence[Localized], statement: int | None
) -> dict[str, str]:
    """What a fresh form holds."""
    values = {"kind": kind.value} | {f"text_{code}": words for code, words in text.items()}
    for code in LANGUAGES:
        values[f"points_{code}"] = "\n".join(point.get(code, "") for point in points).strip()
    return values | ({} if statement is None else {"statement": str(statement)})
