"""The consultation in the chat: one question at a time, the place kept, nothing counted twice."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.botapi_chat import Message
from bot.botapi_person import Person
from core.clock import at
from core.tables import Participant
from surveys.tables import Participation, Response, Voice
from tests.bot.town import TOTAL, Town


async def own_response(town: Town, person: Person) -> Response:
    """The response that a person is giving."""
    (participation,) = await town.find(person, Participation)
    response = await town.database.read(lambda db: db.get(Response, participation.response_id))
    assert response is not None
    return response


async def place_of(town: Town, person: Person) -> str | None:
    """The question on a person's screen, as it is stored."""
    progress = (await own_response(town, person)).progress
    assert progress is not None
    return progress.get("place")


async def list_voices(town: Town) -> list[Voice]:
    """All open answers."""
    return await town.database.read(lambda db: list(db.query(Voice)))


def labels(message: Message) -> list[str]:
    """What can be tapped."""
    return [label for row in message.labels for label in row]


@pytest.fixture
async def consultation(town: Town) -> int:
    """One consultation is open; Luis has entered in Spanish, Rosa in Kichwa."""
    consultation_id = await town.opens(closes_on=date(2099, 12, 24))
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return consultation_id


# The way through


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_the_whole_way_in_each_language(town: Town, consultation: int, language: str) -> None:
    person = town.luis if language == "es" else town.rosa
    shown = await town.answers(person, language, words="Llámeme al 0991234567 por favor")

    assert shown.text == town.text("quote_question", language)
    response = await own_response(town, person)
    assert response.state == "finished"
    assert response.language == language
    assert response.answers == {
        "age": "34",
        "canton": "otavalo",
        "needs": ["work", "health"],
        "arrived": "2025-11-23",
        "words": "Llámeme al […] por favor",
    }
    (participation,) = await town.find(person, Participation)
    assert (participation.state, participation.current) == ("finished", False)


async def test_an_open_answer_is_redacted_for_reading_and_its_original_sealed(
    town: Town, consultation: int
) -> None:
    await town.answers(town.luis, words="Llámeme al 0991234567 por favor")

    (voice,) = await list_voices(town)
    assert voice.text == "Llámeme al […] por favor"
    assert town.vault.open(voice.original) == "Llámeme al 0991234567 por favor"
    assert b"0991234567" not in voice.original


async def test_what_is_asked_for_the_profile_stays_with_the_person_and_not_in_the_response(
    town: Town, consultation: int
) -> None:
    await town.answers(town.luis)

    (person,) = await town.find(town.luis, Participant)
    assert person.profile == {"invite": "yes", "needs": ["bus"]}
    answers = (await own_response(town, town.luis)).answers or {}
    assert "invite" not in answers
    assert "attend" not in answers


async def test_who_takes_back_the_willingness_is_not_invited(town: Town, consultation: int) -> None:
    await town.answers(town.luis)
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, "Continuar", "↩ Atrás", "↩ Atrás", "Saltar", "Enviar mis respuestas")

    (person,) = await town.find(town.luis, Participant)
    assert person.profile == {}


async def test_one_question_at_a_time_with_its_number_and_the_total(town: Town, consultation: int) -> None:
    assert town.luis.last.text.startswith("Son pocas preguntas.\n\nPregunta 1 de 7\n¿Cuántos años tiene?")

    shown = await town.says(town.luis, "34")

    assert shown.text.startswith("Pregunta 2 de 7\n¿En qué cantón vive?")
    assert "¿Cuántos años tiene?" not in shown.text


