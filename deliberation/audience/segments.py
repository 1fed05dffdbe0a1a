"""Segments: audiences that were given a name, to be asked again. They hold what people share, never who they are."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import NotFound, RimayError
from deliberation.audience.criteria import Audience, read_audience, to_json
from deliberation.audience.recipients import check_subjects
from deliberation.audience.tables import Segment


class SegmentNameTaken(RimayError):
    """Another segment has that name."""

    code = "segment_name_taken"


@dataclass(frozen=True, slots=True)
class SegmentCard:
    """A segment as a list shows it."""

    id: int
    name: str
    audience: Audience


def save_segment(db: Session, name: str, audience: Audience, *, account_id: int | None) -> int:
    """Give an audience a name. Raises SegmentNameTaken."""
    check_subjects(db, audience)
    _free(db, name)
    row = Segment(name=name, audience=to_json(audience), created_at=now())
    db.add(row)
    db.flush()
    note_act(db, account_id, "save", "segment", row.id)
    return row.id


def rename_segment(db: Session, segment_id: int, name: str, *, account_id: int | None) -> None:
    """Another name for the same audience. Raises NotFound, SegmentNameTaken."""
    row = _get(db, segment_id)
    if row.name != name:
        _free(db, name, but=segment_id)
        row.name = name
        note_act(db, account_id, "rename", "segment", segment_id)


def delete_segment(db: Session, segment_id: int, *, account_id: int | None) -> None:
    """Forget the name. Consultations that were opened to its audience stay as they are. Raises NotFound."""
    db.delete(_get(db, segment_id))
    note_act(db, account_id, "delete", "segment", segment_id)


def list_segments(db: Session) -> list[SegmentCard]:
    """In the order of their names."""
    cards = [_card(row) for row in db.scalars(select(Segment))]
    return sorted(cards, key=lambda card: card.name.casefold())


def get_segment(db: Session, segment_id: int) -> SegmentCard:
    """Raises NotFound."""
    return _card(_get(db, segment_id))


def _free(db: Session, name: str, but: int | None = None) -> None:
    """Names that differ in nothing but large letters would be taken for one another."""
    named = db.execute(select(Segment.id, Segment.name))
    if any(found.casefold() == name.casefold() and key != but for key, found in named):
        raise SegmentNameTaken


def _get(db: Session, segment_id: int) -> Segment:
    row = db.get(Segment, segment_id)
    if row is None:
        raise NotFound
    return row


def _card(row: Segment) -> SegmentCard:
    return SegmentCard(row.id, row.name, read_audience(row.audience))
