"""The agenda: what the results put before the council, each item with its evidence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import NotFound
from deliberation.council.tables import AgendaItem, Decision
from surveys.consultations import close_consultation
from surveys.questionnaire import Kind, Localized
from surveys.results import QuestionResult, results_of

AGENDA = "agenda"
"""Column of the choices sheet."""

PROPOSED = 5
"""A council member should be able to vote after one page: three to seven items."""


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """What the council decided on an item."""

    id: int
    outcome: str
    reason: Localized
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ItemCard:
    """An agenda item as a page shows it."""

    id: int
    consultation_id: int | None
    position: int
    title: Localized
    evidence: dict[str, Any]
    decision: DecisionCard | None


def close_and_propose(db: Session, consultation_id: int, *, threshold: int, account_id: int | None) -> None:
    """Close a consultation and put its most named needs on the agenda, in one act."""
    close_consultation(db, consultation_id, account_id=account_id)
    propose_items(db, consultation_id, threshold=threshold, account_id=account_id)


def propose_items(db: Session, consultation_id: int, *, threshold: int, account_id: int | None) -> None:
    """Put the most named choices of the needs question on the agenda. Once: a second call changes nothing.

    The needs question is the multiple choice with the most choices. A choice under the disclosure threshold is
    never proposed: the proposal itself would publish it.
    """
    if db.scalar(select(func.count()).where(AgendaItem.consultation_id == consultation_id)):
        return
    results = results_of(db, consultation_id, threshold=threshold)
    asked = [question for question in results.questions if _may_ask_for_needs(question)]
    question = max(asked, key=lambda question: len(question.rows), default=None)
    if question is None:
        return
    requests = _requests(question)
    shown = [row for row in question.rows if row.count and row.value in requests]
    shown.sort(key=lambda row: -(row.count or 0))
    for position, row in enumerate(shown[:PROPOSED], 1):
        evidence = {
            "path": question.path,
            "value": row.value,
            "count": row.count,
            "of": question.of,
        }
        db.add(
            AgendaItem(
                consultation_id=consultation_id,
                position=position,
                title=dict(row.label),
                evidence=evidence,
            )
        )
    note_act(db, account_id, "propose", "agenda", consultation_id)


def _may_ask_for_needs(question: QuestionResult) -> bool:
    return question.kind is Kind.SELECT_MULTIPLE and question.keep is None


def _requests(question: QuestionResult) -> set[str]:
    """The choices that ask for something. The author says of others ("nothing urgent") `agenda` = no in their row."""
    return {choice.value for choice in question.choices if choice.extra.get(AGENDA, "") != "no"}


def list_items(db: Session, consultation_id: int) -> list[ItemCard]:
    """The items of a consultation in the order of the agenda."""
    query = select(AgendaItem, Decision).outerjoin(Decision, Decision.item_id == AgendaItem.id)
    rows = db.execute(
        query.where(AgendaItem.consultation_id == consultation_id).order_by(AgendaItem.position)
    )
    return [_card(item, decision) for item, decision in rows]


def get_item(db: Session, item_id: int) -> ItemCard:
    """Raises NotFound."""
    query = select(AgendaItem, Decision).outerjoin(Decision, Decision.item_id == AgendaItem.id)
    row = db.execute(query.where(AgendaItem.id == item_id)).first()
    if row is None:
        raise NotFound
    return _card(row[0], row[1])


def _card(item: AgendaItem, decision: Decision | None) -> ItemCard:
    return ItemCard(
        id=item.id,
        consultation_id=item.consultation_id,
        position=item.position,
        title=item.title,
        evidence=item.evidence,
        decision=None if decision is None else _decided(decision),
    )


def _decided(row: Decision) -> DecisionCard:
    return DecisionCard(row.id, row.outcome, row.reason, row.decided_at)
