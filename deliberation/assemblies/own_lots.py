"""What of a person counts in lotteries, as they said and may change it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.people import get_participant
from deliberation.assemblies.assembly import WILLING
from deliberation.assemblies.households import Household, get_household
from deliberation.assemblies.opinion_groups import does_group_count
from surveys.questionnaire import Keep


@dataclass(frozen=True, slots=True)
class OwnLots:
    """language: the person's; willing: whether they may be invited, and so are in lotteries at all."""

    language: str
    willing: bool
    household: Household
    group_counts: bool


def get_own_lots(db: Session, chat_index: bytes) -> OwnLots:
    """As it stands. Raises NotEnrolled."""
    person = get_participant(db, chat_index)
    return OwnLots(
        person.language,
        person.profile.get(Keep.INVITE.value) == WILLING,
        get_household(db, chat_index),
        does_group_count(person.profile),
    )
