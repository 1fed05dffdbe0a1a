"""The brief as a Word document that a screen reader can read, and that comes out the same each time."""

import io
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from deliberation.council.brief import build_brief
from deliberation.council.brief_docx import render_docx
from i18n.translator import Translator
from tests.deliberation.council.brief_facts import both, full_facts


def rendered(translator: Translator, *languages: str) -> bytes:
    return render_docx([build_brief(full_facts(), language) for language in languages], translator)


@pytest.fixture(scope="module")
def document(translator: Translator) -> Any:
    return docx.Document(io.BytesIO(rendered(translator, "es")))


def test_says_its_title_its_author_and_its_language(document: Any) -> None:
    described = document.core_properties
    assert described.title.startswith("Informe para el consejo: ")
    assert described.author == "Unidad de Movilidad Humana de Imbabura"
    assert described.language == "es-EC"
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {"es-EC"}


def test_headings_are_headings_and_skip_no_level(document: Any) -> None:
    levels = [
        int(style.removeprefix("Heading "))
        for paragraph in document.paragraphs
        if (style := paragraph.style.name).startswith("Heading ")
    ]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_name_and_a_header_that_comes_again(document: Any) -> None:
    assert document.tables
    for table in document.tables:
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_every_chart_has_words_for_who_cannot_see_it(document: Any) -> None:
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(described) == 6
    assert all(" de " in words for words in described)


def test_every_key_leads_to_how_the_number_was_counted(document: Any) -> None:
    body = document.element.body
    places = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    leading = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))}
    assert {"how_es_P1", "how_es_R", "how_es_C2"} <= leading <= places


def test_side_by_side_each_part_is_a_row_of_two_languages(translator: Translator) -> None:
    document = docx.Document(io.BytesIO(rendered(translator, "es", "qu")))
    wide = document.sections[0]
    assert (wide.page_width or 0) > (wide.page_height or 0)
    for table in document.tables:
        spanish, kichwa = table.rows[0].cells
        for cell, language in ((spanish, "es-EC"), (kichwa, "qu-EC")):
            said = [lang.get(qn("w:val")) for lang in cell._tc.iter(qn("w:lang"))]
            assert max(set(said), key=said.count) == language


def test_the_same_brief_gives_the_same_bytes(translator: Translator) -> None:
    made = rendered(translator, "es", "qu")
    assert made == rendered(translator, "es", "qu")
    with ZipFile(io.BytesIO(made)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("text", ["<w:p>&amp;", "al revés\u202e 😀", "con\u0007 timbre\x0b"])
def test_text_stays_text_whatever_it_holds(translator: Translator, text: str) -> None:
    facts = replace(full_facts(), title=both(text), unit=text)
    document = docx.Document(io.BytesIO(render_docx([build_brief(facts, "es")], translator)))
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    assert kept in [paragraph.text for paragraph in document.paragraphs]
