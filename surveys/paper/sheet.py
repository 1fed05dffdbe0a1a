"""A questionnaire as it stands on paper: what is printed, in order, all words ready. Nothing is drawn here."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from i18n.dates import format_number
from i18n.localized import pick
from i18n.translator import Translator
from surveys.conversation.offers import range_of, written
from surveys.conversation.outline import SELECTS
from surveys.conversation.rules import selection_limits
from surveys.entry.written_forms import without_person
from surveys.paper.conditions import Asked, Say, condition_words, formulas_of
from surveys.questionnaire import (
    NOT_IN_CHAT,
    SENT,
    SILENT,
    Group,
    Kind,
    Localized,
    Node,
    Question,
    Questionnaire,
)

MOST_BOXES = 60
"""Choices printed as boxes; of a longer list the answer is written."""
MEMBERS = 3
"""How often the questions about one more person are printed, where the questionnaire does not say."""
MOST_MEMBERS = 10
_MOST_STEPS = 21
_REFERENCE = re.compile(r"\$\{\s*/data/([^}\s]*)\s*\}")
_ANY_REFERENCE = re.compile(r"\$\{[^}]*\}")
_WHOLE = re.compile(r"[0-9]{1,2}")


class Space(StrEnum):
    """What is drawn for the answer."""

    NOTHING = "nothing"
    LINES = "lines"
    LINE = "line"
    ONE = "one"
    SEVERAL = "several"
    RANKED = "ranked"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    TIME = "time"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Text:
    """Words in the first language of the paper, and in the second where there is one and it says it otherwise."""

    first: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing printed: a question, a note, or the title of a part.

    kind      question, note or part
    number    of a question; None for what is not answered
    when      the sentence that says who answers it; empty: everybody
    how       what to do: mark one, write a number
    picture   name of the file of the picture beside it
    """

    kind: str
    text: Text
    number: int | None = None
    hint: Text = Text("")
    when: Text = Text("")
    how: Text = Text("")
    choices: tuple[Text, ...] = ()
    space: Space = Space.NOTHING
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole form."""

    language: str
    title: Text
    unit: str
    opening: tuple[Text, ...]
    entries: tuple[Entry, ...]
    closing: Text
    words: Mapping[str, str] = field(default_factory=dict)


def lay_out(
    questionnaire: Questionnaire, languages: Sequence[str], unit: str, translator: Translator
) -> Sheet:
    """The form in one language, or in two: the first large, the second beneath it.

    What is asked for a person's profile is not on it: nobody would know in whose profile to keep the answer.
    """
    return _Layout(without_person(questionnaire), tuple(languages), translator).sheet(unit)


class _Layout:
    def __init__(
        self, questionnaire: Questionnaire, languages: tuple[str, ...], translator: Translator
    ) -> None:
        self.questionnaire = questionnaire
        self.languages = languages
        self.translator = translator
        self.formulas = formulas_of(questionnaire.questions())
        answered = [question for question in questionnaire.questions() if _is_answered(question)]
        self.numbers = {question.path: number for number, question in enumerate(answered, 1)}
        self.asked = {language: self._asked(answered, language) for language in languages}

    def sheet(self, unit: str) -> Sheet:
        opening = ("paper.opening_how", "paper.opening_no_name", "paper.opening_free")
        return Sheet(
            language=self.languages[0],
            title=self._local(self.questionnaire.title),
            unit=unit[:1].upper() + unit[1:],
            opening=tuple(self._own(key) for key in opening),
            entries=tuple(self._entries(self.questionnaire.nodes)),
            closing=self._own("paper.closing"),
            words={
                name: self.translator.text("paper.word_" + name, self.languages[0])
                for name in ("code", "page", "day", "month", "year", "hour", "minute")
            },
        )

    def _asked(self, answered: Sequence[Question], language: str) -> dict[str, Asked]:
        return {
            question.path: Asked(
                question,
                self.numbers[question.path],
                {
                    choice.value: pick(choice.label, language).text or choice.value
                    for choice in question.choices
                },
            )
            for question in answered
        }

    def _entries(self, nodes: Sequence[Node]) -> Iterator[Entry]:
        for node in nodes:
            if isinstance(node, Group):
                yield from self._part(node)
            elif node.kind not in SILENT:
                yield self._entry(node)

    def _part(self, group: Group) -> Iterator[Entry]:
        """The title of a part with who answers it, and what is inside; of a repeat once for each member."""
        inside = list(self._entries(group.nodes))
        if not inside:
            return
        when = self._when(group.relevant, group.path, "paper.part_when", "paper.part_when_asked")
        if not group.repeats:
            if group.label or when.first:
                yield Entry("part", self._local(group.label), when=when)
            yield from inside
            return
        for member in range(1, _members(group) + 1):
            title = self._numbered(group.label, member)
            how = self._own("paper.part_repeat") if member == 1 else Text("")
            yield Entry("part", title, when=when if member == 1 else Text(""), how=how)
            yield from inside

    def _numbered(self, label: Localized, member: int) -> Text:
        def text(language: str) -> str:
            name = self._filled(label, language) or self.translator.text("paper.member", language)
            return f"{name} {member}"

        return self._text(text)

    def _entry(self, question: Question) -> Entry:
        when = self._when(
            question.relevant, question.path, "paper.question_when", "paper.question_when_asked"
        )
        text = self._local(question.label)
        if not text.first:
            text = self._local(question.hint) if question.hint else Text(question.name.replace("_", " "))
        picture = pick(question.media.get("image", {}), self.languages[0]).text
        if not _is_answered(question):
            how = self._own("paper.not_on_paper") if question.kind in NOT_IN_CHAT | SENT else Text("")
            return Entry("note", text, when=when, how=how, picture=picture)
        space = _space_of(question)
        return Entry(
            "question",
            text,
            number=self.numbers[question.path],
            hint=self._local(question.hint) if question.label else Text(""),
            when=when,
            how=self._how(question, space),
            choices=tuple(self._choices(question, space)),
            space=space,
            picture=picture,
        )

    def _choices(self, question: Question, space: Space) -> Iterator[Text]:
        if question.kind is Kind.RANGE and space is Space.ONE:
            start, end, step = range_of(question)
            direction = step if end >= start else -step
            for number in range(int(abs(end - start) // step) + 1):
                yield Text(written(start + number * direction))
        elif question.kind is Kind.ACKNOWLEDGE:
            yield self._own("paper.acknowledge")
        elif space in (Space.ONE, Space.SEVERAL, Space.RANKED):
            for choice in question.choices:
                text = self._local(choice.label)
                yield text if text.first else Text(choice.value)

    def _how(self, question: Question, space: Space) -> Text:
        match space:
            case Space.SEVERAL:
                most = selection_limits(question.constraint)[1] if question.constraint else None
                if most is not None:
                    return self._own("paper.how_several_most", maximum=most)
            case Space.LINE if question.kind is Kind.RANGE:
                start, end, _ = range_of(question)
                low, high = (format_number(float(bound)) for bound in sorted((start, end)))
                return self._own("paper.how_range", low=low, high=high)
            case Space.LINE if question.kind in SELECTS:
                return self._own("paper.how_long_list" if question.choices else "paper.how_line")
            case Space.LINE | Space.LINES:
                return self._own("paper.how_" + question.kind.lower())
        return self._own("paper.how_" + space)

    def _when(self, expression: str, at: str, key: str, otherwise: str) -> Text:
        if not expression:
            return Text("")

        def text(language: str) -> str:
            say: Say = partial(self._say, language)
            words = condition_words(expression, at, self.asked[language], self.formulas, say)
            return say(key, condition=words) if words else say(otherwise)

        return self._text(text)

    def _say(self, language: str, key: str, **params: object) -> str:
        return self.translator.text(key, language, **params)

    def _own(self, key: str, **params: object) -> Text:
        return self._text(lambda language: self.translator.text(key, language, **params))

    def _local(self, localized: Localized) -> Text:
        return self._text(lambda language: self._filled(localized, language))

    def _text(self, text: Callable[[str], str]) -> Text:
        first = text(self.languages[0])
        second = text(self.languages[1]) if len(self.languages) > 1 else ""
        return Text(first, second if second != first else "")

    def _filled(self, localized: Localized, language: str) -> str:
        """A text of the author, where an earlier answer is referred to by the number of its question."""

        def named(found: "re.Match[str]") -> str:
            number = self.numbers.get(found[1])
            return self.translator.text("paper.your_answer", language, number=number) if number else "______"

        text = pick(localized, language).text
        return _ANY_REFERENCE.sub("______", _REFERENCE.sub(named, text))


def _members(group: Group) -> int:
    counted = _WHOLE.fullmatch(group.repeat_count.strip())
    return min(int(counted[0]), MOST_MEMBERS) if counted else MEMBERS


def _is_answered(question: Question) -> bool:
    """Whether somebody with a pen can answer it."""
    asked = question.kind not in SILENT | NOT_IN_CHAT | SENT | {Kind.NOTE}
    return asked and not question.read_only


def _space_of(question: Question) -> Space:
    match question.kind:
        case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE | Kind.RANK if (
            not 0 < len(question.choices) <= MOST_BOXES
        ):
            return Space.LINE
        case Kind.SELECT_ONE | Kind.ACKNOWLEDGE:
            return Space.ONE
        case Kind.SELECT_MULTIPLE:
            return Space.SEVERAL
        case Kind.RANK:
            return Space.RANKED
        case Kind.DATE:
            return _day_space(question.appearance)
        case Kind.TIME:
            return Space.TIME
        case Kind.DATETIME:
            return Space.MOMENT
        case Kind.RANGE:
            start, end, step = range_of(question)
            return Space.ONE if abs(end - start) // step < _MOST_STEPS else Space.LINE
        case Kind.TEXT:
            return Space.LINES
    return Space.LINE


def _day_space(appearance: str) -> Space:
    if "month-year" in appearance:
        return Space.MONTH
    return Space.YEAR if "year" in appearance else Space.DATE
