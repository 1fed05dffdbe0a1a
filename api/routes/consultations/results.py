"""Results: a sentence, a chart and a table a question; open answers as they were written, covered."""

from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.figures import Bar, bar_of
from api.pages import Pages
from api.reader import Reader
from api.security import Author, Visiting
from api.services import Services
from deliberation.voices.redaction import in_words, redaction_words
from surveys.consultations import ConsultationCard, get_consultation
from surveys.questionnaire import Kind, plain_path
from surveys.results import QuestionResult, Results, results_of
from surveys.tallies import Statistics
from surveys.versioning.change_sentences import change_sentence
from surveys.versioning.comparison import Change
from surveys.voices import VoiceCard, list_voices

router = APIRouter()

_VOICES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ShownVoice:
    """An open answer in the language it was written in."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownResult:
    """What a page shows of one question."""

    label: Markup
    sentence: str
    summary: str
    kept: str
    caption: str
    bars: list[Bar]
    rows: list[tuple[str, str, str]]
    voices: list[ShownVoice]
    more: str
    changes: list[str]


@router.get("/consultations/{consultation_id}/results")
async def show(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """Exact for who organises; through disclosure control for who only translates."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    threshold = None if visitor.may("organiser") else services.settings.disclosure_threshold
    card, results, voices = await services.database.read(_gather, consultation_id, threshold)
    shown = services.settings.disclosure_threshold
    t = reader.text
    return await pages.show(
        request,
        "consultations/results.html",
        here="consultations",
        id=card.id,
        title=reader.local(card.title),
        plain_title=reader.plain(card.title),
        sentence=reader.plural("console.results_sentence", card.reach.finished),
        provisional=card.state == "open",
        exact=threshold is None,
        threshold=shown,
        questions=[_shown(reader, question, voices, shown) for question in results.questions]
        if card.reach.finished
        else [],
        columns=[
            (t("console.results_answer"), ""),
            (t("console.results_people"), "count"),
            (t("console.results_of_all"), "count"),
        ],
        may_organise=visitor.may("organiser"),
        versions=len(results.versions),
        oldest=results.versions[0].id,
        newest=results.versions[-1].id,
    )


def _gather(
    db: Session, consultation_id: int, threshold: int | None
) -> tuple[ConsultationCard, Results, list[VoiceCard]]:
    card = get_consultation(db, consultation_id)
    return card, results_of(db, consultation_id, threshold=threshold), list_voices(db, consultation_id)


def _shown(reader: Reader, question: QuestionResult, voices: list[VoiceCard], threshold: int) -> ShownResult:
    bars = [
        bar_of(reader, reader.plain(row.label), row.count, question.of, threshold)
        for row in (question.rows if _in_order(question) else question.rows_by_size)
    ]
    written = [voice for voice in voices if plain_path(voice.path) in question.paths]
    return ShownResult(
        label=reader.local(question.label) if question.label else Markup.escape(question.name),
        sentence=_sentence(reader, question),
        summary=_summary(reader, question.statistics),
        kept=reader.text("console.preview_kept_" + question.keep) if question.keep else "",
        caption=_caption(reader, question),
        bars=bars,
        rows=_rows(reader, question, threshold),
        voices=[_voice(reader, voice) for voice in written[:_VOICES_SHOWN]],
        more=reader.plural("console.results_more", len(written)) if len(written) > _VOICES_SHOWN else "",
        changes=[_change(reader, number, change) for number, change in question.changes],
    )


def _change(reader: Reader, number: int, change: Change) -> str:
    sentence = change_sentence(change, reader.translator, reader.language)
    return reader.text("export.results_change", number=number, change=sentence)


def _in_order(question: QuestionResult) -> bool:
    """Numbers and dates stay in their order; choices go by size."""
    return question.kind not in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK)


def _sentence(reader: Reader, question: QuestionResult) -> str:
    if question.base is None:
        return reader.text("console.results_few")
    top = question.rows_by_size[0] if question.rows else None
    if top is None or not top.count or _in_order(question):
        return reader.plural("console.results_answered", question.base)
    return reader.text(
        "console.results_top", label=reader.plain(top.label), share=reader.share(top.count, question.of)
    )


def _caption(reader: Reader, question: QuestionResult) -> str:
    caption = reader.text("console.results_caption", whole=reader.number(question.of))
    return f"{caption} {reader.text('console.results_several')}" if question.overlapping else caption


def _summary(reader: Reader, statistics: Statistics | None) -> str:
    """The middle of numbers, where it may be told."""
    if statistics is None or statistics.median is None:
        return ""
    middle = reader.number(statistics.median)
    if statistics.lower_quartile is None or statistics.upper_quartile is None:
        return reader.text("console.results_median", middle=middle)
    return reader.text(
        "console.results_quartiles",
        middle=middle,
        low=reader.number(statistics.lower_quartile),
        high=reader.number(statistics.upper_quartile),
    )


def _rows(reader: Reader, question: QuestionResult, threshold: int) -> list[tuple[str, str, str]]:
    """The table in the author's order; the page sorts it."""
    withheld = reader.text("console.results_withheld", threshold=threshold)
    return [
        (
            reader.plain(row.label),
            withheld if row.count is None else reader.number(row.count),
            "" if row.count is None else reader.percent(row.count, question.of),
        )
        for row in question.rows
    ]


def _voice(reader: Reader, voice: VoiceCard) -> ShownVoice:
    language = voice.language if voice.language in ("es", "qu") else "es"
    return ShownVoice(language, in_words(voice.text, redaction_words(reader.translator, reader.language)))
