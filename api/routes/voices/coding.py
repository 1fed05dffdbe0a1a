"""Coding: one answer at a time under a theme, by keyboard; the machine learns from it and assigns the rest."""

from dataclasses import dataclass
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
from api.theme_words import chosen_theme, show_answer, theme_choices
from api.visitor import Visitor
from core.errors import NotFound, RimayError
from deliberation.maths.coding import share_interval
from deliberation.voices.codebooks import CodebookCard
from deliberation.voices.coding_queue import Desk, find_voice, read_desk
from deliberation.voices.codings import By, CodedVoice, record_coding, undo_coding
from deliberation.voices.filtering import NONE
from deliberation.voices.suggesting import LEAST_SURE, MOST_SURE, ask_assignment, sure_enough_of
from i18n.dates import format_percent
from surveys.consultations import ConsultationCard, get_consultation

router = APIRouter()

_KEYS = 9
"""Themes that have a digit of their own."""


@dataclass(frozen=True, slots=True)
class Key:
    """A button of the desk. `digit` is empty beyond the ninth theme."""

    value: str
    label: str
    digit: str
    definition: str
    chosen: bool


def _read(db: Session, consultation_id: int, account_id: int) -> tuple[ConsultationCard, Desk]:
    return get_consultation(db, consultation_id), read_desk(db, consultation_id, account_id)


