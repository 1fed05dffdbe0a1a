"""A question with its choices, taken out of one questionnaire and put into another."""

from collections.abc import Mapping

from surveys.authoring.choices import WrittenChoice, choices_of, write_choices
from surveys.authoring.fields import TEXTS, Key, languages, texts, write
from surveys.authoring.kinds import WrittenType, read_type, write_type
from surveys.authoring.names import names, rename, unused
from surveys.authoring.outline import Entry, lists, outline
from surveys.authoring.sheets import Sheet, Sheets
from surveys.xlsform.languages import UNNAMED, language_code


def take(sheets: Sheets, entry: Entry) -> Sheets:
    """A question or a group, with the lists that it offers, as a small workbook of its own."""
    survey, choices = sheets.get("survey"), sheets.get("choices")
    within = [each for each in outline(sheets) if entry.row <= each.row <= entry.end]
    wanted = dict.fromkeys(each.list_name for each in within if each.list_name)
    rows = [choices.cell_row(row) for name in wanted for row in lists(sheets).get(name, ())]
    return Sheets(
        "library.xlsx",
        (
            Sheet("survey", survey.columns, survey.cut(entry.row, entry.end)),
            Sheet("choices", choices.columns, tuple(rows)),
        ),
    )


def put_in(sheets: Sheets, snippet: Sheets, *, after: int) -> tuple[Sheets, int]:
    """The questions of a snippet behind a row; and the row of the first.

    Names that are taken get a number. A list that is there already under its name, with the same values, is
    shared. Texts go to the languages that the questionnaire has.
    """
    taken = names(sheets)
    for old in [entry.name for entry in outline(snippet) if entry.name in taken]:
        new = unused(old, taken | names(snippet))
        snippet = _with_name(rename(snippet, old, new), old, new)
    sheets, listed = _with_lists(sheets, snippet)
    first = after + 1
    survey = snippet.get("survey")
    sheets = sheets.put("survey", sheets.get("survey").spliced(first, after, [()] * len(survey.rows)))
    for number in range(2, survey.last + 1):
        sheets = _copied(sheets, snippet, number, first + number - 2, listed)
    return sheets, first


def _with_name(snippet: Sheets, old: str, new: str) -> Sheets:
    for entry in outline(snippet):
        if entry.name == old:
            snippet = write(snippet, "survey", entry.row, {("name", ""): new})
    return snippet


def _with_lists(sheets: Sheets, snippet: Sheets) -> tuple[Sheets, dict[str, str]]:
    """The lists of a snippet, and under which name each is there now."""
    listed: dict[str, str] = {}
    for name in lists(snippet):
        given = choices_of(snippet, name)
        there = [choice.value for choice in choices_of(sheets, name)]
        listed[name] = name
        if there == [choice.value for choice in given]:
            continue
        listed[name] = unused(name, lists(sheets))
        said = [WrittenChoice(None, choice.value, _in_languages(sheets, choice.labels)) for choice in given]
        sheets = write_choices(sheets, listed[name], said)
    return sheets, listed


def _copied(sheets: Sheets, snippet: Sheets, source: int, row: int, listed: Mapping[str, str]) -> Sheets:
    """One row, cell by cell under the columns of the same name; texts by language, the type with its list."""
    survey = snippet.get("survey")
    cells: dict[Key, str] = {}
    for field in TEXTS:
        said = texts(snippet, "survey", source, field)
        if any(said.values()):
            cells |= {(field, language): text for language, text in _in_languages(sheets, said).items()}
    for position, header in enumerate(survey.columns):
        cell = survey.cell(source, position)
        if not cell or not header or header.replace("::", ":").partition(":")[0] in TEXTS:
            continue
        if header == "type":
            written = read_type(cell)
            if written.list_name:
                name = listed.get(written.list_name, written.list_name)
                cell = write_type(WrittenType(written.kind, name, written.other))
        cells[(header, "")] = cell
    return write(sheets, "survey", row, cells)


def _in_languages(sheets: Sheets, said: Mapping[str, str]) -> dict[str, str]:
    """Texts under the names that the questionnaire has for their languages. The first language is never left out."""
    by_code = {_code(language): text for language, text in said.items() if text}
    found = {
        language: by_code[_code(language)] for language in languages(sheets) if _code(language) in by_code
    }
    first = languages(sheets)[0]
    return found if first in found or not by_code else {first: next(iter(by_code.values())), **found}


def _code(language: str) -> str:
    return language_code(language or UNNAMED)
