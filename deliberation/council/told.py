"""What messages of the council are about, for lists of broadcasts."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.council.announcement import origin_of
from deliberation.council.tables import AgendaItem, Decision
from deliberation.subject import Subject


def find_decided(db: Session, decisions: Collection[int]) -> dict[int, Subject]:
    """Decision → the item, and what it came from."""
    query = select(Decision.id, AgendaItem).join(AgendaItem, AgendaItem.id == Decision.item_id)
    return {row[0]: _subject(db, row[1]) for row in db.execute(query.where(Decision.id.in_(decisions)))}


def find_delayed(db: Session, items: Collection[int]) -> dict[int, Subject]:
    """Item → itself, and what it came from."""
    query = select(AgendaItem).where(AgendaItem.id.in_(items))
    return {row.id: _subject(db, row) for row in db.scalars(query)}


def _subject(db: Session, item: AgendaItem) -> Subject:
    about = origin_of(db, item) or item.title
    if item.source == "statement":
        return Subject(about, deliberation_id=item.deliberation_id, item=item.title)
    if item.source == "agreement":
        return Subject(about, assembly_id=item.assembly_id, item=item.title)
    if item.consultation_id is not None:
        return Subject(about, consultation_id=item.consultation_id, item=item.title)
    return Subject(about, item=item.title, address=f"/council/items/{item.id}")
