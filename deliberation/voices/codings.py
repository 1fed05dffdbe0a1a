"""Who puts which answer under which theme, and where an answer stands after all of it.

What a machine says is a suggestion and stays stored beside what people say. Where a person has spoken, the person
counts; of the sample that several code by themselves, what all of them say, or what they settled on together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.database import insert_into
from core.errors import Conflict, NotFound
from deliberation.voices.codebooks import (
    CodebookCard,
    ThemesSettled,
    card_of,
    hold_codebook,
    live_theme,
    read_codebook,
)
from deliberation.voices.tables import Codebook, Coding
from surveys.tables import Response, Voice

MACHINE, TOGETHER = 0, -1
"""Coders that are no account: the machine, and those who settled a disagreement together."""
LEARN_EVERY = 10
"""So many answers that people coded since the machine last learnt make it learn again."""


class CodedMeanwhile(Conflict):
    """Somebody else has coded the answer in the meantime."""

    code = "coded_meanwhile"


class SampleFinished(Conflict):
    """Who has coded the whole sample may see what others say of it: their own stays as it is, for alpha to mean it."""

    code = "sample_finished"


class By(StrEnum):
    """Who says where an answer stands."""

    PERSON = "person"
    MACHINE = "machine"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an answer stands: under a theme, or None, unsure. `seen` names what a person has said of it."""

    theme_id: int | None = None
    by: By = By.NOBODY
    certainty: float | None = None
    sample: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class CodedVoice:
    """An answer and where it stands."""

    id: str
    response_id: str
    path: str
    language: str
    text: str
    may_quote: bool
    quote: str
    placed: Placed

    @property
    def theme_id(self) -> int | None:
        """The theme that it is under."""
        return self.placed.theme_id


def list_coded(db: Session, consultation_id: int) -> list[CodedVoice]:
    """Every answer that can be read, in an order that tells nothing of its author. Raises NotFound."""
    placed = place_answers(db, read_codebook(db, consultation_id))
    query = (
        select(
            Voice.id,
            Voice.response_id,
            Voice.path,
            Voice.language,
            Voice.text,
            Response.may_quote,
            Voice.quote,
        )
        .join(Response, Response.id == Voice.response_id)
        .where(Voice.consultation_id == consultation_id, Voice.text != "")
        .order_by(Voice.id)
    )
    nowhere = Placed()
    return [
        CodedVoice(
            row.id,
            row.response_id,
            row.path,
            row.language,
            row.text,
            bool(row.may_quote),
            row.quote,
            placed.get(row.id, nowhere),
        )
        for row in db.execute(query)
    ]


def place_answers(db: Session, codebook: CodebookCard) -> dict[str, Placed]:
    """Where each answer stands that somebody, or the machine, has coded."""
    query = select(Coding.voice_id, Coding.coder, Coding.theme_id, Coding.certainty, Coding.sample).where(
        Coding.codebook_id == codebook.id
    )
    by_voice: dict[str, list[tuple[int, int | None, float | None, bool]]] = {}
    for voice_id, coder, theme, certainty, sample in db.execute(query):
        by_voice.setdefault(voice_id, []).append((coder, theme, certainty, sample))
    return {voice: _placed(codings, codebook.into) for voice, codings in by_voice.items()}


def _placed(codings: Sequence[tuple[int, int | None, float | None, bool]], into: dict[int, int]) -> Placed:
    sample = any(sampled for *_, sampled in codings)
    said = {coder: into.get(theme) if theme else None for coder, theme, _, _ in codings}
    certainty = next((sure for coder, _, sure, _ in codings if coder == MACHINE), None)
    people = {coder: theme for coder, theme in said.items() if coder > MACHINE}
    seen = "" if sample else seen_as(people)
    if TOGETHER in said:
        return Placed(said[TOGETHER], By.PERSON, certainty, sample, seen)
    if people and (not sample or len(people) > 1):
        themes = set(people.values())
        return Placed(themes.pop() if len(themes) == 1 else None, By.PERSON, certainty, sample, seen)
    if MACHINE in said and certainty is not None:
        return Placed(said[MACHINE], By.MACHINE, certainty, sample, seen)
    return Placed(sample=sample, seen=seen)


def seen_as(people: dict[int, int | None]) -> str:
    """What people have said of an answer, for a form to carry: who is late is told."""
    return ",".join(f"{coder}:{theme or 0}" for coder, theme in sorted(people.items()))


