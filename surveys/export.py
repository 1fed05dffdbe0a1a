"""The answers of a consultation as files, CSV or JSON Lines: a line a response, and the dictionary to both.

Lines are numbered afresh, in the order of the random ids: neither says who came first. Free text is the
redacted one; what else is left out or made coarse is in surveys/variables.py. Everything streams: memory
does not grow with the number of responses. A caller takes the chunks inside one read of the database:
`file.writelines(csv_chunks(db))`.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from unicodedata import normalize

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from surveys.consultations import get_consultation
from surveys.questionnaire import Kind, Localized, Questionnaire, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.tables import Response
from surveys.variables import Typed, Value, Variable, variables_of

LINES_PER_CHUNK = 500

_POSITION = re.compile(r"\[([0-9]+)\]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")
_FORMULA = frozenset("=+-@\t\r\n")
_OWN_COLUMNS = {"_response": Kind.INTEGER, "_language": Kind.TEXT, "_month": Kind.DATE}


class Line(NamedTuple):
    """One response on its way out.

    answers  plain path → value by position in the repeats around it: "2" for the second member of a household,
             "2.1" for what they have first; "" outside of any repeat
    """

    number: int
    language: str
    month: str
    answers: dict[str, dict[str, Value]]


def count_lines(db: Session, consultation_id: int) -> int:
    """How many responses an export holds."""
    return db.scalar(select(func.count()).where(*_sent_in(consultation_id))) or 0


def csv_chunks(
    db: Session,
    consultation_id: int,
    *,
    language: str | None = None,
    split: bool = False,
) -> Iterator[bytes]:
    """CSV in UTF-8, the header first, some hundred lines a chunk. Raises NotFound.

    language  writes the labels of choices in this language instead of their values
    split     adds a column of 0 and 1 for each choice of a multiple choice
    """
    variables = variables_of(_questionnaire(db, consultation_id), language)
    header = [*_OWN_COLUMNS, *(name for variable in variables for name in _names(variable, split))]
    yield _csv_text([header])
    for lines in _chunks(db, consultation_id):
        yield _csv_text([_csv_row(line, variables, split) for line in lines])


def jsonl_chunks(db: Session, consultation_id: int, *, language: str | None = None) -> Iterator[bytes]:
    """JSON Lines in UTF-8: `{"_response", "_language", "_month", path: value...}`, only what was answered."""
    variables = variables_of(_questionnaire(db, consultation_id), language)
    for lines in _chunks(db, consultation_id):
        texts = (json.dumps(_document(line, variables), ensure_ascii=False) for line in lines)
        yield "".join(f"{text}\n" for text in texts).encode()


def dictionary(db: Session, consultation_id: int) -> bytes:
    """What the columns mean, as CSV: name, type, value and a label a language; a line for each choice too."""
    questionnaire = _questionnaire(db, consultation_id)
    languages = questionnaire.languages
    rows = [["name", "type", "repeats", "value", *(f"label_{language}" for language in languages)]]
    rows += [[name, kind.value, "0", "", *("" for _ in languages)] for name, kind in _OWN_COLUMNS.items()]
    for variable in variables_of(questionnaire, None):
        rows += _dictionary_rows(variable, languages)
    return _csv_text(rows)


def _questionnaire(db: Session, consultation_id: int) -> Questionnaire:
    return get_questionnaire(db, get_consultation(db, consultation_id).questionnaire_id)


def _chunks(db: Session, consultation_id: int) -> Iterator[list[Line]]:
    query = (
        select(Response.language, Response.finished_on, Response.answers)
        .where(*_sent_in(consultation_id))
        .order_by(Response.id)
        .execution_options(yield_per=LINES_PER_CHUNK)
    )
    number = 0
    for rows in db.execute(query).partitions():
        yield [_line(number + place, *row) for place, row in enumerate(rows, 1)]
        number += len(rows)


def _sent_in(consultation_id: int) -> tuple[ColumnElement[bool], ...]:
    return Response.consultation_id == consultation_id, Response.state == "finished"


def _line(number: int, language: str, finished_on: date | None, answers: dict[str, Any] | None) -> Line:
    found: dict[str, dict[str, Value]] = {}
    for path, value in (answers or {}).items():
        if "[" in path:
            position = ".".join(_POSITION.findall(path))
            found.setdefault(plain_path(path), {})[position] = value
        else:
            found[path] = {"": value}
    return Line(number, language, f"{finished_on:%Y-%m}" if finished_on else "", found)


def _names(variable: Variable, split: bool) -> list[str]:
    """The columns of a variable. A place is two numbers, since a sheet would take them for a subtraction."""
    if variable.repeats:
        return [variable.name]
    if variable.question.kind is Kind.GEOPOINT:
        return [f"{variable.name}.latitude", f"{variable.name}.longitude"]
    if variable.is_several and split:
        return [variable.name, *(f"{variable.name}/{choice.value}" for choice in variable.question.choices)]
    return [variable.name]


def _csv_row(line: Line, variables: tuple[Variable, ...], split: bool) -> list[str]:
    cells = [str(line.number), line.language, line.month]
    for variable in variables:
        values = line.answers.get(variable.name)
        if values is None:
            cells += [""] * len(_names(variable, split))
        elif variable.repeats:
            cells.append(json.dumps(_members(variable, values), ensure_ascii=False))
        else:
            cells += _cells(variable, values[""], split)
    return cells


def _members(variable: Variable, values: dict[str, Value]) -> dict[str, Typed]:
    return {position: variable.typed(value) for position, value in values.items()}


def _cells(variable: Variable, value: Value, split: bool) -> list[str]:
    texts = variable.texts(value)
    if variable.question.kind is Kind.GEOPOINT:
        return texts or ["", ""]
    if not variable.is_several:
        return [harmless(texts[0])]
    cells = [harmless(("; " if variable.labels else " ").join(texts))]
    if split:
        cells += [str(int(choice.value in value)) for choice in variable.question.choices]
    return cells


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before it. Numbers stay numbers."""
    # The wide signs of East Asian keyboards begin a formula as well: normalised they are the plain ones.
    begins = normalize("NFKC", text[:1]) in _FORMULA
    return "'" + text if begins and not _NUMBER.fullmatch(text) else text


def _document(line: Line, variables: tuple[Variable, ...]) -> dict[str, Any]:
    document: dict[str, Any] = dict(zip(_OWN_COLUMNS, line[:3], strict=True))
    for variable in variables:
        values = line.answers.get(variable.name)
        if values is not None:
            members = _members(variable, values)
            document[variable.name] = members if variable.repeats else members[""]
    return document


def _dictionary_rows(variable: Variable, languages: tuple[str, ...]) -> Iterator[list[str]]:
    question, kind, repeats = variable.question, variable.question.kind.value, str(int(variable.repeats))
    for name in _names(variable, split=False):
        yield [name, kind, repeats, "", *_labels(question.label, languages)]
    for choice in question.choices:
        yield [variable.name, kind, repeats, harmless(choice.value), *_labels(choice.label, languages)]


def _labels(label: Localized, languages: tuple[str, ...]) -> list[str]:
    return [harmless(label.get(language, "")) for language in languages]


def _csv_text(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
