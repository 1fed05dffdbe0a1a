"""The place is kept: after a pause, a restart, a repetition, a stale button; and nothing counts twice."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from surveys.tables import Participation, Response
from tests.bot.town import Town, labels, list_voices, own_answers, own_response, payload

# Leaving and coming back


async def test_who_leaves_comes_back_to_the_same_question(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Salir")
    assert town.luis.last.text == town.text("paused", "es")

    shown = await town.says(town.luis, "hola")
    assert shown.text == town.text("not_understood", "es")

    await town.says(town.luis, "/consultas")
    shown = await town.taps(town.luis, "Continuar")
    assert "¿En qué cantón vive?" in shown.text


async def test_a_restart_in_the_middle_loses_nothing(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo")
    await town.restart()

    shown = await town.taps(town.luis, "Salud")
    assert {"✅ Trabajo", "✅ Salud"} <= set(labels(shown))

    await town.restart()
    shown = await town.taps(town.luis, "Listo")
    assert "¿Cuándo llegó?" in shown.text


async def test_a_stale_button_shows_the_place_and_changes_nothing(town: Town, consultation: int) -> None:
    old = await town.says(town.luis, "34")
    await town.says(town.luis, "Otavalo")
    before = await town.rows()

    await town.receive(town.luis.tap("Ibarra", old))

    assert await town.rows() == before
    shown = next(message for message in town.luis.screen if message.id == old.id)
    assert town.luis.toasts[-1] == town.text("stale_button", "es")
    assert "¿Qué necesita con más urgencia?" in shown.text


async def test_a_button_of_what_one_left_takes_it_up_again(town: Town, consultation: int) -> None:
    old = await town.says(town.luis, "34")
    await town.says(town.luis, "/salir")
    await town.taps(town.luis, town.text("button_leave_later", "es"))

    await town.receive(town.luis.tap("Otavalo", old))
    await town.receive(town.luis.tap("Trabajo", old))
    await town.receive(town.luis.tap("Listo", old))
    shown = await town.says(town.luis, "23/11/2025")

    assert "¿Dónde vive?" in town.luis.screen[-2].text + shown.text


async def test_what_is_typed_answers_the_consultation_on_screen(town: Town, consultation: int) -> None:
    second = await town.opens()
    first_screen = town.luis.last
    await town.says(town.luis, "/consultas")
    await town.receive(town.luis.forge_tap(f"o:{second}"))
    await town.says(town.luis, "50")
    await town.taps(town.luis, "Salir")
    await town.receive(town.luis.tap("Salir", first_screen))
    await town.receive(town.luis.forge_tap(f"o:{consultation}"))
    await town.says(town.luis, "34")

    found = {row.consultation_id: row.response_id for row in await town.find(town.luis, Participation)}
    ages = {}
    for number, key in found.items():
        response = await town.database.read(Session.get_one, Response, key)
        ages[number] = (response.progress or {})["answers"]["age"]
    assert ages == {consultation: "34", second: "50"}


# Twice


async def test_a_repeated_update_changes_nothing(town: Town, consultation: int) -> None:
    update = town.luis.send("34")
    await town.receive(update)
    before, shown = await town.rows(), len(town.luis.screen)

    await town.receive(update)

    assert await town.rows() == before
    assert len(town.luis.screen) == shown, "it was answered already"


async def test_a_repeated_update_after_a_restart_changes_nothing(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Salud", "Listo")
    update = town.luis.send("23/11/2025")
    await town.receive(update)
    before = await town.rows()

    await town.restart()
    await town.receive(update)

    assert await town.rows() == before
    assert "¿Dónde vive?" in town.luis.screen[-2].text


async def test_a_repeated_tap_changes_nothing(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    data = payload(town.luis.last, "Otavalo")
    await town.taps(town.luis, "Otavalo")
    before = await town.rows()

    for _ in range(3):
        await town.receive(town.luis.forge_tap(data))

    assert await town.rows() == before


async def test_a_tick_tapped_twice_stays_ticked(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo")
    data = payload(town.luis.last, "Trabajo")

    for _ in range(2):
        await town.receive(town.luis.forge_tap(data))

    assert "✅ Trabajo" in labels(town.luis.last)


async def test_sending_in_twice_sends_once(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar", "Saltar")
    await town.says(town.luis, "Quiero un curso")
    await town.taps(town.luis, "Ahora no")
    data = payload(town.luis.last, "Enviar mis respuestas")
    await town.taps(town.luis, "Enviar mis respuestas")
    before, shown = await town.rows(), len(town.luis.screen)

    await town.receive(town.luis.forge_tap(data))

    assert await town.rows() == before
    assert len(town.luis.screen) == shown, "the question about quoting is not asked again"


async def test_answers_sent_in_again_replace_the_first(town: Town, consultation: int) -> None:
    await town.answers(town.luis, words="Quiero un curso")
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, "Continuar", "↩ Atrás", "↩ Atrás", "↩ Atrás")
    await town.says(town.luis, "Quiero dos cursos")
    await town.taps(town.luis, "Enviar mis respuestas")

    (voice,) = await list_voices(town)
    assert voice.text == "Quiero dos cursos"
    assert (await own_response(town, town.luis)).answers == {
        "age": "34",
        "canton": "otavalo",
        "needs": ["work", "health"],
        "arrived": "2025-11-23",
        "words": "Quiero dos cursos",
    }


async def test_a_button_of_what_was_sent_in_does_not_open_it_again(town: Town, consultation: int) -> None:
    old = await town.says(town.luis, "34")
    await town.says(town.luis, "Otavalo", "Trabajo")
    await town.taps(town.luis, "Saltar", "Saltar", "Saltar", "Ahora no", "Enviar mis respuestas")
    before = await town.rows()

    await town.receive(town.luis.tap("Ibarra", old))

    assert await town.rows() == before
    shown = next(message for message in town.luis.screen if message.id == old.id)
    assert shown.text == town.text("already_finished", "es", title="Necesidades")


@pytest.mark.parametrize(("button", "allowed"), [("button_quote_yes", True), ("button_quote_no", False)])
async def test_whether_ones_words_may_be_shown_is_asked_and_kept(
    town: Town, consultation: int, button: str, allowed: bool
) -> None:
    await town.answers(town.luis)
    await town.taps(town.luis, town.text(button, "es"))

    assert (await own_response(town, town.luis)).may_quote is allowed


async def test_who_wrote_nothing_is_not_asked_about_quoting(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar", "Saltar", "Saltar", "Ahora no")
    shown = await town.taps(town.luis, "Enviar mis respuestas")

    assert shown.text.startswith(town.text("finished", "es", title="Necesidades"))


# Closed


async def test_a_closed_consultation_refuses_kindly_in_the_persons_language(
    town: Town, consultation: int
) -> None:
    await town.says(town.luis, "34")
    await town.says(town.rosa, "34")
    await town.closes(consultation)
    before = await town.rows()

    shown = await town.taps(town.luis, "Otavalo")
    assert shown.text == town.text("consultation_closed", "es", title="Necesidades")
    shown = await town.taps(town.rosa, "Otavalo (kichwa)")
    assert shown.text == town.text("consultation_closed", "qu", title="Mutsurishkakuna")
    for forged in (f"s:{consultation}", f"o:{consultation}", f"u:{consultation}:y"):
        await town.receive(town.luis.forge_tap(forged))

    assert await town.rows() == before
    assert town.luis.unanswered == 0


async def test_who_writes_on_after_the_closing_hears_once_that_it_is_closed(
    town: Town, consultation: int
) -> None:
    await town.says(town.luis, "34")
    await town.closes(consultation)

    shown = await town.says(town.luis, "Otavalo")
    assert shown.text == town.text("consultation_closed", "es", title="Necesidades")
    shown = await town.says(town.luis, "Otavalo")
    assert shown.text == town.text("not_understood", "es")


async def test_past_its_closing_date_a_consultation_takes_no_answers(town: Town) -> None:
    last_day = date(2026, 11, 23)
    evening = datetime(2026, 11, 24, 4, 59, tzinfo=UTC)  # a minute before midnight in Imbabura
    with at(evening):
        await town.opens(closes_on=last_day)
        await town.enters(town.luis)
        shown = await town.says(town.luis, "34")
        assert "¿En qué cantón vive?" in shown.text
    with at(evening + timedelta(minutes=2)):
        before = await town.rows()
        shown = await town.says(town.luis, "Otavalo")
        assert shown.text == town.text("consultation_closed", "es", title="Necesidades")
        shown = await town.says(town.luis, "/consultas")
        assert shown.text == town.text("nothing_open", "es")
        after = await town.rows()
        assert [row.pop("current") for row in before["participation"]] == [True]
        assert [row.pop("current") for row in after["participation"]] == [False], "said once"
        assert after == before


async def test_a_draft_cannot_be_answered(town: Town) -> None:
    await town.enters(town.luis)
    await town.receive(town.luis.forge_tap("o:1"))

    assert town.luis.last.text == town.text("not_understood", "es")


# Two people


async def test_two_people_at_once_do_not_meet(town: Town, consultation: int) -> None:
    await asyncio.gather(
        town.answers(town.luis, words="Soy el primero"),
        town.answers(town.rosa, "qu", words="Shukniki kani", comes=False),
    )

    luis, rosa = await own_response(town, town.luis), await own_response(town, town.rosa)
    assert (luis.answers or {})["words"] == "Soy el primero"
    assert (rosa.answers or {})["words"] == "Shukniki kani"
    assert (luis.language, rosa.language) == ("es", "qu")


async def test_ones_messages_are_handled_in_the_order_they_came(town: Town, consultation: int) -> None:
    updates = [town.luis.send(text) for text in ("34", "Otavalo", "Trabajo")]

    await asyncio.gather(*(town.receive(update) for update in updates))
    await town.rests()

    assert await own_answers(town, town.luis) == {"age": "34", "canton": "otavalo", "needs": ["work"]}
