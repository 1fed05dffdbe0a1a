"""Tables of answers → filled-in forms: one row a form, a column a question. Pure.

A column is named by the path of its question, or by its name where only one has it. Several choices stand together
("work health", "Trabajo; Salud") or in a column each ("needs/work": 1). Members of a repeat stand in columns with their
number ("home[2]/age"), or in a sheet of their own whose rows say by `_code` to which form they belong, and by `_parent`
to which member where repeats stand inside of each other.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.errors import Fault
from surveys.conversation.instance import MOST_MEMBERS
from surveys.conversation.outline import SELECTS, SEVERAL
from surveys.conversation.turns import Refusal
from surveys.conversation.written_choices import read_yes_or_no
from surveys.conversation.written_dates import read_date
from surveys.conversation.written_words import fold
from surveys.entry.form_codes import read_code
from surveys.entry.paper_tables import Table
from surveys.entry.written_forms import YES, Value, members_of
from surveys.questionnaire import (
    NOT_IN_CHAT,
    SENT,
    SILENT,
    Group,
    Kind,
    Node,
    Question,
    Questionnaire,
    plain_path,
)

CODE, LANGUAGE, DATE, QUOTE, PARENT = "_code", "_language", "_date", "_may_quote", "_parent"
OWN_COLUMNS = (CODE, LANGUAGE, DATE, QUOTE)

_TICKED = frozenset({"1", "x", "si", "s", "yes", "true", "verdadero", "ari", "ok"})
_NOT_TICKED = frozenset({"", "0", "no", "n", "false", "falso", "mana"})
_SERIAL = re.compile(r"[1-9][0-9]{4}([.,][0-9]+)?")
_NUMBERED = re.compile(r"\[[0-9]{1,2}\]")
_BRACKETS = re.compile(r"\[[^/]*")
_MEMBER = re.compile(r"(.+)\[([1-9][0-9]?)\]")
_FIRST_DAY_OF_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001  (a day in a sheet is in no zone)


@dataclass(frozen=True, slots=True)
class RowFault:
    """Something wrong in a file of forms, with its place."""

    sheet: str
    row: int
    column: str
    wrong: Fault | Refusal


@dataclass(slots=True)
class FormRow:
    """One form as its rows say. `places`: path → the sheet, the row and the column in which it is written."""

    row: int
    code: str
    language: str
    moment: datetime
    may_quote: bool | None = None
    written: dict[str, Value] = field(default_factory=dict)
    places: dict[str, tuple[str, int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column holds: a question, or one choice of it; `path` has the positions that its header gives."""

    index: int
    header: str
    path: str
    question: Question
    choice: str = ""


def asked_questions(questionnaire: Questionnaire) -> list[Question]:
    """The questions that a form on paper has an answer to."""
    return [question for question in questionnaire.questions() if is_written(question)]


def is_written(question: Question) -> bool:
    """Whether an answer to it can stand on paper."""
    silent = SILENT | NOT_IN_CHAT | SENT | {Kind.NOTE}
    return question.kind not in silent and not question.read_only


def read_rows(
    questionnaire: Questionnaire, tables: Sequence[Table], moment: datetime, zone: ZoneInfo
) -> tuple[list[FormRow], list[RowFault]]:
    """The forms of a file, and what is wrong with how they are laid out. Answers are not judged here."""
    return _Rows(questionnaire, moment, zone).read(tables)


