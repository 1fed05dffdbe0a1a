"""The SDG matrix with its gaps, and the report for meetings with the ministries."""

import asyncio
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.commitment_words import CommitmentWords, both, in_languages, table_file
from api.pages import Pages
from api.reader import LANGUAGES
from api.routes.commitments.commitments import words_of
from api.security import Governing, Visiting
from api.services import Services
from core.clock import today
from deliberation.commitments.commitments import list_commitments
from deliberation.commitments.matrix import Cell, Matrix, matrix_of
from deliberation.commitments.programmes import ProgrammeCard, list_programmes
from deliberation.commitments.register_pdf import render_register
from deliberation.commitments.register_wording import Registry, WordedRegister
from deliberation.commitments.units import list_units

router = APIRouter()

_HEAD = (
    "sdg", *both("unit"), "commitments", "programmes", "with_evidence", "kept", "overdue", "gap",
)  # fmt: skip


@router.get("/council/matrix")
async def show(request: Request, visitor: Visiting, account: Governing) -> Response:
    """Targets × units × what they do × what shows it."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, words = visitor.reader, words_of(request, visitor.reader)
    matrix, _ = await services.database.read(_read, reader.zone)
    return await pages.show(
        request,
        "commitments/matrix.html",
        here="council",
        units=[reader.local(unit.name) for unit in matrix.units],
        rows=_rows(words, matrix),
        gaps=words.goals(matrix.gaps),
        unproven=words.goals(matrix.unproven),
        idle=[reader.local(unit.name) for unit in matrix.idle],
        aimless=[(card.id, reader.local(card.text)) for card in matrix.aimless],
    )


def _rows(words: CommitmentWords, matrix: Matrix) -> list[dict[str, Any]]:
    def said(cell: Cell) -> str:
        if not cell.count:
            return "—"
        parts = [
            words.reader.plural("commitments.cell_" + name, len(found))
            for name, found in (("commitments", cell.commitments), ("programmes", cell.programmes))
            if found
        ]
        shown = words.reader.text("commitments.cell_proven", proven=cell.proven, of=cell.count)
        return f"{', '.join(parts)} ({shown})"

    goals = dict(words.goals(row.goal for row in matrix.rows))
    return [
        {
            "goal": row.goal,
            "words": goals[row.goal],
            "cells": [said(cell) for cell in row.cells],
            "count": words.reader.number(row.count),
            "gap": not row.count,
        }
        for row in matrix.rows
    ]


@router.get("/council/matrix.csv")
async def download(request: Request, visitor: Visiting, account: Governing) -> Response:
    """A line for each target and unit, the empty ones too."""
    services: Services = request.app.state.services
    matrix, _ = await services.database.read(_read, visitor.reader.zone)
    lines = [
        [row.goal, *in_languages(unit.name), *_counts(cell), "yes" if not row.count else "no"]
        for row in matrix.rows
        for unit, cell in zip(matrix.units, row.cells, strict=True)
    ]
    return table_file("rimay-sdg-matrix.csv", _HEAD, lines)


def _counts(cell: Cell) -> tuple[int, ...]:
    lights = [card.light for card in cell.commitments]
    numbers = len(cell.commitments), len(cell.programmes), cell.proven
    return (*numbers, lights.count("kept"), lights.count("red"))


@router.get("/council/register.pdf")
async def download_report(
    request: Request, visitor: Visiting, account: Governing, language: str = ""
) -> Response:
    """The report for a coordination meeting, on paper, as of today."""
    services: Services = request.app.state.services
    zone = services.settings.zone
    matrix, programmes = await services.database.read(_read, zone)
    code = language if language in LANGUAGES else visitor.reader.language
    registry = Registry(services.translator, code, services.settings.unit_name)
    worded = registry.write(matrix, programmes, today(zone))
    pdf = await asyncio.to_thread(_render, worded)
    headers = {"Content-Disposition": f'inline; filename="rimay-register-{code}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@lru_cache(maxsize=4)
def _render(worded: WordedRegister) -> bytes:
    """Slow: runs in a thread, and is kept while the report stays the same."""
    return render_register(worded)


def _read(db: Session, zone: ZoneInfo) -> tuple[Matrix, list[ProgrammeCard]]:
    programmes = list_programmes(db)
    return matrix_of(list_units(db), list_commitments(db, today(zone)), programmes), programmes
