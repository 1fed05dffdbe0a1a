"""Items and sittings of the council as pages show them: in words, with every number beside its whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from api.figures import Bar, bar_of
from api.reader import Reader
from deliberation.council.agenda import DecisionCard, ItemCard
from deliberation.council.choosing import Choice, GroupLeft, People
from deliberation.council.goals import goal_key
from deliberation.council.items import Quote
from deliberation.council.published import PublishedItem
from deliberation.council.sittings import BY_HAND, SittingCard
from deliberation.council.weighing import may_be_weighed_again
from i18n.localized import Localized
from surveys.disclosure import protect_exclusive

MARKS = {"accepted": "done", "partly": "done", "rejected": "wrong", "deferred": "here", "elsewhere": "past"}
STATES = {"planned": "here", "convened": "here", "held": "done", "cancelled": "past"}


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote, in the language in which it was said, with what an interpreter made of it."""

    text: str
    language: str
    translation: str
    stand: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an item stands on. bars: for, against and passed; groups: how many of each agree."""

    origin: Markup
    bars: list[Bar] = field(default_factory=list)
    groups: list[Bar] = field(default_factory=list)
    weighted: str = ""
    dissent: str = ""
    quotes: list[ShownQuote] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """What was decided, why, and what happens now."""

    outcome: str
    mark: str
    reason: Markup
    day: str
    next: str
    replies: list[Bar] = field(default_factory=list)


class CouncilWords:
    """Says them to one reader. house: the Unit's name, who is in charge where nobody else is."""

    def __init__(self, reader: Reader, threshold: int, house: str) -> None:
        self.reader = reader
        self._threshold = threshold
        self._house = house

    def amount(self, item: ItemCard) -> str:
        """How many of how many stand behind it; empty where nobody was asked."""
        of = item.evidence.get("of")
        return self._bar("", item.evidence.get("count"), of).value if of else ""

    def evidence(self, item: ItemCard, about: Localized, quotes: Sequence[Quote]) -> Evidence:
        """All of it, for a page."""
        found = item.evidence
        origin = Markup(self.reader.text("sittings.origin_" + item.source))
        if about:
            origin = Markup("{}: {}").format(origin, self.reader.local(about))
        return Evidence(
            origin,
            bars=self._bars(item),
            groups=[self._group(each) for each in found.get("groups", ())],
            weighted=self._weighted(found.get("weighted", {})),
            dissent=self.reader.local(found["dissent"]) if "dissent" in found else "",
            quotes=[self._quote(quote) for quote in quotes],
        )

    def _bars(self, item: ItemCard) -> list[Bar]:
        of = item.evidence.get("of")
        if not of:
            return []
        named = [("count", "sittings.for_" + item.source)]
        named += [(name, "sittings.stand_" + name) for name in ("against", "passed") if name in item.evidence]
        return [self._bar(self.reader.text(label), item.evidence.get(name), of) for name, label in named]

    def _group(self, group: Mapping[str, Any]) -> Bar:
        letter = chr(ord("A") + group["number"] - 1) if group["number"] <= 26 else str(group["number"])
        name = self.reader.plain(group["name"])
        label = self.reader.text("sittings.group", letter=letter) + (f": {name}" if name else "")
        return self._bar(label, group["agree"], group["of"] or 0)

    def _bar(self, label: str, part: int | None, whole: int) -> Bar:
        """What is withheld need not be small: others may have to stay unsaid for the sake of few."""
        if part is None:
            return Bar(label, self.reader.text("sittings.not_shown"), 0.0, suppressed=True)
        return bar_of(self.reader, label, part, whole, self._threshold)

    def _weighted(self, weighted: Mapping[str, Any]) -> str:
        if not may_be_weighed_again(weighted, self._threshold):
            return ""
        by = [self.reader.text("sittings.by_" + name) for name in weighted["by"]]
        return self.reader.text(
            "sittings.weighted",
            percent=self.reader.number(weighted["percent"]),
            low=self.reader.number(weighted["low"]),
            high=self.reader.number(weighted["high"]),
            worth=self.reader.number(weighted["worth"]),
            by=", ".join(by),
        )

    def _quote(self, quote: Quote) -> ShownQuote:
        stand = self.reader.text("sittings.quote_" + quote.stand) if quote.stand else ""
        language = quote.language if quote.language in ("es", "qu") else "es"
        return ShownQuote(quote.text, language, quote.translation, stand)

    def decision(self, found: PublishedItem) -> ShownDecision | None:
        """What was decided, where it stands."""
        if found.item.decision is None or not found.decided:
            return None
        card = found.item.decision
        again = found.continued.decide_by if found.continued else None
        day = self.reader.day(card.decided_at)
        return ShownDecision(
            outcome=self.reader.text("console.decision_" + card.outcome),
            mark=MARKS[card.outcome],
            reason=self.reader.local(card.reason),
            day=self.reader.text("console.decision_recorded_on", date=day),
            next=self._next(card, found.unit, self.reader.day(again) if again else ""),
            replies=self.replies(found.replies),
        )

    def _next(self, card: DecisionCard, unit: Localized, again: str) -> str:
        match card.outcome:
            case "rejected":
                return self.reader.text("sittings.next_rejected")
            case "deferred" if again:
                return self.reader.text("sittings.next_deferred", date=again)
            case "elsewhere":
                return self.reader.text("sittings.next_elsewhere", body=self.reader.plain(card.sent_to or {}))
        return self.reader.text("sittings.next_done", unit=self.reader.plain(unit) or self._house)

    def replies(self, counted: Mapping[str, int]) -> list[Bar]:
        """What contributors say of the decision: no small number of them, and nothing that gives one away."""
        total = sum(counted.values())
        if not total:
            return []
        shown = protect_exclusive(tuple(counted.values()), total, self._threshold)
        return [
            bar_of(self.reader, self.reader.text("console.satisfied_" + reply), count, total, self._threshold)
            for reply, count in zip(counted, shown, strict=True)
        ]

    def goals(self, item: ItemCard) -> list[tuple[str, str]]:
        """The targets that it serves, each with its words."""
        return [(code, self.reader.text(goal_key(code))) for code in item.sdg]

    def competence(self, item: ItemCard) -> str:
        """Who may decide."""
        return self.reader.text("sittings.competence_" + item.competence) if item.competence else ""

    def minutes(self, minutes: int) -> str:
        """So many minutes."""
        return self.reader.plural("sittings.minutes", minutes)

    def sitting_state(self, sitting: SittingCard) -> tuple[str, str]:
        """Its state in a word, and how it is marked."""
        return self.reader.text("sittings.state_" + sitting.state), STATES[sitting.state]

    def rule(self, rule: str) -> str:
        """What a rule is called."""
        if rule == BY_HAND:
            return self.reader.text("sittings.by_hand")
        return self.reader.text("council.name_" + rule.replace("-", "_"))

    def how(self, rule: str) -> str:
        """How it works."""
        return self.reader.text("council.rule_" + rule.replace("-", "_"))

    def left_out(self, choice: Choice) -> list[str]:
        """Who has nothing on the agenda, in all and by group, and what small groups are granted."""
        said = [self._left(choice.people)]
        said += [self._group_left(group) for group in choice.groups if group.people.left]
        if choice.minimum:
            said.append(self.reader.text("council.minimum", share=self.reader.number(choice.minimum)))
        else:
            said.append(self.reader.text("council.minimum_none"))
        if choice.unmet:
            said.append(self.reader.plural("council.minimum_unmet", choice.unmet))
        return said

    def _left(self, people: People) -> str:
        if people.left == 0:
            return self.reader.text("council.left_out_nobody")
        if people.left is None or people.of is None:
            return self.reader.text("sittings.left_few")
        share = self.reader.percent(people.left, people.of)
        left, of = self.reader.number(people.left), self.reader.number(people.of)
        return self.reader.text("sittings.left", left=left, of=of, percent=share)

    def _group_left(self, group: GroupLeft) -> str:
        left, of = group.people.left or 0, group.people.of or 0
        facts = {"left": self.reader.number(left), "of": self.reader.number(of)}
        if group.group.kind == "language":
            name = self.reader.language_name(group.group.value)
            return self.reader.text("sittings.left_language", name=name, **facts)
        number = int(group.group.value.partition(".")[2])
        letter = chr(ord("A") + number - 1) if number <= 26 else str(number)
        return self.reader.text("sittings.left_group", letter=letter, **facts)
