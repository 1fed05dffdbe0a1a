"""A draft in its languages, side by side. Interpreters may do this and nothing else with a draft."""

import re
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.drafting import code_of, language_label, title_of
from api.pages import Pages, redirect
from api.reader import Reader
from api.routes.questionnaires.drafts import turn_of
from api.security import Author, Organiser, Posted, Visiting, not_there
from api.services import Services
from api.visitor import Visitor
from core.errors import Forbidden
from surveys.authoring.changes import add_language
from surveys.authoring.fields import KNOWN, languages
from surveys.authoring.sheets import Sheets
from surveys.authoring.texts import Text, all_texts, missing, translate
from surveys.drafts import DraftChanged, DraftState, change_draft, get_draft

router = APIRouter()

AT_ONCE = 40
_LONGEST = 30_000
_KEY = re.compile(r"text\.(?:settings|survey|choices)\.\d{1,6}\.\w{1,40}")


@router.get("/drafts/{draft_id}/translate")
async def show(
    request: Request,
    visitor: Visiting,
    account: Author,
    draft_id: int,
    language: str = "",
    only: str = "",
    first: int = 0,
) -> Response:
    """The texts of a draft beside their translation."""
    draft = await request.app.state.services.database.read(get_draft, draft_id)
    return await _show(request, visitor, draft, language, only=only == "missing", first=max(0, first))


@router.post("/drafts/{draft_id}/translate")
async def save(
    request: Request, visitor: Visiting, given: Posted, account: Author, draft_id: int
) -> Response:
    """Save the texts of one language. Of a draft that was changed meanwhile, nothing that was typed is lost."""
    services: Services = request.app.state.services
    language, only = str(given.get("language", "")), given.get("only") == "missing"
    draft = await services.database.read(get_draft, draft_id)
    if language not in languages(draft.sheets):
        raise not_there()
    if language == languages(draft.sheets)[0] and not visitor.may("organiser"):
        raise Forbidden
    typed = {
        name.removeprefix("text."): value.strip()[:_LONGEST]
        for name, value in given.items()
        if isinstance(value, str) and _KEY.fullmatch(name)
    }

    def change(sheets: Sheets) -> Sheets:
        return translate(sheets, language, typed)

    try:
        await services.database.run(
            change_draft, draft_id, change, turn=turn_of(given), account_id=account.account_id
        )
    except DraftChanged:
        now_there = await services.database.read(get_draft, draft_id)
        sources = {key: str(given.get(f"source.{key}", "")) for key in typed}
        return await _outdated(request, visitor, now_there, language, typed, sources)
    mark = "&only=missing" if only else ""
    return redirect(request, f"/drafts/{draft_id}/translate?done=saved&language={quote(language)}{mark}")


async def _outdated(
    request: Request,
    visitor: Visitor,
    draft: DraftState,
    language: str,
    typed: dict[str, str],
    sources: dict[str, str],
) -> Response:
    """The page anew, each translation beside the text that it was written for, wherever that stands now."""
    by_source = {source: typed[key] for key, source in sources.items() if source and typed[key]}
    first = languages(draft.sheets)[0]
    moved = {
        text.key: by_source[_source(text, first, language)]
        for text in all_texts(draft.sheets)
        if _source(text, first, language) in by_source
    }
    told = visitor.reader.text("editor.changed_meanwhile")
    return await _show(request, visitor, draft, language, typed=moved, told=told, status=409)


@router.post("/drafts/{draft_id}/languages")
async def add(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, draft_id: int
) -> Response:
    """One more language."""
    services: Services = request.app.state.services
    language = str(given.get("language", ""))
    if language not in KNOWN:
        raise not_there()

    def change(sheets: Sheets) -> Sheets:
        there = {code_of(each) for each in languages(sheets)}
        return sheets if code_of(language) in there else add_language(sheets, language)

    try:
        await services.database.run(
            change_draft, draft_id, change, turn=turn_of(given), account_id=account.account_id
        )
    except DraftChanged:
        draft = await services.database.read(get_draft, draft_id)
        told = visitor.reader.text("editor.changed_meanwhile")
        return await _show(request, visitor, draft, "", told=told, status=409)
    return redirect(request, f"/drafts/{draft_id}/translate?language={quote(language)}")


async def _show(
    request: Request,
    visitor: Visitor,
    draft: DraftState,
    language: str,
    *,
    only: bool = False,
    first: int = 0,
    typed: dict[str, str] | None = None,
    told: str = "",
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    spoken = languages(draft.sheets)
    if language not in spoken:
        language = next(iter(spoken[1:]), spoken[0])
    texts = [text for text in all_texts(draft.sheets) if not only or not text.said.get(language)]
    if typed:
        texts.sort(key=lambda text: text.key not in typed)
    return await pages.show(
        request,
        "questionnaires/draft_translate.html",
        status=status,
        here="questionnaires",
        draft_id=draft.id,
        turn=draft.turn,
        title=title_of(reader, draft.sheets),
        told=told,
        language=language,
        only=only,
        first=first,
        texts=[
            _row(reader, text, spoken[0], language, typed or {}) for text in texts[first : first + AT_ONCE]
        ],
        rest=[
            (start, f"{start + 1}-{min(start + AT_ONCE, len(texts))}")
            for start in range(0, len(texts), AT_ONCE)
        ],
        may_organise=visitor.may("organiser"),
        **_about_languages(visitor, draft.sheets, language),
    )


def _about_languages(visitor: Visitor, sheets: Sheets, language: str) -> dict[str, Any]:
    """What the page says of the languages: who may write which, and what each lacks."""
    reader, spoken, lacking = visitor.reader, languages(sheets), missing(sheets)
    offered = [each for each in spoken if each != spoken[0] or visitor.may("organiser")]
    return {
        "language_said": language_label(reader, language),
        "language_code": code_of(language),
        "source_code": code_of(spoken[0]),
        "offered": [(each, language_label(reader, each), lacking.get(each, 0)) for each in offered],
        "may_write": language in offered,
        "missing": lacking.get(language, 0),
        "total": sum(1 for _ in all_texts(sheets)),
        "new_languages": [each for each in KNOWN if code_of(each) not in {code_of(one) for one in spoken}],
    }


def _row(reader: Reader, text: Text, source: str, language: str, typed: dict[str, str]) -> dict[str, Any]:
    return {
        "key": text.key,
        "where": reader.text(
            "editor.text_" + text.field if text.sheet != "choices" else "editor.text_choice"
        ),
        "name": text.name,
        "source": _source(text, source, language),
        "said": typed.get(text.key, text.said.get(language, "")),
        "missing": not text.said.get(language),
    }


def _source(text: Text, first: str, language: str) -> str:
    """What is to be translated: the first language, else any other that says it."""
    others = (said for each, said in text.said.items() if each != language and said)
    return (text.said.get(first, "") if first != language else "") or next(others, "")
