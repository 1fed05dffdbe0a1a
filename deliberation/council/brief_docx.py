"""The brief as a Word document: real headings, tables with a header, words for every chart, the language of every text.

In two languages each part stands in a row of two cells, on wide pages.
"""

from collections.abc import Callable, Sequence

from deliberation.council.brief import Brief
from deliberation.council.brief_phrases import WordedQuote, WordedTable
from deliberation.council.brief_wording import WordedBrief, WordedItem, word_brief
from deliberation.council.docx_writing import Container, Paper, Writer
from i18n.translator import Translator

_Part = Callable[["_Parts"], None]


def render_docx(briefs: Sequence[Brief], translator: Translator) -> bytes:
    """The document. The same brief gives the same bytes."""
    worded = [word_brief(brief, translator) for brief in briefs]
    first = worded[0]
    title = f"{first.kind}: {first.title}"
    paper = Paper(title, first.unit, first.language, briefs[0].made, wide=len(worded) > 1)
    paper.foot(first.footer, first.page)
    for part, new_page in _parts(first):
        if new_page:
            paper.new_page()
        for container, brief in zip(paper.beside(len(worded)), worded, strict=True):
            part(_Parts(container, brief))
        paper.end_part()
    return paper.bytes()


def _parts(brief: WordedBrief) -> Sequence[tuple[_Part, bool]]:
    """What the document consists of, and where a page begins."""
    parts: list[tuple[_Part, bool]] = [(_Parts.first_page, False)]
    parts += [(_point(index), True) for index in range(len(brief.items))]
    if brief.needs is not None:
        parts.append((_Parts.needs, True))
    if brief.voices:
        parts.append((_Parts.voices, True))
    if brief.questions:
        parts.append((_Parts.results, True))
    return [*parts, (_Parts.method, True), (_Parts.references, False)]


def _point(index: int) -> _Part:
    return lambda parts: parts.point(parts.brief.items[index])


class _Parts(Writer):
    """Writes the parts of one brief into a document or a cell."""

    def __init__(self, container: Container, brief: WordedBrief) -> None:
        super().__init__(container, brief.language)
        self.brief = brief

    def first_page(self) -> None:
        """Who reads only this can vote."""
        brief, says = self.brief, self.brief.headings
        self.quiet(f"{brief.unit} · {brief.day}")
        self.heading(1, brief.title)
        self.paragraph(f"{brief.kind}. {brief.period}")
        self.figures([(figure.number, figure.label) for figure in brief.figures])
        self.sentence(says["missing_title"], " ".join(brief.missing), self._key(brief.reach_anchor))
        self.heading(2, says["requests_title"])
        if not brief.items:
            self.paragraph(says["requests_none"])
        for item in brief.items[: brief.first]:
            self.sentence(f"{item.number}. {item.request}", item.amount, self._key(item.anchor))
            self.quiet(item.decision)
        if brief.more:
            self.paragraph(brief.more)
        self.heading(2, says["disputed_title"])
        for told in brief.disputed_points:
            self.paragraph(told)
        for quote in brief.disputed:
            self._quote(quote)
        if not brief.disputed and not brief.disputed_points:
            self.paragraph(says["disputed_none"])

    def point(self, item: WordedItem) -> None:
        """The page of one point."""
        says, page = self.brief.headings, item.page
        self.heading(2, f"{says['point']} {item.number}. {item.request}")
        if page.title:
            self.quiet(page.title)
        self.paragraph(item.decision)
        self.heading(3, says["evidence"])
        self.sentence(page.origin, item.amount, self._key(item.anchor))
        if page.weighted:
            self.paragraph(page.weighted)
        for table in page.tables:
            self._table(table, 4)
        for quote in page.quotes:
            self._quote(quote)
        self.heading(3, says["dissent"])
        self.paragraph(page.dissent)
        for name, fact in page.facts:
            self.sentence(f"{name}:", fact)

    def needs(self) -> None:
        """What people need, by size."""
        assert self.brief.needs is not None
        self.heading(2, self.brief.headings["needs_title"])
        self._table(self.brief.needs, 3)

    def voices(self) -> None:
        """What was said in open answers."""
        says = self.brief.headings
        self.heading(2, says["voices_title"])
        for voices in self.brief.voices:
            self.heading(3, voices.question)
            for words in voices.words:
                self.sentence("", words, self._key(voices.anchor))
            if voices.tone:
                self._table(voices.tone, 4)
            if voices.quotes:
                self.heading(4, says["quotes_title"])
                for quote in voices.quotes:
                    self._quote(quote)
                self.quiet(says["quotes_explained"])

    def results(self) -> None:
        """All questions."""
        self.heading(2, self.brief.headings["results_title"])
        for table in self.brief.questions:
            self._table(table, 3)

    def method(self) -> None:
        """How it was done."""
        self.heading(2, self.brief.headings["method_title"])
        for told in self.brief.method:
            self.paragraph(told)

    def references(self) -> None:
        """How each number was counted."""
        says = self.brief.headings
        self.heading(3, says["references_title"])
        self.paragraph(says["references_explained"])
        for line in self.brief.references:
            self.place(self._mark(line.key), f"{line.key}. {line.what}")
            self.quiet(line.where)
            counted = f"{says['reference_people']}: {line.people}. "
            self.quiet(f"{counted}{says['reference_weights']}: {line.weights}.")

    def _table(self, table: WordedTable, level: int) -> None:
        self.heading(level, table.title)
        if table.top:
            self.paragraph(table.top)
        if table.rows:
            self.chart(table.chart)
            header = self.brief.headings["answer"], self.brief.headings["people"]
            self.table(table.title, header, table.rows)
        notes = " ".join(table.notes)
        self.sentence("", notes, self._key(table.anchor))

    def _quote(self, quote: WordedQuote) -> None:
        self.quote(quote.text, quote.language)
        if quote.translation:
            self.quote(quote.translation, self.language)
        self.quiet(quote.source)

    def _key(self, key: str) -> tuple[str, str] | None:
        return (key, self._mark(key)) if key else None

    def _mark(self, key: str) -> str:
        return f"how_{self.language}_{key}"
