"""The actor map: words that mean a need, hours, what is found, what waits for a check, demand without a service."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.actors.contacts import phone_of, point_of, website_of
from deliberation.actors.demand import demand_of
from deliberation.actors.directory import Wanted, count_stale, list_offers, list_stale
from deliberation.actors.editing import remind_to_verify, verify
from deliberation.actors.finding import count_search, find_help
from deliberation.actors.hours import closes_at, read_hours, write_hours
from deliberation.actors.needs import canton_of, need_of
from deliberation.actors.tables import Service, UnmetNeed
from surveys.consultations import close_consultation, draft_consultation, open_consultation
from surveys.questionnaire import Choice, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Response
from tests.deliberation.actors.charting import MAP, NOVEMBER, fill_map

THRESHOLD = 5


@pytest.mark.parametrize(
    ("said", "need"),
    [
        ("health", "health"),
        ("Salud mental", "psychosocial"),
        ("housing", "shelter"),
        ("Vivir sin violencia", "protection"),
        ("childcare", "children"),
        ("Child Protection", "children"),
        ("Food Security", "food"),
        ("none", None),
        ("", None),
    ],
)
def test_a_need_is_known_by_many_words(said: str, need: str | None) -> None:
    assert need_of(said) == need


@pytest.mark.parametrize(
    ("said", "canton"),
    [
        ("urcuqui", "urcuqui"),
        ("San Miguel de Urcuquí", "urcuqui"),
        ("EC1002", "antonio_ante"),
        ("cantón Otavalo", "otavalo"),
        ("all", "all"),
        ("Quito", None),
        ("", None),
    ],
)
def test_a_canton_is_known_by_key_name_and_code(said: str, canton: str | None) -> None:
    assert canton_of(said) == canton


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("MO-FR 8:00-12:30, 14:00-17:00; SA 09:00-12:00", "MO-FR 08:00-12:30, 14:00-17:00; SA 09:00-12:00"),
        ("MO,WE 08.00 - 10.00", "MO 08:00-10:00; WE 08:00-10:00"),
        ("MO-SU 00:00-24:00", "MO-SU 00:00-24:00"),
        ("", ""),
    ],
)
def test_hours_are_written_as_they_were_read(typed: str, written: str) -> None:
    assert write_hours(read_hours(typed)) == written
    assert write_hours(read_hours(written)) == written


@pytest.mark.parametrize(
    "typed", ["MO", "XX 08:00-09:00", "MO 9-10", "MO 10:00-09:00", "MO 08:60-09:00", "SU-MO 08:00-09:00"]
)
def test_hours_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_hours(typed)


def test_a_place_is_open_until_it_closes() -> None:
    hours = read_hours("MO-FR 08:00-12:30, 14:00-17:00")
    tuesday = datetime(2026, 11, 24)  # noqa: DTZ001  (on the clocks of the place)

    asked = [closes_at(hours, tuesday.replace(hour=hour)) for hour in (7, 8, 13, 16, 17)]

    assert asked == [None, "12:30", None, "17:00", None]
    assert closes_at(hours, tuesday.replace(day=28, hour=9)) is None


def test_contacts_that_are_none_are_not_taken() -> None:
    assert phone_of("06 000 0101") == phone_of("593 6000 0101") == "+59360000101"
    assert [phone_of(typed) for typed in ("12", "x", "06 000 0101 ext. 4")] == [None] * 3
    assert website_of("ejemplo.org") == "https://ejemplo.org"
    assert [
        website_of(typed) for typed in ("javascript:x", "ftp://a.b", "https://u@a.b", "https://a b.c")
    ] == [None] * 4
    assert point_of("0,35", "-78.1") == (0.35, -78.1)
    assert [point_of(*pair) for pair in ((-78.1, 0.35), ("nan", 0), (None, None))] == [None] * 3


async def test_help_is_found_by_need_and_canton_the_nearest_first(database: Database) -> None:
    await database.run(fill_map)

    async def names(need: str, canton: str) -> list[str]:
        return [found.offer.name["es"] for found in await database.read(find_help, need, canton)]

    assert await names("shelter", "ibarra") == ["Albergue por unas noches"]
    assert await names("shelter", "otavalo") == []
    assert await names("documents", "otavalo") == ["Ayuda con documentos"], (
        "a place for everybody is everywhere"
    )
    assert await names("food", "all") == ["Comedor"]
    assert await names("work", "ibarra") == [], "what has ended is not found"


async def test_services_are_chosen_by_all_that_is_asked(database: Database) -> None:
    await database.run(fill_map)

    async def count(**wanted: str) -> int:
        return len(await database.read(list_offers, Wanted(**wanted)))

    assert await count() == 4
    assert [await count(kind="public"), await count(status="ended"), await count(language="qu")] == [2, 1, 1]
    assert await count(canton="otavalo", need="food", language="es") == 1
    assert await count(canton="otavalo", need="food", language="qu") == 0


async def test_what_nobody_checked_for_long_waits_for_a_check(database: Database) -> None:
    await database.run(fill_map)

    waiting = await database.read(list_stale, NOVEMBER)
    assert [offer.name["es"] for offer in waiting] == ["Ayuda con documentos", "Comedor"]
    assert [await database.run(remind_to_verify, NOVEMBER) for _ in range(2)] == [2, 0]
    assert await database.run(remind_to_verify, NOVEMBER + timedelta(days=30)) == 2

    await database.run(verify, waiting[0].id, NOVEMBER, account_id=None)
    assert await database.read(count_stale, NOVEMBER) == 1
    row = await database.read(lambda db: db.get_one(Service, waiting[0].id))
    assert (row.verified_on, row.reminded_on) == (NOVEMBER, None)


async def test_a_check_on_a_day_to_come_is_none(database: Database) -> None:
    await database.run(fill_map, MAP.replace("2026-11-01", "2099-11-01"))
    waiting = await database.read(list_stale, NOVEMBER)
    assert len(waiting) == 3 and all(offer.is_stale(NOVEMBER) for offer in waiting)


async def test_searches_at_the_same_time_are_all_counted(database: Database) -> None:
    async def search(found: bool) -> None:
        await database.run(count_search, "health", "ibarra", found=found, today=NOVEMBER)

    await asyncio.gather(*(search(found=number % 2 == 0) for number in range(10)))

    (row,) = await database.read(lambda db: list(db.scalars(select(UnmetNeed))))
    assert (row.month, row.asked, row.found) == (date(2026, 11, 1), 10, 5)


def search_often(
    db: Session, need: str, canton: str, *, found: int, missed: int, day: date = NOVEMBER
) -> None:
    for number in range(found + missed):
        count_search(db, need, canton, found=number < found, today=day)


async def test_demand_without_a_service_comes_first_and_few_are_withheld(database: Database) -> None:
    def live(db: Session) -> None:
        fill_map(db)
        search_often(db, "health", "pimampiro", found=0, missed=12)
        search_often(db, "shelter", "ibarra", found=20, missed=0)
        search_often(db, "food", "otavalo", found=7, missed=0)
        search_often(db, "legal", "ibarra", found=2, missed=0)
        search_often(db, "health", "pimampiro", found=0, missed=9, day=date(2025, 11, 30))

    await database.run(live)
    demand = await database.read(demand_of, NOVEMBER, THRESHOLD)

    rows = dict(demand.rows)
    assert demand.rows[0][0] == "health"
    gap = rows["health"]["pimampiro"]
    assert (gap.services, gap.asked, gap.missed, gap.gap) == (0, 12, 12, True)
    assert (rows["shelter"]["ibarra"].asked, rows["shelter"]["ibarra"].gap) == (20, False)
    assert rows["legal"]["ibarra"].asked is None, "two searches are withheld"
    assert rows["food"]["otavalo"].asked is None, "and as many others as it takes not to give them away"
    assert rows["documents"]["urcuqui"].services == 1, "given to everybody"
    assert [(month.first, month.asked, month.missed) for month in demand.months] == [
        (date(2026, 11, 1), 41, 12)
    ], "a year back and no more"


def hold_consultation(db: Session, people: list[tuple[str, list[str]]]) -> None:
    """Closed, with what each person needs and where they live."""
    choices: dict[str, tuple[Any, ...]] = {
        "needs": ("comida", "salud", "vivienda", "trabajo", "otra"),
        "canton": ("1001", "1003", "1004"),
    }
    asked = tuple(
        Question(
            name, kind, {"es": name}, choices=tuple(Choice(each, {"es": each}) for each in choices[name])
        )
        for name, kind in (("canton", Kind.SELECT_ONE), ("needs", Kind.SELECT_MULTIPLE))
    )
    questionnaire = Questionnaire("n", {"es": "Necesidades"}, "1", ("es",), "es", asked)
    stored = store_questionnaire(db, questionnaire, content=b"", file_name="n.xlsx", account_id=None)
    consultation = draft_consultation(db, questionnaire_id=stored, account_id=None)
    open_consultation(db, consultation, account_id=None)
    for number, (canton, needs) in enumerate(people):
        answers = {"canton": canton, "needs": needs}
        db.add(
            Response(
                id=str(number), consultation_id=consultation, state="finished", language="es", answers=answers
            )
        )
    db.flush()
    close_consultation(db, consultation, account_id=None)


async def test_what_people_said_they_need_stands_beside(database: Database) -> None:
    ibarra = [("1001", ["salud", "vivienda"])] * 12 + [("1001", ["comida"])] * 9 + [("1001", ["otra"])] * 8
    otavalo = [("1004", ["salud"])] * 11 + [("1004", ["vivienda"])] * 10
    cotacachi = [("1003", ["trabajo"])] * 2
    await database.run(hold_consultation, ibarra + otavalo + cotacachi)

    demand = await database.read(demand_of, NOVEMBER, THRESHOLD)

    rows = dict(demand.rows)
    assert demand.consultation == {"es": "Necesidades"}
    assert [rows["health"][canton].people for canton in ("ibarra", "otavalo", "cotacachi")] == [12, 11, None]
    assert rows["work"]["cotacachi"].people is None, "two people live there: nothing is shown of them"
    assert rows["education"]["ibarra"].people == 0
    assert rows["health"]["ibarra"].gap and not rows["work"]["ibarra"].gap
