"""What a rehearsal found, in sentences on which somebody can act who writes no programs."""

from collections.abc import Callable

from i18n.translator import Translator
from surveys.rehearsal.report import Code, Finding, Severity
from surveys.xlsform.places import places_of
from surveys.xlsform.workbook import read_workbook

Place = tuple[str, int | None]
"""Sheet and row of the workbook."""
Rows = Callable[[str], Place]
"""Finds the place of a question or group by its path."""

NAMED_LANGUAGES = ("es", "qu")
HEADINGS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.NOTE: "notes"}


def sentence_of(finding: Finding, translator: Translator, language: str) -> str:
    """The sentence of a finding."""
    params: dict[str, str | int] = {"name": finding.name, **finding.params}
    if locale := str(finding.params.get("locale", "")):
        params["language"] = language_named(locale, translator, language)
    if field := finding.params.get("field"):
        part = translator.text(f"rehearsal.field_{field}", language, choice=finding.params.get("choice", ""))
        params["field"] = part
    return translator.text(_key(finding, translator), language, **params)


def language_named(locale: str, translator: Translator, language: str) -> str:
    """In which language a text is: "en kichwa"."""
    key = "rehearsal.in_" + (locale if locale in NAMED_LANGUAGES else "other")
    return translator.text(key, language, locale=locale)


def rows_of(content: bytes, file_name: str) -> Rows:
    """The places of a questionnaire in the workbook that it was read from."""
    places = places_of(read_workbook(content, file_name))
    sheet = places.workbook.title("survey")
    return lambda path: (sheet, places.row_of(path)) if path else ("", None)


def _key(finding: Finding, translator: Translator) -> str:
    key = "rehearsal.finding_" + finding.code
    if finding.code is Code.SHOWN_TO_NOBODY and not finding.params["way"]:
        return key + "_plainly"
    certain = key + ("_proven" if finding.proven else "_tried")
    return certain if translator.has(certain) else key
