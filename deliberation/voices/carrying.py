"""A codebook goes on: the themes of an earlier consultation are taken up, and can be followed over time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import NotFound
from deliberation.voices.codebooks import (
    CodebookCard,
    card_of,
    change_codebook,
    hold_codebook,
    next_position,
    same,
)
from deliberation.voices.codings import CodedVoice, list_coded
from deliberation.voices.tables import Codebook, Theme
from i18n.localized import Localized
from surveys.tables import Consultation


@dataclass(frozen=True, slots=True)
class Earlier:
    """A codebook that can be taken up."""

    codebook_id: int
    title: Localized
    closed_at: datetime | None
    themes: tuple[Localized, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A theme in one consultation: how many people spoke of it, of how many who wrote or spoke."""

    consultation_id: int
    title: Localized
    closed_at: datetime | None
    name: Localized
    people: int
    whole: int


def list_earlier(db: Session, consultation_id: int) -> list[Earlier]:
    """Codebooks of other consultations with accepted themes, the newest first."""
    query = (
        select(Codebook, Consultation)
        .join(Consultation, Consultation.id == Codebook.consultation_id)
        .where(Codebook.consultation_id != consultation_id)
        .order_by(Codebook.id.desc())
    )
    found = []
    for row, consultation in db.execute(query):
        names = tuple(theme.name for theme in card_of(db, row).themes if theme.state == "accepted")
        if names:
            found.append(Earlier(row.id, consultation.title, consultation.closed_at, names))
    return found


def carry_over(db: Session, consultation_id: int, codebook_id: int, *, seen: int, account_id: int) -> int:
    """Take up the accepted themes of another consultation; how many. One that is here by name already is tied to it.

    A codebook goes on from one other: from then on the machine learns from what people coded there as well.
    """
    earlier = db.get(Codebook, codebook_id)
    if earlier is None or earlier.consultation_id == consultation_id:
        raise NotFound
    hold_codebook(db, consultation_id)
    row = change_codebook(db, consultation_id, seen)
    row.carried_from = earlier.id
    position = next_position(db, row.id)
    here = list(db.scalars(select(Theme).where(Theme.codebook_id == row.id, Theme.state != "merged")))
    carried = 0
    for old in card_of(db, earlier).themes:
        if old.state != "accepted":
            continue
        twin = next((theme for theme in here if _same_name(theme.name, old.name)), None)
        if twin is not None:
            twin.carried_from, twin.state = old.id, "accepted"
        else:
            db.add(
                Theme(
                    codebook_id=row.id,
                    position=position,
                    name=old.name,
                    definition=old.definition,
                    words=old.words,
                    state="accepted",
                    carried_from=old.id,
                )
            )
            position += 1
        carried += 1
    note_act(db, account_id, "carry_themes", "consultation", consultation_id)
    return carried


def _same_name(one: Localized, other: Localized) -> bool:
    return any(same(words, other.get(code, "")) for code, words in one.items())


def follow_theme(db: Session, theme_id: int) -> list[Moment]:
    """A theme in this consultation and in those that it comes from, the oldest first."""
    moments: list[Moment] = []
    passed: set[int] = set()
    at: int | None = theme_id
    while at is not None and at not in passed:
        passed.add(at)
        theme = db.get(Theme, at)
        if theme is None:
            break
        codebook = db.get_one(Codebook, theme.codebook_id)
        moments.append(_moment(db, card_of(db, codebook), theme))
        at = theme.carried_from
    return moments[::-1]


def _moment(db: Session, codebook: CodebookCard, theme: Theme) -> Moment:
    consultation = db.get_one(Consultation, codebook.consultation_id)
    voices = list_coded(db, codebook.consultation_id)
    under = [voice for voice in voices if voice.theme_id == codebook.into.get(theme.id)]
    return Moment(
        consultation_id=consultation.id,
        title=consultation.title,
        closed_at=consultation.closed_at,
        name=theme.name,
        people=people_of(under),
        whole=people_of(voices),
    )


def people_of(voices: list[CodedVoice]) -> int:
    """How many people these answers are of."""
    return len({voice.response_id for voice in voices})
