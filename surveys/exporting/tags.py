"""The humanitarian tag of each column: as who exports says, else the workbook, else a table that may be edited."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import normalize

from core.errors import Fault, InvalidInput
from surveys.exporting.tables import Column, Key, Table
from surveys.questionnaire import Kind
from surveys.variables import Variable

_MAPPING = Path(__file__).parent / "hxl_tags.tsv"
_TAG = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_PLACES = {"latitude": "+lat", "longitude": "+lon"}


@dataclass(frozen=True, slots=True)
class _Rule:
    what: str
    patterns: frozenset[str]
    tag: str


def read_tags(written: Sequence[str]) -> dict[str, str]:
    """Tags as a command is given them, "canton=#adm2+name". Raises InvalidInput with all that are none."""
    found = {name.strip(): tag.strip() for name, _, tag in (each.partition("=") for each in written)}
    faults = [
        Fault("export_not_a_tag", params={"written": f"{name}={tag}"})
        for name, tag in found.items()
        if not _TAG.fullmatch(tag)
    ]
    if faults:
        raise InvalidInput(tuple(faults))
    return found


def tag_row(table: Table, said: Mapping[str, str]) -> list[str]:
    """The row of tags of a table."""
    return [*(_tag_of_key(key, said) for key in table.keys), *(tag_of(each, said) for each in table.columns)]


def tag_of(column: Column, said: Mapping[str, str]) -> str:
    """The tag of a column, with an attribute for the part of the answers that it holds."""
    if column.name in said:
        return said[column.name]
    tag = said.get(column.variable.name) or question_tag(column.variable)
    return tag + _attribute(column.part) if column.part else tag


def question_tag(variable: Variable) -> str:
    """What the workbook says, else what the table says of the name or the kind of a question."""
    question = variable.question
    if _TAG.fullmatch(question.hxl.replace(" ", "")):
        return question.hxl.replace(" ", "")
    words = set(_WORD.findall(normalize("NFC", question.name.casefold())))
    for rule in _rules():
        if (rule.what == "name" and rule.patterns & words) or (
            rule.what == "kind" and question.kind.casefold() in rule.patterns
        ):
            # A word of the name says what is asked of a choice or a number, not of what somebody writes of it.
            if rule.what == "name" and question.kind is Kind.TEXT:
                continue
            return rule.tag
    return ""


def unknown_names(tables: Sequence[Table], said: Mapping[str, str]) -> tuple[Fault, ...]:
    """A fault for each tag that was said of a column that is not there."""
    known = {name for table in tables for name in table.header}
    known |= {column.variable.name for table in tables for column in table.columns}
    return tuple(Fault("export_no_column", params={"name": name}) for name in said if name not in known)


def _tag_of_key(key: Key, said: Mapping[str, str]) -> str:
    own = (rule.tag for rule in _rules() if rule.what == "key" and key.name in rule.patterns)
    return said.get(key.name) or next(own, "")


def _attribute(part: str) -> str:
    """A choice or a place as an attribute; those are made of letters and digits and begin with a letter."""
    if part in _PLACES:
        return _PLACES[part]
    plain = normalize("NFKD", part.casefold()).encode("ascii", "ignore").decode()
    written = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return f"+{written}" if written[:1].isalpha() else f"+c_{written}"


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_read_rules(_MAPPING.read_text("utf-8")))


def _read_rules(text: str) -> Iterator[_Rule]:
    for line in text.splitlines():
        if line and not line.startswith("#"):
            what, patterns, tag = line.split("\t")
            yield _Rule(what, frozenset(patterns.casefold().split()), tag)
