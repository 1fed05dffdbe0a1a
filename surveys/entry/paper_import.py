"""A file of paper forms, judged row by row by the rules of the dialogue, before anything of it is stored. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from surveys.conversation.turns import Finished
from surveys.entry.entries import EntryForm, PaperForm
from surveys.entry.form_codes import read_code
from surveys.entry.paper_rows import CODE, FormRow, RowFault, read_rows
from surveys.entry.paper_tables import WHY, Table, read_tables
from surveys.entry.written_forms import read_whole
from surveys.questionnaire import Kind, plain_path

Follow = Callable[[int, int], None]
"""Told how many forms of how many are judged."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a file holds.

    papers    the forms with which nothing is wrong; none, where a row of a member does not tell whose it is
    faults    everything that is wrong, in the order of the rows
    left_out  how many answers do not count, because their question does not apply
    """

    tables: tuple[Table, ...]
    papers: tuple[PaperForm, ...]
    faults: tuple[RowFault, ...]
    left_out: int

    @property
    def lays_out_wrong(self) -> bool:
        """Whether the columns themselves are at fault: then no row can be trusted."""
        return any(fault.row == 1 for fault in self.faults)


def check_file(
    form: EntryForm, content: bytes, moment: datetime, zone: ZoneInfo, follow: Follow
) -> CheckedFile:
    """Read and judge a file. Raises InvalidInput where it is no table at all."""
    tables = read_tables(content)
    rows, faults = read_rows(form.questionnaire, tables, moment, zone)
    at_fault = {_code_at(tables, fault) for fault in faults}
    papers, left_out = [], 0
    for count, row in enumerate(rows, 1):
        read = read_whole(form.questionnaire, row.written, moment=row.moment, zone=zone)
        faults += [RowFault(*_place(row, tables[0], each.path), each.refusal) for each in read.objections]
        if isinstance(read.outcome, Finished) and not read.objections and row.code not in at_fault:
            papers.append(PaperForm(row.code, row.language, read.outcome, row.may_quote))
            left_out += len(read.left_out)
        follow(count, len(rows))
    order = [table.name for table in tables]
    if _has_strays(tables):
        papers, left_out = [], 0
    faults.sort(key=lambda fault: (order.index(fault.sheet), fault.row))
    return CheckedFile(tuple(tables), tuple(papers), tuple(faults), left_out)


def open_answers(form: EntryForm, checked: CheckedFile) -> Iterator[str]:
    """What will have to be heard when the forms are stored."""
    words = {question.path for question in form.questionnaire.questions() if question.kind is Kind.TEXT}
    for paper in checked.papers:
        for path, value in paper.finished.answers.items():
            if isinstance(value, str) and plain_path(path) in words:
                yield value


def rows_to_mend(checked: CheckedFile, say: Callable[[RowFault], str]) -> list[Table]:
    """The rows that were not taken, as they came, with a column that says why."""
    taken = {paper.code for paper in checked.papers}
    why: dict[tuple[str, int], list[str]] = {}
    for fault in checked.faults:
        why.setdefault((fault.sheet, fault.row), []).append(f"{fault.column}: {say(fault)}")
    return [_to_mend(table, taken, why, first=index == 0) for index, table in enumerate(checked.tables)]


def _to_mend(table: Table, taken: set[str], why: dict[tuple[str, int], list[str]], *, first: bool) -> Table:
    kept = [index for index, header in enumerate(table.headers) if header != WHY]
    code = table.headers.index(CODE) if CODE in table.headers else None
    rows = [
        ("\n".join(why.get((table.name, number), ())), *(row[index] for index in kept))
        for number, row in table.numbered()
        if code is None or read_code(row[code]) not in taken or (table.name, number) in why
    ]
    name = table.name or ("forms" if first else "sheet")
    return Table(name, (WHY, *(table.headers[index] for index in kept)), tuple(rows))


def _place(row: FormRow, main: Table, path: str) -> tuple[str, int, str]:
    """Where an answer is written; one that is missing is missing in the row of its form."""
    return row.places.get(path) or (main.name, row.row, path if "[" in path else plain_path(path))


def _has_strays(tables: Sequence[Table]) -> bool:
    """Whether the code of a member is one that no form can have, nor any row of the forms says as wrongly.

    It could be a member of any of them, and whichever is stored without it would lose it for good.
    """
    main, *linked = tables
    codes = {cells[CODE] for cells in _cells(main) if CODE in cells}
    members = [cells.get(CODE, "") for table in linked for cells in _cells(table)]
    return any(read_code(code) is None and (not code or code not in codes) for code in members)


def _cells(table: Table) -> Iterator[dict[str, str]]:
    return (dict(zip(table.headers, row, strict=True)) for _, row in table.numbered())


def _code_at(tables: Sequence[Table], fault: RowFault) -> str | None:
    """The code of the form to which the row of a fault belongs."""
    table = next(table for table in tables if table.name == fault.sheet)
    if fault.row < 2 or CODE not in table.headers:
        return None
    return read_code(table.row(fault.row)[table.headers.index(CODE)])
