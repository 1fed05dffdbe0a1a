"""CSV in UTF-8: a file where there is one table, an archive of linked ones where members are asked of.

With humanitarian tags there is a row of them below the header.
"""

import csv
import io
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy.orm import Session

from surveys.exporting.archive import Archive
from surveys.exporting.dictionary import dictionary_csv
from surveys.exporting.formulas import harmless
from surveys.exporting.plan import Plan
from surveys.exporting.tables import DICTIONARY, Rows, Style, Table
from surveys.exporting.tags import tag_row


def write_csv(db: Session, plan: Plan, file: IO[bytes]) -> None:
    """A line a response."""
    _write(db, plan, file, tagged=False)


def write_hxl(db: Session, plan: Plan, file: IO[bytes]) -> None:
    """The same, with the humanitarian tag of each column."""
    _write(db, plan, file, tagged=True)


def _write(db: Session, plan: Plan, file: IO[bytes], *, tagged: bool) -> None:
    style = Style(split=plan.options.split)
    tables = plan.tables(style)
    rows = Rows(tables, plan.versions)
    if len(tables) == 1:
        main = _Writer(file, tables[0], plan, tagged=tagged)
        main.lines.writerows(rows.main(line) for line in plan.lines(db))
        main.finish()
        return
    with ExitStack() as spools:
        # One reading fills all tables: while people answer, a second would find others.
        writers = {
            table.path: _Writer(spools.enter_context(TemporaryFile()), table, plan, tagged=tagged)
            for table in tables
        }
        main = writers[""]
        for line in plan.lines(db):
            main.lines.writerow(rows.main(line))
            for path, row in rows.members(line):
                writers[path].lines.writerow(row)
        with Archive(file) as archive:
            for writer in writers.values():
                writer.finish()
                archive.add(f"{writer.name}.csv", writer.file)
            archive.add_bytes(f"{DICTIONARY}.csv", dictionary_csv(plan, style, {}))


class _Writer:
    """A CSV file that has its header."""

    def __init__(self, file: IO[bytes], table: Table, plan: Plan, *, tagged: bool) -> None:
        self.name = table.name
        self.file = file
        self._text = io.TextIOWrapper(file, "utf-8", newline="", write_through=False)
        self.lines: Any = csv.writer(self._text, lineterminator="\n")
        self.lines.writerow([harmless(name) for name in table.header])
        if tagged:
            self.lines.writerow(tag_row(table, plan.options.tags))

    def finish(self) -> None:
        """Hand all of it to the file, which stays open."""
        self._text.flush()
        self._text.detach()
