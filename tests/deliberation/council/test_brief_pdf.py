"""The brief as a PDF that a screen reader can read, that anybody can rebuild, and that no text can break."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from deliberation.council.brief import Count, Facts, Point, build_brief
from deliberation.council.brief_pdf import render_pdf
from i18n.translator import Translator
from tests.deliberation.council.brief_facts import both, full_facts, invented_facts, needs_counts


def rendered(translator: Translator, facts: Facts | None = None, language: str = "es") -> Any:
    return pikepdf.open(BytesIO(render_pdf([build_brief(facts or invented_facts(), language)], translator)))


def elements(pdf: Any) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop(0)
        yield element
        kids: Any = element.get("/K", [])
        kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        waiting = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid] + waiting


def tags(pdf: Any) -> list[str]:
    return [str(element.get("/S", "")) for element in elements(pdf)]


@pytest.mark.parametrize(("language", "expected"), [("es", "es-EC"), ("qu", "qu-EC")])
def test_says_its_language_its_title_and_that_it_is_tagged(
    translator: Translator, language: str, expected: str
) -> None:
    pdf = rendered(translator, language=language)
    assert str(pdf.Root.Lang) == expected
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    title = str(pdf.docinfo["/Title"])
    assert title.startswith(translator.text("brief.kind", language))
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == title


def test_every_chart_has_words_for_who_cannot_see_it(translator: Translator) -> None:
    pdf = rendered(translator)
    figures = [element for element in elements(pdf) if element.get("/S") == "/Figure"]
    assert len(figures) == 2
    assert all("62 de 148" in str(figure.Alt) or "58 de 148" in str(figure.Alt) for figure in figures)


def test_headings_tables_and_quotes_are_tagged_as_such(translator: Translator) -> None:
    found = tags(rendered(translator))
    assert found.count("/H1") == 1
    assert found.count("/H2") >= 5
    assert found.count("/Table") == 3
    assert found.count("/TH") == 6
    assert "/BlockQuote" in found


def test_a_quote_in_another_language_is_read_in_that_language(translator: Translator) -> None:
    assert "qu" in {
        str(element.get("/Lang", "")).partition("-")[0] for element in elements(rendered(translator))
    }


def test_the_same_brief_gives_the_same_bytes(translator: Translator) -> None:
    briefs = [build_brief(invented_facts(), language) for language in ("es", "qu")]
    assert render_pdf(briefs, translator) == render_pdf(briefs, translator)


def test_brings_our_typeface_along_and_no_other(translator: Translator) -> None:
    pdf = rendered(translator)
    fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert fonts
    assert all("AtkinsonHyperlegible" in font for font in fonts)


def test_seven_points_fit_on_the_first_page(translator: Translator) -> None:
    sentence = "Una ventanilla que ayude con los documentos a las familias que llegan, dos días por semana."
    seven = tuple(Point(both(sentence), 62 - number, 148) for number in range(7))
    only_points = replace(invented_facts(), points=seven, open_answers=(), questions=(), needs=None)
    method = 1
    assert len(rendered(translator, only_points).pages) == 1 + len(seven) + method


@pytest.mark.parametrize("languages", [("es",), ("qu",), ("es", "qu")])
def test_each_point_has_one_page(translator: Translator, languages: tuple[str, ...]) -> None:
    """However much it rests on; side by side the pages are wide, and every heading comes in both languages."""
    facts = replace(full_facts(), open_answers=(), questions=full_facts().questions[:1])
    briefs = [build_brief(facts, language) for language in languages]
    pdf: Any = pikepdf.open(BytesIO(render_pdf(briefs, translator)))
    wide = pdf.pages[0].mediabox[2] > pdf.pages[0].mediabox[3]
    assert wide == (len(languages) == 2)
    first, points, needs, method = 1, len(facts.points), 1, 1
    assert len(pdf.pages) == first + points + needs + method
    assert tags(pdf).count("/H1") == len(languages)
    assert tags(pdf).count("/Link") > len(facts.points)


@pytest.mark.parametrize(
    "text",
    [
        '#panic("no") $x^2$ *b* _i_ `c` \\ @ref <label> // --- ""',
        '"}, {"x": "',
        "<script>alert(1)</script>&amp;",
        "\u202eal revés\u0007 😀 漢字",
        "muylargo" * 60,
    ],
)
def test_text_stays_text_whatever_it_holds(translator: Translator, text: str) -> None:
    needs = needs_counts()
    rows = (Count(both(text), 60), *needs.rows)
    facts = replace(
        invented_facts(), title=both(text), unit=text, needs=replace(needs, label=both(text), rows=rows),
        points=(Point(both(text), 60, 148),),
    )  # fmt: skip
    assert len(rendered(translator, facts).pages) >= 2