class _Rows:
    """One reading of a file."""

    def __init__(self, questionnaire: Questionnaire, moment: datetime, zone: ZoneInfo) -> None:
        self.questionnaire = questionnaire
        self.moment = moment
        self.zone = zone
        self.faults: list[RowFault] = []
        self.forms: dict[str, FormRow] = {}
        self.by_path = {question.path: question for question in questionnaire.questions()}
        names = Counter(question.name for question in self.by_path.values())
        self.by_name = {q.name: q for q in self.by_path.values() if names[q.name] == 1}
        self.repeats = dict(_repeats(questionnaire.nodes))

    def read(self, tables: Sequence[Table]) -> tuple[list[FormRow], list[RowFault]]:
        main, *linked = tables
        columns = self._columns(main, "")
        if CODE not in main.headers:
            self._complain(main, 1, CODE, Fault("forms_no_code_column"))
        for number, row in main.numbered():
            if form := self._form(main, number, dict(zip(main.headers, row, strict=True))):
                self._write(form, main, number, row, columns, "")
        for table in linked:
            self._link(table)
        for form in self.forms.values():
            self._count_members(form)
        return list(self.forms.values()), self.faults

    def _complain(self, table: Table, row: int, column: str, wrong: Fault | Refusal) -> None:
        self.faults.append(RowFault(table.name, row, column, wrong))

    def _form(self, table: Table, number: int, cells: dict[str, str]) -> FormRow | None:
        """What the columns of our own say of a row; None where its form cannot be told."""
        written = cells.get(CODE, "")
        code = read_code(written)
        if code is None:
            wrong = Fault("forms_code_wrong" if written else "forms_code_missing", params={"form": written})
            if CODE in cells:
                self._complain(table, number, CODE, wrong)
            return None
        if code in self.forms:
            self._complain(
                table, number, CODE, Fault("forms_code_twice", params={"row": self.forms[code].row})
            )
            return None
        language = cells.get(LANGUAGE, "") or self.questionnaire.default_language
        if language not in self.questionnaire.languages:
            known = ", ".join(self.questionnaire.languages)
            self._complain(table, number, LANGUAGE, Fault("forms_language_wrong", params={"known": known}))
        form = FormRow(number, code, language, self._moment(table, number, cells.get(DATE, "")))
        if quote := cells.get(QUOTE, ""):
            form.may_quote = read_yes_or_no(quote)
            if form.may_quote is None:
                self._complain(table, number, QUOTE, Refusal("not_a_choice"))
        self.forms[code] = form
        return form

    def _moment(self, table: Table, number: int, written: str) -> datetime:
        """Noon of the day on which a form was filled in; this moment where nothing is said."""
        if not written:
            return self.moment
        today = self.moment.astimezone(self.zone).date()
        day = read_date(_unserial(written), today)
        if day is None or day > today:
            self._complain(table, number, DATE, Refusal("not_a_date"))
            return self.moment
        return datetime.combine(day, time(12), self.zone)

    def _columns(self, table: Table, inside: str) -> list[_Column]:
        """The columns that hold answers. Those that begin with "_" are ours or explain; no other may be unknown."""
        found = []
        for header, times in Counter(header for header in table.headers if header).items():
            if times > 1:
                self._complain(table, 1, header, Fault("forms_column_twice"))
        for index, header in enumerate(table.headers):
            if not header or header.startswith("_"):
                continue
            column = self._column(index, header, inside)
            if column is None:
                self._complain(table, 1, header, Fault("forms_column_unknown"))
            elif is_written(column.question):
                found.append(column)
        return found

    def _column(self, index: int, header: str, inside: str) -> _Column | None:
        if not all(map(_NUMBERED.fullmatch, _BRACKETS.findall(header))):
            return None
        above, _, last = header.rpartition("/")
        for path, choice in ((header, ""), (above, last)):
            plain = plain_path(path)
            question = (
                self.by_path.get(plain) or self.by_path.get(f"{inside}/{plain}") or self.by_name.get(plain)
            )
            if question is None or (choice and choice not in {each.value for each in question.choices}):
                continue
            if choice and question.kind not in SEVERAL:
                continue
            return _Column(index, header, path if _NUMBERED.search(path) else question.path, question, choice)
        return None

    def _link(self, table: Table) -> None:
        """A sheet with the members of a repeat, in the order of its rows."""
        repeat = self.repeats.get(table.name)
        if repeat is None or CODE not in table.headers:
            self._complain(
                table,
                1,
                "",
                Fault(
                    "forms_sheet_unknown",
                    params={"known": ", ".join(map(sheet_name, dict.fromkeys(self.repeats.values())))},
                ),
            )
            return
        columns = self._columns(table, repeat)
        members: Counter[tuple[str, str]] = Counter()
        for number, row in table.numbered():
            cells = dict(zip(table.headers, row, strict=True))
            form = self.forms.get(read_code(cells[CODE]) or "")
            prefix = self._prefix(repeat, cells.get(PARENT, ""))
            if form is None or prefix is None:
                column = CODE if form is None else PARENT
                self._complain(table, number, column, Fault("forms_parent_missing"))
                continue
            members[form.code, prefix] += 1
            member = f"{prefix}[{members[form.code, prefix]}]"
            self._write(form, table, number, row, columns, member)
            if members[form.code, prefix] > 1 and not any(row[column.index] for column in columns):
                form.written[member] = YES  # a row of its own, though nothing is told of the member

    def _prefix(self, repeat: str, parent: str) -> str | None:
        """The path of a repeat with the positions of the members around it: "home/pet", "2" → "home[2]/pet"."""
        steps = repeat.split("/")
        around = ["/".join(steps[:depth]) for depth in range(1, len(steps))]
        positions = [found.lstrip("0") for found in re.findall(r"[0-9]+", parent)]
        if len(positions) != sum(path in self.repeats.values() for path in around) or not all(positions):
            return None
        for depth, path in enumerate(around):
            if path in self.repeats.values():
                steps[depth] += f"[{positions.pop(0)}]"
        return "/".join(steps)

    def _count_members(self, form: FormRow) -> None:
        """A member is only asked for after the one before it: what is written past a gap would be lost."""
        there = {member for path in form.written for member in members_of(f"{path}/")}
        lost = {
            form.places[path]
            for path in form.written
            if path in form.places and not all(_follows(member, there) for member in members_of(path))
        }
        self.faults += [RowFault(*place, Fault("forms_parent_missing")) for place in sorted(lost)]

    def _write(
        self,
        form: FormRow,
        table: Table,
        number: int,
        row: Sequence[str],
        columns: list[_Column],
        member: str,
    ) -> None:
        ticks: dict[str, list[str]] = {}
        for column in columns:
            path, text = self._path(column, member), row[column.index]
            if not column.choice:
                if text:
                    form.written[path] = as_written(column.question, text)
                    form.places[path] = table.name, number, column.header
                continue
            form.places.setdefault(path, (table.name, number, column.header))
            if fold(text) in _TICKED:
                ticks.setdefault(path, []).append(column.choice)
            elif fold(text) not in _NOT_TICKED:
                self._complain(table, number, column.header, Refusal("not_a_choice"))
        for path, values in ticks.items():
            form.written.setdefault(path, values)

    def _path(self, column: _Column, member: str) -> str:
        """Where an answer belongs. In a repeat that a column does not number it is of the first member."""
        if "[" in column.path:
            return column.path
        steps, done = column.path.split("/"), member.split("/") if member else []
        for depth in range(len(steps) - 1):
            if depth < len(done):
                steps[depth] = done[depth]
            elif "/".join(column.path.split("/")[: depth + 1]) in self.repeats.values():
                steps[depth] += "[1]"
        return "/".join(steps)


