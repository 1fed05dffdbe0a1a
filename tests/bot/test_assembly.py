"""Invited in the chat: yes, no, the calendar file, the reminder, the waiting list, and the last seat."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from bot.botapi_chat import Message
from bot.botapi_person import Person
from core.clock import at
from core.people import Contact, enrol, keep_in_profile
from core.tables import Participant
from deliberation.assemblies.assembly import (
    NobodyToReach,
    Tally,
    create_assembly,
    get_assembly,
    invite_willing,
    list_invitations,
    mark_came,
    remind,
)
from deliberation.assemblies.tables import Invitation
from tests.bot.town import Town

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
STARTS = NOW + timedelta(days=10)
NEEDS = (
    "Intérprete",
    "Cuidado de niños",
    "Transporte",
    "Acceso sin gradas o silla de ruedas",
    "Comida",
)
TITLE = {"es": "Asamblea de Otavalo", "qu": "Otavalo tantanakuy"}


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with at(NOW):
        yield


async def prepares(town: Town, *, seats: int = 30) -> int:
    """An assembly is prepared."""
    return await town.database.run(
        create_assembly,
        consultation_id=None,
        title=TITLE,
        purpose={"es": "Hablar del trabajo", "qu": "Llamkaymanta rimankapak"},
        place="Casa de la Juventud, Otavalo",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=3),
        seats=seats,
        account_id=None,
    )


@pytest.fixture
async def assembly(town: Town) -> int:
    """Luis and Rosa said that they may be invited; a third person did not."""
    await town.opens()
    for person, language, comes in (
        (town.luis, "es", True),
        (town.rosa, "qu", True),
        (town.outsider, "es", False),
    ):
        await town.enters(person, language)
        await town.answers(person, language, comes=comes)
    return await prepares(town)


async def invites(town: Town, assembly_id: int, *, hours: int = 0) -> None:
    """Everyone willing is invited, so many hours later: a chat takes one message a second."""
    with at(NOW + timedelta(hours=hours)):
        await town.delivers(await town.database.run(invite_willing, assembly_id, account_id=None))


async def answers_of(town: Town, person: Person) -> list[str]:
    """What a person has answered, as it is stored."""
    return [invitation.answer for invitation in await town.find(person, Invitation)]


async def tally(town: Town, assembly_id: int) -> Tally:
    return (await town.database.read(get_assembly, assembly_id)).tally


def calendars(person: Person) -> list[Message]:
    """The calendar files that a person got."""
    return [message for message in person.screen if "document" in message.content]


async def test_only_who_is_willing_is_invited_in_their_language(town: Town, assembly: int) -> None:
    seen = town.outsider.last.id
    await invites(town, assembly)

    invitation = town.luis.last
    for fact in ("Asamblea de Otavalo", "Hablar del trabajo", "Casa de la Juventud", "10:00"):
        assert fact in invitation.text
    assert invitation.labels == [["Sí, voy", "No puedo"], ["Cuénteme más"]]
    assert "Otavalo tantanakuy" in town.rosa.last.text
    assert "Llamkaymanta rimankapak" in town.rosa.last.text
    assert town.outsider.last.id == seen
    assert await tally(town, assembly) == Tally(2, 2, 0, 0, 0, 2, 0)


async def test_who_comes_gets_a_calendar_file_that_calendars_can_read(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy")

    thanks, file = town.luis.screen[-2:]
    assert "Casa de la Juventud, Otavalo" in thanks.text
    assert thanks.labels == [["Mi código para entrar"]] + [[need] for need in NEEDS] + [["No puedo"]]
    assert file.content["document"]["file_name"] == "asamblea.ics"
    content = town.api.files.find(file.content["document"]["file_id"])
    assert content is not None
    (event,) = Calendar.from_ical(content.content).walk("VEVENT")
    assert (event["SUMMARY"], event.decoded("DTSTART")) == ("Asamblea de Otavalo", STARTS)
    assert await answers_of(town, town.luis) == ["yes"]


async def test_the_needs_go_with_the_invitation_and_the_organiser_sees_numbers_not_names(
    town: Town, assembly: int
) -> None:
    await invites(town, assembly)
    await town.taps(town.rosa, town.text("button_attend_yes", "qu"))

    cards = await town.database.read(list_invitations, assembly)

    assert [(card.answer, card.needs, card.language) for card in cards] == [
        ("yes", ("bus",), "qu"),
        ("none", ("bus",), "es"),
    ]
    assert sorted(card.number for card in cards) == [1, 2]


async def test_one_can_change_ones_mind(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy", "No puedo")
    assert await answers_of(town, town.luis) == ["no"]
    why = town.translator.text("seats.why_ask", "es")
    assert town.luis.screen[-2].text == town.text("invitation_declined", "es") + "\n\n" + why

    await town.taps(town.luis, "Sí, voy")
    assert await answers_of(town, town.luis) == ["yes"]


async def test_a_repeated_tap_changes_nothing_and_sends_no_second_file(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    update = town.luis.tap("Sí, voy")
    await town.receive(update)
    before = await town.rows()

    await town.receive(town.luis.forge_tap(f"i:{assembly}:y"))
    await town.restart()
    await town.receive(update)

    assert await town.rows() == before
    assert len(calendars(town.luis)) == 1
    assert town.luis.unanswered == 0


async def test_a_reminder_reaches_only_who_comes_and_asks_again(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy")
    await town.taps(town.rosa, town.text("button_attend_no", "qu"))
    seen = town.rosa.last.id

    for days in (1, 2):
        with at(NOW + timedelta(days=days)):
            await town.delivers(await town.database.run(remind, assembly, account_id=None))

    assert town.luis.last.labels == [["Sí, voy", "No puedo"]]
    assert sum("Le recordamos" in message.text for message in town.luis.screen) == 2, "each round once"
    assert town.rosa.last.id == seen
    await town.taps(town.luis, "No puedo")
    with pytest.raises(NobodyToReach):
        await town.database.run(remind, assembly, account_id=None)


async def test_when_the_seats_are_taken_one_waits_and_hears_of_a_free_one(town: Town, assembly: int) -> None:
    small = await prepares(town, seats=1)
    await invites(town, small)
    await town.taps(town.luis, "Sí, voy")
    shown = await town.taps(town.rosa, town.text("button_attend_yes", "qu"))
    assert shown.text == town.text("invitation_waiting", "qu")
    assert await answers_of(town, town.rosa) == ["waiting"]
    assert calendars(town.rosa) == []
    with pytest.raises(NobodyToReach):
        await town.database.run(invite_willing, small, account_id=None)

    await town.taps(town.luis, "No puedo")
    await invites(town, small, hours=1)

    assert "Otavalo tantanakuy" in town.rosa.last.text
    await town.taps(town.rosa, town.text("button_attend_yes", "qu"))
    assert await answers_of(town, town.rosa) == ["yes"]
    assert await tally(town, small) == Tally(2, 2, 1, 0, 1, 0, 0)


async def test_nobody_takes_a_seat_before_who_waits_for_it(town: Town, assembly: int) -> None:
    """The outsider was invited too and is silent; then a seat comes back for which Rosa waits."""
    small = await prepares(town, seats=1)
    await town.says(town.outsider, "/consultas")
    await town.taps(town.outsider, "Continuar", "↩ Atrás", "Me gustaría", "Saltar", "Enviar mis respuestas")
    await invites(town, small)
    await town.taps(town.luis, "Sí, voy")
    await town.taps(town.rosa, town.text("button_attend_yes", "qu"))
    await town.taps(town.luis, "No puedo")

    await town.taps(town.outsider, "Sí, voy")
    assert await answers_of(town, town.outsider) == ["waiting"]
    await town.receive(town.rosa.forge_tap(f"i:{small}:y"))
    assert await answers_of(town, town.rosa) == ["yes"]


async def test_a_second_invitation_reaches_only_who_was_not_invited_yet(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    with pytest.raises(NobodyToReach):
        await town.database.run(invite_willing, assembly, account_id=None)
    seen = town.luis.last.id
    await town.says(town.outsider, "/consultas")
    await town.taps(town.outsider, "Continuar", "↩ Atrás", "Me gustaría", "Saltar", "Enviar mis respuestas")

    await invites(town, assembly, hours=1)

    assert "Asamblea de Otavalo" in town.outsider.last.text
    assert town.luis.last.id == seen


async def test_two_people_take_the_last_seat_at_once_and_one_of_them_waits(town: Town, assembly: int) -> None:
    small = await prepares(town, seats=1)
    await invites(town, small)

    await asyncio.gather(
        town.taps(town.luis, "Sí, voy"), town.taps(town.rosa, town.text("button_attend_yes", "qu"))
    )

    got = sorted([*await answers_of(town, town.luis), *await answers_of(town, town.rosa)])
    assert got == ["waiting", "yes"]


async def test_twenty_people_on_three_seats_at_once(town: Town, assembly: int) -> None:
    crowd = [town.api.person(2_000_000 + number) for number in range(20)]
    contacts = [
        Contact(town.vault.index(str(one.chat.id)), town.vault.seal(str(one.chat.id))) for one in crowd
    ]

    def enrol_all(db: Session) -> None:
        for contact in contacts:
            keep_in_profile(enrol(db, contact, "es", "1"), set(), {"invite": "yes"})

    await town.database.run(enrol_all)
    small = await prepares(town, seats=3)
    await invites(town, small)

    await asyncio.gather(*(town.taps(person, "Sí, voy") for person in crowd))

    found = await tally(town, small)
    assert (found.yes, found.waiting) == (3, 17)


async def test_after_it_has_begun_nobody_answers_any_more(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    with at(STARTS):
        shown = await town.taps(town.luis, "Sí, voy")
        assert shown.text == town.text("invitation_past", "es")
        assert (await town.says(town.luis, "/asambleas")).text == town.text("no_assemblies", "es")

    assert await answers_of(town, town.luis) == ["none"]


async def test_ones_invitations_are_listed_with_what_was_answered(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy")
    shown = await town.says(town.luis, "/asambleas")

    assert "Asamblea de Otavalo" in shown.text
    assert "Usted dijo que va" in shown.text
    assert shown.labels == [["Mi código para entrar"], ["Sí, voy", "No puedo"], ["Cuénteme más"]]


async def test_who_was_not_invited_cannot_answer(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    before = await town.rows()

    await town.receive(town.outsider.forge_tap(f"i:{assembly}:y"))
    await town.receive(town.luis.forge_tap("i:999:y"))

    assert await town.rows() == before
    assert town.outsider.unanswered == town.luis.unanswered == 0


async def test_who_left_is_not_invited(town: Town, assembly: int) -> None:
    await town.receive(town.luis.block())
    await invites(town, assembly)

    assert await tally(town, assembly) == Tally(1, 1, 0, 0, 0, 1, 0)


async def test_who_came_is_marked_and_a_mistake_is_undone(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy")
    first = (await town.database.read(list_invitations, assembly))[0]

    await town.database.run(mark_came, first.id, True, None)
    assert (await tally(town, assembly)).came == 1
    await town.database.run(mark_came, first.id, False, None)
    assert (await tally(town, assembly)).came == 0
    assert len(await town.find(town.luis, Participant)) == 1
