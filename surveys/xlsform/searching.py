"""Choices that search() in the appearance of a select looks up in a CSV file, as Collect has it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.questionnaire import Choice
from surveys.xlsform.list_files import UnreadableList, rows_of

CALL = re.compile(r"\bsearch\s*\((?P<arguments>.*)\)", re.DOTALL)
ARGUMENT = re.compile(r"""(?:'[^']*'|"[^"]*"|\((?:[^()]|\([^()]*\))*\)|[^,'"(])+""")
TESTS = {
    "matches": "{column} = {value}",
    "contains": "contains({column}, {value})",
    "startswith": "starts-with({column}, {value})",
    "endswith": "ends-with({column}, {value})",
}


@dataclass(frozen=True, slots=True)
class Search:
    """A file by name, and the condition on its rows: empty where all of them are meant."""

    file_name: str
    filter: str


def search_of(appearance: str) -> Search | None:
    """The search in an appearance; None where there is none that can be carried out."""
    match = CALL.search(appearance)
    if match is None:
        return None
    written = [argument.strip() for argument in ARGUMENT.findall(match["arguments"])]
    name, *rest = written or [""]
    if not _is_text(name):
        return None
    file_name = name[1:-1].removesuffix(".csv") + ".csv"
    match [_text(part) if place != 2 else part for place, part in enumerate(rest)]:
        case []:
            return Search(file_name, "")
        case [kind, column, value, *more] if kind in TESTS and len(more) in {0, 2}:
            tests = [TESTS[kind].format(column=column, value=_from_question(value))]
            tests += [f"{more[0]} = {_from_question(rest[4])}"] if more else []
            return Search(file_name, " and ".join(tests))
    return None


def searched_choices(
    search: Search, written: tuple[Choice, ...], files: Mapping[str, bytes]
) -> tuple[Choice, ...]:
    """The choices of a search. Those written name the columns; one whose name is a number is itself a choice."""
    try:
        rows = rows_of(search.file_name, files.get(search.file_name, b""))
    except UnreadableList:
        rows = []
    fixed = tuple(choice for choice in written if re.fullmatch(r"-?\d+", choice.value))
    return (*fixed, *(_choice(columns, row) for columns in written if columns not in fixed for row in rows))


def _choice(columns: Choice, row: Mapping[str, str]) -> Choice:
    labels = {language: ", ".join(_cells(names, row)) for language, names in columns.label.items()}
    return Choice(
        row.get(columns.value, ""), {code: text for code, text in labels.items() if text}, dict(row)
    )


def _cells(names: str, row: Mapping[str, str]) -> Iterator[str]:
    return (row[name] for name in re.split(r"[,\s]+", names.strip()) if row.get(name))


def _is_text(argument: str) -> bool:
    return len(argument) > 1 and argument[0] in "'\"" and argument[-1] == argument[0]


def _text(argument: str) -> str:
    return argument[1:-1] if _is_text(argument) else argument


def _from_question(value: str) -> str:
    """An expression as it is read from a row of the list, where it was written as seen from the question."""
    return f"current()/{value}" if value.startswith(".") else value
