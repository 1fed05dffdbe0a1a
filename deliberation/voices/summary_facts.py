"""What the coded answers of a consultation say, theme by theme and group by group: counted, and each count checkable.

A sentence is a rule and what it is about: a theme, a group, a word. How many people it is true of, of how many, and
of which answers, follows from the answers. So it can be counted again by anybody who has them, and what does not come
out the same does not hold. Only what passes disclosure control becomes a sentence: it may leave the house. Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from deliberation.voices.kinds import Kind
from deliberation.voices.theme_grid import protect_grid

FEWEST_WORDS = 2
"""Answers that use a word, from which on it is looked at."""


class Rule(StrEnum):
    """What a sentence counts. Its words are the catalogue's `testimony.says_<rule>`."""

    PEOPLE = "people"
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
    GROUP = "group"
    GROUP_NEEDS = "group_needs"
    GROUP_PROPOSALS = "group_proposals"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as far as it is counted: read anew from its covered text, under the theme that it was put.

    words   what it says, by dictionary form: the form in which it was written
    groups  path of a question → what its author chose
    """

    id: str
    person: str
    theme: int | None
    language: str
    kind: Kind
    words: Mapping[str, str]
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """What a sentence speaks of."""

    rule: Rule
    theme: int | None = None
    path: str | None = None
    value: str | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence: how many people, of how many, from which answers. `shown` is how most of them write the word."""

    about: About
    count: int
    of: int
    answers: tuple[str, ...]
    shown: str | None = None


_LANGUAGES = {Rule.SPANISH: "es", Rule.KICHWA: "qu", Rule.MIXED: "mixed"}
_KINDS: Mapping[Rule, tuple[Kind, ...]] = {
    Rule.NEEDS: (Kind.NEED,),
    Rule.REQUESTS: (Kind.REQUEST,),
    Rule.PROPOSALS: (Kind.PROPOSAL,),
    Rule.EXPERIENCES: (Kind.EXPERIENCE,),
    Rule.THANKS: (Kind.THANKS,),
}
_WORDS = {Rule.NEED_WORD: (Kind.NEED,), Rule.PROPOSAL_WORD: (Kind.REQUEST, Kind.PROPOSAL)}
_GROUPS = {Rule.GROUP_NEEDS: (Kind.NEED,), Rule.GROUP_PROPOSALS: (Kind.REQUEST, Kind.PROPOSAL)}
_UNSAID = ""
"""Stands for who did not answer the question of a group; of a table of everybody, for everybody."""

Rows = Mapping[Hashable, Sequence[Said]]
Table = Mapping[tuple[Hashable, str], int | None]


class Answers:
    """All answers of a consultation, and how small a number must not be told. Each table is made once."""

    def __init__(self, said: Sequence[Said], threshold: int) -> None:
        self.said = said
        self.threshold = threshold
        self.by_theme: dict[int | None, list[Said]] = defaultdict(list)
        for each in said:
            self.by_theme[each.theme].append(each)
        self._tables: dict[Hashable, Table] = {}

    def themes(self, path: str | None = None) -> Table:
        """How many people speak of each theme: of everybody, or of each group."""
        return self._table(("themes", path), lambda: _sorted(self.said, _theme), path)

    def languages(self) -> Table:
        """How many people write in each language."""
        return self._table("languages", lambda: _sorted(self.said, lambda each: each.language), None)

    def kinds(self, theme: int) -> Table:
        """Of those who speak of a theme: how many do what with it."""
        return self._table(("kinds", theme), lambda: _sorted(self.by_theme[theme], _kind), None)

    def kinds_by_group(self, theme: int, path: str) -> Table:
        """The same by group; requests and proposals are one."""
        return self._table(("kinds", theme, path), lambda: _sorted(self.by_theme[theme], _broad_kind), path)

    def _table(self, name: Hashable, rows: Callable[[], Rows], path: str | None) -> Table:
        if name not in self._tables:
            self._tables[name] = _protected(rows(), path, self.threshold)
        return self._tables[name]


def _sorted(said: Iterable[Said], by: Callable[[Said], Hashable]) -> Rows:
    rows: dict[Hashable, list[Said]] = defaultdict(list)
    for each in said:
        rows[by(each)].append(each)
    return rows


def _theme(each: Said) -> Hashable:
    return each.theme


def _kind(each: Said) -> Hashable:
    return each.kind


def _broad_kind(each: Said) -> Hashable:
    """The rule of a group that it counts for; None: neither."""
    return next((rule for rule, kinds in _GROUPS.items() if each.kind in kinds), None)


def _protected(rows: Rows, path: str | None, threshold: int) -> Table:
    """People by row and group, as far as it may be told."""
    people: dict[tuple[Hashable, str], set[str]] = defaultdict(set)
    wholes: dict[str, set[str]] = defaultdict(set)
    for row, said in rows.items():
        for each in said:
            people[row, _group_of(each, path)].add(each.person)
            wholes[_group_of(each, path)].add(each.person)
    columns = sorted(wholes)
    counts = [[len(people[row, column]) for column in columns] for row in rows]
    grid = protect_grid(counts, [len(wholes[column]) for column in columns], threshold)
    return {(row, column): grid[y][x] for y, row in enumerate(rows) for x, column in enumerate(columns)}