@router.get("/consultations/{consultation_id}/coding")
async def show(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """How far it is, what the machine has learnt, and where to begin."""
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
    card, desk = await services.database.read(_read, consultation_id, account_id)
    progress, suggestion = desk.progress(), desk.codebook.suggestion
    typed = {"sure": str(round(100 * sure_enough_of(suggestion)))}
    sample = len(desk.sample)
    return await pages.show(
        request,
        "voices/coding.html",
        status=status,
        **_around(reader, card),
        closed=card.state == "closed",
        themes=len(desk.codebook.themes),
        settled=desk.codebook.settled_at is not None,
        form=FormState({**typed, **form.values}, form.wrong),
        figures=[
            (reader.text("coding.figure_person"), _share(reader, progress.by_person, progress.answers)),
            (reader.text("coding.figure_machine"), _share(reader, progress.by_machine, progress.answers)),
            (reader.text("coding.figure_unsure"), _share(reader, progress.unsure, progress.answers)),
        ],
        learnt=_learnt(reader, desk.codebook),
        asked="asked" in suggestion,
        low=round(100 * LEAST_SURE),
        high=round(100 * MOST_SURE),
        next=desk.next_answer(account_id) is not None,
        sample=reader.text(
            "coding.sample_own", done=reader.number(len(desk.own_sample)), size=reader.number(sample)
        )
        if sample
        else "",
        sample_next=desk.next_of_sample() is not None,
        may_organise=visitor.may("organiser"),
    )


def _share(reader: Reader, part: int, whole: int) -> str:
    return reader.text(
        "coding.answers_share",
        part=reader.number(part),
        whole=reader.number(whole),
        percent=reader.percent(part, whole),
    )


def _around(reader: Reader, card: ConsultationCard) -> dict[str, Any]:
    return {
        "here": "consultations",
        "id": card.id,
        "title": reader.local(card.title),
        "plain_title": reader.plain(card.title),
    }


def _learnt(reader: Reader, codebook: CodebookCard) -> list[str]:
    """What the machine learnt, and how it fared with answers that it had not seen."""
    told = codebook.suggestion.get("assigned")
    if not told:
        return []
    sentences = [
        reader.text(
            "coding.learnt_from",
            people=reader.number(told["learnt_from"]),
            examples=reader.number(told["examples"]),
            sure=reader.number(round(100 * told["sure_enough"])),
            unsure=reader.number(told["unsure"]),
        )
    ]
    if told["tried"]:
        low, high = share_interval(told["right"], told["tried"])
        sentences.append(
            reader.text(
                "coding.learnt_right",
                checked=reader.number(told["checked"]),
                tried=reader.number(told["tried"]),
                right=reader.number(told["right"]),
                percent=reader.percent(told["right"], told["tried"]),
                low=format_percent(low),
                high=format_percent(high),
            )
        )
    return sentences


@router.get("/consultations/{consultation_id}/coding/next")
async def onward(request: Request, account: Author, consultation_id: int, sample: str = "") -> Response:
    """The answer that teaches most; or the next of the sample."""
    services: Services = request.app.state.services
    _, desk = await services.database.read(_read, consultation_id, account.account_id)
    return redirect(request, _next(desk, account.account_id, bool(sample)))


def _next(desk: Desk, account_id: int, sample: bool, last: str = "") -> str:
    """The address of the next answer, or of the page where it is said that none is left."""
    home = f"/consultations/{desk.codebook.consultation_id}/coding"
    voice = desk.next_of_sample(last) if sample else desk.next_answer(account_id, last)
    back = f"last={last}" if last else ""
    if voice is not None:
        return f"{home}/{voice.id}" + (f"?done=coded&{back}" if last else "")
    return f"{home}/sample?done=coded" if sample else f"{home}?done=coded"


@router.get("/consultations/{consultation_id}/coding/{voice_id}")
async def show_one(
    request: Request,
    visitor: Visiting,
    account: Author,
    consultation_id: int,
    voice_id: str,
    last: str = "",
) -> Response:
    """One answer, with the themes as buttons."""
    return await _show_one(request, visitor, account.account_id, (consultation_id, voice_id), last=last)


async def _show_one(
    request: Request,
    visitor: Visitor,
    account_id: int,
    where: tuple[int, str],
    *,
    last: str = "",
    late: str = "",
    status: int = 200,
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    card, desk = await services.database.read(_read, where[0], account_id)
    voice = find_voice(desk.voices, where[1])
    if voice is None or card.state != "closed":
        raise NotFound
    progress = desk.progress()
    before = find_voice(desk.voices, last)
    place = (
        reader.text(
            "coding.sample_own",
            done=reader.number(len(desk.own_sample)),
            size=reader.number(len(desk.sample)),
        )
        if voice.placed.sample
        else reader.text(
            "coding.place", done=reader.number(progress.by_person), whole=reader.number(progress.answers)
        )
    )
    return await pages.show(
        request,
        "voices/coding_answer.html",
        status=status,
        **_around(reader, card),
        answer=show_answer(reader, voice, 1),
        keys=_keys(reader, desk, voice),
        place=place,
        hint=_hint(reader, desk.codebook, voice),
        late=late,
        before=before.id if before and _own(desk, before, account_id) else "",
        settled=desk.codebook.settled_at is not None,
    )


def _own(desk: Desk, voice: CodedVoice, account_id: int) -> bool:
    """Whether this account has coded it: only that can be taken back."""
    if voice.placed.sample:
        return voice.id in desk.own_sample
    return voice.placed.seen.startswith(f"{account_id}:")


def _keys(reader: Reader, desk: Desk, voice: CodedVoice) -> list[Key]:
    """The themes in their own order, so that a key means the same from one answer to the next."""
    said: int | str | None = ""
    if voice.placed.sample:
        said = desk.own_sample.get(voice.id, "")
    elif voice.placed.by is By.PERSON:
        said = voice.theme_id
    definitions = {
        str(theme.id): reader.plain(theme.definition) for theme in desk.codebook.themes if theme.definition
    }
    return [
        Key(
            value,
            label,
            "u" if value == NONE else str(at) if at <= _KEYS else "",
            definitions.get(value, ""),
            said != "" and value == (NONE if said is None else str(said)),
        )
        for at, (value, label) in enumerate(theme_choices(reader, desk.codebook), 1)
    ]


def _hint(reader: Reader, codebook: CodebookCard, voice: CodedVoice) -> str:
    """What the machine thinks of it; nothing in the sample, where it would sway."""
    if voice.placed.sample or voice.placed.by is not By.MACHINE:
        return ""
    if voice.theme_id is None:
        return reader.text("coding.machine_unsure")
    name = reader.plain(codebook.theme(voice.theme_id).name)
    return reader.text("coding.machine_says", theme=name)


@router.post("/consultations/{consultation_id}/coding/learn")
async def learn(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """Have the machine learn from what people coded, and assign the rest where it is sure enough."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    sure = fields.number("sure", round(100 * LEAST_SURE), round(100 * MOST_SURE))
    status = 422
    if not fields.wrong:
        try:
            await services.database.run(
                ask_assignment, consultation_id, account_id=account.account_id, sure_enough=sure / 100
            )
            return redirect(request, f"/consultations/{consultation_id}/coding?done=learning")
        except RimayError as refusal:
            fields.refuse("sure", f"errors.{refusal.code}", **refusal.params)
            status = 409
    return await _show(request, visitor, consultation_id, account.account_id, fields.state, status=status)


@router.post("/consultations/{consultation_id}/coding/{voice_id}")
async def record(
    request: Request,
    visitor: Visiting,
    given: Posted,
    account: Author,
    consultation_id: int,
    voice_id: str,
) -> Response:
    """Put it under a theme, and show the next. Who is late sees what stands there now."""
    services: Services = request.app.state.services
    fields, where = Fields(given, visitor.reader), (consultation_id, voice_id)
    try:
        await services.database.run(
            record_coding,
            *where,
            chosen_theme(fields.raw("theme")),
            seen=fields.raw("said"),
            account_id=account.account_id,
        )
    except RimayError as refusal:
        if isinstance(refusal, NotFound):
            raise
        late = visitor.reader.text(f"errors.{refusal.code}", **refusal.params)
        return await _show_one(request, visitor, account.account_id, where, late=late, status=409)
    _, desk = await services.database.read(_read, consultation_id, account.account_id)
    voice = find_voice(desk.voices, voice_id)
    sample = voice is not None and voice.placed.sample
    return redirect(request, _next(desk, account.account_id, sample, voice_id))


@router.post("/consultations/{consultation_id}/coding/{voice_id}/undo")
async def undo(request: Request, account: Author, consultation_id: int, voice_id: str) -> Response:
    """Take back what one said of it, and look at it again."""
    services: Services = request.app.state.services
    await services.database.run(undo_coding, consultation_id, voice_id, account_id=account.account_id)
    return redirect(request, f"/consultations/{consultation_id}/coding/{voice_id}?done=coding_undone")
