"""Reading: the answers by theme, kind, language and group, in a table that is sorted, with its words and its files."""

import asyncio
import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import Pages
from api.reader import Reader
from api.security import Author, Organiser, Visiting
from api.services import Services
from api.theme_words import ShownAnswer, show_answer
from core.audit import note_act
from core.database import Database
from core.errors import Conflict
from deliberation.voices.filtering import (
    GROUP,
    LANGUAGES,
    NONE,
    Filter,
    Heard,
    ReadVoice,
    choose,
    hear_all,
    may_be_shown,
    people_of,
    tabulate,
)
from deliberation.voices.keywords import one_text_a_person, telling_words
from deliberation.voices.kinds import Kind
from deliberation.voices.readings import count_unread, list_unread, read_texts, store_readings
from i18n.language import Language
from surveys.conversation.wording import left_open
from surveys.exporting.formulas import harmless

router = APIRouter()

_A_PAGE = 40
_FACETS = ("theme", "kind", "language", "question")
_SORTS = (*_FACETS, "coded")
_COLUMNS = ("column_by", "column_group", "theme", "column_people", "column_of")
Labels = dict[str, str]


class TooFewToShow(Conflict):
    """What was asked for leaves too few people, or leaves too few out."""

    code = "too_few_to_show"


@dataclass(frozen=True, slots=True)
class Facet:
    """Something that the answers are filtered by."""

    name: str
    label: str
    values: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the table is sorted by when its head is pressed; `sorted` as aria-sort says it."""

    label: str
    href: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Line:
    """An answer in the table."""

    answer: ShownAnswer
    theme: str
    kind: str
    language: str
    question: str


async def _heard(database: Database, consultation_id: int) -> tuple[Heard, int]:
    """All answers, after those that nobody has read yet were read; how many still are not."""
    unread = await database.read(list_unread, consultation_id)
    if unread:
        read = await asyncio.to_thread(read_texts, consultation_id, unread)
        await database.run(store_readings, read)
    left = await database.read(count_unread, consultation_id) if unread else 0
    return await database.read(hear_all, consultation_id), left


def facets_of(reader: Reader, heard: Heard, wanted: Filter) -> list[Facet]:
    """What can be chosen, each with the values that some answer has."""
    t = reader.text
    themes = [(str(theme.id), reader.plain(theme.name)) for theme in heard.codebook.themes]
    offered: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("theme", t("coding.theme"), [*themes, (NONE, t("coding.unsure"))]),
        ("kind", t("coding.kind"), [(str(kind), t("coding.kind_" + kind)) for kind in Kind]),
        ("language", t("coding.language"), [(code, reader.language_name(code)) for code in LANGUAGES]),
        (
            "question",
            t("coding.question"),
            [(each.path, reader.plain(left_open(each.label)) or each.name) for each in heard.open_questions],
        ),
    ]
    for question in heard.group_questions:
        choices = [(choice.value, reader.plain(left_open(choice.label))) for choice in question.choices]
        label = reader.plain(left_open(question.label))
        offered.append((GROUP + question.path, label, [*choices, (NONE, t("coding.no_answer"))]))
    found = []
    for name, label, values in offered:
        used = {each.value(name) for each in heard.voices}
        left = [(value, text) for value, text in values if value in used]
        found.append(Facet(name, label, left, wanted.get(name, "")))
    return [facet for facet in found if len(facet.values) > 1]


def _wanted(request: Request, heard: Heard) -> Filter:
    """What the address asks for; what it may not ask for leaves all in."""
    names = (*_FACETS, *(GROUP + question.path for question in heard.group_questions))
    return {name: value for name in names if (value := request.query_params.get(name, ""))}


@router.get("/consultations/{consultation_id}/reading")
async def show(
    request: Request,
    visitor: Visiting,
    account: Author,
    consultation_id: int,
    sort: str = "",
    start: int = 0,
) -> Response:
    """The answers that the filter leaves, where they are of enough people."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader, threshold = visitor.reader, services.settings.disclosure_threshold
    heard, unread = await _heard(services.database, consultation_id)
    wanted = _wanted(request, heard)
    facets = facets_of(reader, heard, wanted)
    open_ = await asyncio.to_thread(may_be_shown, heard.voices, wanted, threshold)
    sort = sort if sort.removeprefix("-") in _SORTS else ""
    here = _Address(consultation_id, wanted, sort)
    chosen = choose(heard.voices, wanted) if open_ else []
    words = await _words(chosen, heard.voices, threshold) if open_ else []
    return await pages.show(
        request,
        "voices/reading.html",
        here="consultations",
        id=consultation_id,
        title=reader.local(heard.card.title),
        plain_title=reader.plain(heard.card.title),
        total=len(heard.voices),
        several_questions=len(heard.open_questions) > 1,
        unread=unread,
        facets=facets,
        filtered=bool(wanted),
        sort=sort,
        open=open_,
        threshold=threshold,
        **_listed(reader, heard, chosen, here, start),
        columns={name: _column(reader, name, here) for name in _SORTS},
        words=[
            (code, [(word, reader.plural("console.words_count", people)) for word, people in told])
            for code, told in words
        ],
        filter=urlencode(wanted),
        may_organise=visitor.may("organiser"),
    )