async def test_the_total_grows_when_an_answer_brings_another_question(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar", "Saltar", "Saltar")
    shown = await town.taps(town.luis, "Me gustaría")

    assert shown.text.startswith(f"Pregunta {TOTAL} de {TOTAL}")


async def test_taps_edit_the_message_instead_of_flooding_the_chat(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    before = len(town.luis.screen)

    await town.taps(town.luis, "Otavalo", "Trabajo", "Salud", "✅ Salud", "Listo", "↩ Atrás", "Listo")

    assert len(town.luis.screen) == before


async def test_every_tap_is_answered(town: Town, consultation: int) -> None:
    await town.answers(town.luis)
    await town.answers(town.rosa, "qu")

    assert (town.luis.unanswered, town.rosa.unanswered) == (0, 0)


async def test_choices_of_several_are_ticked_and_unticked_before_they_count(
    town: Town, consultation: int
) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Salud")
    shown = await town.taps(town.luis, "✅ Trabajo")

    assert "Trabajo" in labels(shown)
    assert "✅ Salud" in labels(shown)
    progress = (await own_response(town, town.luis)).progress or {}
    assert "needs" not in progress["answers"], "nothing counts before Listo"

    await town.taps(town.luis, "Listo")
    progress = (await own_response(town, town.luis)).progress or {}
    assert progress["answers"]["needs"] == ["health"]


async def test_the_limit_of_a_question_is_said_before_it_is_reached_and_kept(
    town: Town, consultation: int
) -> None:
    await town.says(town.luis, "34")
    shown = await town.taps(town.luis, "Otavalo")
    assert town.text("hint_select_most", "es", maximum=2) in shown.text

    shown = await town.taps(town.luis, "Trabajo", "Salud", "Vivienda")
    assert town.text("refusal_too_many", "es", maximum=2) in shown.text
    assert "Vivienda" in labels(shown)


async def test_going_back_shows_what_was_answered_and_lets_it_change(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo")

    shown = await town.taps(town.luis, "↩ Atrás", "↩ Atrás")
    assert "✅ Otavalo" in labels(shown)

    shown = await town.taps(town.luis, "Ibarra")
    assert "¿Cuándo llegó?" in shown.text, "straight back to where he was"
    progress = (await own_response(town, town.luis)).progress or {}
    assert progress["answers"]["canton"] == "ibarra"


async def test_what_is_required_cannot_be_skipped(town: Town, consultation: int) -> None:
    assert "Saltar" not in labels(town.luis.last)
    shown = await town.says(town.luis, "34")
    assert "Saltar" not in labels(shown)

    await town.receive(town.luis.forge_tap("q:1:2:k:0"))

    assert await place_of(town, town.luis) == "canton"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("hola", "refusal_not_a_number"),
        ("3,5", "refusal_not_an_integer"),
        ("-1", None),
        ("200", None),
        ("9" * 4096, "refusal_too_long"),
    ],
)
async def test_an_answer_that_cannot_be_is_refused_in_the_persons_language(
    town: Town, consultation: int, typed: str, refusal: str | None
) -> None:
    for person, language in ((town.luis, "es"), (town.rosa, "qu")):
        shown = await town.says(person, typed)

        own = {"es": "Escriba su edad en años.", "qu": "Mashna watata killkay."}[language]
        assert (town.text(refusal, language, limit=4000) if refusal else own) in shown.text
        assert await place_of(town, person) == "age"


async def test_a_refusal_does_not_read_the_introduction_again(town: Town, consultation: int) -> None:
    shown = await town.says(town.luis, "hola")

    assert "Son pocas preguntas." not in shown.text
    assert shown.text.count("Por ejemplo: 34") == 1


# The place on the map


async def reach_the_map(town: Town) -> Message:
    await town.says(town.luis, "34")
    return await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar")


async def test_a_place_is_sent_with_telegrams_own_button(town: Town, consultation: int) -> None:
    await reach_the_map(town)
    assert [[key.label for key in row] for row in town.luis.keyboard] == [["Enviar mi ubicación"]]

    await town.receive(town.luis.share_location(0.35, -78.12))

    progress = (await own_response(town, town.luis)).progress or {}
    assert progress["answers"]["place"] == "0.35 -78.12 0 0"
    assert await place_of(town, town.luis) == "words"


async def test_the_button_for_the_place_goes_when_the_question_is_left(town: Town, consultation: int) -> None:
    await reach_the_map(town)
    shown = await town.taps(town.luis, "Saltar")

    assert town.luis.keyboard == []
    assert "¿Qué más quiere decir?" in shown.text


async def test_the_button_for_the_place_is_offered_once(town: Town, consultation: int) -> None:
    await reach_the_map(town)
    offers = sum(message.keyboard is not None for message in town.luis.screen)

    await town.says(town.luis, "lejos", "muy lejos")

    assert sum(message.keyboard is not None for message in town.luis.screen) == offers


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
    data = next(b.data for row in town.luis.last.buttons for b in row if b.label == "Otavalo")
    await town.taps(town.luis, "Otavalo")
    before = await town.rows()

    for _ in range(3):
        await town.receive(town.luis.forge_tap(str(data)))

    assert await town.rows() == before


async def test_a_tick_tapped_twice_stays_ticked(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo")
    data = next(b.data for row in town.luis.last.buttons for b in row if b.label == "Trabajo")

    for _ in range(2):
        await town.receive(town.luis.forge_tap(str(data)))

    assert "✅ Trabajo" in labels(town.luis.last)


async def test_sending_in_twice_sends_once(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar", "Saltar")
    await town.says(town.luis, "Quiero un curso")
    await town.taps(town.luis, "Ahora no")
    data = next(b.data for row in town.luis.last.buttons for b in row if b.label == "Enviar mis respuestas")
    await town.taps(town.luis, "Enviar mis respuestas")
    before, shown = await town.rows(), len(town.luis.screen)

    await town.receive(town.luis.forge_tap(str(data)))

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
    shown = await town.says(town.luis, "Otavalo")
    assert shown.text == town.text("not_understood", "es")
    for forged in (f"s:{consultation}", f"o:{consultation}", f"u:{consultation}:y"):
        await town.receive(town.luis.forge_tap(forged))

    assert await town.rows() == before
    assert town.luis.unanswered == 0


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
        assert await town.rows() == before


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

    progress = (await own_response(town, town.luis)).progress or {}
    assert progress["answers"] == {"age": "34", "canton": "otavalo", "needs": ["work"]}
