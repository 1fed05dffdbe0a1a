"""What a machine makes of answers: themes to begin with, and what it learns from those that people have coded. Pure.

The same task gives the same outcome, in whichever process it is worked out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.sparse import csr_matrix, hstack

from deliberation.maths.coding import UNSURE, Check, IntArray, assign, cross_checked, most_informative
from deliberation.maths.threads import one_thread
from deliberation.voices.content_words import ContentWord
from deliberation.voices.meaning import Meaning
from deliberation.voices.reading import read_redacted
from deliberation.voices.theme_vectors import Weighing
from deliberation.voices.themes import suggest_themes, words_of_groups

VERSION = "rimay-coding 1"
SEED = 0
QUEUED = 40
"""How many answers are put in line to be coded next."""
MEANT = 5000
"""Up to so many answers the meaning of sentences is looked at, where a model for it is installed."""

Follow = Callable[[int, int], None]
"""Told how many answers are read, and of how many."""


class What(StrEnum):
    """What is asked of the machine."""

    SUGGEST = "suggest"
    ASSIGN = "assign"


@dataclass(frozen=True, slots=True)
class Task:
    """What an outcome is worked out from.

    texts        of the answers, covered
    open_rows    to suggest: those that are under no theme of a person's
    number       to suggest: how many themes; None lets the answers decide
    labelled     row → code, by people
    typical      row → code, of themes in which nobody has coded anything yet: what was suggested stands in
    examples     texts with their codes, of an earlier consultation
    sure_enough  how probable a code has to be before it is assigned
    """

    what: What
    texts: tuple[str, ...]
    open_rows: tuple[int, ...] = ()
    number: int | None = None
    labelled: tuple[tuple[int, int], ...] = ()
    typical: tuple[tuple[int, int], ...] = ()
    examples: tuple[tuple[str, int], ...] = ()
    sure_enough: float = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """A theme that was found: its answers, the most typical first, and how near to its middle each is."""

    label: str
    words: tuple[str, ...]
    rows: tuple[int, ...]
    closeness: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out.

    themes     found, where themes were asked for
    codes      (row, code or UNSURE, certainty), where answers were to be assigned
    words      code → key words of the answers under it
    check      how it fared with answers whose code it did not see; None where too few are coded
    queue      rows that people should code next, the most telling first
    meant      whether the meaning of sentences was looked at
    """

    themes: tuple[Found, ...] = ()
    codes: tuple[tuple[int, int, float], ...] = ()
    words: tuple[tuple[int, tuple[str, ...]], ...] = ()
    check: Check | None = None
    queue: tuple[int, ...] = ()
    meant: bool = False


def work_out(task: Task, meaning: Meaning | None = None, follow: Follow | None = None) -> Outcome:
    """Read the answers, then suggest or assign."""
    total = len(task.texts) + len(task.examples)
    read: list[tuple[ContentWord, ...]] = []
    for text in (*task.texts, *(text for text, _ in task.examples)):
        read.append(read_redacted(text).words)
        if follow:
            follow(len(read), total)
    if total > MEANT:
        meaning = None
    with one_thread():
        return (
            _suggested(task, read, meaning) if task.what is What.SUGGEST else _assigned(task, read, meaning)
        )


def _suggested(task: Task, read: Sequence[tuple[ContentWord, ...]], meaning: Meaning | None) -> Outcome:
    found = suggest_themes([read[row] for row in task.open_rows], task.number, meaning)
    themes = tuple(
        Found(
            theme.label,
            theme.words,
            tuple(task.open_rows[member] for member in theme.members),
            theme.closeness,
        )
        for theme in found
    )
    weights = _weights(task, read, None)
    flat = np.ones((len(task.texts), 1))
    labelled = np.array([row for row, _ in task.labelled], dtype=np.int_)
    queue = most_informative(weights, flat, labelled, min(QUEUED, len(task.texts))) if task.texts else []
    return Outcome(themes=themes, queue=tuple(queue), meant=meaning is not None)


def _assigned(task: Task, read: Sequence[tuple[ContentWord, ...]], meaning: Meaning | None) -> Outcome:
    answers = len(task.texts)
    known = [*task.labelled, *task.typical]
    labelled = [row for row, _ in known] + [answers + place for place in range(len(task.examples))]
    codes = [code for _, code in (*known, *task.examples)]
    if len(set(codes)) < 2:
        return Outcome()
    rows, given = np.array(labelled, dtype=np.int_), np.array(codes, dtype=np.int_)
    weights = _weights(task, read, meaning)
    made = assign(weights, rows, given, task.sure_enough)
    own, chance = made.code[:answers], made.chance[:answers]
    own = np.where(np.diff(weights[:answers].indptr) > 0, own, UNSURE)  # an answer that says nothing known
    coded = np.array([row for row, _ in task.labelled], dtype=np.int_)
    own[coded] = given[: len(coded)]
    examples = np.arange(len(coded), len(rows))
    check = cross_checked(weights, rows, given, task.sure_enough, examples=examples) if len(coded) else None
    return Outcome(
        codes=tuple(zip(range(answers), own.tolist(), chance.max(axis=1).round(3).tolist(), strict=True)),
        words=tuple(_words(own, made.codes, read)),
        check=check,
        queue=tuple(most_informative(weights[:answers], chance, coded, min(QUEUED, answers))),
        meant=meaning is not None,
    )


def _weights(task: Task, read: Sequence[tuple[ContentWord, ...]], meaning: Meaning | None) -> csr_matrix:
    words = [tuple(sorted(word.counted_as for word in answer)) for answer in read]
    weights = Weighing(sorted(set(words)))(words)
    if meaning is None:
        return weights
    texts = [*task.texts, *(text for text, _ in task.examples)]
    return csr_matrix(hstack([weights, csr_matrix(meaning(texts))], format="csr"), dtype=np.float32)


def _words(
    own: IntArray, codes: IntArray, read: Sequence[tuple[ContentWord, ...]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    groups = [np.flatnonzero(own == code).tolist() for code in codes]
    yield from zip(codes.tolist(), words_of_groups(groups, read), strict=True)
