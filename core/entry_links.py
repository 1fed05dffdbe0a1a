"""Ways in that are handed out at a place or by a partner: how many came by each, never who."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import NotFound, RimayError
from core.people import Contact, enrol, find_participant
from core.tables import EntryLink, Participant

PLACE_LIMIT = 120
CODE_LENGTH = 8
CODE_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without l, o, 0 and 1: who cannot scan types the address, from paper."""

_CODE = re.compile(r"[a-z0-9]{1,32}")


class PlaceTaken(RimayError):
    """A link that is handed out has this place already: nobody could tell the two apart."""

    code = "place_taken"


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A way in, with its exact counts: what of them may be shown is for the reader's page to decide."""

    id: int
    code: str
    place: str
    came: int
    enrolled: int
    created_at: datetime
    ended_at: datetime | None


def tidy_place(typed: str) -> str:
    """A name on one line, of what can be printed; empty where nothing of it can."""
    return " ".join("".join(each if each.isprintable() else " " for each in typed).split())


def make_link(db: Session, place: str, account_id: int | None) -> int:
    """A new way in for a place or a partner. Raises PlaceTaken."""
    place = tidy_place(place)
    _refuse_taken(db, place)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    link = EntryLink(code=code, place=place, created_at=now())
    db.add(link)
    db.flush()
    note_act(db, account_id, "make", "entry_link", link.id)
    return link.id


def list_links(db: Session) -> list[LinkCard]:
    """Those that are handed out first, by place."""
    links = db.scalars(select(EntryLink)).all()
    ordered = sorted(links, key=lambda link: (link.ended_at is not None, link.place.casefold()))
    return [_card(link) for link in ordered]


def get_link(db: Session, link_id: int) -> LinkCard:
    """One way in. Raises NotFound."""
    return _card(_get(db, link_id))


def end_link(db: Session, link_id: int, account_id: int | None) -> None:
    """It is no longer handed out. Old paper stays on walls: who still comes by it is let in and counted."""
    link = _get(db, link_id)
    if link.ended_at is None:
        link.ended_at = now()
        note_act(db, account_id, "end", "entry_link", link.id)


def reopen_link(db: Session, link_id: int, account_id: int | None) -> None:
    """It is handed out again. Raises PlaceTaken where another took its place meanwhile."""
    link = _get(db, link_id)
    if link.ended_at is not None:
        _refuse_taken(db, link.place)
        link.ended_at = None
        note_act(db, account_id, "reopen", "entry_link", link.id)


def readable_code(typed: str) -> str | None:
    """The code in what stood after `/start`; None where nobody here can have written it. Capitals do not count."""
    code = typed.strip().lower()
    return code if _CODE.fullmatch(code) else None


def find_link(db: Session, code: str) -> int | None:
    """The way in that a code opens."""
    return db.scalar(select(EntryLink.id).where(EntryLink.code == code))


def count_coming(db: Session, link_id: int) -> None:
    """One more has come by a link. Of a link that is not there nothing is counted."""
    db.execute(update(EntryLink).where(EntryLink.id == link_id).values(came=EntryLink.came + 1))


def count_enrolment(db: Session, link_id: int) -> None:
    """One more of those has consented."""
    db.execute(update(EntryLink).where(EntryLink.id == link_id).values(enrolled=EntryLink.enrolled + 1))


def enrol_by_link(
    db: Session, link_id: int, contact: Contact, language: str, consent_version: str, zone: tzinfo
) -> Participant:
    """Store who has consented, and count them for the way they came by: once, and nothing ties the two afterwards."""
    takes_part = find_participant(db, contact.index) is not None
    participant = enrol(db, contact, language, consent_version, zone)
    if not takes_part:
        count_enrolment(db, link_id)
    return participant


def _get(db: Session, link_id: int) -> EntryLink:
    link = db.get(EntryLink, link_id)
    if link is None:
        raise NotFound
    return link


def _refuse_taken(db: Session, place: str) -> None:
    # Compared here: SQLite knows capitals of plain ASCII only.
    handed_out = db.scalars(select(EntryLink.place).where(EntryLink.ended_at.is_(None)))
    if place.casefold() in {other.casefold() for other in handed_out}:
        raise PlaceTaken


def _card(link: EntryLink) -> LinkCard:
    return LinkCard(link.id, link.code, link.place, link.came, link.enrolled, link.created_at, link.ended_at)
