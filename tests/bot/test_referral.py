"""Who wrote of danger is told where help is, in words that say nothing to whoever else may read the phone."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import at, now
from core.tables import Broadcast
from deliberation.actors.tables import Actor, Service, ServicePlace
from deliberation.relevance import still_wanted
from deliberation.voices.protection_cases import (
    forget_referrals,
    list_waiting,
    refer_case,
    reopen_case,
    set_case_aside,
)
from deliberation.voices.tables import ProtectionCase
from rimay.timetable import Timetable
from tests.bot.town import Town

ZONE = ZoneInfo("UTC")
TELLTALE = re.compile(r"peligro|violencia|pega|amenaz|denunci|caso|llaki|maka", re.IGNORECASE)


def open_refuges(db: Session) -> None:
    """Two houses that protect, one in each canton, and an office that does not."""
    actor = Actor(uid="a", name="Casa de la Mujer", kind="public", changed_at=now())
    db.add(actor)
    db.flush()
    for number, (canton, protection) in enumerate((("otavalo", True), ("ibarra", True), ("otavalo", False))):
        name = {"es": f"Acogida {number}", "qu": f"Chaskiy {number}"}
        service = Service(
            uid=str(number), actor_id=actor.id, name=name, protection=protection, changed_at=now()
        )
        db.add(service)
        db.flush()
        place = ServicePlace(uid=str(number), service_id=service.id, canton=canton, phone="+59362920000")
        place.hours = [{"days": ["MO", "TU"], "opens": "08:00", "closes": "12:00"}]
        db.add(place)


async def case_of(town: Town) -> int:
    await Timetable(town.database, ZONE, 5).keep()
    (case,) = await town.database.read(list_waiting)
    return case


async def test_the_card_is_for_where_they_live_and_never_says_why(town: Town, consultation: int) -> None:
    await town.database.run(open_refuges)
    await town.answers(town.rosa, "qu", words="Mi esposo me pega")
    broadcast = await town.database.run(refer_case, await case_of(town), account_id=None)
    assert broadcast is not None
    assert (await town.delivers(broadcast)).sent == 1

    text = town.rosa.last.text
    assert "911" in text and "Chaskiy 0" in text and "+593 6-292-0000" in text
    assert "Otavalo" in text and "08:00–12:00" in text
    assert "Chaskiy 1" not in text and "Chaskiy 2" not in text
    seek = town.translator.text("helping.chat_button", "qu")
    assert not TELLTALE.search(text) and town.rosa.last.labels == [[seek]]
    await town.taps(town.rosa, seek)
    health = town.translator.text("helping.need_health", "qu")
    assert health in str(town.rosa.last.labels), "from here anything is found"
    assert all("Chaskiy" not in message.text for message in town.luis.screen), "nobody else is told"


async def test_without_any_service_there_is_still_911(town: Town, consultation: int) -> None:
    await town.answers(town.luis, words="Tengo ganas de morirme")
    broadcast = await town.database.run(refer_case, await case_of(town), account_id=None)
    assert broadcast is not None
    await town.delivers(broadcast)
    assert "911" in town.luis.last.text and not TELLTALE.search(town.luis.last.text)
    assert not town.luis.last.labels, "there is nothing to look for"


async def test_what_is_no_danger_after_all_is_not_sent(town: Town, consultation: int) -> None:
    await town.answers(town.luis, words="Mi esposo me pega")
    case = await case_of(town)
    broadcast = await town.database.run(refer_case, case, account_id=None)
    assert broadcast is not None
    assert await town.database.read(still_wanted, broadcast, [1], ZONE) == {1}
    await town.database.run(reopen_case, case, account_id=None)
    await town.database.run(set_case_aside, case, account_id=None)
    assert await town.database.read(still_wanted, broadcast, [1], ZONE) == set()


async def test_once_it_has_arrived_nothing_says_to_whom(town: Town, consultation: int) -> None:
    await town.answers(town.luis, words="Mi esposo me pega")
    broadcast = await town.database.run(refer_case, await case_of(town), account_id=None)
    assert broadcast is not None
    await town.delivers(broadcast)
    with at(now() + timedelta(hours=2)):
        await Timetable(town.database, ZONE, 5).keep()
    referrals = select(func.count()).select_from(Broadcast).where(Broadcast.id == broadcast)
    assert await town.database.read(lambda db: db.scalar(referrals)) == 0
    assert await town.database.read(lambda db: db.scalars(select(ProtectionCase.told)).one())


async def test_a_card_that_did_not_arrive_is_not_said_to_have(town: Town, consultation: int) -> None:
    await town.answers(town.luis, words="Mi esposo me pega")
    broadcast = await town.database.run(refer_case, await case_of(town), account_id=None)
    assert broadcast is not None
    await town.says(town.luis, "/salir")
    await town.taps(town.luis, town.text("button_leave_stop", "es"))
    assert (await town.delivers(broadcast)).sent == 0
    with at(now() + timedelta(hours=2)):
        await town.database.run(forget_referrals)
    assert not await town.database.read(lambda db: db.scalars(select(ProtectionCase.told)).one())
