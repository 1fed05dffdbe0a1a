"""Cases of protection: answers that speak of danger, one by one, until a person has seen to each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.broadcasts import Kind, open_broadcast
from core.clock import now
from core.errors import Conflict, NotFound
from core.owed import owe_scrub_of_deliveries
from core.progress import State
from core.tables import Account, Broadcast, Delivery, Participant
from deliberation.voices.protection import Danger
from deliberation.voices.protection_watch import dangers_of, raise_case, stop_quoting
from deliberation.voices.referral import Author, find_author
from deliberation.voices.tables import ProtectionCase
from surveys.conversation.wording import left_open
from surveys.questionnaire import Localized, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.tables import Consultation, Voice

WAITING, SETTLED = ("new", "seen"), ("referred", "set_aside")
_LATELY = 20
_IN_HAND = timedelta(hours=1)
"""So long whoever carries a referral may still ask for it."""


class CaseSettled(Conflict):
    """Somebody else has seen to the case."""

    code = "case_settled"


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A case as a person reads it. Its answer is redacted.

    told  the referral is on its way to who wrote it
    """

    id: int
    consultation_id: int
    title: Localized
    question: Localized
    voice_id: str
    language: str
    text: str
    translation: str
    dangers: tuple[Danger, ...]
    state: str
    raised_at: datetime
    seen_at: datetime | None
    settled_at: datetime | None
    seen_by: str
    told: bool
    author: Author


def count_waiting(db: Session) -> int:
    """How many cases nobody has seen to."""
    return db.scalar(select(func.count()).select_from(_cases(WAITING).subquery())) or 0


def find_oldest_waiting(db: Session) -> datetime | None:
    """Since when a case waits that nobody has looked at."""
    nobody = ProtectionCase.state == "new", ProtectionCase.voice_id.is_not(None)
    return db.scalar(select(func.min(ProtectionCase.raised_at)).where(*nobody))


def list_waiting(db: Session) -> list[int]:
    """Those cases, the ones that nobody looks at first, the oldest first."""
    order = ProtectionCase.state == "seen", ProtectionCase.raised_at, ProtectionCase.id
    return list(db.scalars(_cases(WAITING).order_by(*order)))


def list_settled(db: Session) -> list[CaseCard]:
    """The last that were seen to, so that a mistake can be mended."""
    order = ProtectionCase.settled_at.desc(), ProtectionCase.id.desc()
    ids = db.scalars(_cases(SETTLED).order_by(*order).limit(_LATELY))
    return [get_case(db, case_id) for case_id in ids]


def _cases(states: Collection[str]) -> Select[int]:
    """The ids of those whose answer still is there."""
    return select(ProtectionCase.id).where(
        ProtectionCase.state.in_(states), ProtectionCase.voice_id.is_not(None)
    )


def get_case(db: Session, case_id: int) -> CaseCard:
    """Raises NotFound, also where the answer was taken back."""
    query = (
        select(ProtectionCase, Voice, Consultation, Account.email)
        .join(Voice, Voice.id == ProtectionCase.voice_id)
        .join(Consultation, Consultation.id == ProtectionCase.consultation_id)
        .outerjoin(Account, Account.id == ProtectionCase.account_id)
        .where(ProtectionCase.id == case_id)
    )
    row = db.execute(query).first()
    if row is None:
        raise NotFound
    return _card(db, *row)


def _card(
    db: Session, case: ProtectionCase, voice: Voice, consultation: Consultation, email: str | None
) -> CaseCard:
    questions = get_questionnaire(db, consultation.questionnaire_id).questions()
    asked = next((question for question in questions if question.path == plain_path(voice.path)), None)
    dangers = dangers_of(voice.text, voice.translation or "")
    return CaseCard(
        id=case.id,
        consultation_id=consultation.id,
        title=consultation.title,
        question=left_open(asked.label) if asked else {},
        voice_id=voice.id,
        language=voice.language,
        text=voice.text,
        translation=voice.translation or "",
        dangers=dangers or tuple(danger for danger in Danger if danger == case.danger),
        state=case.state,
        raised_at=case.raised_at,
        seen_at=case.seen_at,
        settled_at=case.settled_at,
        seen_by=email or "",
        told=case.told,
        author=find_author(db, voice.id),
    )


