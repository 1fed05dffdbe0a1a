"""What people would vote where nobody has asked them, or where their votes are kept aside to test the model."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from core.errors import Fault, InvalidInput
from deliberation.csv_rows import read_header, read_rows
from deliberation.maths.forecast import Forecast
from deliberation.maths.votes import FloatArray, IntArray, Votes
from deliberation.opinions.vote_file import PERSON, STATEMENT, read_conversation, read_id

CHANCE = "p_agree"


@dataclass(frozen=True, slots=True)
class Questions:
    """The rows of a file that each ask for a person and a statement, as they stand there."""

    names: tuple[str, ...]
    separator: str
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """The cells under a name."""
        place = self.names.index(name)
        return [row[place] for row in self.rows]


def read_questions(votes: Path, held: Path) -> tuple[Votes, Questions]:
    """Votes, and which others are asked for. Raises InvalidInput with all faults of both files."""
    faults: list[Fault] = []
    questions = _read_held(held, faults)
    try:
        conversation, _ = read_conversation(votes)
    except InvalidInput as error:
        raise InvalidInput((*error.faults, *faults)) from None
    if faults:
        raise InvalidInput(tuple(faults))
    return conversation, questions


def predict(forecast: Forecast, votes: Votes, questions: Questions) -> FloatArray:
    """(rows,) probability that the person, if they do not pass, agrees. Strangers and new statements: as most would."""
    person = _places(votes.people, questions.column(PERSON))
    statement = _places(votes.statements, questions.column(STATEMENT))
    return forecast.chance(person, statement)


def write_predictions(questions: Questions, chances: FloatArray, out: IO[str]) -> None:
    """The same rows and one column more, with six decimals."""
    names = [name for name in questions.names if name != CHANCE]
    kept = [place for place, name in enumerate(questions.names) if name != CHANCE]
    writer = csv.writer(out, delimiter=questions.separator, lineterminator="\n")
    writer.writerow([*names, CHANCE])
    for row, chance in zip(questions.rows, chances.tolist(), strict=True):
        writer.writerow([*(row[place] for place in kept), f"{chance:.6f}"])


def _read_held(path: Path, faults: list[Fault]) -> Questions:
    header = read_header(path, (PERSON, STATEMENT), faults)
    if header is None:
        return Questions((), ",", ())
    rows = []
    for row in read_rows(path, header, faults):
        read_id(row, PERSON, faults)
        read_id(row, STATEMENT, faults)
        rows.append(tuple(row.cells[name] for name in header.names))
    return Questions(header.names, header.separator, tuple(rows))


def _places(known: Sequence[str], asked: Sequence[str]) -> IntArray:
    """Where each one stands; -1 for the unknown."""
    place = {name: index for index, name in enumerate(known)}
    return np.fromiter((place.get(name, -1) for name in asked), np.int64, len(asked))
