"""One's own data: shown, left alone, erased. What is erased is gone, also from the files."""

from dataclasses import replace

import pytest

from core.tables import Delivery, Participant
from deliberation.assemblies.tables import Invitation
from surveys.questionnaire import Kind, Question
from surveys.tables import Participation, Response, Voice
from tests.bot.town import LUIS, QUESTIONNAIRE, Town, choices, label
from tests.core.kept import kept_bytes

WORDS = "Quiero aprender panadería con mi hermana"
WISHES = choices(work="Trabajo", health="Salud", home="Vivienda")


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa have sent in their answers."""
    consultation_id = await town.opens()
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    await town.answers(town.luis, words=WORDS)
    await town.answers(town.rosa, "qu", words="Ñukaka llamkanata munani")
    return consultation_id


async def test_a_person_sees_all_that_is_kept_of_them_and_nothing_of_others(
    town: Town, consultation: int
) -> None:
    shown = (await town.says(town.luis, "/misdatos")).text

    for kept in (
        "Español",
        "Necesidades",
        "34",
        "Otavalo",
        "Trabajo, Salud",
        WORDS,
        "Me gustaría",
        "Transporte",
    ):
        assert kept in shown
    assert "23 de noviembre de 2025" in shown
    assert shown.count("Transporte") == 1
    assert "llamkanata" not in shown


async def test_a_question_that_speaks_of_an_earlier_answer_shows_no_formula(town: Town) -> None:
    asked = Question("why", Kind.TEXT, label("¿Por qué ${/data/age}?", "Imamanta ${/data/age}?"))
    await town.opens(asking=replace(QUESTIONNAIRE, nodes=(asked, *QUESTIONNAIRE.nodes)))
    await town.enters(town.luis)
    await town.says(town.luis, "Porque sí")

    assert "· ¿Por qué …? Porque sí" in (await town.says(town.luis, "/misdatos")).text


async def test_in_their_own_language(town: Town, consultation: int) -> None:
    shown = (await town.says(town.rosa, "/misdatos")).text

    for kept in ("Kichwa", "Mutsurishkakuna", "Otavalo (kichwa)", "Trabajo (kichwa), Salud (kichwa)"):
        assert kept in shown


async def test_what_was_not_sent_in_yet_is_shown_too(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar")
    await town.receive(town.luis.share_location(0.35, -78.12))
    await town.taps(town.luis, "Saltar", "Me gustaría")

    shown = (await town.says(town.luis, "/misdatos")).text

    for kept in ("34", "Trabajo", "0.35, -78.12", "Me gustaría"):
        assert kept in shown


async def test_after_the_closing_the_answers_are_no_longer_ones_own(town: Town, consultation: int) -> None:
    await town.closes(consultation)
    shown = (await town.says(town.luis, "/misdatos")).text

    assert town.text("mydata_unlinked", "es") in shown
    assert WORDS not in shown
    assert "34" not in shown
    assert "Transporte" in shown, "what is kept for inviting them stays theirs"


async def test_of_a_stranger_nothing_is_kept(town: Town) -> None:
    for command in ("/misdatos", "/salir", "/borrar"):
        shown = await town.says(town.outsider, command)
        assert shown.text == town.translator.in_every_language("chat.mydata_nothing")


async def test_erasing_asks_once_more_and_can_be_thought_over(town: Town, consultation: int) -> None:
    before = await town.rows()
    shown = await town.says(town.luis, "/borrar")
    assert town.text("erase_question", "es") in shown.text
    assert town.text("erase_closed", "es") in shown.text

    shown = await town.taps(town.luis, "No borrar")

    assert shown.text == town.text("erase_kept", "es")
    assert await town.rows() == before


async def test_who_erases_themselves_is_gone_and_others_stay(town: Town, consultation: int) -> None:
    await town.says(town.luis, "/borrar")
    shown = await town.taps(town.luis, "Sí, borrar")

    assert "comprobante" in shown.text
    for table in (Participant, Participation, Delivery, Invitation):
        assert await town.find(town.luis, table) == []
    stored = await town.rows()
    assert WORDS not in repr(stored)
    assert {len(stored[table.__tablename__]) for table in (Participant, Participation, Response, Voice)} == {
        1
    }


async def test_nothing_of_it_is_left_in_the_files(town: Town, consultation: int) -> None:
    (person,) = await town.find(town.luis, Participant)
    traces = [WORDS.encode(), person.chat_index, person.chat_sealed]
    assert all(trace in kept_bytes(town.database) for trace in traces)
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, "Sí, borrar")

    assert not any(trace in kept_bytes(town.database) for trace in traces)


async def test_erasing_in_the_middle_of_a_question_erases_the_draft(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    await town.says(town.luis, "34", "/borrar")
    await town.taps(town.luis, "Sí, borrar")

    stored = await town.rows()
    assert stored["participant"] == stored["participation"] == stored["response"] == []
    shown = await town.says(town.luis, "Otavalo")
    assert shown.labels == [["Español", "Kichwa"]], "a stranger again"


async def test_erasing_twice_is_no_trouble(town: Town, consultation: int) -> None:
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, "Sí, borrar")
    receipt = town.luis.last.text

    await town.receive(town.luis.forge_tap("e:y"))

    assert town.luis.last.text == receipt
    assert town.luis.unanswered == 0


async def test_after_erasing_one_can_come_back_as_somebody_new(town: Town, consultation: int) -> None:
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, "Sí, borrar")
    shown = await town.enters(town.luis)

    assert "¿Cuántos años tiene?" in shown.text
    (person,) = await town.find(town.luis, Participant)
    assert person.profile == {}


@pytest.mark.parametrize("way", ["later", "stop", "erase", "stay"])
async def test_leaving_offers_four_ways(town: Town, way: str) -> None:
    await town.opens()
    await town.enters(town.luis)
    await town.says(town.luis, "34", "/salir")

    shown = await town.taps(town.luis, town.text("button_leave_" + way, "es"))

    expected = {
        "later": town.text("paused", "es"),
        "stop": town.text("left", "es"),
        "erase": town.text("erase_question", "es"),
        "stay": "¿En qué cantón vive?",
    }
    assert expected[way] in shown.text
    (person,) = await town.find(town.luis, Participant)
    assert person.reachable is (way != "stop")


async def test_what_is_written_about_privacy_names_the_threshold_and_the_unit(town: Town) -> None:
    await town.enters(town.luis)
    shown = (await town.says(town.luis, "/privacidad")).text

    assert f"menos de {town.settings.disclosure_threshold} personas" in shown
    assert town.settings.unit_name in shown


async def test_blocking_the_bot_is_leaving_and_letting_it_in_is_coming_back(town: Town) -> None:
    await town.enters(town.luis)

    await town.receive(town.luis.block())
    (person,) = await town.find(town.luis, Participant)
    assert not person.reachable
    assert person.chat_index == town.vault.index(str(LUIS))

    await town.receive(town.luis.unblock())
    (person,) = await town.find(town.luis, Participant)
    assert person.reachable


async def test_a_rank_is_shown_as_it_was_put(town: Town) -> None:
    wishes = Question("first", Kind.RANK, label("¿Qué va primero?", "Imatak punta?"), choices=WISHES)
    await town.opens(asking=replace(QUESTIONNAIRE, nodes=(wishes, *QUESTIONNAIRE.nodes)))
    await town.enters(town.luis)
    await town.taps(town.luis, "Salud", "Vivienda", "Trabajo", "Listo")

    shown = (await town.says(town.luis, "/misdatos")).text

    assert "¿Qué va primero? Salud, Vivienda, Trabajo" in shown
