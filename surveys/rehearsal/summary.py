"""What became of everybody → what an author has to know."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from surveys.conversation.instance import MOST_MEMBERS
from surveys.conversation.outline import SELECTS, Outline, Site
from surveys.conversation.spot import Value
from surveys.questionnaire import Question, Questionnaire
from surveys.rehearsal.candidates import Candidates
from surveys.rehearsal.coverage import Coverage
from surveys.rehearsal.life import Life
from surveys.rehearsal.offering import offered_by
from surveys.rehearsal.report import Code, Finding, Minutes, QuestionTally, Report, Severity
from surveys.rehearsal.search import Search
from surveys.rehearsal.texts import findings_in_texts

MOST_NAMED = 10
_ORDER = list(Severity)


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a rehearsal has gathered, to be drawn together at any moment.

    is_searched  whether people were sent to all that nobody came to; before that only what is proven is said of it
    """

    questionnaire: Questionnaire
    outline: Outline
    candidates: Candidates
    search: Search
    coverage: Coverage
    lives: Sequence[Life]
    respondents: int
    seed: str
    recorded: frozenset[tuple[str, str]]
    is_searched: bool

    def report(self) -> Report:
        """The report, findings in order."""
        places = {path: place for place, path in enumerate(self.outline.sites)}
        findings = sorted(
            self._findings(),
            key=lambda found: (
                _ORDER.index(found.severity),
                places.get(found.path, -1),
                list(Code).index(found.code),
            ),
        )
        return Report(
            respondents=self.respondents,
            begun=len(self.lives),
            finished=sum(life.finished for life in self.lives),
            seed=self.seed,
            minutes=_minutes(self.lives),
            minutes_by_language=self._minutes_by_language(),
            findings=tuple(findings),
            questions=tuple(self._tallies()),
        )

    def _minutes_by_language(self) -> Mapping[str, Minutes]:
        found = {
            language: _minutes([life for life in self.lives if life.language == language])
            for language in self.questionnaire.languages
        }
        return {language: minutes for language, minutes in found.items() if minutes}

    def _tallies(self) -> Iterator[QuestionTally]:
        shown = Counter(path for life in self.lives for path in life.shown)
        answered = Counter(path for life in self.lives for path in life.shown if path in life.answered)
        skipped = Counter(path for life in self.lives for path in life.left_out())
        for path, site in self.outline.sites.items():
            if site.is_asked or site.is_told:
                yield QuestionTally(path, shown[path], answered[path], skipped[path])

    def _findings(self) -> Iterator[Finding]:
        yield from self._stops()
        yield from self._loops()
        yield from self._endless()
        yield from self._nothing_to_choose()
        yield from findings_in_texts(self.questionnaire, self.outline, self.recorded)
        yield from self._out_of_the_way()
        if self.is_searched:
            yield from self._choices_never_offered()
        if not self.is_searched or len(self.lives) < self.respondents:
            params: dict[str, str | int] = {"begun": len(self.lives), "total": self.respondents}
            yield Finding(Code.CUT_SHORT, "", params=params)

    def _stops(self) -> Iterator[Finding]:
        """Where people could not answer."""
        looping = {path for life in self.lives for path in life.loop}
        cornered = Counter(path for life in self.lives for path in life.cornered | life.stuck)
        refusing = dict.fromkeys(path for life in self.lives for path in (*life.refusing, *life.stuck))
        for path in dict.fromkeys([*refusing, *cornered]):
            known = self.candidates.known(path)
            tries: dict[str, str | int] = {"tries": known.tries}
            if known.taken:
                if cornered[path] and path not in looping:
                    params: dict[str, str | int] = {"count": cornered[path], "total": len(self.lives)}
                    yield Finding(Code.CORNERED, path, proven=False, params=params)
                continue
            proven = self._refuses_everything(self.outline.sites[path])
            if cornered[path]:
                yield Finding(Code.DEAD_END, path, proven, tries)
            if refusing and self.outline.sites[path].constraint is not None:
                yield Finding(Code.CONSTRAINT_UNSATISFIED, path, proven, tries)

    def _refuses_everything(self, site: Site) -> bool:
        return site.constraint is not None and self.search.refuses_everything(site)

    def _loops(self) -> Iterator[Finding]:
        told: set[frozenset[str]] = set()
        for life in self.lives:
            if not life.loop or frozenset(life.loop) in told:
                continue
            told.add(frozenset(life.loop))
            loop = [path for path in self.outline.sites if path in life.loop]
            names = [path.rpartition("/")[2] for path in loop]
            shown = " → ".join([*names, names[0]])
            yield Finding(Code.LOOP, loop[0], proven=False, params={"names": shown})

    def _endless(self) -> Iterator[Finding]:
        for path in dict.fromkeys(path for life in self.lives for path in life.endless):
            yield Finding(Code.REPEAT_ENDLESS, path, proven=False, params={"most": MOST_MEMBERS})

    def _nothing_to_choose(self) -> Iterator[Finding]:
        """Selects that were passed over because nothing was on offer: always, or though an answer is required."""
        empty = Counter(path for life in self.lives for path in life.empty)
        required = {path for life in self.lives for path, requires in life.empty.items() if requires}
        offered = {path for life in self.lives for path, values in life.offered.items() if values}
        for path, count in empty.items():
            if path in required or path not in offered:
                params: dict[str, str | int] = {"count": count, "total": len(self.lives)}
                yield Finding(Code.NOTHING_TO_CHOOSE, path, proven=False, params=params)

    def _out_of_the_way(self) -> Iterator[Finding]:
        for path, no_way in self.coverage.no_way.items():
            if self.is_searched or no_way.proven:
                yield Finding(Code.UNREACHABLE, path, no_way.proven, {"tries": no_way.tries})
        for path, answers in self.coverage.ways.items():
            params: dict[str, str | int] = {"total": len(self.lives), "way": _written(answers)}
            yield Finding(Code.SHOWN_TO_NOBODY, path, proven=False, params=params)

    def _choices_never_offered(self) -> Iterator[Finding]:
        for path, site in self.outline.sites.items():
            if site.choices is None or not isinstance(site.node, Question) or site.node.kind not in SELECTS:
                continue
            found = offered_by(self.search, site)
            if found is None or any(path in life.empty and not life.offered.get(path) for life in self.lives):
                continue
            seen = found.values.union(*(life.offered.get(path, ()) for life in self.lives))
            never = [choice.value for choice in site.node.choices if choice.value not in seen]
            if never and seen:
                named = ", ".join(never[:MOST_NAMED]) + ("…" if len(never) > MOST_NAMED else "")
                params: dict[str, str | int] = {"choices": named, "count": len(never)}
                yield Finding(Code.CHOICE_NEVER_OFFERED, path, found.proven, params)


def _minutes(lives: Sequence[Life]) -> Minutes | None:
    """Of those who came to the end; the 90th percentile is the time of the person that far up in line."""
    times = sorted(life.seconds / 60 for life in lives if life.finished)
    if not times:
        return None
    return Minutes(round(median(times), 1), round(times[ceil(0.9 * len(times)) - 1], 1))


def _written(answers: Mapping[str, Value]) -> str:
    """Answers in one line: "canton = otavalo, age = 70"."""
    given = {path: value if isinstance(value, str) else " ".join(value) for path, value in answers.items()}
    return ", ".join(f"{path.rpartition('/')[2]} = {value}" for path, value in given.items() if value)