@dataclass(frozen=True, slots=True)
class _Address:
    consultation_id: int
    wanted: Filter
    sort: str

    def at(self, **more: object) -> str:
        query = {**self.wanted, "sort": self.sort, **more}
        told = urlencode({name: value for name, value in query.items() if value})
        return f"/consultations/{self.consultation_id}/reading" + (f"?{told}#answers" if told else "#answers")


def _listed(
    reader: Reader, heard: Heard, chosen: Sequence[ReadVoice], here: _Address, start: int
) -> dict[str, Any]:
    """What a filter leaves, a page of it, with the ways to the pages before and after."""
    labels = {facet.name: dict(facet.values) for facet in facets_of(reader, heard, {})}
    lines = [_line(reader, each, at, labels) for at, each in enumerate(chosen, 1)]
    if here.sort:
        lines.sort(key=_SORT_BY[here.sort.removeprefix("-")], reverse=here.sort.startswith("-"))
    start = min(max(0, start), len(lines))
    share = reader.share(people_of(chosen), people_of(heard.voices))
    return {
        "sentence": reader.text("coding.reading_sentence", answers=reader.number(len(chosen)), share=share),
        "lines": lines[start : start + _A_PAGE],
        "before": here.at(start=max(0, start - _A_PAGE)) if start else "",
        "more": here.at(start=start + _A_PAGE) if start + _A_PAGE < len(lines) else "",
    }


def _column(reader: Reader, name: str, here: _Address) -> Column:
    up, down = name, "-" + name
    state = {up: "ascending", down: "descending"}.get(here.sort, "")
    return Column(reader.text("coding." + name), here.at(sort=down if here.sort == up else up), state)


def _line(reader: Reader, each: ReadVoice, number: int, labels: dict[str, Labels]) -> Line:
    answer = show_answer(reader, each.voice, number)
    told = {name: labels.get(name, {}).get(each.value(name), "") for name in _FACETS}
    kind = told["kind"] or reader.text("coding.kind_" + each.kind)
    language = told["language"] or reader.language_name(each.language)
    return Line(answer, told["theme"], kind, language, told["question"])


_SORT_BY: dict[str, Callable[[Line], str]] = {
    "theme": lambda line: line.theme.casefold(),
    "kind": lambda line: line.kind.casefold(),
    "language": lambda line: line.language.casefold(),
    "question": lambda line: line.question.casefold(),
    "coded": lambda line: line.answer.by,
}


