"""The report for coordination meetings as a tagged PDF (PDF/UA-1)."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from core.typeface import printable_all, typst_fonts
from deliberation.commitments.register_wording import WordedRegister

TEMPLATE = Path(__file__).parent / "typst" / "register.typ"
_ALWAYS = 0
"""The moment in the file: the same report gives the same bytes whenever it is asked for."""


def render_register(register: WordedRegister) -> bytes:
    """The same report gives the same bytes. Slow: run it in a thread."""
    pdf = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=typst_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"register": json.dumps(printable_all(asdict(register)), ensure_ascii=False)},
        timestamp=_ALWAYS,
    )
    assert isinstance(pdf, bytes)
    return pdf
