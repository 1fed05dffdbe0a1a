"""A way in as a sheet for a wall (A4, PDF/UA-1): its code large, in both languages what this is, on one page."""

import json
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import typst

from core.typeface import printable_all, typst_fonts
from i18n.translator import Translator
from surveys.paper.qr_codes import qr_svg

TEMPLATE = Path(__file__).with_name("poster.typ")
LANGUAGES = ("es", "qu")


def poster_of(address: str, place: str, unit: str, translator: Translator) -> dict[str, Any]:
    """What the sheet says, all words ready."""
    alt = translator.text("links.qr_alt", "es", address=address)
    return {
        "document": translator.text("links.poster_document", "es", place=place),
        "unit": _capital(unit),
        "place": place,
        "typed": address.removeprefix("https://").removeprefix("http://"),
        "alt": alt,
        "code": qr_svg(address, alt).decode(),
        "languages": [_words(language, unit, translator) for language in LANGUAGES],
    }


def _words(language: str, unit: str, translator: Translator) -> dict[str, Any]:
    def say(key: str, **params: object) -> str:
        return translator.text(key, language, **params)

    return {
        "language": language,
        "title": say("links.poster_title"),
        "points": [
            say("links.poster_scan"),
            _capital(say("links.poster_what", unit=unit)),
            say("links.poster_language"),
            say("links.poster_nameless"),
            say("links.poster_stop"),
        ],
        "typed": say("links.poster_typed"),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def print_poster(poster: Mapping[str, Any]) -> bytes:
    """The sheet as a PDF. The same words give the same bytes."""
    pdf = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=typst_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"poster": json.dumps(printable_all(dict(poster)), ensure_ascii=False)},
        timestamp=0,
    )
    assert isinstance(pdf, bytes)
    return pdf


def print_poster_apart(poster: Mapping[str, Any]) -> bytes:
    """The same in a process of its own: typst remembers some ten compilations, which a server would carry along."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(print_poster, poster).result()
