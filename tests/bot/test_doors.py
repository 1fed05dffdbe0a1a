"""The door of an assembly in the chat: the code of who comes, and coming in by the code on the wall."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.clock import at
from core.sealing import Vault
from core.tables import Participant
from deliberation.assemblies.assembly import remind
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.check_in import Outcome, check_in
from deliberation.assembly_day.doors import get_door, make_door, secret_of
from deliberation.assembly_day.walk_in import ensure_join_code
from tests.bot.invitations import invites, own, prepares, willing
from tests.bot.town import Town, labels, payload
from tests.deliberation.assemblies.meetings import NOON, STARTS

CODE, GOES = "Mi código para entrar", "Sí, voy"
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def shortly_before() -> Iterator[None]:
    with at(STARTS - HALF_AN_HOUR):
        yield


async def on_the_wall(town: Town, **about: object) -> str:
    """An assembly with its code on the wall."""
    with at(NOON):
        assembly_id = await prepares(town, **about)
    return await town.database.run(ensure_join_code, assembly_id, None)


def shown_code(person: Person) -> str:
    """The code in the picture's caption, as it is shown."""
    return person.last.text.split("\n")[2]


async def let_in(town: Town, vault: Vault, code: str) -> Outcome:
    """A helper types a code."""

    def work(db: Session) -> Outcome:
        door = get_door(db, 1, make_door(db, 1, "Entrada", vault, None))
        return check_in(db, secret_of(door, vault), code, vault).outcome

    with at(STARTS - HALF_AN_HOUR):
        return await town.database.run(work)


async def test_who_comes_has_a_code_that_opens_the_door(town: Town, vault: Vault, noon: None) -> None:
    await willing(town, town.luis)
    await invites(town, await prepares(town))
    await town.taps(town.luis, GOES)
    accepted = next(each for each in reversed(town.luis.screen) if CODE in labels(each))
    assert labels(accepted)[0] == CODE

    await town.taps(town.luis, CODE)
    code = shown_code(town.luis)
    assert "photo" in town.luis.last.content and "Luis" not in str(town.luis.last.content)
    await town.taps(town.luis, CODE)
    assert shown_code(town.luis) == code, "always the same"
    assert await let_in(town, vault, code) is Outcome.CAME
    await town.says(town.luis, "/misdatos")
    assert "Estuvo allí" in town.luis.last.text and "código para entrar" in town.luis.last.text


async def test_the_code_goes_with_the_seat_and_with_the_person(town: Town, noon: None) -> None:
    await willing(town, town.luis)
    await invites(town, await prepares(town))
    await town.taps(town.luis, GOES, CODE)
    about, shown = (await own(town, town.luis)).assembly_id, len(town.luis.screen)
    await town.taps(town.luis, "No puedo")
    await town.receive(town.luis.forge_tap(f"d:c:{about}"))
    assert len(town.luis.screen) == shown and "ya no sirve" in town.luis.toasts[-1]
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, town.text("button_erase_yes", "es"))
    assert (await town.rows())["invitation"] == []


@pytest.mark.parametrize(("ahead", "has_code"), [(timedelta(days=7), False), (timedelta(days=1), True)])
async def test_the_reminders_of_the_last_days_bring_the_code(
    town: Town, ahead: timedelta, has_code: bool
) -> None:
    with at(NOON):
        await willing(town, town.luis)
        await invites(town, await prepares(town))
        await town.taps(town.luis, GOES)
    with at(STARTS - ahead):
        await town.delivers(await town.database.run(remind, 1, account_id=None))
    assert (CODE in labels(town.luis.last), "En la puerta" in town.luis.last.text) == (has_code, has_code)


async def test_on_the_day_the_list_still_has_the_code_and_nothing_to_answer(town: Town) -> None:
    with at(NOON):
        await willing(town, town.luis)
        await invites(town, await prepares(town))
        await town.taps(town.luis, GOES)
    with at(STARTS + HALF_AN_HOUR):
        assert labels(await town.says(town.luis, "/asambleas")) == [CODE]


