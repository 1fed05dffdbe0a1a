"""The pool of agenda items: confirmed, edited, withdrawn and taken back, put in order by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind
from core.clock import today
from core.errors import Conflict, NotFound, RimayError
from core.tables import Broadcast
from deliberation.commitments.tables import Unit
from deliberation.council.agenda import ItemCard, cards_of, items_where
from deliberation.council.deadlines import USUAL
from deliberation.council.decisions import in_both
from deliberation.council.tables import AgendaItem, Decision, Sitting
from i18n.localized import Localized
from surveys.tables import Response, Voice


class TitleMissing(RimayError):
    """What people read of the council's agenda is there in both languages."""

    code = "item_title_missing"


class ItemPromised(RimayError):
    """People were told that the council looks at it: it ends with a decision and its reason, not in silence."""

    code = "item_promised"


class QuoteUnknown(RimayError):
    """Not an answer that an organiser approved as a quote and its author allowed."""

    code = "item_quote_unknown"


@dataclass(frozen=True, slots=True)
class Wording:
    """All of an item that an organiser writes.

    request:   what is asked of the council, in one sentence
    proposed:  the commitment that the Unit proposes
    dissent:   who thinks otherwise, and what
    voices:    (voice id, "typical" or "dissent") of approved quotes
    decide_by: the day by which a decision is due; None: as it is, or as usual
    """

    title: Localized
    request: Localized
    minutes: int
    competence: str | None
    unit_id: int | None
    sdg: Sequence[str]
    proposed: Localized
    dissent: Localized
    voices: Sequence[tuple[str, str]] = ()
    decide_by: date | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """An answer that may be shown: its author allowed it and an organiser approved it."""

    id: str
    text: str
    language: str
    translation: str
    stand: str = ""


def list_pool(db: Session) -> list[ItemCard]:
    """Every item, what waits for a decision first, in the order of the agenda."""
    query = items_where().order_by(AgendaItem.position, AgendaItem.id)
    cards = cards_of(db, query)
    return sorted(cards, key=lambda card: (card.state == "withdrawn", card.decision is not None))


def add_item(db: Session, wording: Wording, zone: ZoneInfo, *, account_id: int | None) -> int:
    """Put something on the agenda that no result proposes. Raises TitleMissing."""
    last = db.scalar(select(AgendaItem.position).order_by(AgendaItem.position.desc()).limit(1))
    row = AgendaItem(source="council", evidence={}, position=(last or 0) + 1, title={}, state="confirmed")
    _write(db, row, wording)
    row.decide_by = wording.decide_by or today(zone) + USUAL
    db.add(row)
    db.flush()
    note_act(db, account_id, "add", "agenda_item", row.id)
    return row.id


def save_item(db: Session, item_id: int, wording: Wording, zone: ZoneInfo, *, account_id: int | None) -> None:
    """Write it anew, and confirm it if only the results proposed it.

    The day by which a decision is due is set once: from then on it is put off, and people hear of it. Withdrawing it
    and taking it back sets no other.
    Raises NotFound, Conflict once it is decided or its sitting is convened, TitleMissing, QuoteUnknown.
    """
    row = _changeable(db, item_id)
    _write(db, row, wording)
    row.decide_by = row.decide_by or wording.decide_by or today(zone) + USUAL
    row.state = "confirmed"
    note_act(db, account_id, "confirm", "agenda_item", item_id)


def withdraw_item(db: Session, item_id: int, *, account_id: int | None) -> None:
    """Take it off every agenda. A second time changes nothing. Raises NotFound, Conflict, ItemPromised."""
    row = _changeable(db, item_id)
    if is_promised(db, row.id, row.continues_id):
        raise ItemPromised
    if row.state != "withdrawn":
        row.state, row.sitting_id, row.place_in_sitting = "withdrawn", None, None
        note_act(db, account_id, "withdraw", "agenda_item", item_id)


