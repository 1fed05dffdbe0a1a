"""The results of a consultation: how many people were reached, and what they said, question by question.

With a threshold every table passes disclosure control (surveys/disclosure.py) and may be published; without
one the counts are exact, for the organiser at work. Two published results of the same consultation, taken
while it is open, could be subtracted from each other: publish once, when it is closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.tables import Participant
from surveys.consultations import Reach, get_consultation
from surveys.conversation.outline import Outline, Site, outline_of
from surveys.disclosure import Guard
from surveys.questionnaire import Keep, Kind, Localized, Question, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.tables import Participation, Response
from surveys.tallies import Counted, Row, Statistics, Tally, Value, tally_of

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What was answered to one question.

    base        how many people answered; None where that is withheld
    of          the whole to print beside a count: the base, or everyone who finished where it is withheld
    rows        choices in the author's order, or bins; none for what is only counted (texts, places, hours)
    overlapping whether one person may be in several rows
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


def results_of(db: Session, consultation_id: int, *, threshold: int | None) -> Results:
    """Count what was sent in. Raises NotFound. `threshold` None: exact, not for publication.

    What is asked for the profile is counted among the people who sent in answers, and tied to none of these.
    """
    card = get_consultation(db, consultation_id)
    outline = outline_of(get_questionnaire(db, card.questionnaire_id))
    asked = {site.path: site for site in outline.sites.values() if site.is_asked}
    tallies = {path: tally_of(_question(site), repeated=_is_repeated(site)) for path, site in asked.items()}
    responses = _count_responses(db, consultation_id, tallies)
    kept = {path: keep for path, site in asked.items() if (keep := _question(site).keep)}
    people = _count_profiles(db, consultation_id, {keep: tallies[path] for path, keep in kept.items()})
    questions: list[QuestionResult] = []
    withheld: set[str] = set()
    for path, site in asked.items():
        whole = people if path in kept else responses
        guard = Guard(threshold, whole, *_condition(outline, site, withheld))
        found = _result(site, tallies[path].counted(guard), whole)
        questions.append(found)
        if found.base is None or any(row.count is None for row in found.rows):
            withheld.add(path)
    return Results(card.title, card.reach, tuple(questions))


def _count_responses(db: Session, consultation_id: int, tallies: dict[str, Tally]) -> int:
    query = select(Response.answers).where(
        Response.consultation_id == consultation_id, Response.state == "finished"
    )
    responses = 0
    for answers in _documents(db, query):
        responses += 1
        repeated: dict[str, list[Value]] = {}
        for path, value in answers.items():
            if "[" in path:
                repeated.setdefault(plain_path(path), []).append(value)
            elif path in tallies:
                tallies[path].add((value,))
        for path, values in repeated.items():
            if path in tallies:
                tallies[path].add(values)
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


def _result(site: Site, counted: Counted, whole: int) -> QuestionResult:
    question = _question(site)
    several = question.kind is Kind.SELECT_MULTIPLE or _is_repeated(site)
    return QuestionResult(
        path=question.path,
        name=question.name,
        kind=question.kind,
        label=question.label,
        keep=question.keep,
        base=counted.base,
        of=whole if counted.base is None else counted.base,
        rows=counted.rows,
        overlapping=several,
        statistics=counted.statistics,
    )


def _question(site: Site) -> Question:
    assert isinstance(site.node, Question)  # only questions are asked
    return site.node


def _is_repeated(site: Site) -> bool:
    return any(getattr(group.node, "repeats", False) for group in site.around())
