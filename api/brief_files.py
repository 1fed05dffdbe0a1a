"""The brief as a file: a page on its own, a PDF, a Word document, or its numbers with what recomputes them.

The same facts give the same bytes. What was made is kept, by a digest of the facts, up to a limit.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import sha256
from threading import Lock
from typing import NamedTuple

from markupsafe import Markup

from api.pages import make_environment
from api.static_files import path_of
from deliberation.council.brief import Brief, Facts, build_brief
from deliberation.council.brief_docx import render_docx
from deliberation.council.brief_package import render_package
from deliberation.council.brief_pdf import render_pdf
from deliberation.council.brief_wording import WordedBrief, word_brief
from i18n.translator import Translator

LANGUAGES = {"es": ("es",), "qu": ("qu",), "both": ("es", "qu")}
"""As an address names them; `both` stands side by side."""
SHEETS = ("tokens", "base", "cards", "tables", "page", "brief")
FONT_FACE = re.compile(r"@font-face \{[^}]*\}\n*")
KEPT = 24
"""How many files are kept; the largest, a PDF, is some 200 kB."""


class Form(NamedTuple):
    """A kind of file: what the web calls it, and who makes it of a brief in one or two languages."""

    media_type: str
    render: Callable[[Sequence[Brief], Translator], bytes]


def brief_page(briefs: Sequence[Brief], translator: Translator) -> bytes:
    """A page that can be kept or sent: with its style, without a script, a font or a picture from elsewhere."""
    template = make_environment().get_template("council/brief_file.html")
    worded = [word_brief(brief, translator) for brief in briefs]
    return template.render(briefs=worded, style=_style()).encode()


def _style() -> Markup:
    """Our own sheets: nothing in them comes from a reader."""
    return Markup("\n").join(
        Markup(FONT_FACE.sub("", path_of(f"{name}.css").read_text("utf-8"))) for name in SHEETS
    )


FORMS = {
    "html": Form("text/html; charset=utf-8", brief_page),
    "pdf": Form("application/pdf", render_pdf),
    "docx": Form("application/vnd.openxmlformats-officedocument.wordprocessingml.document", render_docx),
    "zip": Form("application/zip", render_package),
}


class BriefFiles:
    """Makes files and keeps the last ones. Slow at the first: call it in a thread."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._kept: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._lock = Lock()

    def render(self, facts: Facts, form: str, languages: str) -> bytes:
        """The file in a form of FORMS and languages of LANGUAGES; the package is always in both."""
        wanted = "both" if form == "zip" else languages
        key = form, wanted, sha256(repr(facts).encode()).hexdigest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = FORMS[form].render(self._briefs(facts, wanted), self._translator)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def read(self, facts: Facts, languages: str) -> list[WordedBrief]:
        """The brief in sentences, for a page."""
        return [word_brief(brief, self._translator) for brief in self._briefs(facts, languages)]

    def _briefs(self, facts: Facts, languages: str) -> list[Brief]:
        return [build_brief(facts, language) for language in LANGUAGES[languages]]
