"""What people look for beside what there is: by need and canton, where demand has no service.

Demand is counted in two ways: how often help was looked for in the chat during a year, and what people said they need
in the latest consultation that is closed. Both pass disclosure control (surveys/disclosure.py): a search is held to be
somebody's, so a cell of a few is withheld, and as many others as it takes for the sums not to give it away.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deliberation.actors.directory import Wanted, list_offers
from deliberation.actors.needs import CANTONS, EVERYWHERE, NEEDS, canton_of, need_of
from deliberation.actors.tables import UnmetNeed
from surveys.disclosure import protect_exclusive, protect_overlapping
from surveys.questionnaire import Kind, Localized, Question, Questionnaire
from surveys.questionnaires import get_questionnaire
from surveys.tables import Consultation, Response

COLUMNS = (*CANTONS, EVERYWHERE)
_MONTHS = 12
_LEAST_KNOWN = 3
"""Choices of a question that must be needs, or cantons, for it to be the one that asks for them."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A need in a canton. A number that is None is withheld: it is small, or would give a small one away.

    services  that are given there, those for everybody included
    asked     searches in the chat;  missed: those of them that found nothing
    people    who said in the consultation that they need it; 0 where it did not ask
    gap       there is demand, of which the number may be shown, and no service
    """

    services: int
    asked: int | None
    missed: int | None
    people: int | None

    @property
    def gap(self) -> bool:
        """A number that is withheld may be any, and says nothing."""
        return not self.services and bool(self.asked or self.people)


@dataclass(frozen=True, slots=True)
class Month:
    """All searches of a month."""

    first: date
    asked: int | None
    missed: int | None


@dataclass(frozen=True, slots=True)
class Demand:
    """The matrix by need and canton, gaps first; the months; the consultation that was counted, if there is one."""

    rows: tuple[tuple[str, Mapping[str, Cell]], ...]
    months: tuple[Month, ...]
    consultation: Localized | None


def demand_of(db: Session, today: date, threshold: int) -> Demand:
    """As it is today."""
    services = _services(db)
    since = _months_before(today, _MONTHS - 1)
    searches, months = _searches(db, since, threshold)
    title, people = _people(db, threshold)
    rows = []
    for need in NEEDS:
        cells = {
            canton: Cell(services[need, canton], *searches[need, canton], people.get((need, canton), 0))
            for canton in COLUMNS
        }
        rows.append((need, cells))
    rows.sort(key=lambda row: -sum(cell.gap for cell in row[1].values()))
    return Demand(tuple(rows), months, title)


def _services(db: Session) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for offer in list_offers(db, Wanted(status="active")):
        where = {place.canton for place in offer.places}
        for need in offer.needs:
            reached = set(COLUMNS) if EVERYWHERE in where else where | {EVERYWHERE} if where else set()
            counts.update((need, canton) for canton in reached)
    return counts


def _months_before(day: date, count: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(years, month + 1, 1)


def _searches(
    db: Session, since: date, threshold: int
) -> tuple[dict[Key, tuple[int | None, int | None]], tuple[Month, ...]]:
    """By need and canton, and by month: each search is in exactly one cell of either table."""
    found, missed = UnmetNeed.found, UnmetNeed.asked - UnmetNeed.found
    query = select(UnmetNeed.need, UnmetNeed.canton, func.sum(found), func.sum(missed))
    by_cell = {
        (need, canton): (int(had), int(had_not))
        for need, canton, had, had_not in db.execute(
            query.where(UnmetNeed.month >= since).group_by(UnmetNeed.need, UnmetNeed.canton)
        )
    }
    keys = [(need, canton) for need in NEEDS for canton in COLUMNS]
    shown = _protected([by_cell.get(key, (0, 0)) for key in keys], threshold)
    by_month = db.execute(
        select(UnmetNeed.month, func.sum(found), func.sum(missed))
        .where(UnmetNeed.month >= since)
        .group_by(UnmetNeed.month)
        .order_by(UnmetNeed.month.desc())
    ).all()
    of_months = _protected([(int(had), int(had_not)) for _, had, had_not in by_month], threshold)
    months = tuple(Month(row[0], *counts) for row, counts in zip(by_month, of_months, strict=True))
    return dict(zip(keys, shown, strict=True)), months


def _protected(pairs: Sequence[tuple[int, int]], threshold: int) -> list[tuple[int | None, int | None]]:
    """Searches that found and that missed, as searches and misses: what may be shown of each."""
    counts = [count for pair in pairs for count in pair]
    if not sum(counts):
        return [(0, 0)] * len(pairs)
    shown = protect_exclusive(counts, sum(counts), threshold)
    return [
        (None if had is None or missed is None else had + missed, missed)
        for had, missed in zip(shown[::2], shown[1::2], strict=True)
    ]


def _people(db: Session, threshold: int) -> tuple[Localized | None, dict[Key, int | None]]:
    """Who needs what where, in the latest closed consultation that asked for needs."""
    query = select(Consultation).where(Consultation.state == "closed")
    for row in db.scalars(query.order_by(Consultation.closed_at.desc(), Consultation.id.desc())):
        asking = _asking(get_questionnaire(db, row.questionnaire_id))
        if asking is not None:
            return row.title, _counted(db, row.id, *asking, threshold)
    return None, {}


def _asking(questionnaire: Questionnaire) -> tuple[Question, Question | None] | None:
    """The question of needs, and that of the canton if one is asked with the answers."""
    asked = [question for question in questionnaire.questions() if not question.keep]
    needs = next((each for each in asked if _knows(each, need_of)), None)
    if needs is None:
        return None
    return needs, next((each for each in asked if _knows(each, canton_of)), None)


def _knows(question: Question, reader: object) -> bool:
    if question.kind not in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE) or not callable(reader):
        return False
    meant = {reader(choice.value) or reader(choice.label.get("es", "")) for choice in question.choices}
    return len(meant - {None}) >= _LEAST_KNOWN


def _counted(
    db: Session, consultation_id: int, needs: Question, cantons: Question | None, threshold: int
) -> dict[Key, int | None]:
    meant = _meanings(needs, need_of)
    where = {} if cantons is None else _meanings(cantons, canton_of)
    counts: Counter[Key] = Counter()
    others: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    query = select(Response.answers).where(
        Response.consultation_id == consultation_id, Response.state == "finished"
    )
    for answers in db.scalars(query.execution_options(yield_per=1000)):
        canton = where.get(str((answers or {}).get(cantons.path)), EVERYWHERE) if cantons else EVERYWHERE
        given = (answers or {}).get(needs.path) or []
        said = {meant.get(value, "") for value in ([given] if isinstance(given, str) else given)}
        counts.update((need, canton) for need in said - {""})
        others[canton] += not said - {""}
        whole[canton] += 1
    return _guarded(counts, others, whole, threshold)


def _meanings(question: Question, reader: object) -> dict[str, str]:
    assert callable(reader)
    found = {
        choice.value: reader(choice.value) or reader(choice.label.get("es", ""))
        for choice in question.choices
    }
    return {value: meant for value, meant in found.items() if meant}


def _guarded(
    counts: Counter[Key], others: Counter[str], whole: Counter[str], threshold: int
) -> dict[Key, int | None]:
    """What may be shown: in each canton people are in several cells; of each need, they are in one canton."""
    hidden: set[Key] = set()
    for canton in COLUMNS:
        cells = [*(counts[need, canton] for need in NEEDS), others[canton]]
        shown = protect_overlapping(cells, whole[canton], threshold)
        hidden |= {(need, canton) for need, count in zip(NEEDS, shown, strict=False) if count is None}
    for need in NEEDS:
        cells = [counts[need, canton] for canton in COLUMNS]
        sensitive = {place for place, canton in enumerate(COLUMNS) if (need, canton) in hidden}
        shown = protect_exclusive(cells, sum(cells), threshold, sensitive=sensitive)
        hidden |= {(need, canton) for canton, count in zip(COLUMNS, shown, strict=True) if count is None}
    return {
        (need, canton): None if (need, canton) in hidden else counts[need, canton]
        for need in NEEDS
        for canton in COLUMNS
    }
