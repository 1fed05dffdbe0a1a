"""How each number of the brief was counted: its key, the table of the data package, the rows of it, of how many people.

The keys stand in the data package too (deliberation.council.brief_numbers).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from deliberation.council.brief import Brief, Item
from deliberation.council.brief_phrases import Phrases
from i18n.dates import format_number

REACH, POINT, TABLE, VOICES = "R", "P", "C", "V"
"""Beginnings of the keys: who was reached; a point; a question; open answers."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One line of the list at the end. where: the file and its rows; people: of how many; weights: by what."""

    key: str
    what: str
    where: str
    people: str
    weights: str


def references_of(brief: Brief, phrases: Phrases) -> tuple[Reference, ...]:
    """All of them, in the order of the brief."""
    return tuple(_References(brief, phrases).all())


class _References:
    def __init__(self, brief: Brief, phrases: Phrases) -> None:
        self._brief = brief
        self._phrases = phrases
        self._none = phrases.say("brief.weights_none")

    def all(self) -> Iterator[Reference]:
        brief, say = self._brief, self._phrases.say
        yield self._line(REACH, say("brief.reference_reach"), "reach.csv", brief.asked)
        for item in brief.items:
            if item.is_counted:
                yield self._point(item)
        for number, table in enumerate(brief.questions, 1):
            where = f"results.csv: question={table.path}"
            yield self._line(f"{TABLE}{number}", table.label, where, table.base)
        for number, voices in enumerate(brief.voices, 1):
            where = f"words.csv, tone.csv: voices={VOICES}{number}"
            people = voices.tone.of if voices.tone else None
            yield self._line(f"{VOICES}{number}", voices.question, where, people)

    def _point(self, item: Item) -> Reference:
        page = item.page
        where = f"points.csv: point={POINT}{item.number}"
        if page.question:
            where = f"results.csv: question={page.question}, value={page.value}"
        if page.groups:
            where += f"; groups.csv: point={POINT}{item.number}"
        weights = self._none
        if page.weighted:
            where += f"; weighting.csv: point={POINT}{item.number}"
            weights = ", ".join(self._phrases.say("sittings.by_" + name) for name in page.weighted.by)
        return self._line(f"{POINT}{item.number}", item.request, where, item.of, weights)

    def _line(self, key: str, what: str, where: str, people: int | None, weights: str = "") -> Reference:
        counted = format_number(people) if people is not None else self._phrases.say("brief.withheld")
        return Reference(key, what, where, counted, weights or self._none)