def is_promised(db: Session, item_id: int, continues_id: int | None) -> bool:
    """Whether contributors wait for a decision on it: they heard that it was deferred, is late or was put off."""
    told = select(Broadcast.id).where(Broadcast.kind == Kind.OVERDUE, Broadcast.subject_id == item_id)
    return continues_id is not None or db.scalar(told.limit(1)) is not None


def take_back_item(db: Session, item_id: int, *, account_id: int | None) -> None:
    """Put what was withdrawn into the pool again, to be confirmed. A second time changes nothing."""
    row = _changeable(db, item_id)
    if row.state == "withdrawn":
        row.state = "proposed"
        note_act(db, account_id, "take_back", "agenda_item", item_id)


def move_item(db: Session, item_id: int, up: bool, *, account_id: int | None) -> None:
    """Change places with the one before or after it, of those that wait for a decision. At the end nothing happens."""
    row = _changeable(db, item_id)
    undecided = select(AgendaItem).outerjoin(Decision, Decision.item_id == AgendaItem.id)
    query = undecided.where(Decision.id.is_(None), AgendaItem.state != "withdrawn")
    rows = list(db.scalars(query.order_by(AgendaItem.position, AgendaItem.id)))
    if row not in rows:
        raise Conflict
    at = rows.index(row)
    other = at - 1 if up else at + 1
    if 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
        for position, each in enumerate(rows, 1):
            each.position = position
        note_act(db, account_id, "move", "agenda_item", item_id)


def list_quotable(db: Session, item: ItemCard) -> list[Quote]:
    """The approved quotes of its consultation, for the organiser to choose from."""
    query = _quotable().where(Voice.consultation_id == item.consultation_id).order_by(Voice.id)
    return [Quote(row.id, row.text, row.language, row.translation or "") for row in db.execute(query)]


def quotes_of(db: Session, item: ItemCard) -> list[Quote]:
    """Those that were chosen for it and may still be shown, what is typical first."""
    stands = {each["id"]: each["stand"] for each in item.evidence.get("voices", ())}
    rows = {row.id: row for row in db.execute(_quotable().where(Voice.id.in_(stands)))}
    return [
        Quote(row.id, row.text, row.language, row.translation or "", stand)
        for voice, stand in sorted(stands.items(), key=lambda pair: (pair[1] != "typical", pair[0]))
        if (row := rows.get(voice)) is not None
    ]


def _quotable() -> Select[str, str, str, str | None]:
    columns = Voice.id, Voice.text, Voice.language, Voice.translation
    joined = select(*columns).join(Response, Response.id == Voice.response_id)
    return joined.where(Voice.quote == "approved", Response.may_quote.is_(True), Voice.text != "")


def _changeable(db: Session, item_id: int) -> AgendaItem:
    """An item, held, that no decision and no convened sitting binds yet."""
    row = db.get(AgendaItem, item_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    decided = db.scalar(select(Decision.id).where(Decision.item_id == item_id)) is not None
    sitting = db.get(Sitting, row.sitting_id) if row.sitting_id is not None else None
    if decided or (sitting is not None and sitting.state == "convened"):
        raise Conflict
    return row


def _write(db: Session, row: AgendaItem, wording: Wording) -> None:
    if not in_both(wording.title):
        raise TitleMissing
    if wording.unit_id is not None and db.get(Unit, wording.unit_id) is None:
        raise NotFound
    row.title, row.request = dict(wording.title), dict(wording.request) or None
    row.minutes, row.competence, row.unit_id = wording.minutes, wording.competence, wording.unit_id
    row.sdg, row.proposed = list(wording.sdg), dict(wording.proposed) or None
    chosen = [voice for voice, _ in wording.voices]
    mine = Voice.consultation_id == row.consultation_id
    known = {found.id for found in db.execute(_quotable().where(mine, Voice.id.in_(chosen)))}
    if set(chosen) - known:
        raise QuoteUnknown
    evidence = {key: value for key, value in row.evidence.items() if key not in ("dissent", "voices")}
    if wording.dissent:
        evidence["dissent"] = dict(wording.dissent)
    if wording.voices:
        evidence["voices"] = [{"id": voice, "stand": stand} for voice, stand in wording.voices]
    row.evidence = evidence