def _follows(member: str, there: set[str]) -> bool:
    """Whether a member is the first, or the one before it is there too. Nobody need tell of the first."""
    found = _MEMBER.fullmatch(member)
    position = int(found[2]) if found else MOST_MEMBERS + 1
    return position <= MOST_MEMBERS and (
        position < 3 or f"{member.rpartition('[')[0]}[{position - 1}]" in there
    )


def as_written(question: Question, text: str) -> Value:
    """A cell as an answer: several choices apart, days that a spreadsheet counted from 1900 as days."""
    match question.kind:
        case Kind.DATE | Kind.DATETIME:
            return _unserial(text)
        case Kind.ACKNOWLEDGE:
            return "OK" if fold(text) in _TICKED else "" if fold(text) in _NOT_TICKED else text
        case Kind.GEOPOINT if len(text.split()) == 4:
            return " ".join(text.split()[:2])
    return _apart(question, text) if question.kind in SEVERAL else text


def _apart(question: Question, text: str) -> list[str]:
    labels = {fold(label) for choice in question.choices for label in (choice.value, *choice.label.values())}
    if fold(text) in labels:
        return [text]
    for separator in (";", "|", "\n", ","):
        if separator in text:
            return [part.strip() for part in text.split(separator) if part.strip()]
    return text.split()


def _unserial(text: str) -> str:
    if not _SERIAL.fullmatch(text):
        return text
    moment = _FIRST_DAY_OF_EXCEL + timedelta(days=float(text.replace(",", ".")))
    return moment.date().isoformat() if text.isdigit() else moment.isoformat(timespec="minutes")


def _repeats(nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    """The names that the sheet of a repeat may have, with its path."""
    for node in nodes:
        if isinstance(node, Group):
            if node.repeats:
                yield node.path.rpartition("/")[2], node.path
                yield sheet_name(node.path), node.path
            yield from _repeats(node.nodes)


def sheet_name(repeat: str) -> str:
    """The name of the sheet of a repeat: a spreadsheet takes 31 characters and no slash."""
    return repeat.replace("/", ".")[-31:]


def template(questionnaire: Questionnaire) -> list[Table]:
    """The tables to be filled in: the forms, a sheet for each repeat, and one that explains every column."""
    repeats = list(dict.fromkeys(dict(_repeats(questionnaire.nodes)).values()))
    asked = asked_questions(questionnaire)
    home = {question.path: _innermost(question.path, repeats) for question in asked}
    tables = [Table("forms", (*OWN_COLUMNS, *(path for path, repeat in home.items() if not repeat)), ())]
    for repeat in repeats:
        columns = tuple(path for path, around in home.items() if around == repeat)
        tables.append(Table(sheet_name(repeat), (CODE, PARENT, *columns), ()))
    return [*tables, _explained(questionnaire, asked)]


def _innermost(path: str, repeats: list[str]) -> str:
    return max((repeat for repeat in repeats if path.startswith(f"{repeat}/")), key=len, default="")


def _explained(questionnaire: Questionnaire, asked: list[Question]) -> Table:
    languages = questionnaire.languages
    rows = []
    for question in asked:
        rows.append(
            (question.path, question.kind.value, "", *(question.label.get(code, "") for code in languages))
        )
        if question.kind in SELECTS:
            rows += [
                (question.path, "", choice.value, *(choice.label.get(code, "") for code in languages))
                for choice in question.choices
            ]
    return Table("_columns", ("column", "type", "value", *languages), tuple(rows))
