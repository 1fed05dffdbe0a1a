"""Looks for answers that lead to a question; says whether there are none, or only none that was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from random import Random

from surveys.conversation.outline import Outline, Site
from surveys.conversation.spot import Value
from surveys.expressions import Scope
from surveys.questionnaire import Question
from surveys.rehearsal.clues import Clues
from surveys.rehearsal.excerpt import Excerpt, Term
from surveys.rehearsal.points import NO_CLUES, points_of, wider_points

EXHAUSTIVE = 3_000
"""So many sets of answers are all tried; of more, the likelier ones."""
RESTARTS, MOVES = 12, 40
LIMIT_OF_WORK = 60_000
"""Sets of answers tried in one rehearsal, of conditions that read little; of others fewer."""
_SITES_FOR_ONE = 10
_FEW = 6


@dataclass(frozen=True, slots=True)
class Way:
    """Answers that lead to a question, path → value, empty where there must be none; all others are as one likes."""

    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class NoWay:
    """None was found in so many tries; `proven`: there is none."""

    proven: bool
    tries: int


class Search:
    """One for each rehearsal: what it has tried counts against its limit."""

    def __init__(self, outline: Outline, clues: Mapping[str, Clues], scope: Scope, chance: Random) -> None:
        self.outline = outline
        self.clues = clues
        self.scope = scope
        self.chance = chance
        self.tries = 0
        self.work = 0

    @property
    def is_tired(self) -> bool:
        """Whether as much was tried as may be."""
        return self.work >= LIMIT_OF_WORK

    def way_to(self, site: Site) -> Way | NoWay:
        """Answers with which the question or group applies."""
        if self._contradicts_itself(Excerpt(self.outline, site, self.scope, free=True)):
            return NoWay(proven=True, tries=0)
        return self._find(Excerpt(self.outline, site, self.scope, free=False))

    def refuses_everything(self, site: Site) -> bool:
        """Whether it is certain that the constraint of a question takes no answer at all."""
        excerpt = Excerpt(self.outline, site, self.scope, free=True, beyond=(site.path,))
        values, complete = self.domain(excerpt, site)
        return complete and values == ("",)

    def domain(self, excerpt: Excerpt, site: Site) -> tuple[tuple[Value, ...], bool]:
        """The telling answers of a variable, none included, and whether they are all."""
        question = site.node
        assert isinstance(question, Question)  # variables are asked
        clues = self.clues.get(site.path, NO_CLUES)
        points = points_of(question, clues, self.scope.zone)
        values = points.values
        if not points.complete and self.scope.moment is not None:
            values += wider_points(
                question, clues, self.scope.moment.astimezone(self.scope.zone), self.chance
            )
        return self._allowed(excerpt, site, values), points.complete

    def _allowed(self, excerpt: Excerpt, site: Site, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """Without those that the question itself refuses whatever else was answered."""
        rule = site.constraint
        if rule is None or rule.anywhere or rule.by_chance or rule.reads - {site.path}:
            return (*values, "")
        element = excerpt.elements[site.path]
        kept: list[Value] = []
        for value in values:
            element.text = value if isinstance(value, str) else " ".join(value)
            if rule.holds(excerpt.root, element, self.scope, otherwise=True):
                kept.append(value)
        element.text = None
        return (*kept, "")

    def _contradicts_itself(self, excerpt: Excerpt) -> bool:
        """Whether some terms that belong together can be seen never to hold together."""
        if not excerpt.certain:
            return False
        return any(self._impossible(excerpt, terms) for terms in _together(excerpt))

    def _impossible(self, excerpt: Excerpt, terms: list[Term]) -> bool:
        needed = _behind(excerpt, terms)
        domains = {site.path: self.domain(excerpt, site) for site in excerpt.variables if site.path in needed}
        if not all(complete for _, complete in domains.values()):
            return False
        if prod(len(values) for values, _ in domains.values()) > EXHAUSTIVE:
            return False
        for answers in _every({path: values for path, (values, _) in domains.items()}):
            self._play(excerpt, answers)
            if all(excerpt.holds(term) for term in terms):
                return False
        return True

    def _find(self, excerpt: Excerpt) -> Way | NoWay:
        found = {site.path: self.domain(excerpt, site) for site in excerpt.variables}
        domains = {path: values for path, (values, _) in found.items()}
        begun = self.tries
        if prod(map(len, domains.values())) <= EXHAUSTIVE:
            for answers in _every(domains):
                self._play(excerpt, answers)
                if not excerpt.misses():
                    return self._shortest(excerpt, answers)
            complete = excerpt.certain and all(complete for _, complete in found.values())
            return NoWay(complete, self.tries - begun)
        return self._climb(excerpt, domains) or NoWay(False, self.tries - begun)

    def _climb(self, excerpt: Excerpt, domains: Mapping[str, tuple[Value, ...]]) -> Way | None:
        """Change one answer after the other, each to what leaves the fewest terms unmet."""
        for _ in range(RESTARTS):
            answers = {path: self.chance.choice(values[:-1] or values) for path, values in domains.items()}
            for _ in range(MOVES):
                missed = self._missed(excerpt, answers)
                if not missed:
                    return self._shortest(excerpt, answers)
                if self.is_tired:
                    return None
                read = sorted(_behind(excerpt, [self.chance.choice(missed)]) & domains.keys())
                path = self.chance.choice(read or sorted(domains))
                answers = self._best(excerpt, answers, path, domains[path])
        return None

    def _shortest(self, excerpt: Excerpt, answers: dict[str, Value]) -> Way:
        """The way without the answers that it does not need."""
        for path in answers:
            fewer = {**answers, path: ""}
            if answers[path] and not self._missed(excerpt, fewer):
                answers = fewer
        empty = {path for path, value in answers.items() if not value}
        loose = {path for path in empty if not self._must_be_empty(excerpt, answers, path)}
        return Way({path: value for path, value in answers.items() if path not in loose})

    def _must_be_empty(self, excerpt: Excerpt, answers: dict[str, Value], path: str) -> bool:
        values, _ = self.domain(excerpt, excerpt.outline.sites[path])
        return any(self._missed(excerpt, {**answers, path: value}) for value in values[:_FEW])

    def _best(
        self, excerpt: Excerpt, answers: dict[str, Value], path: str, values: tuple[Value, ...]
    ) -> dict[str, Value]:
        tried = self.chance.sample(values, min(len(values), 24))
        scored = [(len(self._missed(excerpt, {**answers, path: value})), value) for value in tried]
        fewest = min(missed for missed, _ in scored)
        best = [value for missed, value in scored if missed == fewest]
        return {**answers, path: self.chance.choice(best)}

    def _missed(self, excerpt: Excerpt, answers: Mapping[str, Value]) -> list[Term]:
        self._play(excerpt, answers)
        return excerpt.misses()

    def _play(self, excerpt: Excerpt, answers: Mapping[str, Value]) -> None:
        self.tries += 1
        self.work += 1 + len(excerpt.order) // _SITES_FOR_ONE
        excerpt.play(answers)


def _every(domains: Mapping[str, tuple[Value, ...]]) -> Iterator[dict[str, Value]]:
    for values in product(*domains.values()):
        yield dict(zip(domains, values, strict=True))


def _behind(excerpt: Excerpt, terms: list[Term]) -> set[str]:
    """Paths that terms depend on, through whatever is calculated or applies between."""
    found: set[str] = set()
    waiting = [path for term in terms for path in term.reads]
    while waiting:
        path = waiting.pop()
        site = excerpt.outline.sites.get(path)
        if path in found or site is None:
            continue
        found.add(path)
        rules = [site.calculation, site.default]
        rules += [] if excerpt.free else [near.relevant for near in (site, *site.around())]
        waiting += [read for rule in rules if rule for read in rule.reads]
    return found


def _together(excerpt: Excerpt) -> list[list[Term]]:
    """The terms, those that depend on a common answer in one group."""
    groups: list[tuple[set[str], list[Term]]] = []
    for term in excerpt.terms:
        reads, terms = _behind(excerpt, [term]), [term]
        apart = []
        for other_reads, others in groups:
            if reads & other_reads:
                reads, terms = reads | other_reads, [*others, *terms]
            else:
                apart.append((other_reads, others))
        groups = [*apart, (reads, terms)]
    return [terms for _, terms in groups]
