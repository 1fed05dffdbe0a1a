"""The brief as a tagged PDF (PDF/UA-1): what a screen reader can read and a town hall can print."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from core.typeface import printable_all, typst_fonts
from deliberation.council.brief import Brief
from deliberation.council.brief_wording import WordedBrief, word_brief
from deliberation.council.charts import Chart, ChartBar, draw
from i18n.translator import Translator

TEMPLATE = Path(__file__).parent / "typst" / "brief.typ"


def render_pdf(briefs: Sequence[Brief], translator: Translator) -> bytes:
    """The brief as a PDF; in two languages, side by side on wide pages. The same brief gives the same bytes."""
    worded = [word_brief(brief, translator) for brief in briefs]
    made = datetime.combine(briefs[0].made, time(), UTC)
    pdf = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=typst_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"briefs": json.dumps([_document(each) for each in worded], ensure_ascii=False)},
        timestamp=int(made.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def _document(worded: WordedBrief) -> dict[str, Any]:
    """What the template reads: the texts as they can be printed, with each table's chart drawn."""
    document: dict[str, Any] = printable_all(asdict(worded))
    for table in _tables(document):
        chart = table.pop("chart")
        if table["rows"]:
            bars = tuple(ChartBar(**bar) for bar in chart["bars"])
            table["alt"] = chart["description"]
            table["svg"] = draw(Chart(chart["title"], chart["description"], bars))
    return document


def _tables(document: dict[str, Any]) -> list[dict[str, Any]]:
    tones = [voices["tone"] for voices in document["voices"]]
    evidence = [table for item in document["items"] for table in item["page"]["tables"]]
    return [table for table in (document["needs"], *document["questions"], *tones, *evidence) if table]
