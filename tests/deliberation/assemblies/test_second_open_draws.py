"""A second open draw: what it counts of people who come, stay, change or leave, so that two together tell of nobody."""

from itertools import combinations
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.tables import Participant
from deliberation.assemblies.draws import invite_drawn
from deliberation.assemblies.tables import DrawTicket, Invitation
from deliberation.lottery.alike import UNCOUNTED
from tests.deliberation.asked import person
from tests.deliberation.assemblies.test_open_draws import (
    CANTONS,
    LATER,
    THRESHOLD,
    by_canton,
    categories_of,
    file_of,
    open_draw,
    scatter,
    tables,
)

EVERY = ("canton", "gender", "language")


def none_of_a_few(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two files differ by a few people of no kind, by whatever categories; of whom nothing is counted apart."""
    for many in range(1, len(EVERY) + 1):
        for some in combinations(EVERY, many):
            before, after = tables(one, some), tables(other, some)
            kinds = {*before, *after} - {(UNCOUNTED,) * many}
            if any(abs(before[each] - after[each]) in range(1, THRESHOLD) for each in kinds):
                return False
    return True


async def test_two_open_draws_are_not_subtracted(database: Database) -> None:
    def check(db: Session) -> None:
        scatter(db)
        assembly_id = by_canton(db)
        first = open_draw(db, assembly_id)
        person(db, "qu", invite="yes", gender="woman", canton="Urcuquí")
        second = open_draw(db, assembly_id, "pool")
        files = file_of(db, first), file_of(db, second)
        assert none_of_a_few(*files) and categories_of(files[0]) == categories_of(files[1]) == list(EVERY)
        added = tables(files[1], EVERY) - tables(files[0], EVERY)
        assert added == {(UNCOUNTED,) * 3: 1}, "of her who came nothing is counted"

    await database.run(check)


async def test_several_who_come_and_are_alike_are_counted(database: Database) -> None:
    def check(db: Session) -> None:
        scatter(db)
        assembly_id = by_canton(db)
        first = open_draw(db, assembly_id)
        for canton in ("Urcuquí",) * 5 + ("Ibarra",):
            person(db, "qu", invite="yes", gender="woman", canton=canton)
        second = open_draw(db, assembly_id, "pool")
        files = file_of(db, first), file_of(db, second)
        assert none_of_a_few(*files)
        added = tables(files[1], EVERY) - tables(files[0], EVERY)
        assert added.total() == 6 and all(many >= THRESHOLD for many in added.values())

    await database.run(check)


async def test_who_leaves_and_who_changes_is_not_told_and_their_empty_ticket_may_be_drawn(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        scatter(db)
        assembly_id = by_canton(db)
        first = file_of(db, open_draw(db, assembly_id))
        gone, moved, *_ = db.scalars(select(Participant).order_by(Participant.id))
        db.delete(gone)
        moved.profile = moved.profile | {
            "canton": "Urcuquí" if moved.profile["canton"] == "Ibarra" else "Ibarra"
        }
        db.flush()
        second = open_draw(db, assembly_id, "pool")
        file = file_of(db, second)
        assert tables(file, EVERY) - tables(first, EVERY) == {(UNCOUNTED,) * 3: 1}, "she who moved is new"
        assert not tables(first, EVERY) - tables(file, EVERY), "and nobody is seen to have left"
        held = set(db.scalars(select(DrawTicket.ticket).where(DrawTicket.draw_id == second)))
        empty = file["probabilities"].keys() - held
        assert len(empty) == 2 and all(len(each) == 16 for each in empty)
        drawn = set(file["selected"])
        with at(LATER):
            invite_drawn(db, second, account_id=None)
        assert len(list(db.scalars(select(Invitation.id)))) == len(drawn & held)

    await database.run(check)


@pytest.mark.parametrize("seed", range(3))
async def test_however_many_come_leave_and_change_no_two_open_draws_tell_of_a_few(
    database: Database, seed: int
) -> None:
    chance = Random(seed)

    def stir(db: Session) -> None:
        there = list(db.scalars(select(Participant).order_by(Participant.id)))
        for each in chance.sample(there, chance.randrange(4)):
            db.delete(each)
        for each in chance.sample(there, chance.randrange(3)):
            each.profile = each.profile | {"canton": chance.choice(CANTONS)}
        for _ in range(chance.choice((0, 1, 3, 7))):
            gender, language = chance.choice(("woman", "man")), chance.choice(("es", "qu"))
            person(db, language, invite="yes", gender=gender, canton=chance.choice(CANTONS))
        db.flush()

    def check(db: Session) -> None:
        scatter(db)
        assembly_id, files = by_canton(db), list[dict[str, Any]]()
        for number in range(4):
            files.append(file_of(db, open_draw(db, assembly_id, "pool" if number else "")))
            stir(db)
        assert all(none_of_a_few(one, other) for one, other in combinations(files, 2))
        assert all(categories_of(file) == list(EVERY) for file in files), "and all of them count something"

    await database.run(check)


async def test_the_same_pool_is_told_again_as_it_was(database: Database) -> None:
    def check(db: Session) -> None:
        scatter(db)
        first = open_draw(db, by_canton(db))
        second = open_draw(db, by_canton(db))
        files = file_of(db, first), file_of(db, second)
        every = ("canton", "gender", "language")
        assert tables(files[0], every) == tables(files[1], every)
        assert not files[0]["probabilities"].keys() & files[1]["probabilities"].keys()

    await database.run(check)
