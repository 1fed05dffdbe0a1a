"""The page of the brief that a point has for itself: what it rests on, who thinks otherwise, who would do it.

Pure: what is told of a point in every language goes in, the same in one language comes out.
"""

from dataclasses import dataclass, field

from deliberation.council.brief_reader import Reader
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class Cell:
    """People who are alike by all categories of a weighting; None where they did not say one."""

    inside: tuple[str | None, ...]
    people: int
    named: int


@dataclass(frozen=True, slots=True)
class Weighted:
    """What share would name it if who answered looked like who lives here, in whole percent, with 95 %.

    worth:      as how many people of a fair sample the answers count; by: the categories that were weighted by
    cells:      who is alike by all of these
    population: category, value, and how many live here
    """

    percent: int
    low: int
    high: int
    worth: int
    by: tuple[str, ...]
    cells: tuple[Cell, ...]
    population: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of an opinion group agree, of how many who voted; None where that may not be shown."""

    number: int
    name: Localized
    agree: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class ItemQuote:
    """An answer that may be shown, redacted, with what an interpreter made of it. stand: typical or dissent."""

    text: str
    language: str
    translation: str
    stand: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of a point that is not its number.

    source:          where it comes from, as in deliberation.council.agenda
    question, value: of the answer that it stands on; mark: number of the statement, theme or ballot; else empty
    against, passed: None where they may not be shown; is_voted: whether anybody could be against
    """

    title: Localized = field(default_factory=dict)
    source: str = "council"
    question: str = ""
    value: str = ""
    mark: str = ""
    is_voted: bool = False
    against: int | None = None
    passed: int | None = None
    weighted: Weighted | None = None
    groups: tuple[Standing, ...] = ()
    dissent: Localized = field(default_factory=dict)
    quotes: tuple[ItemQuote, ...] = ()
    competence: str = ""
    unit: Localized = field(default_factory=dict)
    goals: tuple[str, ...] = ()
    proposed: Localized = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """An opinion group in the brief's language; its name may be empty."""

    number: int
    name: str
    agree: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A dossier in one language."""

    title: str
    source: str
    question: str
    value: str
    mark: str
    is_voted: bool
    against: int | None
    passed: int | None
    weighted: Weighted | None
    groups: tuple[GroupStanding, ...]
    dissent: str
    quotes: tuple[ItemQuote, ...]
    competence: str
    unit: str
    goals: tuple[str, ...]
    proposed: str


def page_of(dossier: Dossier, reader: Reader) -> ItemPage:
    """What the page of a point tells to one reader."""
    return ItemPage(
        title=_read(reader, dossier.title),
        source=dossier.source,
        question=dossier.question,
        value=dossier.value,
        mark=dossier.mark,
        is_voted=dossier.is_voted,
        against=dossier.against,
        passed=dossier.passed,
        weighted=dossier.weighted,
        groups=tuple(
            GroupStanding(each.number, _read(reader, each.name), each.agree, each.of)
            for each in dossier.groups
        ),
        dissent=_read(reader, dossier.dissent),
        quotes=dossier.quotes,
        competence=dossier.competence,
        unit=_read(reader, dossier.unit),
        goals=dossier.goals,
        proposed=_read(reader, dossier.proposed),
    )


def _read(reader: Reader, text: Localized) -> str:
    """Nothing is not something that is missing in a language."""
    return reader(text) if text else ""
