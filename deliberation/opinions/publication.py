"""What an organiser shows of analyses to the council and to those who took part, and the names of the groups.

Two analyses that are both shown can be subtracted. So between any two of them at least as many people must have voted
for the first time, or voted otherwise, as the disclosure threshold says.
"""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from core.audit import note_act
from core.clock import now
from core.database import insert_into
from core.errors import NotFound, RimayError
from deliberation.tables import Analysis, Deliberation, OpinionGroup, Statement, Vote
from i18n.localized import Localized


class TooFewToPublish(RimayError):
    """So few people voted that figures would tell of them."""

    code = "too_few_to_publish"


class TooLittleNew(RimayError):
    """It differs from a published analysis by the votes of so few people that subtracting them would tell of these."""

    code = "too_little_new"


def publish_analysis(
    db: Session, deliberation_id: int, number: int, *, threshold: int, account_id: int | None
) -> None:
    """Show it to the council, and to each person their place in it. A second time changes nothing.

    Raises NotFound, TooFewToPublish and TooLittleNew.
    """
    # Two who publish at once must see each other's.
    db.execute(select(Deliberation.id).where(Deliberation.id == deliberation_id).with_for_update())
    mine = Analysis.deliberation_id == deliberation_id
    row = db.scalars(select(Analysis).where(mine, Analysis.number == number)).one_or_none()
    if row is None:
        raise NotFound
    if row.published_at is not None:
        return
    if row.people < threshold:
        raise TooFewToPublish(least=threshold)
    for other in db.scalars(select(Analysis.number).where(mine, Analysis.published_at.is_not(None))):
        first, second = sorted((number, other))
        if count_who_differ(db, deliberation_id, first, second, most=threshold) < threshold:
            raise TooLittleNew(number=other, least=threshold)
    row.published_at = now()
    note_act(db, account_id, "publish", "analysis", row.id)


def count_who_differ(db: Session, deliberation_id: int, first: int, second: int, *, most: int) -> int:
    """People who voted for the first time, or otherwise, between two analyses; no more are counted than `most`.

    A vote that came to a statement by merging is one that somebody had cast before.
    """
    gone = aliased(Statement)
    before = aliased(Vote)
    moved = (
        exists()
        .where(before.voter_id == Vote.voter_id, before.until == Vote.since)
        .where(before.statement_id == gone.id, gone.merged_into == Vote.statement_id)
    )
    query = (
        select(Vote.voter_id)
        .join(Statement, Statement.id == Vote.statement_id)
        .where(Statement.deliberation_id == deliberation_id, Statement.state != "merged")
        .where(Vote.since > first, Vote.since <= second, ~moved)
        .distinct()
        .limit(most)
    )
    return db.scalar(select(func.count()).select_from(query.subquery())) or 0


def name_group(
    db: Session, deliberation_id: int, number: int, name: Localized, *, account_id: int | None
) -> None:
    """Give an opinion group a name, or another one. Raises NotFound where no analysis has found it."""
    query = select(Analysis.parameters).where(Analysis.deliberation_id == deliberation_id)
    if not any(number in parameters["numbers"] for parameters in db.scalars(query)):
        raise NotFound
    insert = insert_into(db, OpinionGroup).values(
        deliberation_id=deliberation_id, number=number, name=dict(name)
    )
    named = insert.on_conflict_do_update(
        index_elements=["deliberation_id", "number"], set_={"name": insert.excluded.name}
    )
    db.execute(named)
    note_act(db, account_id, "name_group", "deliberation", deliberation_id)


def list_group_names(db: Session, deliberation_id: int) -> dict[int, Localized]:
    """The names that organisers gave, by the number of the group."""
    query = select(OpinionGroup.number, OpinionGroup.name)
    query = query.where(OpinionGroup.deliberation_id == deliberation_id).order_by(OpinionGroup.number)
    return {row.number: row.name for row in db.execute(query)}