@pytest.mark.parametrize("begins_in", [HALF_AN_HOUR, -HALF_AN_HOUR], ids=["before", "during"])
async def test_who_was_let_in_is_not_asked_any_more_whether_they_come(
    town: Town, vault: Vault, begins_in: timedelta
) -> None:
    with at(NOON):
        await willing(town, town.luis)
        await invites(town, await prepares(town))
        await town.taps(town.luis, GOES, CODE)
    assert await let_in(town, vault, shown_code(town.luis)) is Outcome.CAME
    with at(STARTS - begins_in):
        line = await town.says(town.luis, "/asambleas")
    assert line.text.endswith("Usted ya entró.") and "dijo que va" not in line.text
    assert labels(line) == [CODE]


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_who_takes_part_joins_by_the_code_on_the_wall_and_is_asked(
    town: Town, consultation: int, language: str, shortly_before: None
) -> None:
    code = await on_the_wall(town, consultation_id=consultation)
    person = town.rosa if language == "qu" else town.luis
    for _ in range(2):
        await town.says(person, f"/start {code}")
    word = {"es": "Responder: Necesidades", "qu": "Kutichina: Mutsurishkakuna"}[language]
    assert labels(person.last) == [word]
    row = await own(town, person)
    assert (row.answer, row.came, row.walk_in) == ("yes", True, True)
    await town.taps(person, word)
    assert "1" in person.last.text


def _take_out(db: Session) -> None:
    db.execute(update(Invitation).values(came=False))


async def test_a_repeated_update_lets_nobody_in_whom_a_helper_took_out(
    town: Town, shortly_before: None
) -> None:
    await willing(town, town.luis)
    code = await on_the_wall(town)
    comes = town.luis.send(f"/start {code}")
    await town.receive(comes)
    await town.database.run(_take_out)
    before = await town.rows()
    await town.restart()
    await town.receive(comes)
    assert await town.rows() == before
    await town.says(town.luis, f"/start {code}")
    assert (await own(town, town.luis)).came, "they can come in again themselves"


@pytest.mark.parametrize("restart", [False, True])
async def test_a_newcomer_on_the_spot_is_stored_only_once_they_consent(
    town: Town, restart: bool, shortly_before: None
) -> None:
    code = await on_the_wall(town)
    before = await town.rows()
    await town.says(town.luis, f"/start {code}")
    await town.taps(town.luis, "Español")
    assert await town.rows() == before
    if restart:
        await town.restart()
    await town.taps(town.luis, town.text("button_consent_yes", "es"))
    assert "Usted está en la asamblea «Asamblea de vivienda»" in town.luis.last.text
    assert (await own(town, town.luis)).walk_in
    assert len(await town.find(town.luis, Participant)) == 1


async def test_a_newcomer_who_refuses_leaves_no_trace(town: Town, shortly_before: None) -> None:
    code = await on_the_wall(town)
    before = await town.rows()
    await town.says(town.luis, f"/start {code}")
    await town.taps(town.luis, "Español", town.text("button_consent_no", "es"))
    assert await town.rows() == before


@pytest.mark.parametrize(
    ("moment", "about", "sentence"),
    [
        (NOON, {}, "Desde las 10:00 se puede entrar"),
        (STARTS + timedelta(hours=3), {}, "ya terminó"),
        (STARTS, {"state": "cancelled"}, "se canceló"),
        (STARTS, {"seats": 0}, "está llena"),
    ],
)
async def test_who_cannot_come_in_hears_why(
    town: Town, moment: object, about: dict[str, object], sentence: str
) -> None:
    code = await on_the_wall(town)
    await town.database.run(lambda db: db.execute(update(Assembly).values(**(about or {"seats": 9}))))
    with at(moment):  # type: ignore[arg-type]
        await willing(town, town.luis)
        assert sentence in (await town.says(town.luis, f"/start {code}")).text
    assert await town.database.read(lambda db: db.scalar(select(Invitation.id))) is None


async def test_a_code_in_a_forged_button_lets_nobody_in(town: Town, shortly_before: None) -> None:
    await on_the_wall(town)
    await town.says(town.luis, "/start aaaaaaaaaa")
    await town.taps(town.luis, "Español")
    assert "@" not in payload(town.luis.last, town.text("button_consent_yes", "es"))
    await town.receive(town.luis.forge_tap("c:y:es:@aaaaaaaaaa"))
    assert len(await town.find(town.luis, Participant)) == 1
    assert await town.find(town.luis, Invitation) == []
