"""The results of a consultation: how many people were reached, and what they said, question by question.

Where people answered several versions of the questionnaire, what is the same question is counted together
(surveys/versioning/merging.py), and the result bears what the versions changed.

With a threshold every table passes disclosure control (surveys/disclosure.py) and may be published; without
one the counts are exact, for the organiser at work. Two published results of the same consultation, taken
while it is open, could be subtracted from each other: publish once, when it is closed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.tables import Participant
from surveys.consultations import Reach, get_consultation
from surveys.conversation.outline import Outline, Site, outline_of
from surveys.conversation.wording import left_open
from surveys.disclosure import Guard
from surveys.questionnaire import Choice, Keep, Kind, Localized, Question, plain_path
from surveys.tables import Participation, Response
from surveys.tallies import Counted, Row, Statistics, Tally, Value, tally_of
from surveys.versioning.comparison import Change, changes_by_question
from surveys.versioning.merging import Merged, Version, merge
from surveys.versioning.versions import versions_asked

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What was answered to one question.

    base        how many people answered; None where that is withheld
    of          the whole to print beside a count: the base, or everyone who finished where it is withheld
    rows        choices in the author's order, or bins; none for what is only counted (texts, places, hours)
    overlapping whether one person may be in several rows
    choices     what was offered, in every version that asked
    paths       every path that it has had in a version
    changes     what versions changed about it, with the number of each
    """

    path: str
    name: str
    kind: Kind
    label: Localized
    keep: Keep | None
    base: int | None
    of: int
    rows: tuple[Row, ...]
    overlapping: bool
    statistics: Statistics | None
    choices: tuple[Choice, ...] = ()
    paths: frozenset[str] = frozenset()
    changes: tuple[tuple[int, Change], ...] = ()

    @property
    def rows_by_size(self) -> tuple[Row, ...]:
        """The largest first; what is withheld comes last, in the author's order, which tells nothing."""
        return tuple(sorted(self.rows, key=lambda row: 1 if row.count is None else -row.count))


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one consultation."""

    title: Localized
    reach: Reach
    questions: tuple[QuestionResult, ...]
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that people were asked, with where it stands in each version that asks it."""

    merged: Merged
    question: Question
    sites: dict[int, Site]

    @property
    def repeated(self) -> bool:
        return bool(self.merged.newest.repeats)


def results_of(db: Session, consultation_id: int, *, threshold: int | None) -> Results:
    """Count what was sent in. Raises NotFound. `threshold` None: exact, not for publication.

    What is asked for the profile is counted among the people who sent in answers, and tied to none of these.
    """
    card = get_consultation(db, consultation_id)
    versions = versions_asked(db, consultation_id)
    outlines = {version.id: outline_of(version.questionnaire) for version in versions}
    asked = _asked(versions, outlines)
    tallies = {each.merged.name: tally_of(each.question, repeated=each.repeated) for each in asked}
    by_version: dict[int, dict[str, Tally]] = {version.id: {} for version in versions}
    for each in asked:
        for version, site in each.sites.items():
            by_version[version][site.path] = tallies[each.merged.name]
    responses = _count_responses(db, consultation_id, card.questionnaire_id, by_version)
    kept = {each.merged.name: each.question.keep for each in asked if each.question.keep}
    people = _count_profiles(db, consultation_id, {keep: tallies[name] for name, keep in kept.items()})
    changes = changes_by_question(versions)
    questions: list[QuestionResult] = []
    withheld: set[tuple[int, str]] = set()
    for each in asked:
        name = each.merged.name
        whole = people if name in kept else responses
        guard = Guard(threshold, whole, *_conditions(outlines, each, withheld))
        found = _result(each, tallies[name].counted(guard), whole, tuple(changes.get(name, ())))
        questions.append(found)
        if found.base is None or any(row.count is None for row in found.rows):
            withheld |= {(version, site.path) for version, site in each.sites.items()}
    return Results(card.title, card.reach, tuple(questions), versions)


