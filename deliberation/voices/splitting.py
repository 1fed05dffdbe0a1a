"""A theme in two: the machine suggests the parts, a person names them and decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.audit import note_act
from deliberation.voices.codebooks import (
    ThemesChanged,
    card_of,
    change_codebook,
    check_name,
    live_theme,
    next_position,
)
from deliberation.voices.codings import CodedVoice, list_coded
from deliberation.voices.reading import read_redacted
from deliberation.voices.suggesting import by_language
from deliberation.voices.tables import Coding, Theme
from deliberation.voices.themes import suggest_themes
from i18n.localized import Localized

FEWEST = 4
"""Answers that a theme needs to be taken apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """Answers that would be together, the most typical first, and the words by which they differ from the others."""

    voices: tuple[CodedVoice, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Two parts of a theme. `digest` says which answers are in which."""

    parts: tuple[Part, Part]
    digest: str


def propose_split(voices: Sequence[CodedVoice]) -> Split | None:
    """Two parts of these answers, the larger first; None where they cannot be told apart. It may take a while."""
    found = suggest_themes([read_redacted(voice.text).words for voice in voices], 2)
    if len(voices) < FEWEST or len(found) < 2:
        return None
    first, second = found[:2]
    placed = {*first.members, *second.members}
    rest = tuple(voice for at, voice in enumerate(voices) if at not in placed)
    parts = (
        Part(tuple(voices[at] for at in first.members) + rest, first.words),
        Part(tuple(voices[at] for at in second.members), second.words),
    )
    told = "|".join(",".join(sorted(voice.id for voice in part.voices)) for part in parts)
    return Split(parts, sha256(told.encode()).hexdigest())


def list_under(db: Session, consultation_id: int, theme_id: int) -> list[CodedVoice]:
    """The answers under a theme."""
    return [voice for voice in list_coded(db, consultation_id) if voice.theme_id == theme_id]


def split_theme(
    db: Session,
    consultation_id: int,
    theme_id: int,
    split: Split,
    names: tuple[Localized, Localized],
    *,
    seen: int,
    account_id: int,
) -> int:
    """Make the second part a theme of its own, what people coded included; its id. Raises ThemesChanged, ThemeKnown."""
    row = change_codebook(db, consultation_id, seen)
    theme = live_theme(db, row, theme_id)
    there = {voice.id for voice in list_under(db, consultation_id, theme.id)}
    if there != {voice.id for part in split.parts for voice in part.voices}:
        raise ThemesChanged
    own, other = names
    check_name(db, row, own, but=theme.id)
    check_name(db, row, other, but=theme.id)
    theme.name, theme.state, theme.words = dict(own), "accepted", by_language(split.parts[0].words)
    new = Theme(
        codebook_id=row.id,
        position=next_position(db, row.id),
        name=other,
        words=by_language(split.parts[1].words),
        state="accepted",
    )
    db.add(new)
    db.flush()
    was = [each for each, into in card_of(db, row).into.items() if into == theme.id]
    moved = [voice.id for voice in split.parts[1].voices]
    for at in range(0, len(moved), 500):
        mine = Coding.codebook_id == row.id, Coding.voice_id.in_(moved[at : at + 500])
        db.execute(update(Coding).where(*mine, Coding.theme_id.in_(was)).values(theme_id=new.id))
    note_act(db, account_id, "split_theme", "theme", theme.id)
    return new.id
