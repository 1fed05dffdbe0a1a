"""What items can be proposed from: closed consultations, published votes, settled themes, confirmed agreements."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.tables import Minutes
from deliberation.council.agenda import propose_items
from deliberation.council.proposing import propose_agreements, propose_statements, propose_themes
from deliberation.council.tables import AgendaItem
from deliberation.opinions.reading import list_published
from deliberation.voices.tables import Codebook
from i18n.localized import Localized
from surveys.tables import Consultation


@dataclass(frozen=True, slots=True)
class Source:
    """One of them. kind: the source of the items; there: how many have been proposed from it."""

    kind: str
    id: int
    title: Localized
    there: int


def list_sources(db: Session) -> list[Source]:
    """All of them, by kind, the newest first."""
    return [*_consultations(db), *_votes(db), *_themes(db), *_assemblies(db)]


def propose_from(db: Session, kind: str, source_id: int, *, threshold: int, account_id: int | None) -> int:
    """Put on the agenda what is not there yet; how many came new. Raises NotFound."""
    if not any((each.kind, each.id) == (kind, source_id) for each in list_sources(db)):
        raise NotFound
    match kind:
        case "statement":
            return propose_statements(db, source_id, threshold=threshold, account_id=account_id)
        case "theme":
            return propose_themes(db, source_id, threshold=threshold, account_id=account_id)
        case "agreement":
            return propose_agreements(db, source_id, threshold=threshold, account_id=account_id)
    before = _count(db, "answers", AgendaItem.consultation_id == source_id)
    propose_items(db, source_id, threshold=threshold, account_id=account_id)
    db.flush()
    return _count(db, "answers", AgendaItem.consultation_id == source_id) - before


def _consultations(db: Session) -> Iterator[Source]:
    query = select(Consultation.id, Consultation.title).where(Consultation.state == "closed")
    for row in db.execute(query.order_by(Consultation.id.desc())):
        yield Source(
            "answers", row.id, row.title, _count(db, "answers", AgendaItem.consultation_id == row.id)
        )


def _votes(db: Session) -> Iterator[Source]:
    for each in list_published(db):
        mine = AgendaItem.deliberation_id == each.deliberation_id
        yield Source("statement", each.deliberation_id, each.title, _count(db, "statement", mine))


def _themes(db: Session) -> Iterator[Source]:
    query = (
        select(Consultation.id, Consultation.title)
        .join(Codebook, Codebook.consultation_id == Consultation.id)
        .where(Codebook.settled_at.is_not(None))
    )
    for row in db.execute(query.order_by(Consultation.id.desc())):
        yield Source("theme", row.id, row.title, _count(db, "theme", AgendaItem.consultation_id == row.id))


def _assemblies(db: Session) -> Iterator[Source]:
    confirmed = select(Minutes.assembly_id).where(Minutes.confirmed_at.is_not(None))
    query = select(Assembly.id, Assembly.title).where(Assembly.id.in_(confirmed))
    for row in db.execute(query.order_by(Assembly.id.desc())):
        yield Source(
            "agreement", row.id, row.title, _count(db, "agreement", AgendaItem.assembly_id == row.id)
        )


def _count(db: Session, kind: str, mine: ColumnElement[bool]) -> int:
    """Those that were proposed; what goes on from a deferred one was not."""
    proposed = AgendaItem.source == kind, AgendaItem.continues_id.is_(None)
    query = select(func.count()).select_from(AgendaItem).where(*proposed, mine)
    return int(db.scalar(query) or 0)
