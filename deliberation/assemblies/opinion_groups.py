"""The opinion group as a quota of a lottery: where the votes of somebody placed them, for who agreed that it counts.

That is known while the deliberation is open. What a draw keeps of it ties a person to a group of opinion, and goes with
every other such tie: when the deliberation is closed, when the person takes back their votes, or what they agreed to.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.everyone import hold_still
from core.owed import owe_scrub
from core.people import get_participant
from core.tables import Participant
from deliberation.assemblies.tables import Draw, DrawTicket
from deliberation.opinions.tables import Analysis, Turnout, Voter

NO_GROUP = "none"
"""The value of who has no group: no votes, too few, or they have not agreed."""
AGREED = "group_counts"
"""Where a profile says that the group may count."""

_CATEGORY = "opinion_group_"


def category_of(deliberation_id: int) -> str:
    """The category of quotas by the groups of a deliberation."""
    return f"{_CATEGORY}{deliberation_id}"


def deliberation_of(category: str) -> int | None:
    """The deliberation of such a category; None for any other."""
    number = category.removeprefix(_CATEGORY)
    return int(number) if number != category and number.isascii() and number.isdecimal() else None


def list_deliberations_in(categories: Collection[str]) -> list[int]:
    """The deliberations whose groups are among these categories."""
    return [found for found in map(deliberation_of, categories) if found is not None]


def find_groups(db: Session, deliberation_id: int) -> dict[int, str]:
    """Participant → group, of those who agreed. As the chat tells each of them: by groups that were published."""
    published = list_published_groups(db, deliberation_id)
    query = (
        select(Turnout.participant_id, Voter.opinion_group)
        .join(Voter, Voter.id == Turnout.voter_id)
        .join(Participant, Participant.id == Turnout.participant_id)
        .where(Turnout.deliberation_id == deliberation_id, Voter.opinion_group.in_(published))
        .where(Participant.profile[AGREED].as_string() == "yes")
    )
    return {participant_id: str(group) for participant_id, group in db.execute(query)}


def list_published_groups(db: Session, deliberation_id: int) -> list[int]:
    """The numbers of the groups of the last analysis that was published."""
    query = select(Analysis.parameters).where(
        Analysis.deliberation_id == deliberation_id, Analysis.published_at.is_not(None)
    )
    parameters = db.scalar(query.order_by(Analysis.number.desc()).limit(1))
    return sorted(parameters["numbers"]) if parameters else []


def does_group_count(profile: Mapping[str, Any]) -> bool:
    """Whether the person agreed that their group counts in lotteries."""
    return profile.get(AGREED) == "yes"


def agree_that_group_counts(db: Session, chat_index: bytes, *, agrees: bool) -> bool:
    """Let the group count in lotteries to come, or no longer. Raises NotEnrolled.

    Who takes it back leaves the draws that it was counted in: what these keep would still say it. The caller then
    awaits `Database.scrub`.
    """
    hold_still(db)
    person = get_participant(db, chat_index)
    rest = {name: value for name, value in person.profile.items() if name != AGREED}
    person.profile = {**rest, AGREED: "yes"} if agrees else rest
    db.flush()
    if not agrees:
        _leave(db, _draws_by_groups(db), DrawTicket.participant_id == person.id)
    return agrees


def leave_draws(db: Session, participant_id: int, deliberation_id: int) -> None:
    """The person took back their votes: of draws by the groups of the deliberation nothing leads to them any more."""
    _leave(db, _draws_by_groups(db, deliberation_id), DrawTicket.participant_id == participant_id)


def part_draws(db: Session, deliberation_id: int) -> None:
    """The deliberation is closed: of its draws nothing leads to anybody any more. Who was invited stays invited."""
    _leave(db, _draws_by_groups(db, deliberation_id))


def _draws_by_groups(db: Session, deliberation_id: int | None = None) -> list[int]:
    found = []
    for draw_id, quotas in db.execute(select(Draw.id, Draw.quotas).order_by(Draw.id)):
        deliberations = list_deliberations_in({quota["category"] for quota in quotas})
        if deliberation_id in deliberations or (deliberation_id is None and deliberations):
            found.append(draw_id)
    return found


def _leave(db: Session, draws: Collection[int], *whose: Any) -> None:
    if draws:
        db.execute(delete(DrawTicket).where(DrawTicket.draw_id.in_(draws), *whose))
        owe_scrub(db)
