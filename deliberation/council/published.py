"""What everybody may read of the council: its convened sittings with their agendas, and what became of each item."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from deliberation.commitments.tables import Unit
from deliberation.council.agenda import ItemCard, cards_of, get_item, items_where
from deliberation.council.announcement import origin_of
from deliberation.council.decisions import satisfaction_of
from deliberation.council.items import Quote, is_promised, quotes_of
from deliberation.council.sittings import SittingCard, get_sitting, list_sittings
from deliberation.council.tables import AgendaItem, Sitting
from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """An item: what was said, what the council decided, what happens now.

    about:     the consultation, deliberation or assembly that it came from; empty where the council put it itself
    decided:   whether its decision may be read: it stands, and people were told
    sitting:   where it is, or was, on the agenda
    continued: the item that goes on from it, where it was deferred; continues: the one that it goes on from
    promised:  whether contributors wait for a decision on it
    replies:   what contributors say of the decision, exact: for a page to protect
    """

    item: ItemCard
    about: Localized
    unit: Localized
    quotes: tuple[Quote, ...]
    decided: bool
    sitting: SittingCard | None
    continued: ItemCard | None
    promised: bool
    replies: Mapping[str, int]


def list_published_sittings(db: Session) -> list[SittingCard]:
    """Those that were convened, whatever became of them; the next one first."""
    return [sitting for sitting in list_sittings(db) if sitting.convened_at is not None]


def get_published_sitting(db: Session, sitting_id: int) -> SittingCard:
    """Raises NotFound, also where it was not convened."""
    sitting = get_sitting(db, sitting_id)
    if sitting.convened_at is None:
        raise NotFound
    return sitting


def get_published_item(db: Session, item_id: int) -> PublishedItem:
    """Raises NotFound, also where it is on no published agenda and nothing was decided on it."""
    found = read_item(db, item_id)
    if not is_published(db, found.item):
        raise NotFound
    return found


def is_published(db: Session, item: ItemCard) -> bool:
    """Whether everybody may read of it: it is on a published agenda, was decided on, or goes on from one that was."""
    if item.state != "confirmed":
        return False
    sitting = db.get(Sitting, item.sitting_id) if item.sitting_id else None
    on_agenda = sitting is not None and sitting.convened_at is not None
    return on_agenda or stands(db, item) or item.continues_id is not None


def get_published_brief(db: Session, consultation_id: int) -> int:
    """The newest sitting on whose published agenda a point of a consultation stands: its brief is for everybody then.

    Raises NotFound where there is none.
    """
    query = select(Sitting.id).join(AgendaItem, AgendaItem.sitting_id == Sitting.id)
    mine = AgendaItem.consultation_id == consultation_id, AgendaItem.state == "confirmed"
    newest = query.where(*mine, Sitting.convened_at.is_not(None)).order_by(Sitting.id.desc()).limit(1)
    found = db.scalar(newest)
    if found is None:
        raise NotFound
    return found


def read_item(db: Session, item_id: int) -> PublishedItem:
    """An item with all that hangs on it. Raises NotFound."""
    item = get_item(db, item_id)
    unit = db.get(Unit, item.unit_id) if item.unit_id else None
    sitting = get_sitting(db, item.sitting_id) if item.sitting_id else None
    decided = stands(db, item)
    after = cards_of(db, items_where(AgendaItem.continues_id == item_id).order_by(AgendaItem.id))
    return PublishedItem(
        item=item,
        about=origin_of(db, db.get_one(AgendaItem, item_id)),
        unit=unit.name if unit else {},
        quotes=tuple(quotes_of(db, item)),
        decided=decided,
        sitting=sitting,
        continued=after[0] if after else None,
        promised=is_promised(db, item_id, item.continues_id),
        replies=satisfaction_of(db, item.decision.id) if item.decision and decided else {},
    )


def stands(db: Session, item: ItemCard) -> bool:
    """Whether its decision stands: what is written down in a sitting may be corrected until that is closed."""
    if item.decision is None:
        return False
    if item.decision.sitting_id is None:
        return True
    return db.scalar(select(Sitting.state).where(Sitting.id == item.decision.sitting_id)) == "held"
