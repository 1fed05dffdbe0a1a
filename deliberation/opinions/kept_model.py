"""What an analysis learnt of the statements, as bytes: enough to say what a person is like by their votes. No person.

Numbers are kept in single precision, which halves them and changes no chance by more than a millionth or so.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.leanings import Leanings, Side
from deliberation.maths.opinion_model import OpinionModel
from deliberation.maths.votes import FloatArray, IntArray

_FORM = 1


@dataclass(frozen=True, slots=True, eq=False)
class KeptModel:
    """The statements' side of a model, and who had seen what.

    statements:  (m,) their numbers in public, in the order of the model; none that asks about the person
    model:       of its people there is only the last row, somebody unknown
    numbers:     (k,) of the groups
    sizes:       (k,) how many people they had
    seen:        (k, m) how many of each group had voted on each statement
    voted:       (m,) how many people had, in all
    """

    statements: IntArray
    model: OpinionModel
    numbers: IntArray
    sizes: IntArray
    seen: IntArray
    voted: IntArray


def pack(kept: KeptModel) -> bytes:
    """The bytes, the same for the same model."""
    counts = len(kept.statements), len(kept.numbers), kept.model.opinion.statements.mean.shape[1]
    whole = [[_FORM, *counts], kept.statements, kept.numbers, kept.sizes, kept.seen, kept.voted]
    parts = [np.asarray(each).astype("<i4").tobytes() for each in whole]
    for leanings in (kept.model.opinion, kept.model.passing):
        for side in (leanings.statements, _last(leanings.people)):
            parts += [side.mean.astype("<f4").tobytes(), side.moments.astype("<f4").tobytes()]
    return b"".join(parts)


def unpack(packed: bytes) -> KeptModel | None:
    """What was packed; None where it was packed in a form that is not known here."""
    reader = _Reader(packed)
    if int(reader.whole(1)[0]) != _FORM:
        return None
    statements, groups, width = reader.whole(3).tolist()
    numbers_of_statements, numbers, sizes = (reader.whole(each) for each in (statements, groups, groups))
    seen, voted = reader.whole(groups * statements).reshape(groups, statements), reader.whole(statements)
    opinion, passing = (reader.leanings(statements + 1, width) for _ in range(2))
    return KeptModel(numbers_of_statements, OpinionModel(opinion, passing), numbers, sizes, seen, voted)


def _last(side: Side) -> Side:
    return Side(side.mean[-1:], side.moments[-1:])


class _Reader:
    """Takes one array after the other."""

    def __init__(self, packed: bytes) -> None:
        self._packed, self._at = packed, 0

    def whole(self, count: int) -> IntArray:
        return self._take(count, "<i4").astype(np.int64)

    def leanings(self, statements: int, width: int) -> Leanings:
        sides = [self._side(statements, width), self._side(1, width)]
        return Leanings(people=sides[1], statements=sides[0])

    def _side(self, rows: int, width: int) -> Side:
        upper = width * (width + 1) // 2
        return Side(self._real(rows, width), self._real(rows, upper))

    def _real(self, rows: int, columns: int) -> FloatArray:
        return self._take(rows * columns, "<f4").astype(np.float64).reshape(rows, columns)

    def _take(self, count: int, form: str) -> NDArray[np.generic]:
        taken = np.frombuffer(self._packed, form, count, self._at)
        self._at += taken.nbytes
        return taken
