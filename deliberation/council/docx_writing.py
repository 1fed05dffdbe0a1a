"""Writes Word documents that a screen reader can read and that come out the same, byte for byte, each time."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Protocol
from zipfile import ZipFile

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from deliberation.council.charts import Chart, draw, drawable
from surveys.exporting.archive import Archive

FONT = "Arial"
"""Every machine has it, or one in its place; ours would be missing where the document is opened."""
INK, ANIL, SOFT = RGBColor(0x1C, 0x23, 0x30), RGBColor(0x2B, 0x3F, 0x8C), RGBColor(0x54, 0x5C, 0x6B)
SIZES = {1: 20, 2: 14, 3: 12, 4: 11}
SHARPNESS = 1.5
LONGEST = 255
"""Letters that a property of a document may have."""
REGION = {"es": "es-EC", "qu": "qu-EC"}


class Container(Protocol):
    """A document or a cell: what can be written into."""

    def add_paragraph(self, text: str = "", style: Any = None) -> Any:
        """A new paragraph at the end."""

    def add_table(self, rows: int, cols: int) -> Any:
        """A new table at the end."""


class Paper:
    """A document being written, in one column or in cells beside each other."""

    def __init__(self, title: str, author: str, language: str, made: date, *, wide: bool) -> None:
        self._document = docx.Document()
        self._cells: list[Any] = []
        self._describe(title, author, language, datetime.combine(made, time()))
        self._set_styles(language)
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        if wide:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Cm(29.7), Cm(21)
        section.left_margin = section.right_margin = Cm(1.8)
        section.top_margin = section.bottom_margin = Cm(2)

    def foot(self, text: str, pages: str) -> None:
        """At the foot of each page: the text, and which page of how many; {page} and {pages} stand for these."""
        paragraph = self._document.sections[0].footer.paragraphs[0]
        paragraph.add_run(drawable(f"{text} ")).font.size = Pt(8.5)
        before, _, rest = pages.partition("{page}")
        fields = {"{page}": "PAGE", "{pages}": "NUMPAGES"}
        if "{pages}" in before:  # in Kichwa the number of all pages comes first
            before, _, between = before.partition("{pages}")
            order = (before, "{pages}", between, "{page}", rest)
        else:
            between, _, rest = rest.partition("{pages}")
            order = (before, "{page}", between, "{pages}", rest)
        for part in order:
            run = paragraph.add_run("" if part in fields else part)
            run.font.size = Pt(8.5)
            if part in fields:
                _add_field(run, fields[part])

    def new_page(self) -> None:
        """What follows begins on a new page."""
        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def beside(self, columns: int) -> list[Container]:
        """Where a part is written, for each language: the document itself, or a row of cells."""
        if columns == 1:
            return [self._document]
        table = self._document.add_table(1, columns)
        self._cells = list(table.rows[0].cells)
        return list(self._cells)

    def end_part(self) -> None:
        """Take off the empty paragraph with which every cell begins."""
        for cell in self._cells:
            first = cell.paragraphs[0]._p
            if first.getnext() is not None:
                first.getparent().remove(first)
        self._cells = []

    def bytes(self) -> bytes:
        """The file, its parts as old as those of every archive of ours."""
        made, same = io.BytesIO(), io.BytesIO()
        self._document.save(made)
        with ZipFile(made) as parts, Archive(same) as archive:
            for name in parts.namelist():
                archive.add_bytes(name, parts.read(name))
        return same.getvalue()

    def _describe(self, title: str, author: str, language: str, made: datetime) -> None:
        described = self._document.core_properties
        described.title = drawable(title)[:LONGEST]
        described.author = described.last_modified_by = drawable(author)[:LONGEST]
        described.created = described.modified = made
        described.language, described.comments, described.revision = REGION[language], "", 1

    def _set_styles(self, language: str) -> None:
        styles = self._document.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(10.5), INK
        for level, size in SIZES.items():
            heading = styles[f"Heading {level}"]
            heading.font.name, heading.font.size, heading.font.color.rgb = FONT, Pt(size), INK
            heading.font.italic, heading.font.bold = False, True
            fonts = heading.element.rPr.rFonts
            for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{name}"), "")
        for lang in styles.element.iter(qn("w:lang")):
            lang.set(qn("w:val"), REGION[language])


class Writer:
    """Writes paragraphs, tables and charts in one language."""

    def __init__(self, container: Container, language: str) -> None:
        self._container = container
        self.language = language

    def heading(self, level: int, text: str) -> None:
        """A heading."""
        self._run(self._container.add_paragraph(style=f"Heading {level}"), text)

    def paragraph(self, text: str) -> None:
        """A plain paragraph."""
        self._run(self._container.add_paragraph(), text)

    def quiet(self, text: str) -> None:
        """In small letters."""
        run = self._run(self._container.add_paragraph(), text)
        run.font.size, run.font.color.rgb = Pt(9), SOFT

    def sentence(self, strong: str, text: str, key: tuple[str, str] | None = None) -> None:
        """What begins in bold, and ends with a link: its text, and the place in the document."""
        paragraph = self._container.add_paragraph()
        if strong:
            self._run(paragraph, f"{strong} ").bold = True
        self._run(paragraph, text)
        if key:
            self._run(paragraph, " ")
            _add_link(self._run(paragraph, f"[{key[0]}]"), key[1])

    def place(self, name: str, text: str) -> None:
        """A bold paragraph that links lead to."""
        paragraph = self._container.add_paragraph()
        self._run(paragraph, text).bold = True
        _add_bookmark(paragraph, name)

    def quote(self, text: str, language: str) -> None:
        """What somebody said, in their language."""
        self._run(self._container.add_paragraph(style="Intense Quote"), f"«{text}»", language)

    def figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Large numbers, each over what it counts."""
        for number, label in figures:
            paragraph = self._container.add_paragraph()
            run = self._run(paragraph, number)
            run.font.size, run.font.color.rgb, run.bold = Pt(16), ANIL, True
            self._run(paragraph, f" {label}")
            paragraph.paragraph_format.space_after = Pt(0)

    def table(self, title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows under a header that comes again on the next page."""
        table = self._container.add_table(len(rows) + 1, len(header))
        table.style = "Light List Accent 1"
        _describe_table(table, title)
        for cells, texts in zip(table.rows, (header, *rows), strict=True):
            for cell, text in zip(cells.cells, texts, strict=True):
                self._run(cell.paragraphs[0], text)
        marked = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(marked)

    def chart(self, chart: Chart) -> None:
        """A drawing, with its words for who cannot see it."""
        import vl_convert

        svg = draw(chart)
        picture = io.BytesIO(vl_convert.svg_to_png(svg, scale=SHARPNESS))
        shape = self._container.add_paragraph().add_run().add_picture(picture, width=self._width())
        shape._inline.docPr.set("descr", drawable(chart.description))
        shape._inline.docPr.set("title", drawable(chart.title))

    def _width(self) -> Any:
        return Cm(14.5) if hasattr(self._container, "sections") else Cm(12)

    def _run(self, paragraph: Any, text: str, language: str = "") -> Any:
        run = paragraph.add_run(drawable(text))
        lang = OxmlElement("w:lang")
        lang.set(qn("w:val"), REGION.get(language or self.language, REGION[self.language]))
        run._r.get_or_add_rPr().append(lang)
        return run


def _describe_table(table: Any, title: str) -> None:
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), drawable(title))
    table._tbl.tblPr.append(caption)


def _add_field(run: Any, name: str) -> None:
    """A field that Word fills: PAGE, NUMPAGES."""
    for kind in ("begin", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)
        if kind == "begin":
            instruction = OxmlElement("w:instrText")
            instruction.text = name
            run._r.append(instruction)


def _add_link(run: Any, place: str) -> None:
    """Make a run lead to a place in the document."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), place)
    run._r.addprevious(link)
    link.append(run._r)
    run.font.color.rgb, run.font.underline = ANIL, True


def _add_bookmark(paragraph: Any, name: str) -> None:
    """A place that links can lead to; its number is its position among them."""
    root = paragraph._p.getroottree().getroot()
    number = str(len(root.findall(f".//{qn('w:bookmarkStart')}")))
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), number)
    start.set(qn("w:name"), name)
    paragraph._p.insert(0, start)
    paragraph._p.append(end)
