"""After the sitting: what a representative reports back, read by a person, and told to those they spoke for."""

from sqlalchemy import CompoundSelect, Select, select, union
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import Conflict, RimayError
from core.tables import Participant
from deliberation.assemblies.tables import Invitation
from deliberation.council.tables import AgendaItem
from deliberation.empty_seat.asking import TooLong, hold_own
from deliberation.empty_seat.own_requests import OwnRequest, own_request_of
from deliberation.empty_seat.requests import SITS, HeldItem, hold_request
from deliberation.empty_seat.rule_book import LANGUAGES
from deliberation.empty_seat.tables import SeatRequest
from deliberation.opinions.tables import Turnout
from i18n.localized import Localized
from surveys.submission import Hear
from surveys.tables import Participation

LONGEST_REPORT = 1500


class ReportIncomplete(RimayError):
    """A report is told in both languages."""

    code = "seat_report_incomplete"


def write_report(db: Session, chat_index: bytes, number: int, text: str, hear: Hear) -> OwnRequest | TooLong:
    """What happened there, in the representative's words: covered where it names somebody, read before it is told.

    The last one counts, until it is told. Raises NotFound, Conflict where there is nothing to report.
    """
    participant_id, held, row = hold_own(db, chat_index, number)
    if not may_report(held, row):
        raise Conflict
    words = "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)
    if len(words) > LONGEST_REPORT:
        return TooLong(len(words), LONGEST_REPORT)
    heard = hear(words)
    spoken = db.get_one(Participant, participant_id).language
    row.report = {heard.language if heard.language in LANGUAGES else spoken: heard.redacted}
    db.flush()
    return own_request_of(db, participant_id, number)


def approve_report(db: Session, request_id: int, report: Localized, *, account_id: int | None) -> int:
    """Tell it to those they spoke for. The broadcast.

    Raises NotFound, Conflict where nobody sat or it was told, ReportIncomplete.
    """
    written = {language: report.get(language, "").strip() for language in LANGUAGES}
    if not all(written.values()):
        raise ReportIncomplete
    held, row = hold_request(db, request_id)
    if not may_report(held, row):
        raise Conflict
    note_act(db, account_id, "report", "seat_request", row.id)
    spoken_for = spoken_for_of(held.item, row).subquery()
    audience = select(Participant.id).where(Participant.id.in_(select(spoken_for)))
    broadcast = open_broadcast(db, Kind.SEAT_REPORT, row.id, audience)
    row.report, row.reported_at = written, now()
    return broadcast


def may_report(held: HeldItem, row: SeatRequest) -> bool:
    """Whether somebody sat there, and has not reported yet."""
    began = held.sitting is not None and held.sitting.starts_at <= now()
    return row.state in SITS and row.came and began and row.reported_at is None


def spoken_for_of(item: AgendaItem, row: SeatRequest) -> CompoundSelect[int] | Select[int]:
    """Those whom it concerns: who answered, voted, or was at the assembly that the item, or the mandate, comes from."""
    answered = select(Participation.participant_id).where(
        Participation.consultation_id == item.consultation_id, Participation.state == "finished"
    )
    voted = select(Turnout.participant_id).where(
        Turnout.deliberation_id == item.deliberation_id, Turnout.state == "voted"
    )
    assemblies = [each for each in (item.assembly_id, row.assembly_id) if each is not None]
    met = select(Invitation.participant_id).where(Invitation.assembly_id.in_(assemblies), Invitation.came)
    return union(answered, voted, met)