def _group_of(each: Said, path: str | None) -> str:
    return _UNSAID if path is None else each.groups.get(path, _UNSAID)


def tell(answers: Answers, themes: Sequence[int], groups: Mapping[str, Sequence[str]]) -> list[Told]:
    """Everything that may be said, in order: of all, then theme by theme. groups: path → its values, in order."""
    found = (recount(about, answers) for about in _subjects(answers, themes, groups))
    return [told for told in found if told is not None]


def _subjects(
    answers: Answers, themes: Sequence[int], groups: Mapping[str, Sequence[str]]
) -> Iterator[About]:
    yield from (About(rule) for rule in (Rule.PEOPLE, *_LANGUAGES))
    for theme in themes:
        yield from (About(rule, theme) for rule in (Rule.SIZE, *_KINDS))
        for rule, kinds in _WORDS.items():
            if word := _most_said(answers.by_theme[theme], kinds):
                yield About(rule, theme, word=word)
        for path, values in groups.items():
            for value in values:
                yield from (About(rule, theme, path, value) for rule in (Rule.GROUP, *_GROUPS))


def _most_said(said: Iterable[Said], kinds: Sequence[Kind]) -> str | None:
    people = Counter(word for each in said if each.kind in kinds for word in each.words)
    word = min(people, key=lambda word: (-people[word], word), default=None)
    return word if word is not None and people[word] >= FEWEST_WORDS else None


def check(told: Iterable[Told], answers: Answers) -> list[Told]:
    """The sentences that do not hold: each is counted anew, as if nobody had counted before."""
    return [sentence for sentence in told if recount(sentence.about, answers) != sentence]


def recount(about: About, answers: Answers) -> Told | None:
    """What the answers say of something; None where they say nothing, or it may not be told."""
    match about.rule:
        case Rule.PEOPLE:
            people = len({each.person for each in answers.said})
            return _told(about, answers.said, people) if people >= answers.threshold else None
        case Rule.SPANISH | Rule.KICHWA | Rule.MIXED:
            code = _LANGUAGES[about.rule]
            return _of_a_table(about, answers.languages(), code, answers.said, _in_language(code))
    if about.theme is None:
        return None
    members = answers.by_theme[about.theme]
    if answers.themes().get((about.theme, _UNSAID)) is None:
        return None
    match about.rule:
        case Rule.SIZE:
            return _of_a_table(about, answers.themes(), about.theme, answers.said, _under(about.theme))
        case Rule.NEED_WORD | Rule.PROPOSAL_WORD:
            return _of_a_word(about, answers, members)
        case Rule.GROUP | Rule.GROUP_NEEDS | Rule.GROUP_PROPOSALS:
            return _of_a_group(about, answers, members)
    (kind,) = _KINDS[about.rule]
    return _of_a_table(about, answers.kinds(about.theme), kind, members, _of_kinds((kind,)))


Holds = Callable[[Said], bool]


def _in_language(code: str) -> Holds:
    return lambda each: each.language == code


def _under(theme: int) -> Holds:
    return lambda each: each.theme == theme


def _of_kinds(kinds: Sequence[Kind]) -> Holds:
    return lambda each: each.kind in kinds


def _of_a_table(
    about: About, table: Table, row: Hashable, whole: Sequence[Said], holds: Holds, column: str = _UNSAID
) -> Told | None:
    if not table.get((row, column)):
        return None
    return _told(about, [each for each in whole if holds(each)], _people(whole))


def _of_a_group(about: About, answers: Answers, members: Sequence[Said]) -> Told | None:
    """Of a group that is there: how many of it speak of the theme; and of these, how many ask or lack."""
    if about.theme is None or about.path is None or about.value is None:
        return None
    path, value = about.path, about.value
    if not answers.themes(path).get((about.theme, value)):
        return None
    if about.rule is Rule.GROUP:
        whole = [each for each in answers.said if each.groups.get(path) == value]
        return _told(about, [each for each in whole if each.theme == about.theme], _people(whole))
    whole = [each for each in members if each.groups.get(path) == value]
    table = answers.kinds_by_group(about.theme, path)
    return _of_a_table(about, table, about.rule, whole, _of_kinds(_GROUPS[about.rule]), value)


def _of_a_word(about: About, answers: Answers, members: Sequence[Said]) -> Told | None:
    """Neither a word of few nor one that all but few use: what they did not say would be told."""
    whole = [each for each in members if each.kind in _WORDS[about.rule]]
    using = [each for each in whole if about.word in each.words]
    count, of = _people(using), _people(whole)
    if count < answers.threshold or 0 < of - count < answers.threshold:
        return None
    forms = Counter(each.words[about.word or ""] for each in using)
    return replace(_told(about, using, of), shown=min(forms, key=lambda form: (-forms[form], form)))


def _people(said: Iterable[Said]) -> int:
    return len({each.person for each in said})


def _told(about: About, said: Iterable[Said], of: int) -> Told:
    counted = list(said)
    return Told(about, _people(counted), of, tuple(sorted(each.id for each in counted)))
