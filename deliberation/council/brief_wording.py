"""The brief in sentences: what the page and the PDF both show, so that they cannot differ.

Everything a reader sees is a string here; a template only places it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deliberation.council.brief import Bar, Brief, Item, Table, ToneShown, Voices
from deliberation.council.charts import Chart, ChartBar
from deliberation.voices.keywords import TellingWord
from deliberation.voices.quotes import Stand
from deliberation.voices.redaction import in_words, redaction_words
from i18n.dates import format_date, format_number, format_percent
from i18n.translator import SOURCE, Translator

LANGUAGES = ("es", "qu")
TONES = ("positive", "neutral", "negative", "unsure", "unread")


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


@dataclass(frozen=True, slots=True)
class WordedTable:
    """A question: notes to read first, rows of label and amount, and the same as a chart."""

    title: str
    top: str
    notes: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    chart: Chart


@dataclass(frozen=True, slots=True)
class WordedQuote:
    """A quote in the language it was said in, with what it stands for."""

    text: str
    language: str
    source: str


@dataclass(frozen=True, slots=True)
class WordedVoices:
    """What was said in the open answers to one question."""

    question: str
    words: tuple[str, ...]
    tone: WordedTable | None
    quotes: tuple[WordedQuote, ...]


@dataclass(frozen=True, slots=True)
class WordedBrief:
    """A brief whose every text is final, but for {page} and {pages} in `page`, which only the layout knows."""

    language: str
    unit: str
    day: str
    kind: str
    title: str
    period: str
    figures: tuple[Figure, ...]
    missing: tuple[str, ...]
    items: tuple[WordedItem, ...]
    disputed: tuple[WordedQuote, ...]
    needs: WordedTable | None
    questions: tuple[WordedTable, ...]
    voices: tuple[WordedVoices, ...]
    method: tuple[str, ...]
    footer: str
    page: str
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
)


def word_brief(brief: Brief, translator: Translator) -> WordedBrief:
    """The brief in the sentences of its language."""
    return _Wording(brief, translator).brief()


class _Wording:
    """Finds the sentences of one brief."""

    def __init__(self, brief: Brief, translator: Translator) -> None:
        self._brief = brief
        self._translator = translator
        self._covers = redaction_words(translator, brief.language)

    def brief(self) -> WordedBrief:
        brief = self._brief
        return WordedBrief(
            language=brief.language,
            unit=brief.unit,
            day=self._day("made"),
            kind=self._say("brief.kind"),
            title=brief.title,
            period=self._say("brief.period", opened=self._day("opened"), closed=self._day("closed")),
            figures=tuple(self._figures()),
            missing=tuple(self._missing()),
            items=tuple(self._item(item) for item in brief.items),
            disputed=tuple(
                quote for voices in brief.voices for quote in self._quotes(voices, Stand.DISSENTING)
            ),
            needs=self._table(brief.needs) if brief.needs else None,
            questions=tuple(self._table(table) for table in brief.questions),
            voices=tuple(self._voices(voices) for voices in brief.voices),
            method=tuple(self._method()),
            footer=self._say("brief.footer", unit=brief.unit, title=brief.title, day=self._day("made")),
            page=self._say("brief.page", page="{page}", pages="{pages}"),
            headings={name: self._say("brief." + name) for name in HEADINGS},
        )

    def _say(self, key: str, **params: object) -> str:
        return self._translator.text(key, self._brief.language, **params)

    def _day(self, name: str) -> str:
        return format_date(getattr(self._brief, name), self._brief.language)

    def _figures(self) -> Iterator[Figure]:
        for name in ("asked", "finished", "cantons", "languages"):
            yield Figure(format_number(getattr(self._brief, name)), self._say("brief.figure_" + name))

    def _missing(self) -> Iterator[str]:
        brief = self._brief
        silent = brief.asked - brief.finished
        if silent > 0:
            yield self._say("brief.missing_silent", **_numbers(silent, brief.asked))
        if brief.nobody:
            yield self._say("brief.missing_nobody", groups=", ".join(brief.nobody))
        if brief.withheld:
            yield self._say("brief.missing_withheld", groups=", ".join(brief.withheld))
        if not brief.nobody and not brief.withheld:
            yield self._say("brief.missing_none")

    def _item(self, item: Item) -> WordedItem:
        amount, share = self._say("brief.request_withheld"), None
        if item.count is not None and item.of:
            amount = self._say("brief.request_amount", **_numbers(item.count, item.of))
            share = item.count / item.of
        return WordedItem(
            item.number, item.request, amount, share, self._decision(item), item.decision is not None
        )

    def _decision(self, item: Item) -> str:
        if item.decision is None:
            return self._say("brief.undecided")
        outcome = self._say("brief.outcome_" + item.decision.outcome)
        day = format_date(item.decision.day, self._brief.language)
        return self._say("brief.decided", day=day, outcome=outcome, reason=item.decision.reason)

    def _table(self, table: Table) -> WordedTable:
        top = table.bars[0] if table.bars else None
        return self._worded_table(
            table.label,
            table.bars,
            top=self._say("brief.top", label=top.label, amount=self._amount(top))
            if top and top.count
            else "",
            notes=tuple(self._notes(table)),
        )

    def _notes(self, table: Table) -> Iterator[str]:
        if table.base is None:
            yield self._say("brief.base_withheld")
        else:
            yield self._translator.plural("brief.base", self._brief.language, table.base)
        if table.several:
            yield self._say("brief.several")
        if any(bar.count is None for bar in table.bars):
            yield self._withheld_explained()

    def _worded_table(
        self, title: str, bars: Sequence[Bar], *, top: str, notes: tuple[str, ...]
    ) -> WordedTable:
        rows = tuple((bar.label, self._amount(bar)) for bar in bars)
        told = " ".join(self._say("brief.chart_bar", label=label, amount=amount) for label, amount in rows)
        drawn = tuple(
            ChartBar(bar.label, bar.count, amount) for bar, (_, amount) in zip(bars, rows, strict=True)
        )
        return WordedTable(title, top, notes, rows, Chart(title, self._say("brief.chart", bars=told), drawn))

    def _amount(self, bar: Bar) -> str:
        if bar.count is None:
            return self._say("brief.withheld")
        return (
            self._say("brief.amount", **_numbers(bar.count, bar.of)) if bar.of else format_number(bar.count)
        )

    def _voices(self, voices: Voices) -> WordedVoices:
        return WordedVoices(
            question=voices.question,
            words=tuple(
                self._say("brief.words_" + words.language, words=", ".join(map(self._word, words.words)))
                for words in voices.words
            ),
            tone=self._tone(voices.tone) if voices.tone else None,
            quotes=tuple(self._quotes(voices, *Stand)),
        )

    def _word(self, word: TellingWord) -> str:
        return self._translator.plural("brief.word", self._brief.language, word.people, word=word.word)

    def _tone(self, tone: ToneShown) -> WordedTable:
        bars = [Bar(self._say("brief.tone_" + name), getattr(tone, name), tone.of) for name in TONES]
        explained = self._say("brief.tone_explained")
        return self._worded_table(self._say("brief.tone_title"), bars, top="", notes=(explained,))

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
        yield self._withheld_explained()
        yield self._say("brief.method_check")
        if brief.language != SOURCE:
            yield self._say("brief.kichwa_unreviewed")
        if brief.fell_back:
            yield self._say("brief.fell_back")

    def _withheld_explained(self) -> str:
        withheld = self._say("brief.withheld")
        return self._say("brief.withheld_explained", withheld=withheld, threshold=self._brief.threshold)


def _numbers(count: int, of: int) -> dict[str, str]:
    """What a sentence with a number and its whole is filled with."""
    return {"count": format_number(count), "of": format_number(of), "share": format_percent(count / of)}
