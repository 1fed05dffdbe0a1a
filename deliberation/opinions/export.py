"""A deliberation in the files that Polis exports: votes, comments, participants and their votes, summary.

Who voted is numbered at random, anew in each export, and all moments are the day of the analysis: two exports cannot
be joined by person. A row of votes still tells who cast it to whoever knows a few of them; the file says so.
"""

import csv
import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.maths.votes import Votes
from deliberation.opinions.analyses import AnalysisCard, find_analysis
from deliberation.opinions.statements import StatementCard, list_statements
from deliberation.opinions.stored_votes import read_votes
from deliberation.opinions.tables import Deliberation, Voter
from i18n.localized import Localized, pick
from surveys.exporting.formulas import harmless

VOTES, COMMENTS, PARTICIPANTS, SUMMARY = "votes.csv", "comments.csv", "participants-votes.csv", "summary.csv"

_ROWS = 50_000
"""Votes that are in memory at once as objects."""

_OLD = (1980, 1, 1, 0, 0, 0)
"""The moment that an archive gives its files, where it gives none."""


@dataclass(frozen=True, slots=True)
class ExportWords:
    """What an export says in words, in one language.

    first_page:  the name and the text of the file that is read first
    """

    language: str
    first_page: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Exported:
    card: AnalysisCard
    title: Localized
    question: Localized
    votes: Votes
    groups: Sequence[int | None]
    statements: Sequence[StatementCard]


def write_polis_archive(
    db: Session, deliberation_id: int, number: int | None, words: ExportWords, file: IO[bytes]
) -> int:
    """The votes that an analysis saw, the newest where no number is given. Returns its number. Raises NotFound."""
    card = find_analysis(db, deliberation_id, number)
    row = db.get(Deliberation, deliberation_id)
    if card is None or row is None:
        raise NotFound
    asked = {int(statement) for statement in card.result["statements"]}
    stored = read_votes(db, deliberation_id, card.number, asked)
    exported = _Exported(
        card=card,
        title=row.title,
        question=row.question,
        votes=stored.votes,
        groups=_groups(db, card, stored.voters),
        statements=[each for each in list_statements(db, deliberation_id) if each.number in asked],
    )
    numbers = _drawn(len(stored.voters))
    name, text = words.first_page
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(ZipInfo(name, _OLD), text, ZIP_DEFLATED)
        _write(archive, VOTES, _votes(exported, numbers))
        _write(archive, COMMENTS, _comments(exported, words.language))
        _write(archive, PARTICIPANTS, _participants(exported, numbers))
        _write(archive, SUMMARY, _summary(exported, words.language))
    return card.number


def _groups(db: Session, card: AnalysisCard, voters: Sequence[str]) -> list[int | None]:
    """Where this analysis placed each of them, if it is the last one, or the last that was published."""
    mine = Voter.deliberation_id == card.deliberation_id
    shown = select(Voter.id, Voter.shown_group).where(mine, Voter.shown_in == card.number)
    last = select(Voter.id, Voter.opinion_group).where(mine, Voter.placed_in == card.number)
    placed = {voter: group for query in (shown, last) for voter, group in db.execute(query)}
    return [placed.get(voter) for voter in voters]


def _drawn(people: int) -> list[int]:
    """A number for each of them, of which nothing can be foreseen."""
    numbers = list(range(people))
    secrets.SystemRandom().shuffle(numbers)
    return numbers


def _votes(exported: _Exported, numbers: Sequence[int]) -> Iterable[Sequence[Any]]:
    yield "timestamp", "datetime", "comment-id", "voter-id", "vote"
    moment, day = _moment(exported.card.made_at)
    votes = exported.votes
    person = np.array(numbers, np.int64)[votes.person]
    statement = np.array([int(name) for name in votes.statements], np.int64)[votes.statement]
    order = np.lexsort((statement, person))
    for first in range(0, len(order), _ROWS):
        rows = order[first : first + _ROWS]
        columns = (statement[rows].tolist(), person[rows].tolist(), votes.value[rows].tolist())
        for row in zip(*columns, strict=True):
            yield moment, day, *row


def _comments(exported: _Exported, language: str) -> Iterable[Sequence[Any]]:
    yield (
        *("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "is-meta"),
        *("is-seed", "comment-body"),
    )
    moment, day = _moment(exported.card.made_at)
    for each in exported.statements:
        counts = exported.card.result["statements"][str(each.number)]
        yield (
            *(moment, day, each.number, "", counts["agree"], counts["disagree"]),
            *(1 if each.state == "accepted" else -1, _yes(each.about_person), _yes(each.seed)),
            harmless(pick(each.text, language).text),
        )


def _participants(exported: _Exported, numbers: Sequence[int]) -> Iterable[Sequence[Any]]:
    votes = exported.votes
    names = votes.statements
    yield "participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *names
    starts = votes.starts.tolist()
    for number, person in sorted((number, person) for person, number in enumerate(numbers)):
        mine = slice(starts[person], starts[person + 1])
        values = votes.value[mine].tolist()
        said = dict(zip(votes.statement[mine].tolist(), values, strict=True))
        group = exported.groups[person]
        yield (
            *(number, "" if group is None else group, "", len(values), values.count(1), values.count(-1)),
            *(said.get(place, "") for place in range(len(names))),
        )


def _summary(exported: _Exported, language: str) -> Iterable[Sequence[Any]]:
    said: Mapping[str, Any] = {
        "topic": pick(exported.title, language).text,
        "voters": len(exported.votes.people),
        "voters-in-conv": exported.card.result["people"],
        "comments": len(exported.statements),
        "groups": len(exported.card.result["groups"]),
        "analysis": exported.card.number,
        "conversation-description": pick(exported.question, language).text,
    }
    for name, value in said.items():
        yield name, harmless(str(value))


def _moment(made_at: datetime) -> tuple[int, str]:
    """The day alone, in milliseconds and in words: of no vote it is kept when it was cast."""
    day = datetime.combine(made_at.astimezone(UTC).date(), time(), UTC)
    return int(day.timestamp() * 1000), day.strftime("%Y-%m-%d")


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _write(archive: ZipFile, name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Row by row: a table of all people and all statements is larger than memory should be."""
    entry = ZipInfo(name, _OLD)
    entry.compress_type = ZIP_DEFLATED
    with archive.open(entry, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