def _asked(versions: Sequence[Version], outlines: Mapping[int, Outline]) -> list[_Asked]:
    """Every question that some version asks people, in the order of the newest."""
    found = []
    for merged in merge(versions):
        places = {
            version: outlines[version].sites[stance.question.path]
            for version, stance in merged.stances.items()
        }
        sites = {version: site for version, site in places.items() if site.is_asked}
        if sites:
            found.append(_Asked(merged, merged.question, sites))
    return found


def _count_responses(
    db: Session, consultation_id: int, own_version: int, tallies: Mapping[int, Mapping[str, Tally]]
) -> int:
    """Add what was sent in to the tallies, which are found by version and path. Returns how many there are."""
    query = select(Response.questionnaire_id, Response.answers).where(
        Response.consultation_id == consultation_id, Response.state == "finished"
    )
    responses = 0
    for version, answers in db.execute(query.execution_options(yield_per=_CHUNK)):
        responses += 1
        mine = tallies[version or own_version]
        repeated: dict[str, list[Value]] = {}
        for path, value in (answers or {}).items():
            if "[" in path:
                repeated.setdefault(plain_path(path), []).append(value)
            elif path in mine:
                mine[path].add((value,))
        for path, values in repeated.items():
            if path in mine:
                mine[path].add(values)
    return responses


def _count_profiles(db: Session, consultation_id: int, tallies: dict[Keep, Tally]) -> int:
    if not tallies:
        return 0
    query = (
        select(Participant.profile)
        .join(Participation, Participation.participant_id == Participant.id)
        .where(Participation.consultation_id == consultation_id, Participation.state == "finished")
    )
    people = 0
    for profile in _documents(db, query):
        people += 1
        for keep, tally in tallies.items():
            if keep in profile:
                tally.add((profile[keep],))
    return people


def _documents(db: Session, query: Select[Any]) -> Iterator[dict[str, Any]]:
    for found in db.execute(query.execution_options(yield_per=_CHUNK)).scalars():
        yield found or {}


def _conditions(
    outlines: Mapping[int, Outline], asked: _Asked, withheld: set[tuple[int, str]]
) -> tuple[bool, bool]:
    """Whether only some people are asked, and whether that hangs on a question with a number withheld.

    Who answered a version that does not ask it was not asked.
    """
    found = [
        _condition(outlines[version], site, {path for other, path in withheld if other == version})
        for version, site in asked.sites.items()
    ]
    everywhere = len(asked.sites) == len(outlines)
    return not everywhere or any(some for some, _ in found), any(linked for _, linked in found)


def _condition(outline: Outline, site: Site, withheld: set[str]) -> tuple[bool, bool]:
    """Whether only some people are asked, and whether that hangs on a question with a number withheld."""
    rules = [place.relevant for place in (site, *site.around()) if place.relevant]
    if not rules:
        return False, False
    watched: set[str] = set()
    waiting = [path for rule in rules for path in rule.reads]
    while waiting:
        path = waiting.pop()
        if path not in watched:
            watched.add(path)
            waiting += _looks_at(outline, path)
    return True, any(rule.anywhere for rule in rules) or not withheld.isdisjoint(watched)


def _looks_at(outline: Outline, path: str) -> frozenset[str]:
    """What decides on an answer: of a calculated one, the answers that it is calculated from."""
    site = outline.sites.get(path)
    return site.watches if site else frozenset()


def _result(
    asked: _Asked, counted: Counted, whole: int, changes: tuple[tuple[int, Change], ...]
) -> QuestionResult:
    question = asked.question
    return QuestionResult(
        path=question.path,
        name=question.name,
        kind=question.kind,
        label=left_open(question.label),
        keep=question.keep,
        base=counted.base,
        of=whole if counted.base is None else counted.base,
        rows=counted.rows,
        overlapping=question.kind is Kind.SELECT_MULTIPLE or asked.repeated,
        statistics=counted.statistics,
        choices=question.choices,
        paths=frozenset(site.path for site in asked.sites.values()),
        changes=changes,
    )
