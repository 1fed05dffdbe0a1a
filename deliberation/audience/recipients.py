"""The people of an audience: who they are to the database, how many, and how many are left out, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, func, or_, select, true
from sqlalchemy.orm import Session

from core.claims import had_enough
from core.errors import Fault, InvalidInput
from core.tables import Participant
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.audience.criteria import CONSULTATION_CRITERIA, Audience
from surveys.consultations import was_told
from surveys.questionnaire import Keep
from surveys.tables import Consultation, Participation

_TOOK_PART = {
    "finished": (Participation.state == "finished",),
    "silent": (Participation.state == "asked", was_told()),
    "unfinished": (Participation.state == "started",),
}


@dataclass(frozen=True, slots=True)
class Headcount:
    """How large an audience is.

    people   whom a message would reach
    away     who fits, and left or blocked the bot: nothing is sent to them
    unsaid   by item of the profile: who may or may not fit, since they have not said it
    """

    people: int
    away: int
    unsaid: Mapping[Keep, int]


def recipients(audience: Audience) -> Select[int]:
    """The participants whom a message to this audience reaches."""
    return select(Participant.id).where(Participant.reachable, *_told(audience), *_bands(audience))


def count_people(db: Session, audience: Audience) -> Headcount:
    """How many it reaches, and how many it leaves out."""
    told, bands = _told(audience), _bands(audience)
    # Who has said neither canton nor age is missing for both: a band that is unsaid does not exclude from the other.
    loosely = [
        or_(band, _said(keep).is_(None)) for (keep, _), band in zip(audience.bands(), bands, strict=True)
    ]
    unsaid = {
        keep: _count(db, Participant.reachable, *told, *loosely, _said(keep).is_(None))
        for keep, _ in audience.bands()
    }
    people = _count(db, Participant.reachable, *told, *bands)
    return Headcount(people, _count(db, ~Participant.reachable, *told, *bands), unsaid)


def count_waiting(db: Session, audience: Audience, per_week: int, moment: datetime) -> int:
    """How many of those whom a message reaches would get it later: the week before has brought them enough.

    per_week: so many messages are enough; 0: nothing is
    """
    if not per_week:
        return 0
    waiting = Participant.id.in_(had_enough(per_week, moment))
    return _count(db, Participant.reachable, waiting, *_told(audience), *_bands(audience))


def check_subjects(db: Session, audience: Audience) -> None:
    """Raises InvalidInput where it names a consultation or an assembly that is not there."""
    named = {number for name in CONSULTATION_CRITERIA for number in getattr(audience, name)}
    missing = named - set(db.scalars(select(Consultation.id).where(Consultation.id.in_(named))))
    faults = [Fault("audience_consultation", params={"number": number}) for number in sorted(missing)]
    known = set(db.scalars(select(Assembly.id).where(Assembly.id.in_(audience.invited))))
    faults += [
        Fault("audience_assembly", params={"number": number})
        for number in audience.invited
        if number not in known
    ]
    if faults:
        raise InvalidInput(tuple(faults))


def _count(db: Session, *conditions: ColumnExpressionArgument[bool]) -> int:
    return db.scalar(select(func.count()).select_from(Participant).where(*conditions)) or 0


def _bands(audience: Audience) -> list[ColumnElement[bool]]:
    return [_said(keep).in_(values) for keep, values in audience.bands()]


def _said(keep: Keep) -> ColumnElement[str]:
    said: ColumnElement[str] = Participant.profile[keep.value].as_string()
    return said


def _told(audience: Audience) -> list[ColumnElement[bool]]:
    """What the house knows without the profile: the language, and what people were asked and invited to before."""
    conditions: list[ColumnElement[bool]] = []
    if audience.languages:
        conditions.append(Participant.language.in_(audience.languages))
    for name, so_far in _TOOK_PART.items():
        if consultations := getattr(audience, name):
            took_part = Participation.consultation_id.in_(consultations), *so_far
            conditions.append(Participant.id.in_(select(Participation.participant_id).where(*took_part)))
    if audience.invited:
        invited = select(Invitation.participant_id).where(Invitation.assembly_id.in_(audience.invited))
        conditions.append(Participant.id.in_(invited))
    if audience.newcomers:
        conditions.append(~_participations().exists())
    return conditions or [true()]


def _participations() -> Select[int]:
    return (
        select(Participation.id).where(Participation.participant_id == Participant.id).correlate(Participant)
    )
