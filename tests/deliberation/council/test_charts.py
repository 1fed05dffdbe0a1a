"""Charts that a screen reader can name and an eye can trust."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from deliberation.council.charts import Chart, ChartBar, draw

SVG = {"svg": "http://www.w3.org/2000/svg"}
CHART = Chart(
    "¿Qué necesita?",
    "Gráfico de barras. Trabajo: 62 de 148 (42 %). Salud: 31 de 148 (21 %). Deporte: no se publica.",
    (
        ChartBar("Deporte", None, "no se publica"),
        ChartBar("Salud", 31, "31 de 148 (21 %)"),
        ChartBar("Trabajo <b>&\"'", 62, "62 de 148 (42 %)"),
        ChartBar("Agua", 0, "0 de 148 (0 %)"),
    ),
)


def drawing(chart: Chart = CHART) -> Any:
    return etree.fromstring(draw(chart).encode())


def lengths(root: Any) -> list[float]:
    """Length of each bar, from its path "M0,5h290v22h-290Z"."""
    paths = root.xpath("//svg:path[@fill]", namespaces=SVG)
    return [float(path.get("d").split("h")[1].split("v")[0]) for path in paths]


def test_has_a_role_a_name_and_a_description() -> None:
    root = drawing()
    title, description = root.get("aria-labelledby", "").split()
    assert root.get("role") == "img"
    assert root.xpath(f"//svg:title[@id='{title}']", namespaces=SVG)[0].text == CHART.title
    assert root.xpath(f"//svg:desc[@id='{description}']", namespaces=SVG)[0].text == CHART.description
    assert not root.xpath("//*[@aria-label]")


def test_bars_are_as_long_as_their_numbers_and_sorted() -> None:
    longest, half, none, _ = lengths(drawing())
    assert half == pytest.approx(longest / 2)
    assert none == 0


def test_a_withheld_bar_is_hatched_and_as_long_as_any_other_withheld_one() -> None:
    two = replace(CHART, bars=(*CHART.bars, ChartBar("Cultura", None, "no se publica")))
    hatched = drawing(two).xpath("//svg:path[starts-with(@fill, 'url(')]", namespaces=SVG)
    assert len(hatched) == 2
    assert lengths(drawing(two))[-1] == lengths(drawing(two))[-2]


def test_says_every_number_and_every_label() -> None:
    told = "".join(drawing().itertext())
    for bar in CHART.bars:
        assert bar.amount in told
        assert bar.label in told


def test_a_long_label_takes_lines_and_pushes_the_next_bar_down() -> None:
    long = replace(
        CHART.bars[0], label="Protección frente a la violencia en la casa y en la calle, de día y de noche"
    )
    taller = drawing(replace(CHART, bars=(long, *CHART.bars[1:])))
    assert float(taller.get("height", "0")) > float(drawing().get("height", "0"))


def test_the_same_chart_gives_the_same_bytes_and_two_charts_share_no_id() -> None:
    first = draw(CHART)
    draw.cache_clear()
    assert draw(CHART) == first
    other = drawing(replace(CHART, title="Otra"))
    assert not {*other.xpath("//@id")} & {*drawing().xpath("//@id")}


def test_draws_nothing_of_nothing() -> None:
    assert lengths(drawing(replace(CHART, bars=()))) == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_no_label_ends_the_process(label: str) -> None:
    etree.fromstring(draw(Chart(label, label, (ChartBar(label, 3, label),))).encode())
