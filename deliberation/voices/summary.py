"""What many answers say, in sentences that are counted. Each carries the rows it was counted from.

A sentence is only a rule, its theme and its word: rows and number follow from the answers. So anybody can count
again, and `check` refuses what does not come out the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from deliberation.voices.kinds import Kind
from deliberation.voices.reading import Reading, read_redacted
from deliberation.voices.themes import SAYS_NO_THEME
from i18n.dates import format_number
from i18n.language import Language
from i18n.translator import Translator

FEWEST_PEOPLE = 2
"""A word of a single answer says nothing of the others."""


class Rule(StrEnum):
    """What a sentence counts. Its words are the catalogue's `themes.says_<rule>`."""

    SPANISH = "spanish"
    KICHWA = "kichwa"
    MIXED = "mixed"
    SIZE = "size"
    NEEDS = "needs"
    NEED_WORD = "need_word"
    REQUESTS = "requests"
    PROPOSALS = "proposals"
    PROPOSAL_WORD = "proposal_word"
    EXPERIENCES = "experiences"
    THANKS = "thanks"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer that was read: its row, what it says and its theme, if any."""

    row: int
    reading: Reading
    theme: int | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that is said of the answers: how it was counted, from which rows, of which theme.

    Where it is about a word, `word` is its dictionary form and `shown` the form in which most people wrote it.
    """

    rule: Rule
    rows: tuple[int, ...]
    theme: int | None = None
    word: str | None = None
    shown: str | None = None


Holds = Callable[[Heard, Sentence], bool]


def _language(language: Language) -> Holds:
    return lambda heard, _: heard.reading.language is language


def _kind(*kinds: Kind) -> Holds:
    return lambda heard, _: heard.reading.kind in kinds


def _kind_and_word(*kinds: Kind) -> Holds:
    return lambda heard, sentence: heard.reading.kind in kinds and sentence.word in _words(heard)


_RULES: Mapping[Rule, Holds] = {
    Rule.SPANISH: _language(Language.SPANISH),
    Rule.KICHWA: _language(Language.KICHWA),
    Rule.MIXED: _language(Language.MIXED),
    Rule.SIZE: lambda _, __: True,
    Rule.NEEDS: _kind(Kind.NEED),
    Rule.NEED_WORD: _kind_and_word(Kind.NEED),
    Rule.REQUESTS: _kind(Kind.REQUEST),
    Rule.PROPOSALS: _kind(Kind.PROPOSAL),
    Rule.PROPOSAL_WORD: _kind_and_word(Kind.REQUEST, Kind.PROPOSAL),
    Rule.EXPERIENCES: _kind(Kind.EXPERIENCE),
    Rule.THANKS: _kind(Kind.THANKS),
    Rule.DANGER: lambda heard, _: bool(heard.reading.dangers),
}
_OF_ALL = (Rule.SPANISH, Rule.KICHWA, Rule.MIXED, Rule.DANGER)
_OF_A_THEME = (Rule.SIZE, Rule.NEEDS, Rule.REQUESTS, Rule.PROPOSALS, Rule.EXPERIENCES, Rule.THANKS)
_ABOUT_A_WORD = {Rule.NEED_WORD: (Kind.NEED,), Rule.PROPOSAL_WORD: (Kind.REQUEST, Kind.PROPOSAL)}


def summarise(answers: Sequence[Heard]) -> list[Sentence]:
    """Everything there is to say of all answers and of each theme; what nobody said is left out."""
    sentences = [_counted(Sentence(rule, ()), answers) for rule in _OF_ALL]
    for theme in sorted({heard.theme for heard in answers if heard.theme is not None}):
        members = [heard for heard in answers if heard.theme == theme]
        sentences += [_counted(Sentence(rule, (), theme), members) for rule in _OF_A_THEME]
        for rule, kinds in _ABOUT_A_WORD.items():
            for word in _most_said(members, kinds):
                sentences.append(_counted(Sentence(rule, (), theme, word), members))
    return [sentence for sentence in sentences if sentence.rows]


def check(sentences: Sequence[Sentence], answers: Sequence[Heard]) -> list[Sentence]:
    """The sentences that do not hold: every answer is read again, and each sentence counted anew."""
    again = [replace(heard, reading=read_redacted(heard.reading.redacted)) for heard in answers]
    of_theme: dict[int | None, list[Heard]] = {}
    for heard in again:
        of_theme.setdefault(heard.theme, []).append(heard)
    return [
        sentence
        for sentence in sentences
        if _counted(sentence, again if sentence.theme is None else of_theme.get(sentence.theme, []))
        != sentence
        or not sentence.rows
    ]


def in_words(
    sentence: Sentence, labels: Mapping[int, str], total: int, translator: Translator, language: str
) -> str:
    """The sentence as a reader sees it; `labels` names the themes, `total` is how many answers there are."""
    return translator.plural(
        "themes.says_" + sentence.rule,
        language,
        len(sentence.rows),
        theme=labels.get(sentence.theme if sentence.theme is not None else -1, ""),
        word=sentence.shown or "",
        total=format_number(total),
    )


def _counted(sentence: Sentence, answers: Sequence[Heard]) -> Sentence:
    """The sentence with what these answers, all of its theme, make of it."""
    counted = [heard for heard in answers if _RULES[sentence.rule](heard, sentence)]
    rows = tuple(heard.row for heard in counted)
    return replace(sentence, rows=rows, shown=_as_written(sentence.word, counted) if sentence.word else None)


def _as_written(word: str, answers: Sequence[Heard]) -> str | None:
    forms = Counter(
        each.written for heard in answers for each in heard.reading.words if each.counted_as == word
    )
    return min(forms, key=lambda form: (-forms[form], form), default=None)


def _most_said(members: Sequence[Heard], kinds: Sequence[Kind]) -> Iterator[str]:
    """The word that most answers of these kinds use, where at least two do."""
    people = Counter(word for heard in members if heard.reading.kind in kinds for word in _words(heard))
    word = min(people, key=lambda each: (-people[each], each), default=None)
    if word is not None and people[word] >= FEWEST_PEOPLE:
        yield word


def _words(heard: Heard) -> set[str]:
    return {word.counted_as for word in heard.reading.words} - SAYS_NO_THEME
