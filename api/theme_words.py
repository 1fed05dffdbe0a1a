"""Themes and the answers under them, as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.reader import Reader
from deliberation.voices.codebooks import CodebookCard, ThemeCard
from deliberation.voices.codings import By, CodedVoice, Size, sizes_of
from deliberation.voices.filtering import NONE
from deliberation.voices.redaction import in_words, redaction_words

_TYPICAL = 3
_MARKS = {"accepted": "done", "suggested": "here"}


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer, covered, in the language it was written in. The number names it for who cannot see the page."""

    id: str
    number: int
    text: str
    language: str
    by: str
    sample: bool
    seen: str


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """A theme with how many speak of it; `typical` are answers that say what most of it say."""

    id: int
    name: Markup
    plain: str
    state: str
    state_name: str
    mark: str
    definition: Markup
    words: list[tuple[str, list[str]]]
    size: str
    coded: str
    typical: list[ShownAnswer]
    merged: list[tuple[int, Markup, str]]
    carried: bool


def show_answer(reader: Reader, voice: CodedVoice, number: int) -> ShownAnswer:
    """One answer."""
    return ShownAnswer(
        id=voice.id,
        number=number,
        text=in_words(voice.text, redaction_words(reader.translator, reader.language)),
        language=voice.language if voice.language in ("es", "qu") else "es",
        by="" if voice.placed.by is By.NOBODY else reader.text("coding.by_" + voice.placed.by),
        sample=voice.placed.sample,
        seen=voice.placed.seen,
    )


def show_themes(
    reader: Reader, codebook: CodebookCard, voices: Sequence[CodedVoice], threshold: int | None
) -> list[ShownTheme]:
    """The themes, the largest first; without a threshold with exact numbers."""
    sizes = sizes_of(voices)
    whole = len({voice.response_id for voice in voices})
    under: dict[int | None, list[CodedVoice]] = {}
    for voice in voices:
        under.setdefault(voice.theme_id, []).append(voice)
    ranked = sorted(codebook.themes, key=lambda theme: -sizes.get(theme.id, Size()).people)
    return [
        _shown(reader, theme, sizes.get(theme.id, Size()), whole, under.get(theme.id, []), threshold)
        for theme in ranked
    ]


def _shown(
    reader: Reader,
    theme: ThemeCard,
    size: Size,
    whole: int,
    voices: Sequence[CodedVoice],
    threshold: int | None,
) -> ShownTheme:
    return ShownTheme(
        id=theme.id,
        name=reader.local(theme.name),
        plain=reader.plain(theme.name),
        state=theme.state,
        state_name=reader.text("coding.state_" + theme.state),
        mark=_MARKS[theme.state],
        definition=reader.local(theme.definition) if theme.definition else Markup(""),
        words=[(code, words) for code, words in theme.words.items() if code in ("es", "qu")],
        size=people_sentence(reader, size.people, whole, threshold),
        coded=reader.text(
            "coding.size_by_whom",
            person=reader.number(size.by_person),
            machine=reader.number(size.answers - size.by_person),
        )
        if size.answers and threshold is None
        else "",
        typical=[show_answer(reader, voice, at) for at, voice in enumerate(typical(voices), 1)],
        merged=[(other, reader.local(name), reader.plain(name)) for other, name in theme.merged],
        carried=theme.carried_from is not None,
    )


def people_sentence(reader: Reader, people: int, whole: int, threshold: int | None) -> str:
    """How many people of how many; not said of a few where there is a threshold."""
    if threshold is not None and 0 < people < threshold:
        return reader.text("console.results_withheld", threshold=threshold)
    return reader.share(people, whole)


def typical(voices: Iterable[CodedVoice], count: int = _TYPICAL) -> list[CodedVoice]:
    """What people put there first, then what the machine is most sure of."""
    return sorted(
        voices,
        key=lambda voice: (
            voice.placed.by is not By.PERSON,
            -(voice.placed.certainty or 0.0),
            voice.id,
        ),
    )[:count]


def theme_choices(reader: Reader, codebook: CodebookCard, but: int = 0) -> list[tuple[str, str]]:
    """The themes to choose from, and none of them."""
    return [
        *((str(theme.id), reader.plain(theme.name)) for theme in codebook.themes if theme.id != but),
        (NONE, reader.text("coding.unsure")),
    ]


def chosen_theme(raw: str) -> int | None:
    """What a form says: a theme, or none. A forged one names a theme that is not there."""
    if raw == NONE:
        return None
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1
