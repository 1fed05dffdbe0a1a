"""Opinion groups as quotas: for who agreed, while their votes are theirs, and without a trace afterwards."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import NotFound
from core.tables import Participant
from deliberation.assemblies.draw_pools import OpinionGroupsGone, freeze_pool, prepare_draw
from deliberation.assemblies.draws import (
    Announced,
    PoolChanged,
    commit_draw,
    draw_seats,
    invite_drawn,
)
from deliberation.assemblies.group_quotas import (
    GroupsUnpublished,
    add_group_quotas,
    list_group_sources,
    name_groups,
    remove_group_quotas,
)
from deliberation.assemblies.opinion_groups import (
    NO_GROUP,
    agree_that_group_counts,
    category_of,
    deliberation_of,
    find_groups,
)
from deliberation.assemblies.published_draws import get_draw_file
from deliberation.assemblies.reference import list_eligible
from deliberation.assemblies.replacing import find_vacancy
from deliberation.assemblies.tables import Assembly, DrawTicket, Invitation
from deliberation.assemblies.turnout_report import report_turnout
from deliberation.assembly_day.headcount import count_attendance
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.own_votes import look_at_votes, withdraw_votes
from deliberation.opinions.tables import Turnout, Voter
from tests.deliberation.asked import person
from tests.deliberation.assemblies.provinces import LOTTERY_AT, NOON, QUOTAS, commit, lottery_assembly
from tests.deliberation.opinions.analysed import analysed

LATER = LOTTERY_AT + timedelta(hours=1)
SOON = Announced("Lotería Nacional 6544", LOTTERY_AT)
AGREES: dict[str, Any] = {"invite": "yes", "group_counts": "yes"}


def talk(db: Session, *, published: bool = True, people: int = 48) -> tuple[int, dict[int, str]]:
    """A deliberation with three groups; the first voters of each are people who agreed that it counts."""
    deliberation_id = analysed(db, published=published)
    query = select(Voter.id, Voter.opinion_group).where(Voter.opinion_group.is_not(None)).order_by(Voter.id)
    groups: dict[int, str] = {}
    for number, (voter, group) in enumerate(db.execute(query).all()[:people]):
        participant_id = person(db, "es", gender="man" if number % 2 else "woman", **AGREES)
        db.execute(
            update(Participant)
            .where(Participant.id == participant_id)
            .values(chat_index=b"chat%d" % participant_id)
        )
        turnout = Turnout(participant_id=participant_id, deliberation_id=deliberation_id, voter_id=voter)
        turnout.state = "voted"
        db.add(turnout)
        groups[participant_id] = str(group)
    db.flush()
    return deliberation_id, groups


def counted(db: Session, deliberation_id: int) -> int:
    """An assembly that counts by gender and by the groups."""
    assembly_id = lottery_assembly(db)
    db.get_one(Assembly, assembly_id).quotas = QUOTAS[:2]
    add_group_quotas(db, assembly_id, deliberation_id, 5, account_id=None)
    return assembly_id


def tied(db: Session) -> set[int]:
    """People to whom a draw still leads."""
    return set(db.scalars(select(DrawTicket.participant_id)))


def test_a_category_names_its_deliberation() -> None:
    assert deliberation_of(category_of(7)) == 7
    assert [deliberation_of(each) for each in ("gender", "opinion_group_", "opinion_group_x")] == [None] * 3


async def test_who_comes_by_opinion_group_is_told_when_it_is_over(database: Database) -> None:
    """Until then who stands at the door and reads the page would see the opinion of who comes in."""

    def check(db: Session) -> None:
        assembly_id = counted(db, talk(db)[0])
        starts_at, ends_at = db.execute(select(Assembly.starts_at, Assembly.ends_at)).one()
        category = category_of(1)
        for moment, is_over in ((NOON, False), (starts_at, False), (ends_at, True)):
            with at(moment):
                for found in (report_turnout(db, assembly_id, 5), count_attendance(db, assembly_id, 5)):
                    assert (category in {line.category for line in found.groups}) is is_over
                    assert "gender" in {line.category for line in found.groups}
                    assert found.later is not is_over

    await database.run(check)


async def test_groups_are_proposed_so_that_none_is_left_out(database: Database) -> None:
    def check(db: Session) -> None:
        deliberation_id, groups = talk(db)
        (source,) = list_group_sources(db, lottery_assembly(db))
        assert (source.is_open, source.is_used) == (True, False)
        assembly_id = counted(db, deliberation_id)
        category = category_of(deliberation_id)
        assembly = db.get_one(Assembly, assembly_id)
        mine = [quota for quota in assembly.quotas or () if quota["category"] == category]
        assert [quota["value"] for quota in mine] == [*sorted(set(groups.values())), NO_GROUP]
        assert [(quota["min"], quota["max"]) for quota in mine] == [(2, 10), (1, 10), (1, 10), (0, 10)]
        assert set((assembly.reference or {})[category]) == set(groups.values())
        assert list(name_groups(db)[category].groups) == sorted(map(int, set(groups.values())))
        add_group_quotas(db, assembly_id, deliberation_id, 5, account_id=None)
        assert len(assembly.quotas or ()) == 6, "added twice, counted once"
        remove_group_quotas(db, assembly_id, deliberation_id, account_id=None)
        assert assembly.quotas == QUOTAS[:2] and list(assembly.reference or ()) == ["gender"]

    await database.run(check)


async def test_only_published_groups_of_an_open_deliberation_can_be_quotas(database: Database) -> None:
    def check(db: Session) -> None:
        deliberation_id, _ = talk(db, published=False)
        assembly_id = lottery_assembly(db)
        assert list_group_sources(db, assembly_id) == []
        assert find_groups(db, deliberation_id) == {}
        with pytest.raises(GroupsUnpublished):
            add_group_quotas(db, assembly_id, deliberation_id, 5, account_id=None)
        close_deliberation(db, deliberation_id, account_id=None)
        with pytest.raises(NotFound):
            add_group_quotas(db, assembly_id, deliberation_id, 5, account_id=None)

    await database.run(check)


async def test_who_did_not_agree_or_has_no_votes_counts_as_without_a_group(database: Database) -> None:
    def check(db: Session) -> None:
        deliberation_id, groups = talk(db)
        unasked, other = list(groups)[:2]
        db.get_one(Participant, unasked).profile = {"invite": "yes", "gender": "man"}
        agree_that_group_counts(db, b"chat%d" % other, agrees=False)
        silent = person(db, gender="woman", **AGREES)
        assembly_id = counted(db, deliberation_id)
        people = list_eligible(db, db.get_one(Assembly, assembly_id))
        found = {each.participant_id: each.features[category_of(deliberation_id)] for each in people}
        expected = groups | dict.fromkeys((unasked, other, silent), NO_GROUP)
        assert found == expected

    await database.run(check)


async def test_a_draw_keeps_to_the_groups_and_closing_leaves_nothing_that_leads_to_people(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        deliberation_id, groups = talk(db)
        with at(NOON):
            assembly_id = counted(db, deliberation_id)
            draw_id = commit(db, assembly_id)
        with at(LATER):
            draw_seats(db, draw_id, "12 34", account_id=None)
            invite_drawn(db, draw_id, account_id=None)
        seated = list(db.scalars(select(Invitation.participant_id)))
        drawn = [groups[each] for each in seated]
        for quota in db.get_one(Assembly, assembly_id).quotas or ():
            if quota["category"] == category_of(deliberation_id):
                assert quota["min"] <= drawn.count(quota["value"]) <= quota["max"]
        assert tied(db) == set(groups)
        with at(LATER):
            close_deliberation(db, deliberation_id, account_id=None)
            db.execute(update(Invitation).where(Invitation.participant_id == seated[0]).values(answer="no"))
            assert tied(db) == set() and set(db.scalars(select(Invitation.participant_id))) == set(seated)
            assert find_vacancy(db, assembly_id) is None, "there is no pool any more"
        assert json.dumps(get_draw_file(db, draw_id, 5, witness=True)), "the file stays, and names nobody"

    await database.run(check)


async def test_a_closed_deliberation_cannot_be_drawn_by(database: Database) -> None:
    def check(db: Session) -> None:
        deliberation_id, _ = talk(db)
        with at(NOON):
            assembly_id = counted(db, deliberation_id)
            pool = freeze_pool(db, assembly_id)
            prepared = prepare_draw(pool)
            draw_id = commit(db, assembly_id)
            close_deliberation(db, deliberation_id, account_id=None)
            with pytest.raises(OpinionGroupsGone):
                freeze_pool(db, assembly_id)
            with pytest.raises(OpinionGroupsGone):
                commit_draw(db, pool, prepared, SOON, reason="pool", account_id=None)
        with at(LATER):
            draw_seats(db, draw_id, "12 34", account_id=None)
            with pytest.raises(OpinionGroupsGone):
                invite_drawn(db, draw_id, account_id=None)

    await database.run(check)


async def test_who_takes_back_votes_or_agreement_leaves_the_draws_that_counted_them(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        deliberation_id, groups = talk(db)
        first, second, third = list(groups)[:3]
        with at(NOON):
            assembly_id = counted(db, deliberation_id)
            pool = freeze_pool(db, assembly_id)
            prepared = prepare_draw(pool)
            commit(db, assembly_id)
            standing = look_at_votes(db, b"chat%d" % first, deliberation_id)
            withdraw_votes(db, b"chat%d" % first, deliberation_id, standing.turn)  # type: ignore[union-attr]
            agree_that_group_counts(db, b"chat%d" % second, agrees=False)
            agree_that_group_counts(db, b"chat%d" % third, agrees=True)
            assert tied(db) == set(groups) - {first, second}
            with pytest.raises(PoolChanged):
                commit_draw(db, pool, prepared, SOON, reason="pool", account_id=None)

    await database.run(check)
