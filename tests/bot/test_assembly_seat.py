"""An invitation from end to end: what it tells, why not, what one needs, moved, cancelled, a seat given back."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar, Component

from bot.botapi_person import Person
from core.clock import at
from deliberation.assemblies.changing import cancel_assembly, move_assembly
from rimay.timetable import Timetable
from tests.bot.invitations import draw, invites, invites_drawn, own, prepares, willing
from tests.bot.town import Town, labels, payload
from tests.deliberation.assemblies.meetings import NOON, STARTS, ZONE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REASONS = ["El día o la hora", "Cuido a alguien", "Me queda lejos", "Otra razón"]


def calendar(town: Town, person: Person) -> tuple[str, Component]:
    """The method and the event of the calendar file that a person got last."""
    file = next(message for message in reversed(person.screen) if "document" in message.content)
    content = town.api.files.find(file.content["document"]["file_id"])
    assert content is not None
    found = Calendar.from_ical(content.content)
    (event,) = found.walk("VEVENT")
    return str(found["METHOD"]), event


async def test_the_invitation_says_all_that_one_must_know(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    assert town.luis.last.text == (
        "Le invitamos a una asamblea: «Asamblea de vivienda».\n"
        "Para qué: Hablar de vivienda\n"
        "Cuándo: lunes 21 de diciembre de 2026, 12:00\n"
        "Dónde: Casa de la Juventud, Otavalo\n"
        "Mapa: https://mapa.ejemplo.ec/7\n"
        "Para entrar por internet: https://sala.ejemplo.ec/7\n"
        "De qué hablaremos: Arriendos y garantías\n"
        "Qué pagamos o damos: Pasajes y almuerzo\n"
        "Hay intérpretes: Kichwa, lengua de señas\n"
        "¿Puede venir?\n\n"
        "Responda en 3 días, por favor. Después damos el puesto a otra persona."
    )
    assert town.luis.last.labels == [["Sí, voy", "No puedo"], ["Cuénteme más"]]
    kichwa = town.rosa.last.text
    assert "Imamanta rimashun: Wasimanta" in kichwa and "3 punchapi kutichipay" in kichwa


async def test_what_was_not_said_is_not_mentioned(town: Town, assembly: int) -> None:
    bare: dict[str, Any] = {
        "agenda": None,
        "covers": None,
        "map_link": None,
        "call_link": None,
        "languages": [],
    }
    await invites(town, await prepares(town, **bare))
    assert "Dónde: Casa de la Juventud, Otavalo\n¿Puede venir?" in town.luis.last.text


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(days=4), "Responda en 2 días"),
        (timedelta(days=3, hours=1), "Responda en 1 día,"),
        (timedelta(days=2, hours=5), "Responda hoy antes de las 12:00,"),
        (timedelta(days=2, hours=14), "Responda antes de mañana a las 12:00,"),
        (timedelta(days=1), "Falta poco"),
    ],
)
async def test_it_says_how_long_the_seat_is_held(
    town: Town, assembly: int, before: timedelta, said: str
) -> None:
    with at(STARTS - before):
        await invites(town, assembly)
        assert said in town.luis.last.text


async def test_who_comes_ticks_what_they_need(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy")
    await town.taps(town.luis, "Transporte", "Comida")
    assert (await own(town, town.luis)).needs == ["transport", "food"]
    shown = await town.taps(town.luis, "✅ Transporte")
    assert (await own(town, town.luis)).needs == ["food"]
    thanks = town.luis.screen[-2]
    assert "✅ Comida" in labels(thanks) and "Transporte" in labels(thanks)
    assert shown.content.get("document"), "the file stays below"


async def test_a_repeated_tick_ticks_once(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy")
    update = town.luis.tap("Transporte")
    await town.receive(update)
    before = await town.rows()
    await town.restart()
    await town.receive(update)
    await town.receive(town.luis.forge_tap(f"g:n:{assembly}:2:y"))
    assert await town.rows() == before


async def test_a_repeated_yes_does_not_undo_a_later_no(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    yes = town.luis.tap("Sí, voy")
    await town.receive(yes)
    accepted = next(each for each in reversed(town.luis.screen) if "No puedo" in labels(each))
    await town.receive(town.luis.forge_tap(payload(accepted, "No puedo")))
    before = await town.rows()
    await town.restart()
    await town.receive(yes)
    assert await town.rows() == before
    assert (await own(town, town.luis)).answer == "no"


async def test_who_cannot_come_is_asked_why_and_may_keep_it_to_themselves(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    shown = await town.taps(town.luis, "No puedo")
    assert shown.labels == [[reason] for reason in REASONS] + [["Sí, voy"]]
    assert (await own(town, town.luis)).reason is None
    shown = await town.taps(town.luis, "Me queda lejos")
    assert "Gracias por decirnos" in shown.text
    assert (await own(town, town.luis)).reason == "distance"
    await town.taps(town.luis, "Sí, voy")
    invitation = await own(town, town.luis)
    assert (invitation.answer, invitation.reason) == ("yes", None), "there is no reason any more"


async def test_who_was_not_invited_learns_and_changes_nothing(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await willing(town, town.outsider)
    await town.says(town.outsider, "/asambleas")
    before, seen = await town.rows(), len(town.outsider.screen)
    for data in (f"g:m:{assembly}", f"g:c:{assembly}", f"g:w:{assembly}:0", f"g:n:{assembly}:0:y"):
        await town.receive(town.outsider.forge_tap(data))
    assert await town.rows() == before
    assert len(town.outsider.screen) == seen and town.outsider.unanswered == 0


async def test_tell_me_more_says_how_people_were_chosen(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    shown = await town.taps(town.luis, "Cuénteme más")
    for said in (
        "Arriendos y garantías",
        "Pasajes y almuerzo",
        "diga qué necesita",
        "pueden invitarme",
        "Termina a las",
    ):
        assert said in shown.text
    assert shown.labels == [["Sí, voy", "No puedo"]]


async def test_a_lapsed_invitation_says_so_and_can_be_taken_up(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    timetable = Timetable(town.database, ZONE, 5)
    await timetable.keep()
    with at(NOON + 3 * DAY):
        await timetable.keep()
        assert (await own(town, town.luis)).answer == "lapsed"
        shown = await town.says(town.luis, "/asambleas")
        assert "Usted no respondió a tiempo" in shown.text
        await town.taps(town.luis, "Sí, voy")
    assert (await own(town, town.luis)).answer == "yes", "there was a seat"


async def test_a_moved_assembly_tells_everyone_and_changes_the_calendar(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy")
    later = STARTS + DAY
    with at(NOON + HOUR):
        broadcast = await town.database.run(
            move_assembly,
            assembly,
            place="Coliseo, Ibarra",
            starts_at=later,
            ends_at=later + HOUR,
            account_id=None,
        )
        assert broadcast is not None
        await town.delivers(broadcast)
        assert town.luis.last.text == (
            "Cambiamos la asamblea «Asamblea de vivienda».\n"
            "Ahora es: martes 22 de diciembre de 2026, 12:00\n"
            "Dónde: Coliseo, Ibarra\n"
            "Para entrar por internet: https://sala.ejemplo.ec/7\n"
            "¿Puede venir?"
        )
        assert "Coliseo, Ibarra" in town.rosa.last.text
        _, before = calendar(town, town.luis)
        await town.taps(town.luis, "Cambiar mi calendario")
    method, event = calendar(town, town.luis)
    assert (method, event["SEQUENCE"], event.decoded("DTSTART")) == ("PUBLISH", 1, later)
    assert (event["UID"], before["SEQUENCE"]) == (before["UID"], 0)


async def test_a_cancelled_assembly_tells_everyone_and_takes_no_answer(town: Town, assembly: int) -> None:
    await invites(town, assembly)
    await town.taps(town.luis, "Sí, voy")
    await town.taps(town.rosa, town.text("button_attend_no", "qu"))
    seen = town.rosa.last.id
    with at(NOON + HOUR):
        broadcast = await town.database.run(cancel_assembly, assembly, account_id=None)
        assert broadcast is not None
        await town.delivers(broadcast)
        assert "se canceló" in town.luis.last.text and town.luis.last.labels == [["Cambiar mi calendario"]]
        assert town.rosa.last.id == seen, "she had declined"
        await town.taps(town.luis, "Cambiar mi calendario")
        method, event = calendar(town, town.luis)
        assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
        assert "quitar la fecha" in town.luis.last.text
        for data in (f"i:{assembly}:n", f"g:w:{assembly}:0", f"g:n:{assembly}:0:y"):
            await town.receive(town.luis.forge_tap(data))
            assert "Esa asamblea se canceló" in town.luis.last.text
        shown = await town.says(town.luis, "/asambleas")
        assert "Se canceló" in shown.text and shown.labels == []
    assert (await own(town, town.luis)).answer == "yes"


async def test_my_data_shows_what_is_kept_of_me_about_assemblies(town: Town, assembly: int) -> None:
    await draw(town, assembly)
    await town.says(town.luis, "/start")
    shown = await town.says(town.luis, "/misdatos")
    assert "Asamblea «Asamblea de vivienda», 21 de diciembre de 2026" in shown.text
    assert "Boleto en el sorteo: aaaa" in shown.text and "bbbb" not in shown.text
    assert "Sin respuesta" not in shown.text, "not invited yet"

    await invites_drawn(town, assembly)
    await town.taps(town.luis, "Sí, voy", "Transporte")
    assert "· Usted dijo que va\n· Pidió: Transporte" in (await town.says(town.luis, "/misdatos")).text
    await town.says(town.luis, "/asambleas")
    await town.taps(town.luis, "No puedo", "Cuido a alguien")
    shown = await town.says(town.luis, "/misdatos")
    assert "· Usted dijo que no puede" in shown.text and "Por qué no podía: Cuido a alguien" in shown.text


async def test_of_who_is_erased_nothing_is_kept_about_assemblies(town: Town, assembly: int) -> None:
    await draw(town, assembly)
    await invites_drawn(town, assembly)
    await town.taps(town.luis, "No puedo", "Cuido a alguien")
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, town.text("button_erase_yes", "es"))
    rows = await town.rows()
    assert len(rows["invitation"]) == len(rows["draw_ticket"]) == 1, "those of Rosa"
    assert "care" not in str(rows["invitation"])
