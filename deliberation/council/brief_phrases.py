"""What every part of the brief is said with: numbers beside their whole, tables with their charts, quotes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from deliberation.council.brief import Bar
from deliberation.council.charts import Chart, ChartBar
from i18n.dates import format_date, format_number, format_percent
from i18n.translator import Translator

LANGUAGES = ("es", "qu")


@dataclass(frozen=True, slots=True)
class WordedTable:
    """A question: notes to read first, rows of label and amount, and the same as a chart.

    anchor: under which the brief says how it was counted; empty where the table is a part of another
    """

    title: str
    top: str
    notes: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    chart: Chart
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class WordedQuote:
    """A quote in the language it was said in, with what it stands for."""

    text: str
    language: str
    source: str
    translation: str = ""


class Phrases:
    """Says them in one language."""

    def __init__(self, translator: Translator, language: str, threshold: int) -> None:
        self.translator = translator
        self.language = language
        self._threshold = threshold

    def say(self, key: str, **params: object) -> str:
        """A sentence of the catalogue."""
        return self.translator.text(key, self.language, **params)

    def plural(self, key: str, count: int, **params: object) -> str:
        """A sentence with a number of things."""
        return self.translator.plural(key, self.language, count, **params)

    def day(self, day: date) -> str:
        """A date."""
        return format_date(day, self.language)

    def amount(self, count: int | None, of: int | None) -> str:
        """A number with its whole, or that it is withheld."""
        if count is None:
            return self.say("brief.withheld")
        return self.say("brief.amount", **in_numbers(count, of)) if of else format_number(count)

    def withheld(self) -> str:
        """What it means that a number is withheld."""
        withheld = self.say("brief.withheld")
        return self.say("brief.withheld_explained", withheld=withheld, threshold=self._threshold)

    def table(
        self,
        title: str,
        bars: Sequence[Bar],
        *,
        top: str = "",
        notes: Sequence[str] = (),
        anchor: str = "",
        marked: str = "",
    ) -> WordedTable:
        """Rows and a chart of them; `marked` is the value of the row that it is about, if it is about one."""
        rows = tuple((bar.label, self.amount(bar.count, bar.of)) for bar in bars)
        told = " ".join(self.say("brief.chart_bar", label=label, amount=amount) for label, amount in rows)
        drawn = tuple(
            ChartBar(bar.label, bar.count, amount, bool(marked) and bar.value != marked)
            for bar, (_, amount) in zip(bars, rows, strict=True)
        )
        chart = Chart(title, self.say("brief.chart", bars=told), drawn)
        return WordedTable(title, top, tuple(notes), rows, chart, anchor)


def in_numbers(count: int, of: int) -> dict[str, str]:
    """What a sentence with a number and its whole is filled with."""
    return {"count": format_number(count), "of": format_number(of), "share": format_percent(count / of)}
