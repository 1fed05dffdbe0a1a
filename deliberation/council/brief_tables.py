"""The tables of the data package: protected counts, never rows of people. The same data give the same rows."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from deliberation.council.brief import Brief, Item
from deliberation.council.brief_numbers import TONES, numbers_of
from deliberation.council.brief_references import POINT, VOICES
from surveys.exporting.formulas import harmless

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """A column. type: as Table Schema names it; needed: whether a row without it would be at fault."""

    name: str
    type: str = "string"
    needed: bool = False


@dataclass(frozen=True, slots=True)
class PackageTable:
    """A table with its columns, those that tell its rows apart, and its rows."""

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def csv(self) -> bytes:
        """As a file: UTF-8, a comma between, and nothing in a cell that a spreadsheet would run."""
        file = io.StringIO()
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow(field.name for field in self.fields)
        lines.writerows([_cell(value) for value in row] for row in self.rows)
        return file.getvalue().encode()


def tables_of(spanish: Brief, kichwa: Brief) -> tuple[PackageTable, ...]:
    """All of them, out of the brief in both languages."""
    both = spanish, kichwa
    return (
        PackageTable("reach", _fields("measure! people:integer"), ("measure",), tuple(_reach(spanish))),
        PackageTable("results", RESULTS, ("question", "value"), tuple(_results(*both))),
        PackageTable("points", POINTS, ("point",), tuple(_points(*both))),
        PackageTable(
            "groups",
            _fields("point! group!:integer name_es name_qu agree:integer of:integer"),
            ("point", "group"),
            tuple(_groups(*both)),
        ),
        PackageTable(
            "weighting",
            _fields("point! cell! people!:integer named!:integer"),
            ("point", "cell"),
            tuple(_weighting(spanish)),
        ),
        PackageTable(
            "population",
            _fields("point! category! value! people!:integer"),
            ("point", "category", "value"),
            tuple(_population(spanish)),
        ),
        PackageTable(
            "words",
            _fields("voices! language! word! people!:integer"),
            ("voices", "language", "word"),
            tuple(_words(spanish)),
        ),
        PackageTable(
            "tone",
            _fields("voices! tone! people:integer of!:integer"),
            ("voices", "tone"),
            tuple(_tone(spanish)),
        ),
        PackageTable(
            "numbers",
            _fields("number! key! table! rows! operation! n:integer weights printed!"),
            ("number",),
            tuple(astuple(number) for number in numbers_of(spanish)),
        ),
    )


def _fields(described: str) -> tuple[Field, ...]:
    """Columns out of words: "name", "name!" where it is needed, ":type" where it is no text."""
    found = []
    for each in described.split():
        name, _, type_ = each.partition(":")
        found.append(Field(name.rstrip("!"), type_ or "string", name.endswith("!")))
    return tuple(found)


RESULTS = _fields(
    "question! question_es question_qu several!:boolean answered:integer value! label_es label_qu people:integer"
)
POINTS = _fields(
    "point! source! request_es request_qu question value mark people:integer against:integer passed:integer"
    " of:integer weighted_percent:integer weighted_low:integer weighted_high:integer weighted_worth:integer"
    " weighted_by"
)


def _reach(brief: Brief) -> Iterator[tuple[Value, ...]]:
    for measure in ("asked", "finished", "languages", "threshold"):
        yield measure, getattr(brief, measure)


def _results(spanish: Brief, kichwa: Brief) -> Iterator[tuple[Value, ...]]:
    for one, other in zip(spanish.questions, kichwa.questions, strict=True):
        for bar, same in zip(one.bars, other.bars, strict=True):
            labels = one.label, other.label, one.several, one.base
            yield one.path, *labels, bar.value, bar.label, same.label, bar.count


def _points(spanish: Brief, kichwa: Brief) -> Iterator[tuple[Value, ...]]:
    for one, other in zip(spanish.items, kichwa.items, strict=True):
        page = one.page
        of_what = page.question, page.value if page.question else "", page.mark
        counts = one.count, page.against, page.passed, one.of
        yield (
            f"{POINT}{one.number}",
            page.source,
            one.request,
            other.request,
            *of_what,
            *counts,
            *_weighted(one),
        )


def _weighted(item: Item) -> Sequence[Value]:
    weighted = item.page.weighted
    if weighted is None:
        return (None,) * 5
    return weighted.percent, weighted.low, weighted.high, weighted.worth, ", ".join(weighted.by)


def _groups(spanish: Brief, kichwa: Brief) -> Iterator[tuple[Value, ...]]:
    for one, other in zip(spanish.items, kichwa.items, strict=True):
        for group, same in zip(one.page.groups, other.page.groups, strict=True):
            yield f"{POINT}{one.number}", group.number, group.name, same.name, group.agree, group.of


def _weighting(brief: Brief) -> Iterator[tuple[Value, ...]]:
    for item in brief.items:
        if weighted := item.page.weighted:
            for cell in weighted.cells:
                said = {name: value for name, value in zip(weighted.by, cell.inside, strict=True) if value}
                inside = json.dumps(said, ensure_ascii=False)
                yield f"{POINT}{item.number}", inside, cell.people, cell.named


def _population(brief: Brief) -> Iterator[tuple[Value, ...]]:
    for item in brief.items:
        if weighted := item.page.weighted:
            for line in weighted.population:
                yield f"{POINT}{item.number}", *line


def _words(brief: Brief) -> Iterator[tuple[Value, ...]]:
    for position, voices in enumerate(brief.voices, 1):
        for words in voices.words:
            for word in words.words:
                yield f"{VOICES}{position}", str(words.language), word.word, word.people


def _tone(brief: Brief) -> Iterator[tuple[Value, ...]]:
    for position, voices in enumerate(brief.voices, 1):
        if voices.tone:
            for tone in TONES:
                yield f"{VOICES}{position}", tone, getattr(voices.tone, tone), voices.tone.of


def _cell(value: Value) -> str | int:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return harmless(value)
    return value
