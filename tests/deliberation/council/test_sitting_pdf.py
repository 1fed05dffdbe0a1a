"""The papers of a sitting: tagged, in both languages, and the same bytes for the same sitting."""

import subprocess
from datetime import timedelta
from pathlib import Path
from shutil import which

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from deliberation.council.decisions import Verdict
from deliberation.council.holding import close_sitting, decide_in_sitting, write_record
from deliberation.council.sitting_pdf import render_paper
from deliberation.council.sitting_wording import Clerk
from deliberation.council.sittings import (
    SittingCard,
    accept_choice,
    compare_rules,
    convene,
    get_sitting,
    list_candidates,
)
from i18n.translator import Translator
from tests.deliberation.council.sessions import (
    NOW,
    QUORUM,
    SITS_AT,
    TWENTY,
    YES,
    ZONE,
    named,
    proposed,
    sitting,
)

MADE = int(SITS_AT.timestamp())
HERE = {
    "es": ("Convocatoria", "Silla vacía", "Orden del día", "15 minutos", "Acta", "Hay fondos."),
    "qu": ("Kayay", "Chushak tiyari", "Imakunamanta rimana", "15 minuto", "Tantanarimanta killka", "Ari",
           "Kullki tiyanmi."),
}  # fmt: skip


def _held(db: Session) -> SittingCard:
    with at(NOW):
        items = proposed(db, named(db, TWENTY))
        made = sitting(db, items[:1])
        free = [card.id for card in list_candidates(db, made)]
        choices = compare_rules(db, made, free, 30, 10, threshold=5)
        accept_choice(db, made, choices, "phragmen", account_id=None)
        convene(db, made, letter_number="012-CP-2026", account_id=None)
    with at(SITS_AT + timedelta(hours=1)):
        for item in get_sitting(db, made).items:
            decide_in_sitting(db, item.id, Verdict("accepted", YES), account_id=None)
        write_record(db, made, QUORUM, account_id=None)
        close_sitting(db, made, account_id=None)
    return get_sitting(db, made)


def _read(pdf: bytes, path: Path) -> str:
    path.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.skipif(
    which("pdftotext") is None, reason="pdftotext is not there: apt-get install poppler-utils"
)
@pytest.mark.parametrize("language", ["es", "qu"])
async def test_letter_and_minutes_say_it_in_their_language(
    database: Database, translator: Translator, tmp_path: Path, language: str
) -> None:
    held = await database.run(_held)
    clerk = Clerk(translator, language, "la Unidad", ZONE, {})
    papers = [clerk.letter(held, seat=True), clerk.minutes(held)]
    pdfs = [render_paper(paper, MADE) for paper in papers]
    assert pdfs == [render_paper(paper, MADE) for paper in papers], "byte for byte"
    assert all(b"/MarkInfo" in pdf and b"pdfuaid" in pdf for pdf in pdfs)
    text = "".join(_read(pdf, tmp_path / "paper.pdf") for pdf in pdfs)
    assert [word for word in (*HERE[language], "012-CP-2026", "Trabajo") if word not in text] == []
