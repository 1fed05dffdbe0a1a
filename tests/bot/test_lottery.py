"""What counts of a person in lotteries: with whom they live, by a word, and their opinion group. All is taken back."""

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.people import Contact, enrol, keep_in_profile
from core.tables import Participant
from deliberation.assemblies.tables import HOUSEHOLD
from tests.bot.town import Town, labels

START = [["Pedir una palabra"], ["Que cuente mi grupo"]]


async def enrolled(town: Town, person: Person, language: str = "es", **profile: Any) -> None:
    """Somebody takes part."""
    chat = str(person.chat.id)
    contact = Contact(town.vault.index(chat), town.vault.seal(chat))

    def work(db: Session) -> None:
        keep_in_profile(enrol(db, contact, language, "1"), set(), profile)

    await town.database.run(work)


@pytest.fixture
async def home(town: Town) -> Town:
    """Luis and Rosa may be invited; they live together, and have not said so."""
    await enrolled(town, town.luis, invite="yes")
    await enrolled(town, town.rosa, "qu", invite="yes")
    return town


async def profile(town: Town, person: Person) -> dict[str, Any]:
    (found,) = await town.find(person, Participant)
    return dict(found.profile)


async def word(town: Town) -> str:
    return str((await profile(town, town.luis))[HOUSEHOLD])


async def test_one_asks_for_a_word_and_the_other_writes_it(home: Town) -> None:
    town = home
    first = await town.says(town.luis, "/sorteo")
    assert first.labels == START and "No preguntamos con quién vive." in first.text
    shown = await town.taps(town.luis, "Pedir una palabra")
    assert shown.id == first.id and f"la palabra es {await word(town)}" in shown.text
    assert f"https://t.me/rimay_bot?start=hogar_{await word(town)}" in shown.text

    asked = await town.says(town.rosa, f"/sorteo {(await word(town)).upper()}")
    assert asked.labels == [["Ari, paywan kawsani"], ["Mana"]]
    assert HOUSEHOLD not in await profile(town, town.rosa), "nothing is kept before she says so"
    joined = await town.taps(town.rosa, "Ari, paywan kawsani")
    assert "2 runami charin" in joined.text
    assert "La tienen 2 personas" in (await town.says(town.luis, "/sorteo")).text


async def test_the_address_of_a_household_asks_as_well_and_no_changes_nothing(home: Town) -> None:
    town = home
    await town.says(town.luis, "/sorteo")
    await town.taps(town.luis, "Pedir una palabra")
    asked = await town.says(town.rosa, f"/start hogar_{await word(town)}")
    assert "Mana" in labels(asked)
    refused = await town.taps(town.rosa, "Mana")
    assert HOUSEHOLD not in await profile(town, town.rosa) and "Shuk shimita mañana" in labels(refused)
    await town.says(town.outsider, f"/start hogar_{await word(town)}")
    assert town.outsider.last.labels == [["Español", "Kichwa"]], "a newcomer reads first what this is"


@pytest.mark.parametrize("restart", [False, True])
async def test_a_newcomer_who_opens_the_address_is_asked_once_they_take_part(
    home: Town, restart: bool
) -> None:
    town = home
    await town.says(town.luis, "/sorteo")
    await town.taps(town.luis, "Pedir una palabra")
    await town.says(town.outsider, f"/start hogar_{await word(town)}")
    for button in ("Español", town.text("button_consent_yes", "es")):
        if restart:
            await town.restart()
        await town.taps(town.outsider, button)
    await town.taps(town.outsider, "Sí, vivimos juntos")
    refused = town.outsider.screen[-2]
    assert "todavía no dijo que sí" in refused.text and HOUSEHOLD not in await profile(town, town.outsider)
    assert labels(refused) == ["Sí, vivimos juntos"], "until then the button stays"
    await town.database.run(_all_willing)
    await town.taps(town.outsider, "Sí, vivimos juntos")
    assert (await profile(town, town.outsider))[HOUSEHOLD] == await word(town)


def _all_willing(db: Session) -> None:
    for person in db.scalars(select(Participant)):
        person.profile = {**person.profile, "invite": "yes"}


async def test_what_is_kept_is_in_ones_data_and_is_taken_back(home: Town) -> None:
    town = home
    await town.says(town.luis, "/asambleas")
    await town.taps(town.luis, "Qué cuenta en los sorteos", "Pedir una palabra", "Que cuente mi grupo")
    data = (await town.says(town.luis, "/misdatos")).text
    assert f"· Para los sorteos, su casa: {await word(town)}" in data
    assert "· En los sorteos cuenta su grupo de opinión" in data
    await town.says(town.luis, "/sorteo")
    shown = await town.taps(town.luis, "Quitar la palabra", "Que no cuente mi grupo")
    assert shown.labels == START and await profile(town, town.luis) == {"invite": "yes"}


async def test_a_word_that_is_none_or_nobodys_is_said_to_be(home: Town) -> None:
    town = home
    assert "No entendí la palabra" in (await town.says(town.luis, "/sorteo hola")).text
    await town.says(town.luis, "/sorteo abcdefgh23")
    assert "Nadie tiene esta palabra" in (await town.taps(town.luis, "Sí, vivimos juntos")).text
    await town.says(town.outsider, "/start")
    before = await town.rows()
    for forged in ("y:j:0:abc", "y:j:0", "y:g:0:x", "y:z:0", "y:j:0:abcdefgh23", "y:l:0", "y:b:0"):
        await town.receive(town.outsider.forge_tap(forged))
    assert await town.rows() == before and town.outsider.unanswered == 0


async def test_who_may_not_be_invited_is_told_so_and_can_still_take_back(town: Town) -> None:
    await enrolled(town, town.luis, invite="no")
    shown = await town.says(town.luis, "/sorteo")
    assert shown.labels == [] and "todavía no dijo que sí" in shown.text
    await town.receive(town.luis.forge_tap("y:b:0"))
    assert "todavía no dijo que sí" in town.luis.last.text and await profile(town, town.luis) == {
        "invite": "no"
    }

    def keep(db: Session) -> None:
        db.execute(
            update(Participant).values(
                profile={"invite": "no", HOUSEHOLD: "abcdefgh23", "group_counts": "yes"}
            )
        )

    await town.database.run(keep)
    shown = await town.says(town.luis, "/sorteo")
    assert labels(shown) == ["Quitar la palabra", "Que no cuente mi grupo"]
