"""The page of one point in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from deliberation.council.brief import Bar, Item, Table
from deliberation.council.brief_items import GroupStanding, ItemQuote
from deliberation.council.brief_phrases import LANGUAGES, Phrases, WordedQuote, WordedTable
from deliberation.council.goals import goal_key
from deliberation.voices.redaction import in_words, redaction_words
from i18n.dates import format_number
from i18n.translator import SOURCE

LETTERS = 26


@dataclass(frozen=True, slots=True)
class WordedPage:
    """All that the page of a point shows. facts: who would do it and what for, each with what it is called."""

    origin: str
    title: str
    weighted: str
    tables: tuple[WordedTable, ...]
    quotes: tuple[WordedQuote, ...]
    dissent: str
    facts: tuple[tuple[str, str], ...]


class ItemWriter:
    """Writes the pages of the points, by tables of the brief and their keys, both by the path of the question."""

    def __init__(
        self, phrases: Phrases, tables: Mapping[str, Table], anchors: Mapping[str, str], unit: str
    ) -> None:
        self._phrases = phrases
        self._tables = tables
        self._anchors = anchors
        self._unit = unit
        self._covers = redaction_words(phrases.translator, phrases.language)

    def page(self, item: Item) -> WordedPage:
        """One of them."""
        page = item.page
        return WordedPage(
            origin=self._phrases.say("sittings.origin_" + page.source) + ".",
            title=page.title if page.title != item.request else "",
            weighted=self._weighted(item),
            tables=tuple(self._evidence(item)),
            quotes=tuple(self._quote(quote) for quote in page.quotes),
            dissent=page.dissent or self._phrases.say("brief.dissent_none"),
            facts=tuple(self._facts(item)),
        )

    def _weighted(self, item: Item) -> str:
        weighted = item.page.weighted
        if weighted is None:
            return ""
        return self._phrases.say(
            "sittings.weighted",
            percent=format_number(weighted.percent),
            low=format_number(weighted.low),
            high=format_number(weighted.high),
            worth=format_number(weighted.worth),
            by=", ".join(self._phrases.say("sittings.by_" + name) for name in weighted.by),
        )

    def _evidence(self, item: Item) -> Iterator[WordedTable]:
        """Beside what else people chose; or who is for and against, and so each group."""
        page, say = item.page, self._phrases.say
        beside = self._tables.get(page.question) if page.question else None
        if beside is not None:
            note = say("brief.marked")
            anchor = self._anchors[page.question]
            yield self._phrases.table(
                beside.label, beside.bars, notes=[note], anchor=anchor, marked=page.value
            )
        if page.is_voted:
            bars = [
                Bar(say("sittings.for_" + page.source), item.count, item.of),
                Bar(say("sittings.stand_against"), page.against, item.of),
                Bar(say("sittings.stand_passed"), page.passed, item.of),
            ]
            yield self._phrases.table(say("sittings.evidence_people"), bars)
        if page.groups:
            groups = [Bar(self._group(group), group.agree, group.of) for group in page.groups]
            yield self._phrases.table(say("sittings.evidence_groups"), groups)

    def _group(self, group: GroupStanding) -> str:
        letter = chr(ord("A") + group.number - 1) if group.number <= LETTERS else str(group.number)
        called = self._phrases.say("sittings.group", letter=letter)
        return f"{called}: {group.name}" if group.name else called

    def _quote(self, quote: ItemQuote) -> WordedQuote:
        """As it was said; in the reader's language too, where an interpreter put it into that."""
        source = self._phrases.say("sittings.quote_" + quote.stand)
        language = quote.language if quote.language in LANGUAGES else SOURCE
        if language == self._phrases.language:
            return WordedQuote(in_words(quote.text, self._covers), language, source)
        source += ", " + self._phrases.say("brief.quote_language_" + language)
        translation = in_words(quote.translation, self._covers)
        return WordedQuote(in_words(quote.text, self._covers), language, source, translation)

    def _facts(self, item: Item) -> Iterator[tuple[str, str]]:
        page, say = item.page, self._phrases.say
        unsaid = say("brief.not_said")
        competence = say("sittings.competence_" + page.competence) if page.competence else unsaid
        yield say("sittings.competence"), competence
        yield say("sittings.unit"), page.unit or self._unit
        goals = "; ".join(f"{code} {say(goal_key(code))}" for code in page.goals)
        yield say("sittings.sdg_title"), goals or unsaid
        yield say("sittings.proposed"), page.proposed or unsaid
