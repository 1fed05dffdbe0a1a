"""Coming by a link: counted when they come and when they consent, once each, with nothing stored in between."""

import asyncio

import pytest
from sqlalchemy import func, select

from bot.newcomers import Newcomers
from core.entry_links import LinkCard, get_link, make_link
from core.tables import Participant
from tests.bot.town import Town, labels, payload


@pytest.fixture
async def link(town: Town) -> LinkCard:
    """The Unit hands out a link at a shelter."""
    return await town.database.read(get_link, await town.database.run(make_link, "Albergue", None))


async def counts(town: Town, link: LinkCard) -> tuple[int, int]:
    """How many came by it, and how many of them take part."""
    found = await town.database.read(get_link, link.id)
    return found.came, found.enrolled


async def consent(town: Town, language: str = "es") -> None:
    """Luis taps his way in."""
    await town.taps(town.luis, town.text("language_" + language, language))
    await town.taps(town.luis, town.text("button_consent_yes", language))


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_a_newcomer_by_a_link_is_counted_coming_and_consenting(
    town: Town, link: LinkCard, language: str
) -> None:
    await town.says(town.luis, f"/start {link.code}")
    assert await counts(town, link) == (1, 0)

    await consent(town, language)

    assert await counts(town, link) == (1, 1)
    assert len(await town.find(town.luis, Participant)) == 1


async def test_nothing_of_a_newcomer_is_stored_before_the_consent(town: Town, link: LinkCard) -> None:
    before = await town.rows()
    await town.says(town.luis, f"/start {link.code}")
    await town.taps(town.luis, "Kichwa", town.text("button_consent_no", "qu"))

    after = await town.rows()
    (row,) = after.pop("entry_link")
    (row_before,) = before.pop("entry_link")
    assert row == row_before | {"came": 1}
    assert after == before


@pytest.mark.parametrize("restart_before", ["language", "consent", "both"])
async def test_a_restart_on_the_way_in_loses_nothing(town: Town, link: LinkCard, restart_before: str) -> None:
    await town.says(town.luis, f"/start {link.code}")
    if restart_before in ("language", "both"):
        await town.restart()
    await town.taps(town.luis, "Español")
    if restart_before in ("consent", "both"):
        await town.restart()
    await town.taps(town.luis, town.text("button_consent_yes", "es"))

    assert await counts(town, link) == (1, 1)


async def test_who_writes_in_between_or_changes_the_language_has_still_come_by_the_link(
    town: Town, link: LinkCard
) -> None:
    await town.says(town.luis, f"/start {link.code}", "Buenos días")
    await town.taps(town.luis, "Kichwa")
    await town.says(town.luis, "Alli puncha", "/idioma")
    await town.taps(town.luis, "Español")
    await town.says(town.luis, "/start")
    await consent(town)

    assert await counts(town, link) == (1, 1)


async def test_who_refuses_first_and_returns_within_the_hour_has_come_by_the_link(
    town: Town, link: LinkCard
) -> None:
    await town.says(town.luis, f"/start {link.code}")
    await town.taps(town.luis, "Español", "No, gracias")
    await town.says(town.luis, "/start")
    await consent(town)

    assert await counts(town, link) == (1, 1)


async def test_who_opens_the_link_again_and_again_is_one(town: Town, link: LinkCard) -> None:
    for _ in range(3):
        await town.says(town.luis, f"/start {link.code}")

    assert await counts(town, link) == (1, 0)


async def test_an_update_that_comes_twice_counts_once_in_any_process(town: Town, link: LinkCard) -> None:
    update = town.luis.send(f"/start {link.code}")
    await town.receive(update)
    await town.restart()
    await town.receive(update)
    assert await counts(town, link) == (1, 0)

    await town.taps(town.luis, "Español")
    tap = town.luis.tap(town.text("button_consent_yes", "es"))
    await town.receive(tap)
    await town.restart()
    await town.receive(tap)
    assert await counts(town, link) == (1, 1)


async def test_the_last_link_is_the_way_one_came_by(town: Town, link: LinkCard) -> None:
    other = await town.database.read(get_link, await town.database.run(make_link, "Terminal", None))
    await town.says(town.luis, f"/start {link.code}", f"/start {other.code}", f"/start {link.code}")
    await town.says(town.luis, f"/start {other.code}")
    await consent(town)

    assert [await counts(town, each) for each in (link, other)] == [(1, 0), (1, 1)]


async def test_who_takes_part_already_is_welcomed_and_not_counted(town: Town, link: LinkCard) -> None:
    await town.enters(town.luis)
    await town.says(town.luis, f"/start {link.code}")
    await town.receive(town.luis.forge_tap(f"c:y:es:{link.id}"))

    assert town.text("welcome_back", "es", unit=town.settings.unit_name) in [
        message.text for message in town.luis.screen
    ]
    assert await counts(town, link) == (0, 0)


@pytest.mark.parametrize("code", ["unknown1", "ñ", "a b", "x" * 64, "'; drop table entry_link; --"])
async def test_a_strange_code_is_like_none(town: Town, link: LinkCard, code: str) -> None:
    shown = await town.says(town.luis, f"/start {code}")
    assert labels(shown) == ["Español", "Kichwa"]
    assert payload(shown, "Español") == "l:es"

    await consent(town)
    assert await counts(town, link) == (0, 0)


@pytest.mark.parametrize("forged", ["c:y:es:zz", "c:y:es:0", "c:y:es:2gosa7pa2gv"])
async def test_a_forged_link_enrols_without_counting(town: Town, link: LinkCard, forged: str) -> None:
    await town.says(town.luis, "/start")
    await town.receive(town.luis.forge_tap(forged))

    assert len(await town.find(town.luis, Participant)) == 1
    assert await counts(town, link) == (0, 0)


async def test_capitals_typed_from_paper_open_the_link_too(town: Town, link: LinkCard) -> None:
    await town.says(town.luis, f"/start {link.code.upper()}")

    assert await counts(town, link) == (1, 0)


async def test_many_by_one_link_at_once_are_all_counted(town: Town, link: LinkCard) -> None:
    people = [town.api.person(2_000_000 + number) for number in range(12)]
    await asyncio.gather(*(town.receive(person.send(f"/start {link.code}")) for person in people))
    await asyncio.gather(*(town.receive(person.tap("Español")) for person in people))
    yes = town.text("button_consent_yes", "es")
    await asyncio.gather(*(town.receive(person.tap(yes)) for person in people))

    assert await counts(town, link) == (12, 12)
    assert await town.database.read(lambda db: db.scalar(select(func.count(Participant.id)))) == 12


def test_a_link_and_a_language_are_remembered_together() -> None:
    newcomers = Newcomers(size=2)
    newcomers.come_by(b"1", 4)
    newcomers.come_by(b"1", 5)
    newcomers.remember(b"1", "qu")
    assert (newcomers.language_of(b"1"), newcomers.link_of(b"1")) == ("qu", 5)
    assert [newcomers.has_come_by(b"1", link) for link in (4, 5, 6)] == [True, True, False]

    newcomers.ask_again(b"1")
    assert (newcomers.language_of(b"1"), newcomers.link_of(b"1")) == (None, 5)

    newcomers.come_by(b"2", 4)
    newcomers.remember(b"3", "es")
    assert newcomers.link_of(b"1") is None, "only so many are remembered"
