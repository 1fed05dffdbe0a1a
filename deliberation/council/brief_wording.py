"""The brief in sentences: what every format of it shows, so that they cannot differ.

Everything a reader sees is a string here; a template only places it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from deliberation.council.brief import Bar, Brief, Item, Table, ToneShown, Voices
from deliberation.council.brief_item_wording import ItemWriter, WordedPage
from deliberation.council.brief_phrases import LANGUAGES, Phrases, WordedQuote, WordedTable, in_numbers
from deliberation.council.brief_references import POINT, REACH, TABLE, VOICES, Reference, references_of
from deliberation.voices.keywords import TellingWord
from deliberation.voices.quotes import Stand
from deliberation.voices.redaction import in_words, redaction_words
from i18n.dates import format_number
from i18n.translator import SOURCE, Translator

TONES = ("positive", "neutral", "negative", "unsure", "unread")
ON_FIRST_PAGE = 7
"""As many points as somebody who reads only this page can weigh."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four large numbers of the first page."""

    number: str
    label: str


@dataclass(frozen=True, slots=True)
class WordedItem:
    """A point of the agenda. `share` of people in 0..1 draws its bar; None where the number is withheld."""

    number: int
    request: str
    amount: str
    share: float | None
    decision: str
    decided: bool
    anchor: str
    page: WordedPage


