"""Summaries of the voices: made from the coded answers, checked against them, worded and approved by a person.

Each is numbered and kept as it was made, with a digest of what it was computed from: once an answer, its theme or the
name of a theme is another, it is stale, says so, and cannot be approved.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from deliberation.voices.codebooks import hold_codebook
from deliberation.voices.codings import By
from deliberation.voices.filtering import Heard, ReadVoice, hear_all
from deliberation.voices.reading import read_redacted
from deliberation.voices.summary_facts import About, Answers, Rule, Said, Told, check, tell
from deliberation.voices.tables import Codebook, VoiceSummary
from i18n.localized import Localized
from surveys.questionnaire import Question

GROUPS = ("canton", "age_band", "gender", "situation")
"""Names of the questions by which groups are told apart; where none is asked, the first single choices are."""
MOST_QUESTIONS = 4


class SummaryStale(Conflict):
    """Answers or themes have changed since the summary was made."""

    code = "summary_stale"


class SentenceRefused(RimayError):
    """A sentence does not come out the same when it is counted again."""

    code = "sentence_refused"


class NothingToSay(RimayError):
    """Fewer people wrote than a number may be told of, or no theme is accepted yet."""

    code = "nothing_to_say"


@dataclass(frozen=True, slots=True)
class Frame:
    """What sentences are said with: the names of themes and groups.

    themes  the accepted ones, in order
    groups  path → the question
    """

    themes: Mapping[int, Localized]
    groups: Mapping[str, Question]

    def values(self) -> dict[str, tuple[str, ...]]:
        """Path → the values of its choices."""
        return {path: tuple(choice.value for choice in each.choices) for path, each in self.groups.items()}

    def label(self, about: About) -> Localized:
        """The name of the group that a sentence is of."""
        question = self.groups.get(about.path or "")
        choices = question.choices if question else ()
        return next((choice.label for choice in choices if choice.value == about.value), {})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a summary.

    wording  language → words that a person gave it
    named    what its theme was called when the summary was made: other words were given under that name
    """

    told: Told
    wording: Localized = field(default_factory=dict)
    named: Localized = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SummaryCard:
    """A summary as it was made."""

    number: int
    sentences: tuple[Sentence, ...]
    digest: bytes
    made_at: datetime
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page of the summary knows. fresh: the last one says what the answers say now."""

    heard: Heard
    frame: Frame
    last: SummaryCard | None
    approved: SummaryCard | None
    digest: bytes

    @property
    def fresh(self) -> bool:
        """Whether the last summary is of the answers as they are."""
        return self.last is not None and self.last.digest == self.digest

    @property
    def readable(self) -> SummaryCard | None:
        """What the council reads: what was approved, while it still is what the answers say under these themes."""
        return self.approved if self.approved and self.approved.digest == self.digest else None


def read_standing(db: Session, consultation_id: int) -> Standing:
    """Everything about the summary of a consultation. Raises NotFound."""
    heard = hear_all(db, consultation_id)
    frame = frame_of(heard)
    last = db.scalar(_summaries(heard.codebook.id).limit(1))
    approved = db.scalar(_summaries(heard.codebook.id).where(VoiceSummary.approved_at.is_not(None)).limit(1))
    return Standing(
        heard,
        frame,
        _card(last) if last else None,
        _card(approved) if approved else None,
        digest_of(heard, frame),
    )


def _summaries(codebook_id: int) -> Select[VoiceSummary]:
    mine = VoiceSummary.codebook_id == codebook_id
    return select(VoiceSummary).where(mine).order_by(VoiceSummary.number.desc())


def frame_of(heard: Heard) -> Frame:
    """The themes that a person has accepted, and the groups to tell apart."""
    named = [each for each in heard.group_questions if each.name in GROUPS]
    groups = (named or heard.group_questions)[:MOST_QUESTIONS]
    themes = {theme.id: theme.name for theme in heard.codebook.themes if theme.state == "accepted"}
    return Frame(themes, {question.path: question for question in groups})


def digest_of(heard: Heard, frame: Frame) -> bytes:
    """Names what a summary is computed from: another answer, theme, name or group is another digest."""
    rows = sorted(
        [
            each.voice.id,
            each.voice.response_id,
            each.voice.text,
            _theme_of(each, heard, frame),
            sorted((path, value) for path, value in each.groups.items() if path in frame.groups),
        ]
        for each in heard.voices
    )
    told = json.dumps([rows, [[key, dict(name)] for key, name in frame.themes.items()]], sort_keys=True)
    return hashlib.sha256(told.encode()).digest()


def _theme_of(each: ReadVoice, heard: Heard, frame: Frame) -> int | None:
    """What the machine alone put under a theme counts once the themes are settled."""
    placed = each.voice.placed
    counts = placed.by is By.PERSON or heard.codebook.settled_at is not None
    return placed.theme_id if counts and placed.theme_id in frame.themes else None


def answers_of(heard: Heard, frame: Frame, threshold: int) -> Answers:
    """The answers, each read anew: what was stored of them is not believed. Slow for many: not in a transaction."""
    return Answers([_said(each, heard, frame) for each in heard.voices], threshold)


def _said(each: ReadVoice, heard: Heard, frame: Frame) -> Said:
    reading = read_redacted(each.voice.text)
    return Said(
        id=each.voice.id,
        person=each.voice.response_id,
        theme=_theme_of(each, heard, frame),
        language=str(reading.language),
        kind=reading.kind,
        words={word.counted_as: word.written for word in reading.words},
        groups={path: value for path, value in each.groups.items() if path in frame.groups},
    )


def compute(standing: Standing, threshold: int) -> list[Told]:
    """The sentences that the answers carry, counted twice. Raises NothingToSay."""
    answers = answers_of(standing.heard, standing.frame, threshold)
    told = tell(answers, tuple(standing.frame.themes), standing.frame.values())
    if not any(sentence.about.rule is Rule.SIZE for sentence in told):
        raise NothingToSay(threshold=threshold)
    return told


def refused(standing: Standing, threshold: int) -> list[Told]:
    """The sentences of the last summary that do not hold when they are counted again."""
    if standing.last is None:
        return []
    answers = answers_of(standing.heard, standing.frame, threshold)
    return check([sentence.told for sentence in standing.last.sentences], answers)


def keep_summary(
    db: Session, consultation_id: int, told: Sequence[Told], *, digest: bytes, account_id: int | None
) -> int:
    """Keep what was computed. Words that a person gave to a sentence stay where it still says the same of that theme.

    Raises VoicesStillOpen, and SummaryStale where the answers changed while it was computed.
    """
    codebook = hold_codebook(db, consultation_id)
    standing = read_standing(db, consultation_id)
    if standing.digest != digest:
        raise SummaryStale
    before = {
        (sentence.told, tuple(sorted(sentence.named.items()))): sentence.wording
        for sentence in (standing.last.sentences if standing.last else ())
    }
    last = (
        db.scalar(select(func.max(VoiceSummary.number)).where(VoiceSummary.codebook_id == codebook.id)) or 0
    )
    sentences = []
    for each in told:
        named = dict(standing.frame.themes.get(each.about.theme or 0, {}))
        wording = before.get((each, tuple(sorted(named.items()))), {})
        sentences.append(to_json(Sentence(each, wording, named)))
    db.add(
        VoiceSummary(
            codebook_id=codebook.id, number=last + 1, sentences=sentences, digest=digest, made_at=now()
        )
    )
    note_act(db, account_id, "make_summary", "consultation", consultation_id)
    return last + 1


def approve_summary(
    db: Session, consultation_id: int, number: int, *, digest: bytes, account_id: int | None
) -> None:
    """Let the council read it. A second time changes nothing.

    digest: of the answers against which it was checked just before. Raises NotFound, SummaryStale.
    """
    row = _held(db, consultation_id, number)
    if row.approved_at is not None:
        return
    standing = read_standing(db, consultation_id)
    if (
        not standing.fresh
        or standing.digest != digest
        or standing.last is None
        or standing.last.number != number
    ):
        raise SummaryStale
    row.approved_at, row.account_id = now(), account_id
    note_act(db, account_id, "approve_summary", "consultation", consultation_id)


def word_sentence(
    db: Session, consultation_id: int, number: int, at: int, wording: Localized, *, account_id: int | None
) -> None:
    """Keep the words that a person gave to a sentence; none: its own again. They were checked before.

    What was approved stays as it was approved: it has to be made anew. Raises NotFound, SummaryStale.
    """
    row = _held(db, consultation_id, number)
    if row.approved_at is not None:
        raise SummaryStale
    if not 0 <= at < len(row.sentences):
        raise NotFound
    sentence = from_json(row.sentences[at])
    row.sentences = [
        to_json(replace(sentence, wording=wording)) if place == at else each
        for place, each in enumerate(row.sentences)
    ]
    note_act(db, account_id, "word_sentence", "consultation", consultation_id)


def _held(db: Session, consultation_id: int, number: int) -> VoiceSummary:
    query = (
        select(VoiceSummary)
        .join(Codebook, Codebook.id == VoiceSummary.codebook_id)
        .where(Codebook.consultation_id == consultation_id, VoiceSummary.number == number)
    )
    row = db.scalar(query.with_for_update(of=VoiceSummary))
    if row is None:
        raise NotFound
    return row


def _card(row: VoiceSummary) -> SummaryCard:
    sentences = tuple(from_json(each) for each in row.sentences)
    return SummaryCard(row.number, sentences, row.digest, row.made_at, row.approved_at)


def to_json(sentence: Sentence) -> dict[str, Any]:
    """A sentence as it is stored: the rule, the facts, the answers, and words that a person gave it."""
    told = sentence.told
    facts = {"theme": told.about.theme, "path": told.about.path, "value": told.about.value}
    facts |= {"word": told.about.word, "shown": told.shown, "count": told.count, "of": told.of}
    return {
        "rule": str(told.about.rule),
        "facts": facts,
        "answers": list(told.answers),
        "wording": dict(sentence.wording),
        "named": dict(sentence.named),
    }


def from_json(stored: Mapping[str, Any]) -> Sentence:
    """The same, read again."""
    facts = stored["facts"]
    about = About(Rule(stored["rule"]), facts["theme"], facts["path"], facts["value"], facts["word"])
    told = Told(about, facts["count"], facts["of"], tuple(stored["answers"]), facts["shown"])
    return Sentence(told, dict(stored.get("wording") or {}), dict(stored.get("named") or {}))
