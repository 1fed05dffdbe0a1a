"""The agenda: what the results put before the council, each item with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import NotFound
from deliberation.council.tables import AgendaItem, Decision, Sitting
from deliberation.council.weighing import weigh
from deliberation.voices.closing import close_consultation
from surveys.questionnaire import Kind, Localized
from surveys.results import QuestionResult, results_of
from surveys.tables import Consultation

AGENDA = "agenda"
"""Column of the choices sheet."""

PROPOSED = 5
"""A council member should be able to vote after one page: three to seven items."""

SOURCES = ("answers", "statement", "theme", "agreement", "council")
"""Where an item may come from; the last is the council's own, or the organisers'."""


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """What the council decided on an item.

    sent_to:    the body that must decide, where it is another one
    sitting_id: where it was decided, if in a sitting
    """

    id: int
    outcome: str
    reason: Localized
    decided_at: datetime
    sent_to: Localized | None = None
    sitting_id: int | None = None


@dataclass(frozen=True, slots=True)
class ItemCard:
    """An agenda item as a page shows it.

    evidence: frozen when it was proposed, and fit to be shown: `count` of `of` people stand behind it, `against` and
              `passed` likewise; each None where it may not be shown. What else there is hangs on the source: `path`
              and `value` of an answer; `statement`, `analysis` and `groups` of a vote; `theme`; `ballot`. `weighted`
              stands beside the count where there is a population to weight by. `dissent` is what an organiser wrote of
              who thinks otherwise, `voices` the answers that they chose as quotes.
    """

    id: int
    consultation_id: int | None
    position: int
    title: Localized
    evidence: dict[str, Any]
    decision: DecisionCard | None
    source: str = "answers"
    state: str = "confirmed"
    deliberation_id: int | None = None
    assembly_id: int | None = None
    request: Localized | None = None
    minutes: int = 15
    competence: str | None = None
    unit_id: int | None = None
    sdg: Sequence[str] = field(default=())
    proposed: Localized | None = None
    sitting_id: int | None = None
    place_in_sitting: int | None = None
    decide_by: date | None = None
    continues_id: int | None = None

    def is_overdue(self, day: date) -> bool:
        """Whether a decision was promised for an earlier day and is not there."""
        promised = self.decision is None and self.state == "confirmed" and self.decide_by is not None
        return promised and self.decide_by is not None and self.decide_by < day


def close_and_propose(db: Session, consultation_id: int, *, threshold: int, account_id: int | None) -> None:
    """Close a consultation and put its most named needs on the agenda, in one act."""
    close_consultation(db, consultation_id, account_id=account_id)
    propose_items(db, consultation_id, threshold=threshold, account_id=account_id)


def propose_items(db: Session, consultation_id: int, *, threshold: int, account_id: int | None) -> None:
    """Put the most named choices of the needs question on the agenda. Once: a second call changes nothing.

    The needs question is the multiple choice with the most choices. A choice under the disclosure threshold is
    never proposed: the proposal itself would publish it.
    """
    db.get(Consultation, consultation_id, with_for_update=True)  # two who propose at once take turns
    if db.scalar(select(func.count()).where(*_answers_of(consultation_id))):
        return
    results = results_of(db, consultation_id, threshold=threshold)
    asked = [question for question in results.questions if _may_ask_for_needs(question)]
    question = max(asked, key=lambda question: len(question.rows), default=None)
    if question is None:
        return
    requests = _requests(question)
    shown = [row for row in question.rows if row.count and row.value in requests]
    shown.sort(key=lambda row: -(row.count or 0))
    chosen = shown[:PROPOSED]
    weighted = weigh(db, consultation_id, results, question, [row.value for row in chosen], threshold)
    first = next_position(db, AgendaItem.consultation_id == consultation_id)
    for position, row in enumerate(chosen, first):
        evidence: dict[str, Any] = {
            "path": question.path,
            "paths": sorted(question.paths),
            "value": row.value,
            "count": row.count,
            "of": question.of,
        }
        if row.value in weighted:
            evidence["weighted"] = weighted[row.value]
        db.add(
            AgendaItem(
                consultation_id=consultation_id,
                position=position,
                title=dict(row.label),
                evidence=evidence,
                state="proposed",
            )
        )
    note_act(db, account_id, "propose", "agenda", consultation_id)


def _answers_of(consultation_id: int) -> tuple[Any, Any]:
    return AgendaItem.consultation_id == consultation_id, AgendaItem.source == "answers"


def _may_ask_for_needs(question: QuestionResult) -> bool:
    return question.kind is Kind.SELECT_MULTIPLE and question.keep is None


def _requests(question: QuestionResult) -> set[str]:
    """The choices that ask for something. The author says of others ("nothing urgent") `agenda` = no in their row."""
    return {choice.value for choice in question.choices if choice.extra.get(AGENDA, "") != "no"}


def next_position(db: Session, *which: Any) -> int:
    """The place after the last of some items."""
    return 1 + (db.scalar(select(func.max(AgendaItem.position)).where(*which)) or 0)


def list_items(db: Session, consultation_id: int) -> list[ItemCard]:
    """The items of a consultation in the order of the agenda, but for those that were withdrawn.

    Those that an organiser has not confirmed yet are among them. A decision that may be corrected yet, since its
    sitting goes on, is not told.
    """
    held = select(Sitting.id).where(Sitting.state == "held")
    stands = Decision.sitting_id.is_(None) | Decision.sitting_id.in_(held)
    joined = select(AgendaItem, Decision).outerjoin(Decision, (Decision.item_id == AgendaItem.id) & stands)
    query = joined.where(AgendaItem.consultation_id == consultation_id, AgendaItem.state != "withdrawn")
    return cards_of(db, query.order_by(AgendaItem.position, AgendaItem.id))


def get_item(db: Session, item_id: int) -> ItemCard:
    """Raises NotFound."""
    found = cards_of(db, items_where(AgendaItem.id == item_id))
    if not found:
        raise NotFound
    return found[0]


def items_where(*which: Any) -> Select[AgendaItem, Decision]:
    """A query of items with their decisions, for `cards_of`."""
    joined = select(AgendaItem, Decision).outerjoin(Decision, Decision.item_id == AgendaItem.id)
    return joined.where(*which)


def cards_of(db: Session, query: Select[AgendaItem, Decision]) -> list[ItemCard]:
    """What a query of `items_where` finds."""
    return [_card(item, decision) for item, decision in db.execute(query)]


def _card(item: AgendaItem, decision: Decision | None) -> ItemCard:
    return ItemCard(
        id=item.id,
        consultation_id=item.consultation_id,
        position=item.position,
        title=item.title,
        evidence=item.evidence,
        decision=None if decision is None else _decided(decision),
        source=item.source,
        state=item.state,
        deliberation_id=item.deliberation_id,
        assembly_id=item.assembly_id,
        request=item.request,
        minutes=item.minutes,
        competence=item.competence,
        unit_id=item.unit_id,
        sdg=tuple(item.sdg),
        proposed=item.proposed,
        sitting_id=item.sitting_id,
        place_in_sitting=item.place_in_sitting,
        decide_by=item.decide_by,
        continues_id=item.continues_id,
    )


def _decided(row: Decision) -> DecisionCard:
    return DecisionCard(row.id, row.outcome, row.reason, row.decided_at, row.sent_to, row.sitting_id)