async def _words(
    chosen: Sequence[ReadVoice], every: Sequence[ReadVoice], threshold: int
) -> list[tuple[str, list[tuple[str, int]]]]:
    """The words by which what is left differs from the rest, a list a language."""
    inside = {each.voice.id for each in chosen}
    here = tuple(_said(each) for each in chosen)
    rest = tuple(_said(each) for each in every if each.voice.id not in inside)
    return await asyncio.to_thread(_telling, here, rest, threshold)


def _said(each: ReadVoice) -> tuple[str, str]:
    return each.voice.response_id, each.voice.text


@lru_cache(maxsize=16)
def _telling(
    here: tuple[tuple[str, str], ...], rest: tuple[tuple[str, str], ...], threshold: int
) -> list[tuple[str, list[tuple[str, int]]]]:
    found = []
    people, others = one_text_a_person(here), one_text_a_person(rest)
    for language in (Language.SPANISH, Language.KICHWA):
        words = telling_words(people, others, language, threshold=threshold)
        if words:
            found.append((str(language), [(word.word, word.people) for word in words]))
    return found


@router.get("/consultations/{consultation_id}/reading/counts.csv")
async def counts(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """Themes by kind, language and group: how many people, as far as it may be told."""
    services: Services = request.app.state.services
    reader, threshold = visitor.reader, services.settings.disclosure_threshold
    heard, _ = await _heard(services.database, consultation_id)
    content = await asyncio.to_thread(_counts, reader, heard, threshold)
    await services.database.run(
        note_act, account.account_id, "export_theme_counts", "consultation", consultation_id
    )
    return _file(content, f"rimay-themes-{consultation_id}.csv")


def _counts(reader: Reader, heard: Heard, threshold: int) -> str:
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    t = reader.text
    lines.writerow(t("coding." + name) for name in _COLUMNS)
    withheld = t("console.results_withheld", threshold=threshold)
    facets = [facet for facet in facets_of(reader, heard, {}) if facet.name != "theme"]
    themes = {str(theme.id): reader.plain(theme.name) for theme in heard.codebook.themes}
    themes[NONE] = t("coding.unsure")
    for facet in facets:
        labels = dict(facet.values)
        table = tabulate(heard, facet.name, [value for value, _ in facet.values], threshold)
        for at, column in enumerate(table.columns):
            whole = table.wholes[at]
            for row, shown in zip(table.rows, table.counts, strict=True):
                count = shown[at]
                lines.writerow(
                    [
                        harmless(facet.label),
                        harmless(labels.get(column, column)),
                        harmless(themes[row]),
                        withheld if count is None else count,
                        withheld if whole is None else whole,
                    ]
                )
    return file.getvalue()


@router.get("/consultations/{consultation_id}/reading/answers.csv")
async def answers(request: Request, visitor: Visiting, account: Organiser, consultation_id: int) -> Response:
    """The answers that the filter leaves, covered, for who organises: without anything on who wrote them.

    Those in which somebody may be in danger are for who looks after them, and in no file.
    """
    services: Services = request.app.state.services
    reader, threshold = visitor.reader, services.settings.disclosure_threshold
    heard, _ = await _heard(services.database, consultation_id)
    wanted = _wanted(request, heard)
    if not await asyncio.to_thread(may_be_shown, heard.voices, wanted, threshold):
        raise TooFewToShow(threshold=threshold)
    await services.database.run(
        note_act, account.account_id, "export_answers", "consultation", consultation_id
    )
    return _file(_answers(reader, heard, wanted), f"rimay-answers-{consultation_id}.csv")


def _answers(reader: Reader, heard: Heard, wanted: Filter) -> str:
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow([reader.text("coding." + name) for name in ("answer", *_SORTS)])
    labels = {facet.name: dict(facet.values) for facet in facets_of(reader, heard, wanted)}
    safe = [each for each in choose(heard.voices, wanted) if not each.in_danger]
    for at, each in enumerate(safe, 1):
        line = _line(reader, each, at, labels)
        cells = (line.answer.text, line.theme, line.kind, line.language, line.question, line.answer.by)
        lines.writerow(map(harmless, cells))
    return file.getvalue()


def _file(content: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)