@dataclass(frozen=True, slots=True)
class WordedVoices:
    """What was said in the open answers to one question."""

    question: str
    words: tuple[str, ...]
    tone: WordedTable | None
    quotes: tuple[WordedQuote, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class WordedBrief:
    """A brief whose every text is final, but for {page} and {pages} in `page`, which only the layout knows.

    more: how many points the first page has no room for; disputed_points: what of the points is contested
    """

    language: str
    unit: str
    day: str
    kind: str
    title: str
    period: str
    figures: tuple[Figure, ...]
    missing: tuple[str, ...]
    items: tuple[WordedItem, ...]
    first: int
    more: str
    disputed: tuple[WordedQuote, ...]
    disputed_points: tuple[str, ...]
    needs: WordedTable | None
    questions: tuple[WordedTable, ...]
    voices: tuple[WordedVoices, ...]
    method: tuple[str, ...]
    references: tuple[Reference, ...]
    footer: str
    page: str
    reach_anchor: str
    headings: dict[str, str]


HEADINGS = (
    "missing_title",
    "requests_title",
    "requests_none",
    "disputed_title",
    "disputed_none",
    "needs_title",
    "answer",
    "people",
    "results_title",
    "voices_title",
    "tone_explained",
    "quotes_title",
    "quotes_explained",
    "method_title",
    "point",
    "how",
    "table_shown",
    "references_title",
    "references_explained",
    "reference_people",
    "reference_weights",
)
BORROWED = ("evidence", "dissent")
"""Headings that the pages of the agenda say in the same words."""


def word_brief(brief: Brief, translator: Translator) -> WordedBrief:
    """The brief in the sentences of its language."""
    return _Wording(brief, translator).brief()


class _Wording:
    """Finds the sentences of one brief."""

    def __init__(self, brief: Brief, translator: Translator) -> None:
        self._brief = brief
        self._phrases = Phrases(translator, brief.language, brief.threshold)
        self._say = self._phrases.say
        self._covers = redaction_words(translator, brief.language)
        self._anchors = {
            table.path: f"{TABLE}{number}" for number, table in enumerate(brief.questions, 1) if table.path
        }

    def brief(self) -> WordedBrief:
        brief, made = self._brief, self._phrases.day(self._brief.made)
        pages = ItemWriter(
            self._phrases, {table.path: table for table in brief.questions}, self._anchors, brief.unit
        )
        return WordedBrief(
            language=brief.language,
            unit=brief.unit,
            day=made,
            kind=self._say("brief.kind"),
            title=brief.title,
            period=self._say(
                "brief.period",
                opened=self._phrases.day(brief.opened),
                closed=self._phrases.day(brief.closed),
            ),
            figures=tuple(self._figures()),
            missing=tuple(self._missing()),
            items=tuple(self._item(item, pages) for item in brief.items),
            first=ON_FIRST_PAGE,
            more=self._more(),
            disputed=tuple(
                quote for voices in brief.voices for quote in self._quotes(voices, Stand.DISSENTING)
            ),
            disputed_points=tuple(self._disputed_points()),
            needs=self._table(brief.needs, self._anchors.get(brief.needs.path, "")) if brief.needs else None,
            questions=tuple(self._rest()),
            voices=tuple(self._voices(number, voices) for number, voices in enumerate(brief.voices, 1)),
            method=tuple(self._method()),
            references=references_of(brief, self._phrases),
            footer=self._say("brief.footer", unit=brief.unit, title=brief.title, day=made),
            page=self._say("brief.page", page="{page}", pages="{pages}"),
            reach_anchor=REACH,
            headings=self._headings(),
        )

    def _rest(self) -> Iterator[WordedTable]:
        """Every question but that on needs, which has its own section."""
        needs = self._brief.needs.path if self._brief.needs else ""
        for number, table in enumerate(self._brief.questions, 1):
            if not needs or table.path != needs:
                yield self._table(table, f"{TABLE}{number}")

    def _headings(self) -> dict[str, str]:
        own = {name: self._say("brief." + name) for name in HEADINGS}
        return own | {name: self._say("sittings." + name) for name in BORROWED}

    def _figures(self) -> Iterator[Figure]:
        for name in ("asked", "finished", "cantons", "languages"):
            yield Figure(format_number(getattr(self._brief, name)), self._say("brief.figure_" + name))

    def _missing(self) -> Iterator[str]:
        brief = self._brief
        silent = brief.asked - brief.finished
        if silent > 0:
            yield self._say("brief.missing_silent", **in_numbers(silent, brief.asked))
        if brief.nobody:
            yield self._say("brief.missing_nobody", groups=", ".join(brief.nobody))
        if brief.withheld:
            yield self._say("brief.missing_withheld", groups=", ".join(brief.withheld))
        if not brief.nobody and not brief.withheld:
            yield self._say("brief.missing_none")

    def _item(self, item: Item, pages: ItemWriter) -> WordedItem:
        amount, share = self._say("brief.request_withheld"), None
        if item.count is not None and item.of:
            amount = self._say("brief.request_amount", **in_numbers(item.count, item.of))
            share = item.count / item.of
        elif not item.is_counted:
            amount = ""
        return WordedItem(
            number=item.number,
            request=item.request,
            amount=amount,
            share=share,
            decision=self._decision(item),
            decided=item.decision is not None,
            anchor=f"{POINT}{item.number}" if item.is_counted else "",
            page=pages.page(item),
        )

    def _more(self) -> str:
        more = len(self._brief.items) - ON_FIRST_PAGE
        return self._phrases.plural("brief.more_points", more) if more > 0 else ""

    def _decision(self, item: Item) -> str:
        if item.decision is None:
            return self._say("brief.undecided")
        outcome = self._say("brief.outcome_" + item.decision.outcome)
        day = self._phrases.day(item.decision.day)
        return self._say("brief.decided", day=day, outcome=outcome, reason=item.decision.reason)

    def _disputed_points(self) -> Iterator[str]:
        for item in self._brief.items:
            if item.page.against and item.of:
                amount = self._phrases.amount(item.page.against, item.of)
                yield self._say("brief.point_against", number=item.number, amount=amount)
            if item.page.dissent:
                yield self._say("brief.point_dissent", number=item.number, dissent=item.page.dissent)

    def _table(self, table: Table, anchor: str) -> WordedTable:
        top = table.bars[0] if table.bars else None
        said = ""
        if top and top.count:
            said = self._say("brief.top", label=top.label, amount=self._phrases.amount(top.count, top.of))
        return self._phrases.table(
            table.label, table.bars, top=said, notes=tuple(self._notes(table)), anchor=anchor
        )

    def _notes(self, table: Table) -> Iterator[str]:
        if table.base is None:
            yield self._say("brief.base_withheld")
        else:
            yield self._phrases.plural("brief.base", table.base)
        if table.several:
            yield self._say("brief.several")
        if any(bar.count is None for bar in table.bars):
            yield self._phrases.withheld()

    def _voices(self, number: int, voices: Voices) -> WordedVoices:
        anchor = f"{VOICES}{number}"
        return WordedVoices(
            question=voices.question,
            words=tuple(
                self._say("brief.words_" + words.language, words=", ".join(map(self._word, words.words)))
                for words in voices.words
            ),
            tone=self._tone(voices.tone, anchor) if voices.tone else None,
            quotes=tuple(self._quotes(voices, *Stand)),
            anchor=anchor,
        )

    def _word(self, word: TellingWord) -> str:
        return self._phrases.plural("brief.word", word.people, word=word.word)

    def _tone(self, tone: ToneShown, anchor: str) -> WordedTable:
        bars = [Bar(self._say("brief.tone_" + name), getattr(tone, name), tone.of) for name in TONES]
        explained = self._say("brief.tone_explained")
        return self._phrases.table(self._say("brief.tone_title"), bars, notes=(explained,), anchor=anchor)

    def _quotes(self, voices: Voices, *stands: Stand) -> Iterator[WordedQuote]:
        for quote in voices.quotes:
            if quote.stand in stands:
                source = self._say("brief.quote_" + quote.stand)
                if quote.language in LANGUAGES and quote.language != self._brief.language:
                    source += ", " + self._say("brief.quote_language_" + quote.language)
                yield WordedQuote(in_words(quote.text, self._covers), str(quote.language), source)

    def _method(self) -> Iterator[str]:
        brief = self._brief
        yield self._say("brief.method_asked", asked=format_number(brief.asked))
        yield self._say("brief.method_sample")
        yield self._say("brief.method_privacy")
        yield self._phrases.withheld()
        yield self._say("brief.method_check")
        if brief.language != SOURCE:
            yield self._say("brief.kichwa_unreviewed")
        if brief.fell_back:
            yield self._say("brief.fell_back")
