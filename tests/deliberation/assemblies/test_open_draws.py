"""A draw that anybody verifies counts what nobody is recognised by: it is open by what is in its file."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import NotFound
from core.tables import Participant
from deliberation.assemblies.draw_pools import Pool, freeze_pool, prepare_draw, preview_open_pool
from deliberation.assemblies.draws import Announced, PoolChanged, commit_draw, draw_seats, invite_drawn
from deliberation.assemblies.opinion_groups import category_of
from deliberation.assemblies.published_draws import get_draw_file, get_published_draw
from deliberation.assemblies.replacing import choose_next, find_vacancy, keep_deadlines, offer_seats
from deliberation.assemblies.tables import HOUSEHOLD, Assembly, Draw, DrawTicket, Invitation
from deliberation.assemblies.turnout_report import report_turnout
from deliberation.lottery.alike import UNCOUNTED
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.verification import all_hold, verify
from deliberation.opinions.closing import close_deliberation
from tests.deliberation.asked import person
from tests.deliberation.assemblies.meetings import arrive, say
from tests.deliberation.assemblies.provinces import (
    LOTTERY_AT,
    NOON,
    QUOTAS,
    commit,
    found_province,
    lottery_assembly,
)
from tests.deliberation.assemblies.test_opinion_groups import counted, talk

SEED = "12 34 56 78 90"
LATER = LOTTERY_AT + timedelta(hours=1)
THRESHOLD = 5
CANTONS = ("Ibarra", "Otavalo", "Cotacachi", "Urcuquí")


def open_draw(db: Session, assembly_id: int, reason: str = "") -> int:
    """Sealed for everybody, and drawn."""
    with at(NOON):
        draw_id = commit(db, assembly_id, reason, THRESHOLD)
    with at(LATER):
        draw_seats(db, draw_id, SEED, account_id=None)
    return draw_id


def scatter(db: Session) -> None:
    """A small province of which many are alone in what they count for, with its cantons as quotas."""
    found_province(db)
    for number, row in enumerate(db.scalars(select(Participant).order_by(Participant.id))):
        row.profile = row.profile | {"canton": CANTONS[number % 11 % 4]}
    db.flush()


def by_canton(db: Session) -> int:
    """An assembly with three categories."""
    assembly_id = lottery_assembly(db)
    cantons = [{"category": "canton", "value": each, "min": 1, "max": 5} for each in CANTONS]
    db.get_one(Assembly, assembly_id).quotas = [*QUOTAS, *cantons]
    db.flush()
    return assembly_id


def file_of(db: Session, draw_id: int) -> dict[str, Any]:
    """As somebody without an account gets it."""
    return get_draw_file(db, draw_id, THRESHOLD, witness=False)


def tables(file: dict[str, Any], categories: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    """How many people there are of each kind by these categories."""
    found: Counter[tuple[str, ...]] = Counter()
    for each in file["types"]:
        found[tuple(each["features"][name] for name in categories)] += len(each["people"])
    return found


def categories_of(file: dict[str, Any]) -> list[str]:
    """Those of which something is counted."""
    named = {quota["category"] for quota in file["quotas"] if quota["feature"] != UNCOUNTED}
    return sorted(named)


async def test_anybody_verifies_a_draw_in_which_many_are_alone(database: Database, tmp_path: Path) -> None:
    def check(db: Session) -> None:
        scatter(db)
        draw_id = open_draw(db, by_canton(db))
        file = file_of(db, draw_id)
        path = tmp_path / "draw.json"
        path.write_text(json.dumps(file))
        assert all_hold(verify(read_draw_file(path)))
        assert file["alike"] == THRESHOLD and file["households"] == []
        assert all(len(each["people"]) >= THRESHOLD for each in file["types"])
        assert len(file["selected"]) == 10 and len(file["probabilities"]) == 32
        published = get_published_draw(db, draw_id, THRESHOLD)
        assert published.file_is_open and published.alike == THRESHOLD

    await database.run(check)


async def test_groups_are_those_of_the_file_and_add_up(database: Database) -> None:
    def check(db: Session) -> None:
        scatter(db)
        draw_id = open_draw(db, by_canton(db))
        file, groups = file_of(db, draw_id), get_published_draw(db, draw_id, THRESHOLD).groups
        shown = {(each.category, each.value): (each.people, each.drawn) for each in groups}
        listed = {
            (each["category"], each["feature"]): (each["pool"], each["selected"]) for each in file["quotas"]
        }
        assert shown == listed and any(value == UNCOUNTED for _, value in shown)
        for category in ("gender", "language", "canton"):
            assert sum(each.people or 0 for each in groups if each.category == category) == 32
            assert sum(each.drawn or 0 for each in groups if each.category == category) == 10

    await database.run(check)


async def test_what_is_known_and_not_counted_is_nowhere_in_it(database: Database) -> None:
    """Whatever those are of whom something is not counted: the file and the page are the same."""

    def check(db: Session) -> None:
        scatter(db)
        assembly_id = by_canton(db)
        with at(NOON):
            draw_id = commit(db, assembly_id, open_to=THRESHOLD)
        sealed = get_published_draw(db, draw_id, THRESHOLD)
        hidden = {
            (ticket, category)
            for each in (db.get_one(Draw, draw_id).file or {})["types"]
            for category, value in each["features"].items()
            if value == UNCOUNTED
            for ticket in each["people"]
        }
        assert hidden
        for row in db.scalars(select(DrawTicket)):
            mine = {name: "somebody else" for name in row.features if (row.ticket, name) in hidden}
            row.features = {**row.features, **mine}
        db.flush()
        assert get_published_draw(db, draw_id, THRESHOLD) == sealed
        with at(LATER):
            draw_seats(db, draw_id, SEED, account_id=None)
        assert "somebody else" not in json.dumps(file_of(db, draw_id))
        assert not any(
            "somebody else" in each.value for each in get_published_draw(db, draw_id, THRESHOLD).groups
        )

    await database.run(check)


async def test_tickets_keep_what_people_are_for_those_who_come_later_and_for_the_report(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        scatter(db)
        assembly_id = by_canton(db)
        draw_id = open_draw(db, assembly_id)
        profiles = {row.id: row.profile for row in db.scalars(select(Participant))}
        for row in db.scalars(select(DrawTicket)):
            assert {name: row.features[name] for name in ("gender", "canton")} == {
                name: profiles[row.participant_id][name] for name in ("gender", "canton")
            }
        with at(LATER):
            invite_drawn(db, draw_id, account_id=None)
            people = list(db.scalars(select(Invitation.participant_id)))
            say(db, assembly_id, "yes", *people[1:])
            say(db, assembly_id, "no", people[0])
            keep_deadlines(db, assembly_id)
            vacancy = find_vacancy(db, assembly_id)
            assert vacancy is not None and vacancy.pool is not None
            assert len(vacancy.pool.rules.low) == len(QUOTAS) + len(CANTONS), "the quotas of the seats, whole"
            broadcast_id = offer_seats(db, vacancy, choose_next(vacancy))
            assert broadcast_id is not None and len(arrive(db, broadcast_id)) == 1
            report = report_turnout(db, assembly_id, THRESHOLD)
            assert UNCOUNTED not in {line.value for line in report.groups}

    await database.run(check)


async def test_of_each_home_one_is_in_the_pool_by_lot_and_nothing_is_left_of_the_home(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        found_province(db)
        couples = [(number, number + 20) for number in range(1, 9)]
        for number, couple in enumerate(couples, 2):
            for member in couple:
                row = db.get_one(Participant, member)
                row.profile = {**row.profile, HOUSEHOLD: f"abcdefgh2{number}"}
        db.flush()
        assembly_id, first = lottery_assembly(db), Counter[int]()
        with at(NOON):
            for _ in range(6):
                pool = freeze_pool(db, assembly_id, open_to=THRESHOLD)
                there = [each.participant_id for each in pool.tickets]
                assert all(len({*couple} & {*there}) == 1 for couple in couples) and len(there) == 24
                assert not any(each.household for each in pool.tickets)
                first.update(there)
        assert any(0 < first[one] < 6 for one, _ in couples), "neither the first nor the last always"
        file = file_of(db, open_draw(db, assembly_id))
        assert file["households"] == [] and len(file["probabilities"]) == 24
        assert not any(HOUSEHOLD in row.features for row in db.scalars(select(DrawTicket)))

    await database.run(check)


async def test_what_a_draw_for_witnesses_showed_of_groups_does_not_tell_what_an_open_one_hides(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        found_province(db)
        assembly_id = lottery_assembly(db)
        with at(NOON):
            witnessed = commit(db, assembly_id)
        told = get_published_draw(db, witnessed, THRESHOLD)
        assert all(each.people for each in told.groups) and not told.file_is_open
        file = file_of(db, open_draw(db, assembly_id, "source"))
        for category, values in {"gender": {"man", "woman"}, "language": {"es", "qu"}}.items():
            mine = {quota["feature"] for quota in file["quotas"] if quota["category"] == category}
            assert mine in (values, {UNCOUNTED}), "counted of all, as it was told, or of nobody"

    await database.run(check)


async def test_what_an_open_draw_hides_is_not_told_by_the_groups_of_one_for_witnesses(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        found_province(db)
        assembly_id = lottery_assembly(db)
        first = open_draw(db, assembly_id)
        hidden = {
            each.category
            for each in get_published_draw(db, first, THRESHOLD).groups
            if each.value == UNCOUNTED
        }
        with at(NOON):
            second = commit(db, assembly_id, "source")
        told = get_published_draw(db, second, THRESHOLD)
        withheld = {each.category for each in told.groups if each.people is None}
        assert hidden and hidden <= withheld and not told.file_is_open
        with pytest.raises(NotFound):
            file_of(db, second)

    await database.run(check)


async def test_of_fewer_people_than_have_to_be_alike_all_have_the_same_chance(database: Database) -> None:
    def check(db: Session) -> None:
        found_province(db, men=2, women=2)
        assembly_id = lottery_assembly(db, seats=2)
        db.get_one(Assembly, assembly_id).quotas = [
            {"category": "gender", "value": each, "min": 1, "max": 1} for each in ("man", "woman")
        ]
        preview = preview_open_pool(db, assembly_id, 2, THRESHOLD).counted
        assert not preview.is_anything and preview.uncounted == {"gender": 4}
        file = file_of(db, open_draw(db, assembly_id))
        assert set(file["probabilities"].values()) == {0.5}
        assert [quota["feature"] for quota in file["quotas"]] == [UNCOUNTED]

    await database.run(check)


async def test_before_sealing_it_is_known_how_many_count(database: Database) -> None:
    def check(db: Session) -> None:
        scatter(db)
        assembly_id = by_canton(db)
        preview = preview_open_pool(db, assembly_id, 10, THRESHOLD).counted
        published = get_published_draw(db, open_draw(db, assembly_id), THRESHOLD)
        uncounted = {each.category: each.people for each in published.groups if each.value == UNCOUNTED}
        assert {name: many for name, many in preview.uncounted.items() if many} == uncounted
        quotas = {(each.category, each.value): (each.low, each.high) for each in published.groups}
        assert quotas == {
            (each.category, each.feature): (each.low, each.high) for each in preview.quotas.quotas
        }

    await database.run(check)


async def test_a_draw_that_another_sealed_meanwhile_would_give_away_is_not_sealed(database: Database) -> None:
    def check(db: Session) -> None:
        scatter(db)
        here, there = by_canton(db), by_canton(db)
        with at(NOON):
            pool = freeze_pool(db, here, open_to=THRESHOLD)
            prepared = prepare_draw(pool)
            person(db, "qu", invite="yes", gender="woman", canton="Urcuquí")
            commit(db, there, open_to=THRESHOLD)
            with pytest.raises(PoolChanged):
                commit_draw(db, pool, prepared, Announced("x", LOTTERY_AT), account_id=None)

    await database.run(check)


async def test_more_are_drawn_than_there_are_seats_by_quotas_that_are_rounded_once(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        found_province(db)
        assembly_id = lottery_assembly(db)
        with at(NOON):
            pool = freeze_pool(db, assembly_id, 12, open_to=THRESHOLD)
            prepared = prepare_draw(pool)
            commit_draw(db, pool, prepared, Announced("x", LOTTERY_AT), account_id=None)
        assert prepared.typed.pool.seats == 12
        assert _scaled(pool) == {
            (each.category, each.feature): (each.low, each.high)
            for each in prepared.quotas.quotas
            if each.feature != UNCOUNTED
        }

    await database.run(check)


def _scaled(pool: Pool) -> dict[tuple[str, str], tuple[int, int]]:
    found = {}
    for quota in pool.quotas.quotas:
        seats, size = pool.scale_of(quota.category)
        found[quota.category, quota.feature] = (quota.low * size // seats, -(-quota.high * size // seats))
    return found


async def test_closing_a_deliberation_cuts_the_tie_of_an_open_draw_as_well(database: Database) -> None:
    def check(db: Session) -> None:
        deliberation_id, groups = talk(db)
        with at(NOON):
            assembly_id = counted(db, deliberation_id)
            draw_id = commit(db, assembly_id, open_to=THRESHOLD)
        with at(LATER):
            draw_seats(db, draw_id, SEED, account_id=None)
            kept = {row.participant_id: row.features for row in db.scalars(select(DrawTicket))}
            assert {each: features[category_of(deliberation_id)] for each, features in kept.items()} == groups
            close_deliberation(db, deliberation_id, account_id=None)
        assert db.scalars(select(DrawTicket)).all() == [] and file_of(db, draw_id)["selected"]

    await database.run(check)


async def test_what_is_in_the_file_decides_whether_it_is_open_and_not_what_it_says(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        found_province(db)
        with at(NOON):
            draw_id = commit(db, lottery_assembly(db))
        with at(LATER):
            draw_seats(db, draw_id, SEED, account_id=None)
        file = db.get_one(Draw, draw_id).file or {}
        db.execute(update(Draw).values(file=file | {"alike": THRESHOLD}))
        db.expire_all()
        with pytest.raises(NotFound):
            file_of(db, draw_id)

    await database.run(check)