def record_coding(
    db: Session, consultation_id: int, voice_id: str, theme_id: int | None, *, seen: str, account_id: int
) -> None:
    """Put an answer under a theme, or under none. The same again changes nothing.

    seen: what the page showed that people had said of it.
    Raises NotFound, CodedMeanwhile, ThemesSettled, and SampleFinished.
    """
    row = hold_codebook(db, consultation_id)
    if row.settled_at is not None:
        raise ThemesSettled
    _readable(db, consultation_id, voice_id)
    if theme_id is not None:
        live_theme(db, row, theme_id)
    mine = Coding.codebook_id == row.id, Coding.voice_id == voice_id
    if in_sample(db, row.id, voice_id):
        own = db.get(Coding, {"codebook_id": row.id, "voice_id": voice_id, "coder": account_id})
        if own is None or own.theme_id != theme_id:
            _check_unswayed(db, row.id, account_id)
            put_coding(db, row.id, voice_id, account_id, theme_id, sample=True)
        return
    into = card_of(db, row).into
    query = select(Coding.coder, Coding.theme_id).where(*mine, Coding.coder > MACHINE)
    people = {coder: into.get(theme) if theme else None for coder, theme in db.execute(query)}
    if people and set(people.values()) == {theme_id}:
        return
    if seen_as(people) != seen:
        raise CodedMeanwhile
    db.execute(delete(Coding).where(*mine, Coding.coder != MACHINE))
    put_coding(db, row.id, voice_id, account_id, theme_id, sample=False)
    db.flush()
    _have_learnt(db, row)


def undo_coding(db: Session, consultation_id: int, voice_id: str, *, account_id: int) -> None:
    """Take back what this account said of an answer. A second time changes nothing. Raises SampleFinished."""
    row = hold_codebook(db, consultation_id)
    if row.settled_at is not None:
        raise ThemesSettled
    if in_sample(db, row.id, voice_id):
        _check_unswayed(db, row.id, account_id)
    mine = Coding.codebook_id == row.id, Coding.voice_id == voice_id, Coding.coder == account_id
    db.execute(delete(Coding).where(*mine))


def _readable(db: Session, consultation_id: int, voice_id: str) -> None:
    voice = db.get(Voice, voice_id)
    if voice is None or voice.consultation_id != consultation_id or not voice.text:
        raise NotFound


def in_sample(db: Session, codebook_id: int, voice_id: str) -> bool:
    """Whether several people code it without seeing each other's. The machine's line says so."""
    key = {"codebook_id": codebook_id, "voice_id": voice_id, "coder": MACHINE}
    machine = db.get(Coding, key)
    return machine is not None and machine.sample


def _check_unswayed(db: Session, codebook_id: int, account_id: int) -> None:
    """Raises SampleFinished for who may see by now what somebody else said of the sample."""
    query = select(Coding.coder, func.count()).where(Coding.codebook_id == codebook_id, Coding.sample)
    coded = dict(db.execute(query.group_by(Coding.coder)).all())
    size, own = coded.pop(MACHINE, 0), coded.pop(account_id, 0)
    if own >= size and any(coder > MACHINE for coder in coded):
        raise SampleFinished


def put_coding(
    db: Session, codebook_id: int, voice_id: str, coder: int, theme_id: int | None, *, sample: bool
) -> None:
    """Write what a coder says, over what the same coder said before."""
    values = {"theme_id": theme_id, "sample": sample}
    line = insert_into(db, Coding).values(
        codebook_id=codebook_id, voice_id=voice_id, coder=coder, certainty=None, **values
    )
    key = ["codebook_id", "voice_id", "coder"]
    db.execute(line.on_conflict_do_update(index_elements=key, set_=values))


def _have_learnt(db: Session, row: Codebook) -> None:
    """After some answers that people coded, the machine is asked to learn from them."""
    placed = place_answers(db, card_of(db, row)).values()
    labels = [each.theme_id for each in placed if each.by is By.PERSON and each.theme_id is not None]
    learnt = int(row.suggestion.get("assigned", {}).get("learnt_from", 0))
    if len(set(labels)) > 1 and len(labels) - learnt >= LEARN_EVERY and "asked" not in row.suggestion:
        row.suggestion = asked_for(row.suggestion, "assign", by_itself=True)


def asked_for(suggestion: dict[str, object], what: str, **more: object) -> dict[str, object]:
    """The machine's page of a codebook, with a new thing for it to do."""
    number = int(str(suggestion.get("number", 0))) + 1
    asked = {"what": what, "number": number, "done": 0, "of": 0, **more}
    return {key: value for key, value in suggestion.items() if key != "failed"} | {
        "number": number,
        "asked": asked,
    }


@dataclass(frozen=True, slots=True)
class Size:
    """How many people speak of a theme, and how many answers, by who put them there."""

    people: int = 0
    answers: int = 0
    by_person: int = 0


def sizes_of(voices: Iterable[CodedVoice]) -> dict[int | None, Size]:
    """The size of each theme; None: of those under no theme."""
    people: dict[int | None, set[str]] = {}
    answers: dict[int | None, int] = {}
    by_person: dict[int | None, int] = {}
    for voice in voices:
        people.setdefault(voice.theme_id, set()).add(voice.response_id)
        answers[voice.theme_id] = answers.get(voice.theme_id, 0) + 1
        by_person[voice.theme_id] = by_person.get(voice.theme_id, 0) + (voice.placed.by is By.PERSON)
    return {theme: Size(len(people[theme]), answers[theme], by_person[theme]) for theme in people}
