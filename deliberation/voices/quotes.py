"""Which answers could be quoted: a few that say what many say, one that says otherwise. A person decides."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from deliberation.voices.content_words import COVERED, content_words
from deliberation.voices.tone import Leaning, leaning_of
from i18n.language import Language, detect
from i18n.spanish import words

Vector = Mapping[str, float]

SHORTEST, LONGEST = 5, 45
"""Words of a quote: enough to be understood, few enough to be read."""
MOST_COVERED = 2
REPETITION = 0.6
"""How like one already suggested another quote may be (cosine)."""
OPPOSITE = {Leaning.NEGATIVE: Leaning.POSITIVE, Leaning.POSITIVE: Leaning.NEGATIVE}


class Stand(StrEnum):
    """What a quote speaks for."""

    TYPICAL = "typical"
    DISSENTING = "dissenting"


@dataclass(frozen=True, slots=True)
class Answer:
    """A redacted answer; `quotable` when its author allowed it to be shown."""

    id: Hashable
    text: str
    quotable: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that could be quoted, and for what."""

    id: Hashable
    stand: Stand


def suggest_quotes(
    answers: Sequence[Answer], language: Language, *, limit: int = 3
) -> tuple[Suggestion, ...]:
    """Up to `limit` typical answers in a language, unlike each other, and one dissenting where there is one.

    All answers say what is typical; only those whose author allowed it are suggested. Dissent is told by
    tone, so never in Kichwa.
    """
    vectors = _vectors([answer for answer in answers if detect(answer.text) == language], language)
    centre = _sum(vectors.values())
    ranked = sorted(
        (answer for answer in vectors if _fit_to_show(answer)),
        key=lambda answer: (-_cosine(vectors[answer], centre), answer.text),
    )
    dissent = _dissenting(ranked, list(vectors)) if language == Language.SPANISH else None
    typical = _unlike_each_other([answer for answer in ranked if answer != dissent], vectors)[:limit]
    suggested = [Suggestion(answer.id, Stand.TYPICAL) for answer in typical]
    return (*suggested, *([Suggestion(dissent.id, Stand.DISSENTING)] if dissent else []))


def _fit_to_show(answer: Answer) -> bool:
    length = len(words(answer.text))
    covered = len(COVERED.findall(answer.text))
    return answer.quotable and SHORTEST <= length <= LONGEST and covered <= MOST_COVERED


def _dissenting(ranked: Sequence[Answer], everybody: Sequence[Answer]) -> Answer | None:
    """The most typical of those who lean to the other side than most do; None where most lean to none."""
    leanings = Counter(leaning_of(answer.text) for answer in everybody)
    if leanings[Leaning.NEGATIVE] == leanings[Leaning.POSITIVE]:
        return None
    most = max(OPPOSITE, key=lambda leaning: leanings[leaning])
    return next((answer for answer in ranked if leaning_of(answer.text) == OPPOSITE[most]), None)


def _unlike_each_other(ranked: Sequence[Answer], vectors: Mapping[Answer, Vector]) -> list[Answer]:
    chosen: list[Answer] = []
    for answer in ranked:
        if all(_cosine(vectors[answer], vectors[other]) < REPETITION for other in chosen):
            chosen.append(answer)
    return chosen


def _vectors(answers: Sequence[Answer], language: Language) -> dict[Answer, Vector]:
    """TF-IDF of unit length for each answer; a word that only one person used says nothing of the others."""
    used = {
        answer: Counter(word.counted_as for word in content_words(answer.text, language))
        for answer in answers
    }
    people = Counter(word for counts in used.values() for word in counts)
    rarity = {word: math.log((1 + len(used)) / count) for word, count in people.items() if count > 1}
    return {
        answer: _unit({w: n * rarity[w] for w, n in counts.items() if w in rarity})
        for answer, counts in used.items()
    }


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(math.fsum(value * value for value in vector.values()))
    return {word: value / length for word, value in vector.items()} if length else {}


def _sum(vectors: Iterable[Vector]) -> Vector:
    total: Counter[str] = Counter()
    for vector in vectors:
        total.update(vector)
    return _unit(total)


def _cosine(one: Vector, other: Vector) -> float:
    return math.fsum(value * other.get(word, 0.0) for word, value in one.items())
