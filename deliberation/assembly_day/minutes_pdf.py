"""Minutes as a tagged PDF (PDF/UA-1): what a screen reader can read and a town hall can print."""

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import typst

from core.typeface import printable_all, typst_fonts
from deliberation.assembly_day.minutes_wording import WordedMinutes

TEMPLATE = Path(__file__).parent / "typst" / "minutes.typ"
_ALWAYS = 0
"""The moment in the file: the same minutes give the same bytes whenever they are asked for."""


@lru_cache(maxsize=16)
def render_pdf(minutes: WordedMinutes) -> bytes:
    """The minutes as a PDF. The same minutes give the same bytes. Slow: run it in a thread."""
    document = printable_all(asdict(minutes)) | {"headings": dict(minutes.headings)}
    pdf = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=typst_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"minutes": json.dumps(document, ensure_ascii=False)},
        timestamp=_ALWAYS,
    )
    assert isinstance(pdf, bytes)
    return pdf
