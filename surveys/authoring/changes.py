"""What an author does to the rows of a questionnaire. Each change gives the sheets anew and loses no cell."""

from collections.abc import Mapping
from dataclasses import replace

from surveys.authoring.fields import HOUSE, TEXTS, Key, languages, places, read, write
from surveys.authoring.kinds import CHOOSING, WrittenType, write_type
from surveys.authoring.names import name_for, names, unused, with_references
from surveys.authoring.outline import Entry, lists, outline
from surveys.authoring.sheets import Cells, Sheet, Sheets

_SURVEY = ("type", "name")
_CHOICES = ("list_name", "name")


def new_sheets(title: str, named: tuple[str, ...]) -> Sheets:
    """An empty questionnaire in these languages."""
    form_id = name_for(title, (), "cuestionario")
    labels = tuple(f"label::{language}" for language in named)
    titles = tuple(f"rimay:title::{language}" for language in named[1:])
    settings = Sheet(
        "settings",
        ("form_title", *titles, "form_id", "version", "default_language"),
        ((title, *[""] * len(titles), form_id, "1", named[0]),),
    )
    survey, choices = Sheet("survey", (*_SURVEY, *labels)), Sheet("choices", (*_CHOICES, *labels))
    return Sheets(f"{form_id}.xlsx", (survey, choices, settings))


def add_question(sheets: Sheets, kind: str, label: str, *, after: int) -> tuple[Sheets, int]:
    """A question behind a row, with a list of its own where it offers choices; and the row it stands in."""
    name = name_for(label, names(sheets))
    list_name = unused(name, lists(sheets)) if kind in CHOOSING else ""
    row = after + 1
    sheets = _insert(sheets, row, [()])
    cells = {("type", ""): write_type(WrittenType(kind, list_name)), ("name", ""): name}
    return write(sheets, "survey", row, {**cells, ("label", languages(sheets)[0]): label}), row


def add_group(sheets: Sheets, label: str, *, repeats: bool, first: int, last: int) -> Sheets:
    """A group around the rows from one number to another; `last` = `first` - 1 makes an empty one."""
    kind = "repeat" if repeats else "group"
    name = name_for(label, names(sheets), "grupo")
    sheets = _insert(sheets, last + 1, [()])
    sheets = write(sheets, "survey", last + 1, {("type", ""): f"end_{kind}"})
    sheets = _insert(sheets, first, [()])
    cells: dict[Key, str] = {("type", ""): f"begin_{kind}", ("name", ""): name}
    return write(sheets, "survey", first, {**cells, ("label", languages(sheets)[0]): label})


def _insert(sheets: Sheets, row: int, rows: list[Cells]) -> Sheets:
    sheet = sheets.get("survey")
    return sheets.put("survey", sheet.spliced(row, row - 1, rows))


def end_of(sheets: Sheets, entry: Entry | None) -> int:
    """The row behind which something new comes: after a question, inside a group at its end, else at the end."""
    if entry is None:
        entries = outline(sheets)
        return max((each.end for each in entries), default=1)
    return entry.end - 1 if entry.is_group else entry.row


def remove(sheets: Sheets, entry: Entry) -> Sheets:
    """Without a question, or a group with all that stands in it. Its list stays: others may share it."""
    return sheets.put("survey", sheets.get("survey").spliced(entry.row, entry.end, ()))


def ungroup(sheets: Sheets, entry: Entry) -> Sheets:
    """Without the group; what stood in it stays."""
    sheet = sheets.get("survey").spliced(entry.end, entry.end, ())
    return sheets.put("survey", sheet.spliced(entry.row, entry.row, ()))


def move(sheets: Sheets, entry: Entry, before: int) -> tuple[Sheets, int]:
    """A question or group to before another row; and the row it stands in now. Into itself it cannot go."""
    if entry.row <= before <= entry.end + 1:
        return sheets, entry.row
    sheet = sheets.get("survey")
    block = sheet.cut(entry.row, entry.end)
    sheet = sheet.spliced(entry.row, entry.end, ())
    row = before if before < entry.row else before - len(block)
    return sheets.put("survey", sheet.spliced(row, row - 1, block)), row


def step(sheets: Sheets, entry: Entry, *, up: bool) -> tuple[Sheets, int]:
    """One place up or down, into and out of groups on the way. At the edge nothing changes."""
    marks = sorted({row for each in outline(sheets) for row in (each.row, each.end)})
    if up:
        above = [row for row in marks if row < entry.row]
        return move(sheets, entry, above[-1]) if above else (sheets, entry.row)
    below = [row for row in marks if row > entry.end]
    return move(sheets, entry, below[0] + 1) if below else (sheets, entry.row)


def duplicate(sheets: Sheets, entry: Entry) -> tuple[Sheets, int]:
    """A copy behind the original, under new names; what refers to another of the block refers to its copy."""
    sheet, taken = sheets.get("survey"), names(sheets)
    renamed: dict[str, str] = {}
    for each in outline(sheets):
        if entry.row <= each.row <= entry.end and each.name:
            renamed[each.name] = unused(each.name, taken)
            taken.add(renamed[each.name])
    first = entry.end + 1
    size = entry.end - entry.row
    sheet = sheet.spliced(first, first - 1, sheet.cut(entry.row, entry.end))
    sheets = sheets.put("survey", with_references(sheet, renamed, first, first + size))
    return _named_anew(sheets, renamed, first, first + size), first


def _named_anew(sheets: Sheets, renamed: Mapping[str, str], first: int, last: int) -> Sheets:
    for row in range(first, last + 1):
        name = read(sheets, "survey", row, "name")
        if name in renamed:
            sheets = write(sheets, "survey", row, {("name", ""): renamed[name]})
    return sheets


def add_language(sheets: Sheets, language: str) -> Sheets:
    """One more language. Columns that named none get the name of the first, else two would be one.

    language  as the columns shall say it: "Kichwa (qu)"
    """
    stated = read(sheets, "settings", 2, "default_language")
    first = stated or next(filter(None, languages(sheets)), HOUSE[0])
    unnamed = "" in languages(sheets)
    for name, fields in (("survey", TEXTS), ("choices", ("label",))):
        sheet = sheets.get(name)
        for field in fields:
            there = places(name, sheet, field)
            if "" in there and first not in there:
                position = there[""]
                header = f"{sheet.columns[position]}::{first}"
                sheet = replace(
                    sheet, columns=(*sheet.columns[:position], header, *sheet.columns[position + 1 :])
                )
        if language not in places(name, sheet, "label"):
            sheet = sheet.with_column(f"label::{language}")
        sheets = sheets.put(name, sheet)
    return write(sheets, "settings", 2, {("default_language", ""): first}) if unnamed else sheets