def see_case(db: Session, case_id: int, *, account_id: int | None) -> None:
    """Somebody looks after it now. Who does says so first; a second time changes nothing."""
    case = _held(db, case_id)
    if case.state in SETTLED:
        raise CaseSettled
    if case.state == "new":
        case.state, case.seen_at, case.account_id = "seen", now(), account_id
        note_act(db, account_id, "see_case", "protection_case", case.id)


def refer_case(db: Session, case_id: int, *, account_id: int | None) -> int | None:
    """Send who wrote it the card with where to find help. The broadcast that carries it; None: nobody can be reached.

    Raises NotFound, CaseSettled.
    """
    case = _held(db, case_id)
    author = find_author(db, case.voice_id)
    _settle(db, case, "referred", account_id)
    note_act(db, account_id, "refer_case", "protection_case", case.id)
    if not author.may_reach:
        return None
    case.told = True
    last = select(func.max(Broadcast.round)).where(
        Broadcast.kind == Kind.REFERRAL, Broadcast.subject_id == case.id
    )
    whom = select(Participant.id).where(Participant.id == author.participant_id)
    return open_broadcast(db, Kind.REFERRAL, case.id, whom, 1 + (db.scalar(last) or 0))


def set_case_aside(db: Session, case_id: int, *, account_id: int | None) -> None:
    """A person has read it and sees no danger. Raises NotFound, CaseSettled."""
    case = _held(db, case_id)
    _settle(db, case, "set_aside", account_id)
    note_act(db, account_id, "set_case_aside", "protection_case", case.id)


def reopen_case(db: Session, case_id: int, *, account_id: int | None) -> None:
    """Look at it once more. A second time changes nothing."""
    case = _held(db, case_id)
    if case.state in SETTLED:
        case.state, case.settled_at, case.account_id = "seen", None, account_id
        db.flush()
        stop_quoting(db, str(case.voice_id))
        note_act(db, account_id, "reopen_case", "protection_case", case.id)


def point_out(
    db: Session, consultation_id: int, voice_id: str, danger: Danger, *, account_id: int | None
) -> int:
    """A person sees danger where the lists saw none. The case; what is one already stays as it is. Raises NotFound."""
    voice = db.get(Voice, voice_id)
    if voice is None or voice.consultation_id != consultation_id or not voice.text:
        raise NotFound
    raise_case(db, voice_id, consultation_id, danger)
    case_id = db.scalars(select(ProtectionCase.id).where(ProtectionCase.voice_id == voice_id)).one()
    note_act(db, account_id, "point_out_case", "protection_case", case_id)
    return case_id


def _held(db: Session, case_id: int) -> ProtectionCase:
    case = db.get(ProtectionCase, case_id, with_for_update=True)
    if case is None or case.voice_id is None:
        raise NotFound
    return case


def _settle(db: Session, case: ProtectionCase, state: str, account_id: int | None) -> None:
    if case.state in SETTLED:
        raise CaseSettled
    moment = now()
    case.state, case.settled_at, case.account_id = state, moment, account_id
    case.seen_at = case.seen_at or moment
    db.flush()


def forget_referrals(db: Session) -> None:
    """Once a referral is settled nothing says any more to whom it went: the broadcast goes with its delivery.

    Of one that did not arrive the case says so.
    """
    under_way = select(Delivery.broadcast_id).where(Delivery.state.in_((State.NEW, State.SENDING)))
    over = (
        Broadcast.kind == Kind.REFERRAL,
        Broadcast.created_at < now() - _IN_HAND,
        Broadcast.id.not_in(under_way),
    )
    for broadcast in db.scalars(select(Broadcast).where(*over)).all():
        arrived = select(Delivery.id).where(
            Delivery.broadcast_id == broadcast.id, Delivery.state == State.SENT
        )
        case = db.get(ProtectionCase, broadcast.subject_id)
        if case is not None and db.scalar(arrived) is None:
            case.told = False
        db.delete(broadcast)
        owe_scrub_of_deliveries(db)


def is_any_referral_kept(db: Session) -> bool:
    """Whether there is a referral that could be forgotten by now."""
    old = Broadcast.kind == Kind.REFERRAL, Broadcast.created_at < now() - _IN_HAND
    return db.scalar(select(Broadcast.id).where(*old).limit(1)) is not None
