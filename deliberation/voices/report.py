"""What `rimay voices` finds in a file of open answers, as it is written for others to read."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from deliberation.voices.answer_file import Given
from deliberation.voices.meaning import Meaning
from deliberation.voices.quotes import Answer, Stand, suggest_quotes
from deliberation.voices.reading import Reading, read_answer
from deliberation.voices.summary import Heard, Sentence, check, in_words, summarise
from deliberation.voices.themes import Theme, suggest_themes
from deliberation.voices.tone import Leaning, leaning_of
from i18n.language import Language
from i18n.translator import Translator

VERSION = "rimay-voices 1"
QUOTES_FROM = 200
"""The most typical answers of a theme among which quotes are looked for."""
TYPICAL = 3
FEWEST_FOR_TONE, MOST_FOR_TONE = 10, 5_000
"""Of fewer answers the tone of all would be the tone of one; of more, so many tell it well enough."""

Report = dict[str, Any]


class DoesNotHold(Exception):
    """A sentence that came out otherwise when it was counted again: our fault, and nothing is published."""


@dataclass(frozen=True, slots=True)
class Voices:
    """The answers of a file as they were read, their themes and what is said of them."""

    given: Sequence[Given]
    heard: Sequence[Heard]
    themes: Sequence[Theme]
    sentences: Sequence[Sentence]


def hear(
    given: Sequence[Given],
    *,
    number: int | None = None,
    meaning: Meaning | None = None,
    follow: Callable[[Iterable[Given]], Iterable[Given]] = iter,
) -> Voices:
    """Read every answer, suggest themes and say what can be counted. `follow` is told of each answer as it is read."""
    readings = [read_answer(each.text) for each in follow(given)]
    themes = suggest_themes([reading.words for reading in readings], number, meaning)
    theme_of = {member: at for at, theme in enumerate(themes) for member in theme.members}
    heard = [Heard(at + 1, reading, theme_of.get(at)) for at, reading in enumerate(readings)]
    sentences = summarise(heard)
    if wrong := check(sentences, heard):
        raise DoesNotHold(f"{len(wrong)} of {len(sentences)} sentences")
    return Voices(given, heard, themes, sentences)


def report_of(voices: Voices, translator: Translator) -> Report:
    """The contents of VOICES.json. Rows are counted from 1, the first answer below the names of the columns."""
    known = [given.may_quote for given in voices.given if given.may_quote is not None]
    return {
        "answers": [_answer(heard) for heard in voices.heard],
        "themes": [_theme(voices, number) for number in range(len(voices.themes))],
        "summary": list(_summary(voices, translator)),
        "protection": [heard.row for heard in voices.heard if heard.reading.dangers],
        "dangers": [
            {"row": heard.row, "dangers": list(heard.reading.dangers)}
            for heard in voices.heard
            if heard.reading.dangers
        ],
        "languages": _counts(heard.reading.language for heard in voices.heard),
        "kinds": _counts(heard.reading.kind for heard in voices.heard),
        "tone": _tone(voices.heard),
        "quotes_allowed": sum(known) if known else None,
        "shortened": [heard.row for heard in voices.heard if heard.reading.shortened],
        "version": VERSION,
    }


def _tone(heard: Sequence[Heard]) -> Report | None:
    """How many Spanish answers sound how, all together: never by answer, never by theme, never in Kichwa.

    Of very many some are read, drawn by their words and not by their place.
    """
    spanish = [each.reading.redacted for each in heard if each.reading.language is Language.SPANISH]
    if len(spanish) < FEWEST_FOR_TONE:
        return None
    read = sorted(spanish, key=lambda text: sha256(text.encode()).digest())[:MOST_FOR_TONE]
    counts = Counter(map(leaning_of, read))
    return {"answers": len(read), **{str(leaning): counts[leaning] for leaning in Leaning}}


def _answer(heard: Heard) -> Report:
    reading = heard.reading
    return {
        "row": heard.row,
        "language": reading.language,
        "kind": reading.kind,
        "theme": heard.theme,
        "redacted": reading.redacted,
    }


def _theme(voices: Voices, number: int) -> Report:
    theme = voices.themes[number]
    quotes = _quotes(voices, theme)
    return {
        "id": number,
        "label": theme.label,
        "count": len(theme.members),
        "words": list(theme.words),
        "kinds": _counts(voices.heard[member].reading.kind for member in theme.members),
        "typical": [member + 1 for member in theme.members[:TYPICAL]],
        "quotes": [row for row, _ in quotes],
        "dissenting": [row for row, stand in quotes if stand is Stand.DISSENTING],
    }


def _quotes(voices: Voices, theme: Theme) -> list[tuple[int, Stand]]:
    """Rows that could be quoted. Nobody who may be in danger is, and nobody who has not allowed it."""
    nearest = [voices.heard[member] for member in theme.members[:QUOTES_FROM]]
    answers = [
        Answer(heard.row, heard.reading.redacted, _quotable(voices.given[heard.row - 1], heard.reading))
        for heard in nearest
    ]
    found: dict[int, Stand] = {}
    for language in (Language.SPANISH, Language.KICHWA):
        own = [
            answer
            for answer, heard in zip(answers, nearest, strict=True)
            if heard.reading.language is language
        ]
        found |= {int(str(each.id)): each.stand for each in suggest_quotes(own, language)}
    return list(found.items())


def _quotable(given: Given, reading: Reading) -> bool:
    return given.may_quote is not False and not reading.dangers


def _summary(voices: Voices, translator: Translator) -> Iterator[Report]:
    labels = {number: theme.label for number, theme in enumerate(voices.themes)}
    for sentence in voices.sentences:
        yield {
            "rule": sentence.rule,
            "theme": sentence.theme,
            "word": sentence.word,
            "count": len(sentence.rows),
            "rows": list(sentence.rows),
            **{
                language: in_words(sentence, labels, len(voices.heard), translator, language)
                for language in translator.languages
            },
        }


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(map(str, values)).items()))
