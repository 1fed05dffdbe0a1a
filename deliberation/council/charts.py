"""Bar charts as SVG, for the PDF: every bar says its number, a withheld one is a hatched stub."""

import hashlib
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from core.typeface import FAMILY, font_folder

if TYPE_CHECKING:
    import altair

INK = "#1c2330"
SOFT = "#545c6b"
ANIL = "#2b3f8c"
PALE = "#aab4d9"
"""For bars beside the one that is spoken of."""
SVG = "{http://www.w3.org/2000/svg}"
STUB_COLOUR = "#010203"
"""Stands for the hatching until the drawing is done: Vega-Lite has no patterns."""


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar: its label, its size (None: withheld), and the number in words that stands at its end.

    beside: whether another bar is the one that is spoken of
    """

    label: str
    count: int | None
    amount: str
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart to draw. The title and description are for who cannot see it; they are not drawn."""

    title: str
    description: str
    bars: tuple[ChartBar, ...]


LABELS, LETTERS = 220, 28
"""The column beside the bars: its width in pixels, and how many letters a line of it holds."""
LONGEST = 290
AMOUNTS = 150
"""Room for the number after the longest bar."""
FONT_SIZE = 15
LINE = 18
BAR = 22
GAP = 16
STUB = 26
UNDRAWABLE = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")
MOST_LINES = 3


@lru_cache(maxsize=512)
def draw(chart: Chart) -> str:
    """The chart as SVG, the longest bar first. The same chart gives the same bytes."""
    plain = Chart(
        drawable(chart.title),
        drawable(chart.description),
        tuple(replace(bar, label=drawable(bar.label), amount=drawable(bar.amount)) for bar in chart.bars),
    )
    bars = sorted(plain.bars, key=lambda bar: (bar.count is None, -(bar.count or 0)))
    return _accessible(_vega(bars), plain)


def drawable(text: str) -> str:
    """Without characters that XML forbids. One of them, in a label, ends the whole process inside vl-convert."""
    return UNDRAWABLE.sub("", text)


def _vega(bars: Sequence[ChartBar]) -> str:
    """Draw with Altair, loaded on the first chart: its 70 MB are of no use to a process without charts."""
    import altair
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))
    rows, height = _rows(bars)
    layers = altair.layer(*_layers(altair.InlineData(values=rows)))
    sized = layers.properties(
        width=LONGEST + AMOUNTS,
        height=height,
        padding={"left": LABELS, "right": 4, "top": 4, "bottom": 4},
        background="transparent",
        autosize={"type": "none"},
    )
    styled = sized.configure_view(stroke=None).configure_text(
        font=FAMILY, fontSize=FONT_SIZE, baseline="middle", color=INK
    )
    return vl_convert.vegalite_to_svg(styled.to_json())


def _rows(bars: Sequence[ChartBar]) -> tuple[list[dict[str, str | float]], int]:
    """One row a bar, placed in pixels so that long labels have their lines, and the height of all."""
    most = max((bar.count or 0 for bar in bars), default=0) or 1
    rows: list[dict[str, str | float]] = []
    top = 0
    for bar in bars:
        lines = textwrap.wrap(bar.label, LETTERS, max_lines=MOST_LINES, placeholder="…") or [""]
        height = max(BAR, LINE * len(lines))
        middle = top + height / 2
        rows.append(
            {
                "label": "\n".join(lines),
                "first_line": middle - LINE * (len(lines) - 1) / 2,
                "amount": bar.amount,
                "end": STUB if bar.count is None else LONGEST * bar.count / most,
                "middle": middle,
                "colour": _colour(bar),
            }
        )
        top += height + GAP
    return rows, top


def _colour(bar: ChartBar) -> str:
    if bar.count is None:
        return STUB_COLOUR
    return PALE if bar.beside else ANIL


def _layers(data: "altair.InlineData") -> "list[altair.Chart]":
    import altair

    def pixels(name: str) -> "altair.X":
        return altair.X(name, type="quantitative", scale=None, axis=None)

    def heights(name: str) -> "altair.Y":
        return altair.Y(name, type="quantitative", scale=None, axis=None)

    chart = altair.Chart(data)
    bars = chart.mark_bar(size=BAR, orient="horizontal").encode(
        x=pixels("end"),
        x2=altair.value(0),
        y=heights("middle"),
        color=altair.Color("colour", type="nominal", scale=None, legend=None),
    )
    amounts = chart.mark_text(align="left", dx=8).encode(
        x=pixels("end"), y=heights("middle"), text="amount:N"
    )
    labels = chart.mark_text(align="right", dx=-12, lineBreak="\n", lineHeight=LINE).encode(
        x=altair.value(0), y=heights("first_line"), text="label:N"
    )
    return [bars, amounts, labels]


def _accessible(svg: str, chart: Chart) -> str:
    """Name and describe the drawing, take off the English that Vega wrote for readers aloud, hatch the stubs."""
    name = "c" + hashlib.sha256(repr(chart).encode()).hexdigest()[:10]
    root = etree.fromstring(svg.encode())
    for element in root.iter():
        for attribute in ("role", "aria-label", "aria-roledescription", "class"):
            element.attrib.pop(attribute, "")
        if element.get("fill") == STUB_COLOUR:
            element.set("fill", f"url(#{name}-hatch)")
            element.set("stroke", SOFT)
    root.attrib.pop("version")
    root.attrib.update({"role": "img", "aria-labelledby": f"{name}-title {name}-desc", "class": "chart"})
    for position, (tag, text) in enumerate((("title", chart.title), ("desc", chart.description))):
        element = etree.Element(f"{SVG}{tag}", id=f"{name}-{tag}")
        element.text = text
        root.insert(position, element)
    root.insert(2, etree.fromstring(HATCH.format(name=name, colour=SOFT)))
    return etree.tostring(root, encoding="unicode")


HATCH = (
    '<defs xmlns="http://www.w3.org/2000/svg"><pattern id="{name}-hatch" width="6" height="6"'
    ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0,0V6" stroke="{colour}" stroke-width="3"/></pattern></defs>'
)
