"""The brief: what a council needs to vote, in one language, with nothing that disclosure control withholds.

Pure: protected counts, redacted texts and decisions go in, the content of the brief comes out.
The sentences around it are in `brief_wording`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from deliberation.council.brief_items import Dossier, ItemPage, page_of
from deliberation.council.brief_reader import Reader
from deliberation.voices.keywords import TellingWord, telling_words
from deliberation.voices.quotes import Stand
from deliberation.voices.tone import tone_of
from i18n.language import Language
from i18n.localized import Localized
from surveys.disclosure import protect_exclusive

READ = (Language.SPANISH, Language.KICHWA)


@dataclass(frozen=True, slots=True)
class Count:
    """How many people chose an answer; None where disclosure control withholds it."""

    label: Localized
    count: int | None
    value: str = ""


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """The counts of one question. `base` answered it; with `several` a person may be in more than one row.

    path: of the question in its questionnaire
    """

    label: Localized
    rows: tuple[Count, ...]
    base: int | None
    several: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class ApprovedQuote:
    """A redacted answer that its author allowed, and an organiser approved, to be shown."""

    text: str
    language: Language
    stand: Stand


@dataclass(frozen=True, slots=True)
class OpenAnswers:
    """The answers to an open question: one redacted text a person, and the approved quotes."""

    question: Localized
    texts: tuple[str, ...]
    quotes: tuple[ApprovedQuote, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the council decided: `outcome` as in deliberation.council.decisions."""

    outcome: str
    reason: Localized
    day: date


@dataclass(frozen=True, slots=True)
class Point:
    """What is asked of the council, how many people of how many asked for it, and the decision if any."""

    request: Localized
    count: int | None
    of: int | None
    decision: Decision | None = None
    dossier: Dossier = field(default_factory=Dossier)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a brief is built from.

    groups: the questions on who answered (canton, age, gender, ...), to say who is missing
    cantons, languages: how many of them there are answers from
    needs: the question that the points come from
    """

    unit: str
    title: Localized
    asked: int
    finished: int
    cantons: int
    languages: int
    opened: date
    closed: date
    made: date
    threshold: int
    needs: QuestionCounts | None = None
    groups: tuple[QuestionCounts, ...] = ()
    questions: tuple[QuestionCounts, ...] = ()
    open_answers: tuple[OpenAnswers, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a table and of its chart."""

    label: str
    count: int | None
    of: int | None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A question with its rows by size; what is withheld comes last."""

    label: str
    bars: tuple[Bar, ...]
    base: int | None
    several: bool
    path: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision in the brief's language."""

    outcome: str
    reason: str
    day: date


@dataclass(frozen=True, slots=True)
class Item:
    """A point of the agenda, numbered from 1."""

    number: int
    request: str
    count: int | None
    of: int | None
    decision: Decided | None
    page: ItemPage

    @property
    def is_counted(self) -> bool:
        """Whether anybody was asked about it; the council's own points rest on no number."""
        return self.of is not None or self.page.source != "council"


@dataclass(frozen=True, slots=True)
class ToneShown:
    """The tone of Spanish answers as it may be shown: None where a count is withheld."""

    positive: int | None
    neutral: int | None
    negative: int | None
    unsure: int | None
    unread: int | None
    of: int


@dataclass(frozen=True, slots=True)
class Words:
    """The most telling words of the answers in one language."""

    language: Language
    words: tuple[TellingWord, ...]


@dataclass(frozen=True, slots=True)
class Voices:
    """What was said in the open answers to one question."""

    question: str
    words: tuple[Words, ...]
    tone: ToneShown | None
    quotes: tuple[ApprovedQuote, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """The content of a brief in one language. `fell_back`: something in it was not written in that language.

    nobody: groups that nobody answered from; withheld: groups whose number may not be shown
    """

    language: str
    fell_back: bool
    unit: str
    title: str
    asked: int
    finished: int
    cantons: int
    languages: int
    opened: date
    closed: date
    made: date
    threshold: int
    nobody: tuple[str, ...]
    withheld: tuple[str, ...]
    needs: Table | None
    questions: tuple[Table, ...]
    voices: tuple[Voices, ...]
    items: tuple[Item, ...]


def build_brief(facts: Facts, language: str) -> Brief:
    """The brief in a language. What is not written in it shows in Spanish, and `fell_back` says so."""
    reader = Reader(language)
    return Brief(
        language=language,
        unit=facts.unit,
        title=reader(facts.title),
        asked=facts.asked,
        finished=facts.finished,
        cantons=facts.cantons,
        languages=facts.languages,
        opened=facts.opened,
        closed=facts.closed,
        made=facts.made,
        threshold=facts.threshold,
        nobody=_groups(reader, facts.groups, lambda count: count == 0),
        withheld=_groups(reader, facts.groups, lambda count: count is None),
        needs=_table(reader, facts.needs) if facts.needs else None,
        questions=tuple(_table(reader, question) for question in facts.questions),
        voices=tuple(_voices(reader, facts, index) for index in range(len(facts.open_answers))),
        items=tuple(_item(reader, number, point) for number, point in enumerate(facts.points, 1)),
        fell_back=reader.fell_back,
    )


def _table(reader: Reader, question: QuestionCounts) -> Table:
    rows = sorted(question.rows, key=lambda row: (row.count is None, -(row.count or 0)))
    bars = tuple(Bar(reader(row.label), row.count, question.base, row.value) for row in rows)
    return Table(reader(question.label), bars, question.base, question.several, question.path)


def _item(reader: Reader, number: int, point: Point) -> Item:
    made = point.decision
    decided = Decided(made.outcome, reader(made.reason), made.day) if made else None
    return Item(number, reader(point.request), point.count, point.of, decided, page_of(point.dossier, reader))


def _groups(
    reader: Reader, questions: Iterable[QuestionCounts], applies: Callable[[int | None], bool]
) -> tuple[str, ...]:
    return tuple(reader(row.label) for question in questions for row in question.rows if applies(row.count))


def _voices(reader: Reader, facts: Facts, index: int) -> Voices:
    """What one open question was answered with, in contrast with the other open questions."""
    answers = facts.open_answers[index]
    rest = [text for other, each in enumerate(facts.open_answers) if other != index for text in each.texts]
    found = [
        Words(language, telling_words(answers.texts, rest, language, threshold=facts.threshold))
        for language in READ
    ]
    return Voices(
        question=reader(answers.question),
        words=tuple(each for each in found if each.words),
        tone=_tone(answers.texts, facts.threshold),
        quotes=answers.quotes,
    )


def _tone(texts: Sequence[str], threshold: int) -> ToneShown | None:
    """None where too few were read for any tone to be told."""
    tone = tone_of(texts)
    counts = (tone.positive, tone.neutral, tone.negative, tone.unsure, tone.unread)
    if len(texts) < threshold:
        return None
    positive, neutral, negative, unsure, unread = protect_exclusive(counts, len(texts), threshold)
    return ToneShown(positive, neutral, negative, unsure, unread, of=len(texts))
