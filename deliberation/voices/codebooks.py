"""Codebooks: the themes under which the answers of a consultation are put, as people name and change them.

Every change of the themes counts a turn. Who changes what somebody else changed since they looked is told, and
nothing is written. Answers are coded once the consultation is closed: until then they may still be changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from deliberation.voices.tables import Codebook, Coding, Theme
from i18n.localized import Localized
from surveys.tables import Consultation

ALL = "*"
MOST_THEMES = 60


class VoicesStillOpen(RimayError):
    """The consultation is not closed: its answers may change yet, and get other names at the closing."""

    code = "voices_still_open"


class ThemesChanged(Conflict):
    """Somebody else has changed the themes in the meantime."""

    code = "themes_changed"


class ThemesSettled(Conflict):
    """The themes were declared final."""

    code = "themes_settled"


class ThemeKnown(Conflict):
    """Another theme has that name."""

    code = "theme_known"


class TooManyThemes(RimayError):
    """More themes than anybody could keep apart."""

    code = "too_many_themes"


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """A theme that answers can be put under. `merged` are the ids and names of those that went into it."""

    id: int
    name: Localized
    definition: Localized
    words: dict[str, Any]
    state: str
    carried_from: int | None
    merged: tuple[tuple[int, Localized], ...] = ()


@dataclass(frozen=True, slots=True)
class CodebookCard:
    """The themes of a consultation. id 0: nobody has begun.

    into:        theme id → the one it stands for by now; of one that is gone, none
    suggestion:  what the machine said: see `suggesting`
    """

    id: int
    consultation_id: int
    turn: int = 0
    settled_at: datetime | None = None
    carried_from: int | None = None
    suggestion: dict[str, Any] = field(default_factory=dict)
    themes: tuple[ThemeCard, ...] = ()
    into: dict[int, int] = field(default_factory=dict)

    def theme(self, theme_id: int) -> ThemeCard:
        """One of the themes. Raises NotFound."""
        for theme in self.themes:
            if theme.id == theme_id:
                return theme
        raise NotFound


def read_codebook(db: Session, consultation_id: int) -> CodebookCard:
    """The codebook of a consultation, an empty one where nobody has begun. Raises NotFound."""
    if db.get(Consultation, consultation_id) is None:
        raise NotFound
    row = db.scalar(_of(consultation_id))
    return CodebookCard(0, consultation_id) if row is None else card_of(db, row)


def card_of(db: Session, row: Codebook) -> CodebookCard:
    """A codebook with its themes."""
    every = list(
        db.scalars(select(Theme).where(Theme.codebook_id == row.id).order_by(Theme.position, Theme.id))
    )
    into = _into(every)
    return CodebookCard(
        id=row.id,
        consultation_id=row.consultation_id,
        turn=row.turn,
        settled_at=row.settled_at,
        carried_from=row.carried_from,
        suggestion=row.suggestion,
        themes=tuple(_theme_card(theme, every, into) for theme in every if theme.state != "merged"),
        into=into,
    )


def _theme_card(theme: Theme, every: Sequence[Theme], into: dict[int, int]) -> ThemeCard:
    merged = [
        (other.id, other.name)
        for other in every
        if other.state == "merged" and into.get(other.id) == theme.id
    ]
    return ThemeCard(
        id=theme.id,
        name=theme.name,
        definition=theme.definition,
        words=theme.words,
        state=theme.state,
        carried_from=theme.carried_from,
        merged=tuple(merged),
    )


def _into(every: Sequence[Theme]) -> dict[int, int]:
    """Which theme each stands for: itself, or the one that it was merged into, however often."""
    onward = {theme.id: theme.merged_into for theme in every if theme.state == "merged"}
    into: dict[int, int] = {}
    for theme in every:
        at: int | None = theme.id
        passed: set[int] = set()
        while at in onward and at not in passed:
            passed.add(at)
            at = onward[at]
        if at is not None and at not in onward:
            into[theme.id] = at
    return into


def hold_codebook(db: Session, consultation_id: int) -> Codebook:
    """The codebook for this transaction alone; the first who asks makes it. Raises NotFound, VoicesStillOpen."""
    consultation = db.get(Consultation, consultation_id, with_for_update=True)
    if consultation is None:
        raise NotFound
    if consultation.state != "closed":
        raise VoicesStillOpen
    row = db.scalar(_of(consultation_id).with_for_update())
    if row is None:
        row = Codebook(consultation_id=consultation_id, path=ALL, suggestion={}, turn=0, created_at=now())
        db.add(row)
        db.flush()
    return row


def change_codebook(db: Session, consultation_id: int, seen: int) -> Codebook:
    """The codebook, to be changed by who saw this turn of it. Raises ThemesChanged, ThemesSettled."""
    row = hold_codebook(db, consultation_id)
    if row.settled_at is not None:
        raise ThemesSettled
    if row.turn != seen:
        raise ThemesChanged
    row.turn += 1
    return row


def _of(consultation_id: int) -> Select[Codebook]:
    return select(Codebook).where(Codebook.consultation_id == consultation_id, Codebook.path == ALL)


def live_theme(db: Session, codebook: Codebook, theme_id: int) -> Theme:
    """A theme of the codebook that answers can be put under. Raises NotFound."""
    theme = db.get(Theme, theme_id)
    if theme is None or theme.codebook_id != codebook.id or theme.state == "merged":
        raise NotFound
    return theme


def next_position(db: Session, codebook_id: int) -> int:
    """The place after the last theme."""
    last = db.scalar(select(func.max(Theme.position)).where(Theme.codebook_id == codebook_id))
    return 1 if last is None else last + 1


def check_name(db: Session, codebook: Codebook, name: Localized, *, but: int | None = None) -> None:
    """Two themes of one name could not be told apart. Raises ThemeKnown."""
    mine = Theme.codebook_id == codebook.id, Theme.state != "merged"
    for theme in db.scalars(select(Theme).where(*mine)):
        shared = {code for code, words in name.items() if same(words, theme.name.get(code, ""))}
        if theme.id != but and shared:
            raise ThemeKnown(theme=name[min(shared)])


def same(one: str, other: str) -> bool:
    """Whether two names differ in capitals and spaces only."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split()) != ""


