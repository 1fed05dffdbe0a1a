"""The responses of a consultation on their way out, a few hundred at a time.

They are numbered afresh, in the order of their random ids: neither says who came first.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from surveys.questionnaire import plain_path
from surveys.tables import Consultation, Response
from surveys.variables import Value

LINES_PER_CHUNK = 500

_POSITION = re.compile(r"\[([0-9]+)\]")

Members = dict[str, dict[tuple[int, ...], dict[str, Value]]]
"""Path of a repeat → positions of a member, outermost first → plain path → value."""


class Line(NamedTuple):
    """One response. `version` is the id of the questionnaire that was answered."""

    number: int
    mode: str
    language: str
    month: str
    version: int
    answers: dict[str, Value]


def count_lines(db: Session, consultation_id: int) -> int:
    """How many responses an export holds."""
    return db.scalar(select(func.count()).where(*_sent_in(consultation_id))) or 0


def lines_of(db: Session, consultation_id: int) -> Iterator[list[Line]]:
    """The responses that were sent in. Memory does not grow with their number."""
    query = (
        select(
            Response.mode,
            Response.language,
            Response.finished_on,
            func.coalesce(Response.questionnaire_id, Consultation.questionnaire_id),
            Response.answers,
        )
        .join(Consultation, Consultation.id == Response.consultation_id)
        .where(*_sent_in(consultation_id))
        .order_by(Response.id)
        .execution_options(yield_per=LINES_PER_CHUNK)
    )
    number = 0
    for rows in db.execute(query).partitions():
        yield [_line(number + place, *row) for place, row in enumerate(rows, 1)]
        number += len(rows)


def members_of(answers: dict[str, Value], repeats: dict[str, str]) -> Members:
    """What was answered inside repeats, by member; who has a member inside is there too.

    repeats: plain path of an exported question → path of the innermost repeat around it
    """
    found: Members = {}
    for path, value in answers.items():
        if "[" not in path:
            continue
        plain = plain_path(path)
        if (repeat := repeats.get(plain)) is not None:
            positions = tuple(int(position) for position in _POSITION.findall(path))
            found.setdefault(repeat, {}).setdefault(positions, {})[plain] = value
    return found


def _sent_in(consultation_id: int) -> tuple[ColumnElement[bool], ...]:
    return Response.consultation_id == consultation_id, Response.state == "finished"


def _line(
    number: int,
    mode: str,
    language: str,
    finished_on: date | None,
    version: int,
    answers: dict[str, Any] | None,
) -> Line:
    month = f"{finished_on.year:04}-{finished_on.month:02}" if finished_on else ""
    return Line(number, mode, language, month, version, answers or {})
