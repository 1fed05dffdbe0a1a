"""Answers that a person might give to a question, the likeliest first, until one is taken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from surveys.conversation.outline import Outline
from surveys.conversation.spot import Value
from surveys.conversation.turns import Ask
from surveys.questionnaire import SENT, Answers, Kind, Question, plain_path
from surveys.rehearsal.clues import Clues
from surveys.rehearsal.patterns import text_fitting
from surveys.rehearsal.points import FILE, NO_CLUES, PLACE, points_of
from surveys.xpath.moments import parse_moment

MOST_TRIES = 60
FEW_TRIES = 12
"""For a question that has refused everything before."""
_HOPELESS = 3
_REMEMBERED = 4
NUMBERS = (0, 1, 2, 3, 4, 5, 7, 10, 12, 18, 25, 34, 41, 60, 75)
CURIOUS = 0.4
"""Share of answers that are chosen for what they open."""
_LIKELY_LENGTH = 30
FEW = (1, 2, 3, 0)
"""How often something is repeated, where nothing forbids more."""
WORDS = (
    "agua y luz",
    "Rosa Maigua",
    "sí",
    "no",
    "la escuela queda lejos",
    "trabajo",
    "1712345675",
    "0991234567",
)
WORDS_WITH_SIGNS = ("rosa@example.org", "+593991234567", "AB-1234", "12", "2,5", "Otavalo, Imbabura")
DAYS_AGO = (0, 1, 7, 30, 200, 400, 2_000, 7_000, 12_000, 20_000, 30_000, -1, -30, -400)


@dataclass(slots=True)
class Experience:
    """What all respondents together have learned of one question.

    chosen   how often each choice was taken: the rarer ones are preferred, for they open other ways
    good     answers that were taken last
    refused  how many people found no answer that was taken
    """

    chosen: dict[str, int] = field(default_factory=dict)
    good: list[Value] = field(default_factory=list)
    taken: int = 0
    refused: int = 0
    tries: int = 0

    def remember(self, value: Value) -> None:
        """An answer was taken."""
        self.taken += 1
        if value in self.good:
            self.good.remove(value)
        self.good = [value, *self.good][:_REMEMBERED]
        for each in [value] if isinstance(value, str) else value:
            self.chosen[each] = self.chosen.get(each, 0) + 1


class Candidates:
    """Makes answers from the kind of a question, its choices on offer, its conditions and what was learned."""

    def __init__(self, outline: Outline, clues: Mapping[str, Clues], zone: ZoneInfo) -> None:
        self.clues = clues
        self.zone = zone
        self.experience: dict[str, Experience] = {}
        self._counts = frozenset(path for _, rule in outline.counted for path in _behind(outline, rule.reads))

    def known(self, path: str) -> Experience:
        """What was learned of a question."""
        return self.experience.setdefault(plain_path(path), Experience())

    def likely(self, ask: Ask, answers: Answers, moment: datetime, chance: Random) -> Iterator[Value]:
        """Different answers, as many as are worth trying."""
        experience = self.known(ask.path)
        hopeless = experience.refused >= _HOPELESS and not experience.taken
        found: set[str] = set()
        for value in islice(self._all(ask, answers, moment, chance), FEW_TRIES if hopeless else MOST_TRIES):
            if (written := repr(value)) not in found:
                found.add(written)
                yield value

    def _all(self, ask: Ask, answers: Answers, moment: datetime, chance: Random) -> Iterator[Value]:
        question = ask.question
        clues = self.clues.get(plain_path(ask.path), NO_CLUES)
        if chance.random() < CURIOUS:
            yield from islice(self._telling(ask, clues, chance), 1)
        yield self._usual(ask, moment, chance)
        yield from self.known(ask.path).good
        yield from self._fitting(question, clues, chance)
        yield from self._beside_others(question, clues, answers)
        points = list(points_of(question, clues, self.zone).values)
        yield from chance.sample(points, min(len(points), 16))
        while True:
            yield self._usual(ask, moment, chance)
            yield from self._fitting(question, clues, chance)

    def _telling(self, ask: Ask, clues: Clues, chance: Random) -> Iterator[Value]:
        """An answer that opens or closes something, of those that somebody might really give."""
        if ask.choices or plain_path(ask.path) in self._counts:
            return
        values: list[Value] = [*self._fitting(ask.question, clues, chance)]
        if clues.texts or clues.numbers or clues.moments:
            values += points_of(ask.question, clues, self.zone).values
        likely = [value for value in values if len(value) < _LIKELY_LENGTH]
        if likely:
            yield chance.choice(likely)

    def _usual(self, ask: Ask, moment: datetime, chance: Random) -> Value:
        """What somebody would answer who has no reason to do otherwise."""
        question = ask.question
        if ask.choices and question.kind is not Kind.GEOPOINT:
            return self._chosen(ask, chance)
        match question.kind:
            case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE:
                return self._number(ask, chance)
            case Kind.DATE | Kind.DATETIME | Kind.TIME:
                return _moment(question.kind, moment.astimezone(self.zone), chance)
            case Kind.GEOPOINT:
                return PLACE
            case Kind.ACKNOWLEDGE:
                return "OK"
            case Kind.TEXT | Kind.BARCODE:
                return chance.choice(WORDS if chance.random() < 0.8 else WORDS_WITH_SIGNS)
        return FILE if question.kind in SENT else ""

    def _chosen(self, ask: Ask, chance: Random) -> Value:
        values = [choice.value for choice in ask.choices]
        if ask.question.kind is Kind.RANK:
            return chance.sample(values, len(values))
        seen = self.known(ask.path).chosen
        weights = [1 / (1 + seen.get(value, 0)) for value in values]
        if ask.question.kind is not Kind.SELECT_MULTIPLE:
            return chance.choices(values, weights)[0]
        most = int(ask.limits.get("maximum", 4))
        taken = set(chance.choices(values, weights, k=chance.randint(1, max(1, most))))
        return [value for value in values if value in taken]

    def _number(self, ask: Ask, chance: Random) -> str:
        question = ask.question
        if plain_path(ask.path) in self._counts:
            return str(chance.choice(FEW))
        if question.kind is Kind.RANGE:
            values = points_of(question, NO_CLUES, self.zone).values
            return str(chance.choice(values)) if values else "1"
        number = chance.choice(NUMBERS)
        return f"{number}.5" if question.kind is Kind.DECIMAL and chance.random() < 0.3 else str(number)

    def _fitting(self, question: Question, clues: Clues, chance: Random) -> Iterator[str]:
        if question.kind in (Kind.TEXT, Kind.BARCODE, Kind.INTEGER, Kind.DECIMAL):
            for pattern in clues.patterns:
                if text := text_fitting(pattern, chance):
                    yield text

    def _beside_others(self, question: Question, clues: Clues, answers: Answers) -> Iterator[Value]:
        """On, just below and just above other answers that this one is compared with."""
        if not clues.related:
            return
        others = Clues(simple=False)
        for path, value in answers.items():
            if plain_path(path) in clues.related and isinstance(value, str) and value:
                others.texts[value] = None
                try:
                    others.numbers[float(value)] = None
                except ValueError:
                    self._note_day(others, value)
        if others.texts:
            yield from points_of(question, others, self.zone).values

    def _note_day(self, others: Clues, value: str) -> None:
        moment = parse_moment(value, self.zone)
        if moment is not None:
            others.moments[float(moment)] = None


def _behind(outline: Outline, paths: frozenset[str]) -> Iterator[str]:
    """The paths, and those that they are calculated from."""
    for path in sorted(paths):
        yield path
        site = outline.sites.get(path)
        if site is not None and site.calculation is not None:
            yield from sorted(site.calculation.reads)


def _moment(kind: Kind, now: datetime, chance: Random) -> str:
    day = (now - timedelta(days=chance.choice(DAYS_AGO))).replace(
        hour=chance.randint(6, 20), minute=chance.choice((0, 15, 30, 45)), second=0, microsecond=0
    )
    if kind is Kind.DATE:
        return day.date().isoformat()
    text = day.isoformat(timespec="milliseconds")
    return text if kind is Kind.DATETIME else text.partition("T")[2]
