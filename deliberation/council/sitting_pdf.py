"""The letter and the minutes of a sitting as tagged PDFs (PDF/UA-1)."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from core.typeface import printable_all, typst_fonts
from deliberation.council.sitting_wording import Paper

TEMPLATE = Path(__file__).parent / "typst" / "sitting.typ"


def render_paper(paper: Paper, made: int) -> bytes:
    """The same paper of the same moment gives the same bytes. made: in seconds since 1970."""
    pdf = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=typst_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"paper": json.dumps(printable_all(asdict(paper)), ensure_ascii=False)},
        timestamp=made,
    )
    assert isinstance(pdf, bytes)
    return pdf
