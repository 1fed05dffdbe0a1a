"""The consultation in the chat: one question at a time, in the person's language, and what is stored of it."""

import pytest

from bot.botapi_chat import Message
from core.tables import Participant
from surveys.tables import Participation
from tests.bot.town import TOTAL, Town, labels, list_voices, own_answers, own_response, place_of


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
    assert "needs" not in await own_answers(town, town.luis), "nothing counts before Listo"

    await town.taps(town.luis, "Listo")
    assert (await own_answers(town, town.luis))["needs"] == ["health"]


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
    assert (await own_answers(town, town.luis))["canton"] == "ibarra"


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

    assert (await own_answers(town, town.luis))["place"] == "0.35 -78.12 0 0"
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
