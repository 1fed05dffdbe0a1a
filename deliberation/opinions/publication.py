"""What an organiser shows of analyses to the council and to those who took part, and the names of the groups.

Two analyses that are both shown can be subtracted. So between any two of them at least as many people must have voted
for the first time, or voted otherwise, as the disclosure threshold says.
"""

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased, defer

from core.audit import note_act
from core.clock import now
from core.database import insert_into
from core.errors import NotFound, RimayError
from deliberation.opinions.tables import Analysis, OpinionGroup, Statement, Vote, Voter
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
    # Two who publish at once must see each other's. Who votes need not wait while it is counted who has.
    query = select(Analysis).options(defer(Analysis.result), defer(Analysis.model))
    query = query.where(Analysis.deliberation_id == deliberation_id).order_by(Analysis.number)
    rows = db.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    row = next((each for each in rows if each.number == number), None)
    if row is None:
        raise NotFound
    if row.published_at is not None:
        return
    if row.people < threshold:
        raise TooFewToPublish(least=threshold)
    for other in [each.number for each in rows if each.published_at is not None]:
        first, second = sorted((number, other))
        if count_who_differ(db, deliberation_id, first, second, most=threshold) < threshold:
            raise TooLittleNew(number=other, least=threshold)
    row.published_at = now()
    _show_places(db, deliberation_id, number)
    note_act(db, account_id, "publish", "analysis", row.id)


def _show_places(db: Session, deliberation_id: int, number: int) -> None:
    """Keep where it placed people as what they are shown; those whom a newer one has placed anew keep what they had."""
    shown = {
        "shown_group": Voter.opinion_group,
        "shown_x": Voter.x,
        "shown_y": Voter.y,
        "shown_in": Voter.placed_in,
    }
    mine = Voter.deliberation_id == deliberation_id, Voter.placed_in == number
    db.execute(update(Voter).where(*mine).values(shown).execution_options(synchronize_session=False))


def count_who_differ(db: Session, deliberation_id: int, first: int, second: int, *, most: int) -> int:
    """People who voted for the first time, or otherwise, between two analyses; no more are counted than `most`.

    A vote that came to a statement by merging is one that somebody had cast before.
    """
    query = select(Statement.id, Statement.state, Statement.merged_into)
    rows = db.execute(query.where(Statement.deliberation_id == deliberation_id).order_by(Statement.id)).all()
    into: dict[int | None, list[int]] = {}
    for row in rows:
        into.setdefault(row.merged_into, []).append(row.id)
    differ: set[str] = set()
    # One statement after the other: of most, enough have voted on the first.
    for statement_id in (row.id for row in rows if row.state == "accepted"):
        new = select(Vote.voter_id).where(
            Vote.statement_id == statement_id, Vote.since > first, Vote.since <= second
        )
        if gone := into.get(statement_id):
            before = aliased(Vote)
            moved = (
                before.voter_id == Vote.voter_id,
                before.statement_id.in_(gone),
                before.until == Vote.since,
            )
            new = new.where(~exists().where(*moved))
        differ.update(db.scalars(new.limit(most)))
        if len(differ) >= most:
            return most
    return len(differ)


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