def add_theme(
    db: Session, consultation_id: int, name: Localized, definition: Localized, *, seen: int, account_id: int
) -> int:
    """A theme of one's own. Raises ThemeKnown, TooManyThemes."""
    row = change_codebook(db, consultation_id, seen)
    check_name(db, row, name)
    position = next_position(db, row.id)
    there = db.scalar(select(func.count()).where(Theme.codebook_id == row.id, Theme.state != "merged"))
    if (there or 0) >= MOST_THEMES:
        raise TooManyThemes(limit=MOST_THEMES)
    theme = Theme(
        codebook_id=row.id, position=position, name=name, definition=definition, words={}, state="accepted"
    )
    db.add(theme)
    db.flush()
    note_act(db, account_id, "add_theme", "theme", theme.id)
    return theme.id


def save_theme(
    db: Session,
    consultation_id: int,
    theme_id: int,
    name: Localized,
    definition: Localized,
    *,
    seen: int,
    account_id: int,
) -> None:
    """Name it and say what belongs in it. Who does accepts it. Raises ThemeKnown."""
    row = change_codebook(db, consultation_id, seen)
    theme = live_theme(db, row, theme_id)
    check_name(db, row, name, but=theme.id)
    theme.name, theme.definition, theme.state = dict(name), dict(definition), "accepted"
    note_act(db, account_id, "save_theme", "theme", theme.id)


def accept_theme(db: Session, consultation_id: int, theme_id: int, *, account_id: int) -> None:
    """What the machine suggested becomes a theme. A second time changes nothing."""
    row = hold_codebook(db, consultation_id)
    theme = live_theme(db, row, theme_id)
    if theme.state == "accepted":
        return
    if row.settled_at is not None:
        raise ThemesSettled
    check_name(db, row, theme.name, but=theme.id)
    theme.state = "accepted"
    row.turn += 1
    note_act(db, account_id, "accept_theme", "theme", theme.id)


def merge_theme(
    db: Session, consultation_id: int, theme_id: int, into_id: int, *, seen: int, account_id: int
) -> None:
    """Put it with another, which is accepted thereby. No answer is written anew: it can be taken apart again."""
    row = change_codebook(db, consultation_id, seen)
    theme, into = live_theme(db, row, theme_id), live_theme(db, row, into_id)
    if theme is into:
        raise Conflict
    theme.state, theme.merged_into = "merged", into.id
    into.state = "accepted"
    note_act(db, account_id, "merge_theme", "theme", theme.id)


def part_theme(db: Session, consultation_id: int, theme_id: int, *, seen: int, account_id: int) -> None:
    """Take a merged theme out again, with its answers. It is accepted: who merged it had read it."""
    row = change_codebook(db, consultation_id, seen)
    theme = db.get(Theme, theme_id)
    if theme is None or theme.codebook_id != row.id or theme.state != "merged":
        raise NotFound
    check_name(db, row, theme.name)
    theme.state, theme.merged_into = "accepted", None
    note_act(db, account_id, "part_theme", "theme", theme.id)


def delete_theme(db: Session, consultation_id: int, theme_id: int, *, seen: int, account_id: int) -> None:
    """Take it away, with what was merged into it. Its answers are under no theme, and are offered to be coded again.

    Those of a sample as well: who put one under it did not say that it belongs to none.
    """
    row = change_codebook(db, consultation_id, seen)
    theme = live_theme(db, row, theme_id)
    gone = [other for other, into in card_of(db, row).into.items() if into == theme.id]
    said = Coding.codebook_id == row.id, Coding.theme_id.in_(gone)
    db.execute(delete(Coding).where(*said, Coding.coder != 0))
    db.execute(delete(Theme).where(Theme.id.in_(gone)))
    note_act(db, account_id, "delete_theme", "theme", theme_id)


def settle_themes(db: Session, consultation_id: int, *, seen: int, account_id: int) -> None:
    """Say that these are the themes, and that what the machine assigned counts. Raises ThemesToBeJudged."""
    row = change_codebook(db, consultation_id, seen)
    waiting = db.scalar(select(func.count()).where(Theme.codebook_id == row.id, Theme.state == "suggested"))
    if waiting:
        raise ThemesToBeJudged(count=waiting)
    row.settled_at = now()
    row.suggestion = {key: value for key, value in row.suggestion.items() if key != "asked"}
    note_act(db, account_id, "settle_themes", "consultation", consultation_id)


class ThemesToBeJudged(RimayError):
    """Some themes are only suggested."""

    code = "themes_to_be_judged"


def reopen_themes(db: Session, consultation_id: int, *, account_id: int) -> None:
    """Go on changing them. A second time changes nothing."""
    row = hold_codebook(db, consultation_id)
    if row.settled_at is not None:
        row.settled_at = None
        row.turn += 1
        note_act(db, account_id, "reopen_themes", "consultation", consultation_id)
