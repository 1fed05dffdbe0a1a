"""A year's account as files that any web server can hand out: plain HTML and CSS, and the tables as CSV.

Same data and same day, same bytes. Nothing in it needs a script, or anything from elsewhere.
"""

import io
import re
import zipfile
from collections.abc import Mapping

from jinja2 import Template

from api.accounting_tables import TABLES, Terms, write_table
from api.accounting_words import LISTS, AccountWords, count_pages
from api.pages import make_environment
from api.reader import Reader
from api.static_files import path_of
from core.settings import Settings
from deliberation.accounting.year import YearAccount
from i18n.translator import Translator

Pack = Mapping[str, bytes]
"""File name → content; a folder is written with a slash."""

ENDINGS = {"es": "", "qu": "-qu"}
"""Of the names of pages, by language."""
_SHEETS = ("tokens", "base", "cards", "tables", "page", "accounting")
_TYPEFACE = re.compile(r"@font-face \{.*?\}\n*", re.DOTALL)
_MADE = (1980, 1, 1, 0, 0, 0)
"""The moment of every file in an archive: the first that the format knows."""


def make_pack(account: YearAccount, translator: Translator, settings: Settings) -> Pack:
    """Every file of it."""
    pages: dict[str, bytes] = {}
    for language in ENDINGS:
        pages |= _pages(account, translator, settings, language)
    terms = Terms(settings.zone, translator)
    tables = {f"data/{name}.csv": write_table(name, account, terms) for name in TABLES}
    return {**pages, "style.css": _style(), **tables}


def zip_pack(pack: Pack, folder: str) -> bytes:
    """The same in one file, inside a folder."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in pack.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return file.getvalue()


def _pages(account: YearAccount, translator: Translator, settings: Settings, language: str) -> Pack:
    reader = Reader(language, translator, settings.zone)
    home = settings.public_url or ""
    words = AccountWords(
        reader,
        settings.disclosure_threshold,
        settings.unit_name,
        lambda path: home + path if home else "",
    )
    ending = ENDINGS[language]
    around = {
        "t": reader.text,
        "tn": reader.plural,
        "local": reader.local,
        "lang": language,
        "unit": settings.unit_name,
        "ending": ending,
        "endings": ENDINGS,
        "tables": list(TABLES),
        "table_address": "data/{}.csv",
        "list_address": f"{{}}{ending}.html",
    }
    found = {f"index{ending}.html": _template("pack").render(**around, **words.page(account)).encode()}
    listing = _template("pack_list")
    for kind in LISTS:
        for number in range(1, count_pages(account, kind) + 1):
            page = words.list_page(account, kind, number)
            name = f"{kind}-{number}" if number > 1 else kind
            found[f"{name}{ending}.html"] = listing.render(**around, **page, name=name).encode()
    return found


def _template(name: str) -> Template:
    return make_environment().get_template(f"accounting/{name}.html")


def _style() -> bytes:
    """The looks of the house, but for its typeface, which would weigh more than all of it."""
    sheets = (path_of(f"{name}.css").read_text("utf-8") for name in _SHEETS)
    return _TYPEFACE.sub("", "\n".join(sheets)).encode()
