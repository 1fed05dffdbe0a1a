"""A sample that several people code without seeing each other's: how far they agree, and what they settle together.

Which answers are of it is said by the machine's line of each. Nobody is shown what the others say before their own is
complete, except who waits until two others have finished.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import Forbidden, NotFound, RimayError
from deliberation.maths.coding import alpha_interval, krippendorff_alpha
from deliberation.voices.codebooks import ThemesSettled, hold_codebook, live_theme, read_codebook
from deliberation.voices.codings import (
    MACHINE,
    TOGETHER,
    By,
    CodedVoice,
    list_coded,
    put_coding,
)
from deliberation.voices.tables import Coding

FEWEST, MOST = 5, 500
NO_THEME = 0
"""How an answer that belongs to no theme counts among the codes: to say so is to say something."""


class NobodyLeftToSample(RimayError):
    """Fewer answers than asked for are not coded yet."""

    code = "too_few_to_sample"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An answer to which coders gave different themes; `codes` in the order of the coders, 0 for none."""

    voice: CodedVoice
    codes: tuple[int | None, ...]
    settled: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the coders of a sample agree.

    done        how many answers each coder has coded
    mine        the place of the account among the coders; None where it is none of them
    open        whether the account may see what the others say
    both        answers that two or more have coded
    alpha       Krippendorff's, with its interval of 95 %; nan where it cannot be told
    pairs       (one code, another, how many answers): what is taken for what
    """

    size: int
    done: tuple[int, ...]
    mine: int | None
    open: bool
    both: int
    alpha: float
    low: float
    high: float
    pairs: tuple[tuple[int, int, int], ...]
    disagreements: tuple[Disagreement, ...]


def draw_sample(db: Session, consultation_id: int, size: int, *, account_id: int) -> None:
    """Mark so many answers, drawn by chance among those that nobody has coded. Raises NobodyLeftToSample."""
    row = hold_codebook(db, consultation_id)
    if row.settled_at is not None:
        raise ThemesSettled
    free = [
        voice
        for voice in list_coded(db, consultation_id)
        if not voice.placed.sample and voice.placed.by is not By.PERSON
    ]
    if len(free) < size:
        raise NobodyLeftToSample(count=len(free))
    drawn = sorted(free, key=lambda voice: sha256(f"{row.id} {voice.id}".encode()).digest())[:size]
    machine = Coding.codebook_id == row.id, Coding.coder == MACHINE
    there = set(db.scalars(select(Coding.voice_id).where(*machine)))
    for voice in drawn:
        if voice.id in there:
            db.execute(update(Coding).where(*machine, Coding.voice_id == voice.id).values(sample=True))
        else:
            put_coding(db, row.id, voice.id, MACHINE, None, sample=True)
    note_act(db, account_id, "draw_sample", "consultation", consultation_id)


def end_sample(db: Session, consultation_id: int, *, account_id: int) -> None:
    """What nobody has coded of it goes back to the others. A second time changes nothing."""
    row = hold_codebook(db, consultation_id)
    people = select(Coding.voice_id).where(Coding.codebook_id == row.id, Coding.coder > MACHINE)
    idle = Coding.codebook_id == row.id, Coding.coder == MACHINE, Coding.voice_id.not_in(people)
    db.execute(update(Coding).where(*idle, Coding.sample).values(sample=False))
    note_act(db, account_id, "end_sample", "consultation", consultation_id)


def read_agreement(db: Session, consultation_id: int, account_id: int) -> Agreement:
    """How far the coders agree, and what the account may see of it. Raises NotFound."""
    codebook = read_codebook(db, consultation_id)
    voices = [voice for voice in list_coded(db, consultation_id) if voice.placed.sample]
    query = select(Coding.voice_id, Coding.coder, Coding.theme_id).where(
        Coding.codebook_id == codebook.id, Coding.coder != MACHINE, Coding.sample
    )
    said: dict[int, dict[str, int]] = {}
    for voice_id, coder, theme in db.execute(query):
        said.setdefault(coder, {})[voice_id] = codebook.into.get(theme, NO_THEME) if theme else NO_THEME
    together = said.pop(TOGETHER, {})
    coders = sorted(said)
    codings = [[said[coder].get(voice.id) for voice in voices] for coder in coders]
    done = tuple(len(said[coder]) for coder in coders)
    low, high = alpha_interval(codings) if coders else (float("nan"),) * 2
    return Agreement(
        size=len(voices),
        done=done,
        mine=coders.index(account_id) if account_id in said else None,
        open=_may_see(coders, done, account_id, len(voices)),
        both=sum(sum(code is not None for code in unit) > 1 for unit in zip(*codings, strict=True)),
        alpha=krippendorff_alpha(codings) if coders else float("nan"),
        low=low,
        high=high,
        pairs=tuple(_pairs(codings)),
        disagreements=tuple(_disagreements(voices, codings, together)),
    )


def _may_see(coders: Sequence[int], done: Sequence[int], account_id: int, size: int) -> bool:
    """Whether somebody's coding is not swayed by it any more."""
    if account_id in coders:
        return done[coders.index(account_id)] >= size > 0
    return sum(count >= size for count in done) > 1


def _pairs(codings: Sequence[Sequence[int | None]]) -> Iterator[tuple[int, int, int]]:
    """How often one code was given where another coder gave the other, the most frequent first."""
    counted: Counter[tuple[int, int]] = Counter()
    for unit in zip(*codings, strict=True):
        for one, other in {(a, b) for a in unit for b in unit if a is not None and b is not None and a < b}:
            counted[one, other] += 1
    yield from ((one, other, count) for (one, other), count in sorted(counted.items(), key=_by_count))


def _by_count(pair: tuple[tuple[int, int], int]) -> tuple[int, tuple[int, int]]:
    return -pair[1], pair[0]


def _disagreements(
    voices: Sequence[CodedVoice], codings: Sequence[Sequence[int | None]], together: dict[str, int]
) -> Iterator[Disagreement]:
    for voice, codes in zip(voices, zip(*codings, strict=True), strict=bool(codings)):
        if len({code for code in codes if code is not None}) > 1:
            yield Disagreement(voice, codes, voice.id in together)


def settle_disagreement(
    db: Session, consultation_id: int, voice_id: str, theme_id: int | None, *, account_id: int
) -> None:
    """Say together under which theme it is, or under none. What each said stays. Raises NotFound, Forbidden."""
    row = hold_codebook(db, consultation_id)
    if row.settled_at is not None:
        raise ThemesSettled
    agreement = read_agreement(db, consultation_id, account_id)
    if not agreement.open:
        raise Forbidden
    if voice_id not in {each.voice.id for each in agreement.disagreements}:
        raise NotFound
    if theme_id is not None:
        live_theme(db, row, theme_id)
    put_coding(db, row.id, voice_id, TOGETHER, theme_id, sample=True)
    note_act(db, account_id, "settle_coding", "consultation", consultation_id)
