"""The sample that several people code by themselves: drawn, compared, and settled where they differ."""

from dataclasses import dataclass
from math import isnan
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from api.theme_words import ShownAnswer, chosen_theme, show_answer, theme_choices
from api.visitor import Visitor
from core.errors import RimayError
from deliberation.voices.codebooks import CodebookCard, read_codebook
from deliberation.voices.coding_queue import Desk, read_desk
from deliberation.voices.coding_sample import (
    FEWEST,
    MOST,
    Agreement,
    Disagreement,
    draw_sample,
    end_sample,
    read_agreement,
    settle_disagreement,
)
from deliberation.voices.codings import By
from deliberation.voices.filtering import NONE
from surveys.consultations import ConsultationCard, get_consultation

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ShownDisagreement:
    """An answer with what each coder said of it, and what was settled."""

    answer: ShownAnswer
    said: list[tuple[str, str]]
    settled: str
    value: str


@dataclass(frozen=True, slots=True)
class _Sample:
    card: ConsultationCard
    codebook: CodebookCard
    agreement: Agreement
    desk: Desk


def _read(db: Session, consultation_id: int, account_id: int) -> _Sample:
    return _Sample(
        get_consultation(db, consultation_id),
        read_codebook(db, consultation_id),
        read_agreement(db, consultation_id, account_id),
        read_desk(db, consultation_id, account_id),
    )


@router.get("/consultations/{consultation_id}/coding/sample")
async def show(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """How far each coder is; how far they agree, for who may see it."""
    return await _show(request, visitor, consultation_id, account.account_id, FormState())


async def _show(
    request: Request,
    visitor: Visitor,
    consultation_id: int,
    account_id: int,
    form: FormState,
    *,
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    found = await services.database.read(_read, consultation_id, account_id)
    return await pages.show(
        request,
        "voices/coding_sample.html",
        status=status,
        here="consultations",
        id=consultation_id,
        title=reader.local(found.card.title),
        plain_title=reader.plain(found.card.title),
        form=form,
        closed=found.card.state == "closed",
        size=found.agreement.size,
        least=FEWEST,
        most=MOST,
        next=found.desk.next_of_sample() is not None,
        idle=any(voice.placed.by is not By.PERSON for voice in found.desk.sample),
        **_compared(reader, found),
        choices=theme_choices(reader, found.codebook),
        may_organise=visitor.may("organiser"),
        may_change=found.codebook.settled_at is None,
    )


def _compared(reader: Reader, found: _Sample) -> dict[str, Any]:
    """How far each coder is, and for who may see it how far they agree."""
    agreement, names = found.agreement, _names(reader, found.codebook)
    coders = [_coder(reader, at, agreement.mine) for at in range(len(agreement.done))]
    size = reader.number(agreement.size)
    done = [reader.text("coding.sample_done", done=reader.number(each), size=size) for each in agreement.done]
    return {
        "coders": list(zip(coders, done, strict=True)),
        "open": agreement.open and agreement.both > 0,
        "sentence": _sentence(reader, agreement),
        "meaning": _meaning(reader, agreement.alpha),
        "pairs": [(names[one], names[other], reader.number(count)) for one, other, count in agreement.pairs],
        "pair_columns": [
            (reader.text("coding.pair_one"), ""),
            (reader.text("coding.pair_other"), ""),
            (reader.text("coding.pair_count"), "count"),
        ],
        "disagreements": [
            _disagreement(reader, each, coders, names, at)
            for at, each in enumerate(agreement.disagreements if agreement.open else (), 1)
        ],
    }


def _names(reader: Reader, codebook: CodebookCard) -> dict[int, str]:
    names = {theme.id: reader.plain(theme.name) for theme in codebook.themes}
    return {**names, 0: reader.text("coding.unsure")}


def _coder(reader: Reader, at: int, mine: int | None) -> str:
    """Coders have a letter here, whoever they are; one's own is said."""
    letter = chr(ord("A") + at % 26)
    return reader.text("coding.coder_you" if at == mine else "coding.coder", letter=letter)


def _sentence(reader: Reader, agreement: Agreement) -> str:
    if isnan(agreement.alpha):
        return ""
    return reader.text(
        "coding.alpha_sentence",
        alpha=reader.number(round(agreement.alpha, 2)),
        low=reader.number(round(agreement.low, 2)),
        high=reader.number(round(agreement.high, 2)),
        both=reader.number(agreement.both),
    )


def _meaning(reader: Reader, alpha: float) -> str:
    """What may be concluded from it, after Krippendorff: from 0.8 on, and with care from 0.667 on."""
    if isnan(alpha):
        return ""
    return reader.text("coding.alpha_" + ("good" if alpha >= 0.8 else "fair" if alpha >= 0.667 else "poor"))


def _disagreement(
    reader: Reader, each: Disagreement, coders: list[str], names: dict[int, str], at: int
) -> ShownDisagreement:
    theme = each.voice.theme_id
    return ShownDisagreement(
        show_answer(reader, each.voice, at),
        [(name, names[code]) for name, code in zip(coders, each.codes, strict=True) if code is not None],
        names[theme or 0] if each.settled else "",
        (NONE if theme is None else str(theme)) if each.settled else "",
    )


@router.post("/consultations/{consultation_id}/coding/sample")
async def draw(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """Draw answers for it."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    size, status = fields.number("size", FEWEST, MOST), 422
    if not fields.wrong:
        try:
            await services.database.run(draw_sample, consultation_id, size, account_id=account.account_id)
            return redirect(request, f"/consultations/{consultation_id}/coding/sample?done=sample_drawn")
        except RimayError as refusal:
            fields.refuse("size", f"errors.{refusal.code}", **refusal.params)
            status = 409
    return await _show(request, visitor, consultation_id, account.account_id, fields.state, status=status)


@router.post("/consultations/{consultation_id}/coding/sample/end")
async def end(request: Request, account: Organiser, consultation_id: int) -> Response:
    """What nobody coded goes back to the others."""
    services: Services = request.app.state.services
    await services.database.run(end_sample, consultation_id, account_id=account.account_id)
    return redirect(request, f"/consultations/{consultation_id}/coding/sample?done=sample_ended")


@router.post("/consultations/{consultation_id}/coding/sample/{voice_id}")
async def settle(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    consultation_id: int,
    voice_id: str,
) -> Response:
    """Say together under which theme it is."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    codebook = await services.database.read(read_codebook, consultation_id)
    theme = fields.choice("theme", [value for value, _ in theme_choices(visitor.reader, codebook)])
    if fields.wrong:
        return await _show(request, visitor, consultation_id, account.account_id, fields.state, status=422)
    await services.database.run(
        settle_disagreement,
        consultation_id,
        voice_id,
        chosen_theme(theme),
        account_id=account.account_id,
    )
    return redirect(request, f"/consultations/{consultation_id}/coding/sample?done=disagreement_settled")
