"""Renders a page for its reader: language, navigation, the form's token, the notice after a deed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.forms import FormState
from api.reader import Reader
from api.services import Services
from api.static_files import address_of
from api.visitor import Visitor, visitor_of

_TEMPLATES = Path(__file__).parent / "templates"
_DEED = re.compile(r"[a-z_]{1,32}")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the navigation."""

    name: str
    href: str
    label: str


@cache
def make_environment() -> Environment:
    """Templates escape everything; an unknown name is a mistake rather than a blank. Each is compiled once."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = address_of
    return environment


class Pages:
    """The templates, bound to the services."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.environment = make_environment()

    async def show(
        self, request: Request, template: str, *, status: int = 200, here: str = "", **context: Any
    ) -> HTMLResponse:
        """A whole page, or the fragment that htmx asked for when the template is one."""
        visitor = await visitor_of(request)
        html = self.environment.get_template(template).render(
            **self._around(request, visitor, here), **{"form": FormState(), **context}
        )
        response = HTMLResponse(html, status)
        visitor.remember(response)
        return response

    def fragment(self, visitor: Visitor, template: str, **context: Any) -> str:
        """A piece of a page, for the streams."""
        return self.environment.get_template(template).render(**self._words(visitor), **context)

    def _words(self, visitor: Visitor) -> dict[str, Any]:
        reader = visitor.reader
        return {
            "t": reader.text,
            "tn": reader.plural,
            "local": reader.local,
            "lang": reader.language,
            "csrf": visitor.form_token,
        }

    def _around(self, request: Request, visitor: Visitor, here: str) -> dict[str, Any]:
        return {
            **self._words(visitor),
            "account": visitor.account,
            "here": here,
            "path": request.url.path,
            "navigation": self._navigation(visitor),
            "notice": notice_of(visitor.reader, request.query_params),
            "unit": self.services.settings.unit_name,
            "simulator": self.services.simulator is not None,
        }

    def _navigation(self, visitor: Visitor) -> list[Word]:
        """At most six words; nobody sees a word that would refuse them."""
        t = visitor.reader.text
        simulator = Word("simulator", "/simulator", t("console.word_simulator"))
        if visitor.account is None:
            sign_in = Word("sign_in", "/sign-in", t("console.sign_in_action"))
            return [simulator, sign_in] if self.services.simulator is not None else [sign_in]
        words = []
        if visitor.account.role != "unit":
            words.append(Word("consultations", "/", t("console.word_consultations")))
        if visitor.may("organiser", "interpreter"):
            words.append(Word("questionnaires", "/questionnaires", t("console.word_questionnaires")))
        if visitor.may("organiser"):
            words.append(Word("assemblies", "/assemblies", t("console.word_assemblies")))
        if visitor.may("organiser", "council", "unit"):
            words.append(Word("council", "/council", t("sittings.word_council")))
        if visitor.may("organiser", "interpreter", "unit"):
            words.append(Word("actors", "/actors", t("helping.title")))
        if visitor.may("organiser", "interpreter") and self.services.simulator is not None:
            words.append(simulator)
        if visitor.account.role == "facilitator":
            words.append(Word("entries", "/entries", t("entry.list_title")))
        return words


def notice_of(reader: Reader, query: Mapping[str, str]) -> str:
    """What was done just before this page, said once: ?done=saved. Unknown deeds say nothing."""
    deed = query.get("done", "")
    if _DEED.fullmatch(deed):
        for domain in (
            "console.done_",
            "sending.done_",
            "voting.done_",
            "moderation.done_",
            "analysis.done_",
            "helping.done_",
            "coding.done_",
            "testimony.done_",
            "ballots.done_",
            "sittings.done_",
            "chair.done_",
            "commitments.done_",
            "accounting.done_",
        ):
            key = domain + deed
            if reader.translator.has(key):
                return reader.text(key)
    return ""


def redirect(request: Request, address: str) -> Response:
    """After a deed: the page that shows it. A plain form follows 303, htmx its own header."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return Response(status_code=303, headers={"Location": address})


def wants_json(request: Request) -> bool:
    """Whether the reader is a program."""
    return "application/json" in request.headers.get("accept", "")
