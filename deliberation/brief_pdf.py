"""The brief as a tagged PDF (PDF/UA-1): what a screen reader can read and a town hall can print."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from deliberation.brief import Brief
from deliberation.brief_wording import WordedBrief, WordedTable, word_brief
from deliberation.charts import draw, font_folder
from i18n.translator import Translator

TEMPLATE = Path(__file__).parent / "typst" / "brief.typ"


def render_pdf(brief: Brief, translator: Translator) -> bytes:
    """The brief as a PDF. The same brief gives the same bytes: its date is the day it was made."""
    worded = word_brief(brief, translator)
    made = datetime.combine(brief.made, time(), UTC)
    pdf = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"brief": json.dumps(_document(worded), ensure_ascii=False)},
        timestamp=int(made.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _fonts() -> typst.Fonts:
    """Our typeface and no other, so that a machine's own fonts change nothing."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())]
    )


def _document(worded: WordedBrief) -> dict[str, Any]:
    """What the template reads: the texts as they are, with each table's chart drawn."""
    document = asdict(worded)
    document["needs"] = _table(worded.needs) if worded.needs else None
    document["questions"] = [_table(table) for table in worded.questions]
    for written, voices in zip(document["voices"], worded.voices, strict=True):
        written["tone"] = _table(voices.tone) if voices.tone else None
    return document


def _table(table: WordedTable) -> dict[str, Any]:
    drawn = {"svg": draw(table.chart), "alt": table.chart.description} if table.rows else {}
    return {"title": table.title, "top": table.top, "notes": table.notes, "rows": table.rows, **drawn}
