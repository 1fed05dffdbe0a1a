"""The dictionary of an export: what every column means, a row for a column and one for each of its choices."""

import csv
import io
from collections.abc import Iterator, Mapping

from surveys.conversation.wording import left_open
from surveys.exporting.formulas import harmless
from surveys.exporting.plan import Plan
from surveys.exporting.tables import Column, Form, Style, Table
from surveys.exporting.tags import tag_of, tag_row
from surveys.questionnaire import Localized
from surveys.versioning.comparison import Change

Names = Mapping[tuple[str, str], str]
"""Table and column → what a format calls the column, where it cannot take the name as it is."""

_FIELDS = ("name", "table", "type", "value", "question", "relevant", "constraint", "required", "calculation")
_LAST = ("hxl", "versions", "changes")


def dictionary_csv(plan: Plan, style: Style, names: Names) -> bytes:
    """The dictionary as CSV, in UTF-8."""
    text = io.StringIO()
    rows = dictionary_rows(plan, style, names)
    csv.writer(text, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def dictionary_rows(plan: Plan, style: Style, names: Names) -> Iterator[list[str]]:
    """The header, then a row for each column and for each choice.

    Columns: its name, the table it is in, the kind of the question, the value that the row explains, the path of
    the question, its rules, its humanitarian tag, the versions that ask it, what they changed, and a label a
    language.
    """
    languages = plan.languages
    yield [*_FIELDS, *_LAST, *(f"label_{language}" for language in languages)]
    changes = plan.changes()
    for table in plan.tables(style):
        blank = [""] * 6
        for key, tag in zip(table.keys, tag_row(table, plan.options.tags), strict=False):
            name = names.get((table.name, key.name), key.name)
            yield [name, table.name, key.kind, *blank, tag, "", "", *("" for _ in languages)]
        for column in table.columns:
            yield from _rows(plan, table, column, names, changes)


def _rows(
    plan: Plan,
    table: Table,
    column: Column,
    names: Names,
    changes: Mapping[str, list[tuple[int, Change]]],
) -> Iterator[list[str]]:
    variable, question = column.variable, column.variable.question
    stance, blank = variable.merged.newest, [""] * 7
    begin = [names.get((table.name, column.name), column.name), table.name, question.kind]
    yield [
        *begin,
        column.part,
        question.path,
        " and ".join(f"({rule})" if len(stance.rules) > 1 else rule for rule in stance.rules),
        question.constraint,
        question.required,
        question.calculation,
        tag_of(column, plan.options.tags),
        " ".join(str(version.number) for version in plan.versions if version.id in variable.merged.stances),
        " ".join(f"{number}: {plan.say(change)}" for number, change in changes.get(variable.name, ())),
        *_labels(question.label, plan.languages),
    ]
    if column.form is not Form.NUMBER:
        for choice in question.choices:
            yield [*begin, choice.value, question.path, *blank, *_labels(choice.label, plan.languages)]


def _labels(label: Localized, languages: tuple[str, ...]) -> list[str]:
    said = left_open(label)
    return [said.get(language, "") for language in languages]
