"""`/servicios`: help near by for anybody, and nothing is kept of who looks for it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from deliberation.actors.importing import apply, read_file
from deliberation.actors.tables import UnmetNeed
from tests.bot.town import OUTSIDER, Town, labels, payload
from tests.deliberation.actors.charting import HEADER, fill_map

TUESDAY_MORNING = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""Ten o'clock in Imbabura."""


@pytest.fixture
async def mapped(town: Town) -> Town:
    """A town with a map of who helps."""
    await town.database.run(fill_map)
    return town


def say(town: Town, key: str, language: str = "es", **params: object) -> str:
    return town.translator.text("helping." + key, language, **params)


async def counts(town: Town) -> list[tuple[str, str, int, int]]:
    def read(db: Session) -> list[tuple[str, str, int, int]]:
        return [(row.need, row.canton, row.asked, row.found) for row in db.scalars(select(UnmetNeed))]

    return await town.database.read(read)


def without_counts(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {name: found for name, found in rows.items() if name != "unmet_need"}


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_who_never_consented_finds_help_and_nothing_is_kept_of_them(
    mapped: Town, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    town, person = mapped, mapped.outsider
    before = await town.rows()
    with at(TUESDAY_MORNING):
        asked = await town.says(person, "/servicios")
        assert asked.labels == [["Español", "Kichwa"]]
        needs = await town.taps(person, town.text("language_" + language, language))
        assert labels(needs)[5] == say(town, "need_shelter", language)
        await town.taps(person, say(town, "need_shelter", language))
        card = await town.taps(person, "Ibarra")
        contact = await town.taps(person, say(town, "chat_call", language, number=1))

    for told in ("Casa de Acogida (ejemplo)", "Calle Inventada 1-23, Ibarra", "+593 6-000-0101"):
        assert told in card.text
    assert say(town, "always", language) in card.text
    assert contact.content["contact"] == {
        "phone_number": "+59360000101",
        "first_name": "Casa de Acogida (ejemplo)",
    }
    links = [button.url for row in card.buttons for button in row if button.url]
    assert links == ["https://www.openstreetmap.org/?mlat=0.35170&mlon=-78.12230#map=17/0.35170/-78.12230"]
    assert without_counts(await town.rows()) == without_counts(before), "only a month, a need and a canton"
    assert await counts(town) == [("shelter", "ibarra", 1, 1)]
    again = await town.says(person, "/start")
    assert again.labels[0] == ["Español", "Kichwa"], "not even the language is remembered"
    assert str(OUTSIDER) not in caplog.text


async def test_who_searches_again_and_every_update_twice_is_counted_once(mapped: Town) -> None:
    town = mapped
    await town.says(town.outsider, "/servicios")
    await town.taps(town.outsider, "Español", say(town, "need_health"))
    tap = town.outsider.tap("Pimampiro")
    await town.receive(tap)
    nothing = town.outsider.last
    assert say(town, "chat_nothing", need="Salud", canton="Pimampiro") == nothing.text
    await town.restart()
    await town.receive(tap)
    assert await counts(town) == [("health", "pimampiro", 1, 0)], "the same update"

    await town.taps(town.outsider, say(town, "chat_anywhere"), say(town, "chat_other_canton"), "Pimampiro")
    await town.taps(town.outsider, say(town, "chat_other_canton"), "Pimampiro")
    found = sorted(await counts(town))
    assert found == [("health", "all", 1, 0), ("health", "pimampiro", 1, 0)], "and who looks again"


async def test_many_services_come_a_few_at_a_time(town: Town) -> None:
    rows = [
        f"c{n},Comedor {n} (ejemplo),ngo,s{n},Comida {n},,food,,,active,no,,p{n},otavalo,,,,,,"
        for n in range(7)
    ]
    file = read_file("\n".join([HEADER, *rows]).encode(), "map.csv")
    await town.database.run(apply, file, account_id=None)
    await town.enters(town.luis)

    await town.says(town.luis, "/services")
    first = await town.taps(town.luis, say(town, "need_food"), "Otavalo")
    assert [f"{n}. Comida {n - 1}" in first.text for n in (1, 3, 4)] == [True, True, False]
    last = await town.taps(town.luis, say(town, "chat_more"), say(town, "chat_more"))
    assert "7. Comida 6" in last.text and say(town, "chat_more") not in labels(last)
    assert await counts(town) == [("food", "otavalo", 1, 1)], "turning a page is no search"


async def test_a_card_says_whether_it_is_open_now(mapped: Town) -> None:
    town = mapped
    with at(TUESDAY_MORNING):
        await town.says(town.luis, "/servicios")
        card = await town.taps(town.luis, "Español", say(town, "need_legal"), "Otavalo")
    assert "lunes a viernes 08:00–16:30 · " + say(town, "open_now", until="16:30") in card.text
    assert say(town, "not_verified") in card.text


async def test_it_is_reached_from_the_greeting_the_introduction_and_the_help(mapped: Town) -> None:
    town, button = mapped, say(mapped, "chat_button")
    both = [button, say(town, "chat_button", "qu")]
    assert (await town.says(town.luis, "/start")).labels[1] == both
    assert (await town.says(town.luis, "/ayuda")).labels[0] == both
    await town.says(town.luis, "/start")
    introduction = await town.taps(town.luis, "Español")
    assert introduction.labels[2] == [button]
    refused = await town.taps(town.luis, "No, gracias")
    assert refused.labels == [[button]]
    needs = await town.taps(town.luis, button)
    assert say(town, "need_documents") in labels(needs)


async def test_an_empty_map_says_so_and_leads_nowhere(town: Town) -> None:
    assert (await town.says(town.luis, "/start")).labels == [["Español", "Kichwa"]]
    told = await town.says(town.luis, "/servicios")
    assert say(town, "none_at_all") in told.text and say(town, "none_at_all", "qu") in told.text


async def test_a_forged_button_does_nothing(mapped: Town) -> None:
    town = mapped
    await town.says(town.luis, "/servicios")
    before = town.luis.last.id
    for forged in ("f:a:9", "f:w:0:zz", "f:s:0:0:zz:0", "f:c:0:99", "f:c:0:4", "f:s:0:0:0", "f:x:0"):
        await town.receive(town.luis.forge_tap(forged))
    assert town.luis.last.id == before
    assert await counts(town) == []


async def test_a_button_fits_into_telegrams_64_bytes(mapped: Town) -> None:
    await mapped.says(mapped.luis, "/servicios")
    await mapped.taps(mapped.luis, "Español", say(mapped, "need_transport"))
    assert len(payload(mapped.luis.last, say(mapped, "everywhere"))) < 20
