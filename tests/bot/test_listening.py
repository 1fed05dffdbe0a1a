"""Escuchar: what is on screen comes as voice messages, in the person's language, made and uploaded once."""

import pytest

from bot.botapi_errors import bad_request, server_error
from core.tables import Participant
from tests.bot.ears import list_recordings, listens, voices
from tests.bot.town import Town, labels, quiet
from tests.speaking import ParrotSpeech, real_speech


@pytest.fixture
async def parrot(town: Town) -> ParrotSpeech:
    """The house reads aloud."""
    speech = ParrotSpeech()
    await town.speaks(speech)
    return speech


@pytest.fixture
async def consultation(town: Town, parrot: ParrotSpeech) -> int:
    """Luis (Spanish) and Rosa (Kichwa) see the first question."""
    consultation_id = await town.opens()
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return consultation_id


# What is heard


async def test_a_question_is_heard_with_its_notes_in_the_persons_language(
    town: Town, consultation: int
) -> None:
    assert await listens(town, town.luis) == ["Son pocas preguntas.", "¿Cuántos años tiene?"]
    assert await listens(town, town.rosa, "qu") == ["Ashalla tapuykuna.", "Mashna watata charinki?"]


async def test_choices_are_heard_with_the_numbers_that_choose_them(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    assert await listens(town, town.luis) == [
        "¿En qué cantón vive?",
        "Opción 1: Ibarra.\nOpción 2: Otavalo.\nOpción 3: Cotacachi.",
    ]
    await town.says(town.rosa, "34")
    assert (await listens(town, town.rosa, "qu"))[1].startswith("Akllana shuk: Ibarra")

    shown = await town.says(town.luis, "2")
    assert "urgencia" in shown.text, "the number was the answer"


async def test_it_is_said_that_several_may_be_chosen(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo")

    assert (await listens(town, town.luis))[0] == (
        "¿Qué necesita con más urgencia?\nPuede elegir hasta 2. Al terminar, toque Listo."
    )


async def test_the_end_is_heard_too(town: Town, consultation: int) -> None:
    await town.says(town.luis, "34")
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar", "Saltar", "Saltar", "Saltar")

    assert await listens(town, town.luis) == [town.text("confirm_sending", "es")]
    assert len(await list_recordings(town)) == 1, "it is the same for everybody"


async def test_listening_answers_nothing(town: Town, consultation: int) -> None:
    before = await town.rows()

    await listens(town, town.luis)

    after = await town.rows()
    assert after.pop("recording") and not before.pop("recording")
    assert after == before
    assert town.luis.unanswered == 0


async def test_the_buttons_move_below_the_voice_so_that_the_next_question_comes_below_it(
    town: Town, consultation: int
) -> None:
    question = await town.says(town.luis, "34")
    buttons = question.labels

    await listens(town, town.luis)

    assert town.luis.last.labels == buttons
    assert (question.labels, question.text) == ([], question.text)
    shown = await town.taps(town.luis, "Otavalo")
    assert "urgencia" in shown.text and shown is town.luis.screen[-1]


# Before consent


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_the_welcome_and_the_consent_are_heard_before_anything_is_kept_of_the_person(
    town: Town, parrot: ParrotSpeech, language: str
) -> None:
    await town.says(town.outsider, "/start")
    (first,) = await listens(town, town.outsider, language)
    assert "Rimay" in first
    shown = await town.taps(town.outsider, town.text("language_" + language, language))
    assert shown.labels[-1] == [town.text("button_listen", language)]
    assert shown is town.outsider.screen[-1]
    said = await listens(town, town.outsider, language)

    assert town.text("consent_question", language) in "\n".join(said)
    assert {spoken for spoken, _ in parrot.said} == {language}
    rows = await town.rows()
    assert [table for table, kept in rows.items() if kept] == ["recording"]
    assert await town.find(town.outsider, Participant) == []


async def test_the_help_is_heard(town: Town, parrot: ParrotSpeech) -> None:
    await town.says(town.outsider, "/ayuda")
    assert (await listens(town, town.outsider))[0].startswith("Puede escribir estas palabras")


# When it cannot be


async def test_where_nothing_can_be_spoken_no_button_promises_it(town: Town) -> None:
    await town.opens()
    shown = await town.enters(town.luis)

    assert "🔊 Escuchar" not in labels(shown)
    assert not [message for message in town.luis.screen if "🔊 Escuchar" in labels(message)]


async def test_who_cannot_be_read_to_is_told_so_and_may_try_again(
    town: Town, consultation: int, parrot: ParrotSpeech, caplog: pytest.LogCaptureFixture
) -> None:
    parrot.mute = True
    assert await listens(town, town.luis) == []
    assert town.luis.toasts[-1] == town.text("listen_failed", "es")
    assert quiet(caplog.records)

    parrot.mute = False
    assert len(await listens(town, town.luis)) == 2


async def test_an_old_button_shows_where_one_stands_and_reads_nothing(town: Town, consultation: int) -> None:
    old = town.luis.last
    await town.says(town.luis, "34")
    await town.receive(town.luis.tap("🔊 Escuchar", old))

    assert voices(town.luis) == []
    assert town.luis.toasts[-1] == town.text("stale_button", "es")


async def test_after_the_closing_there_is_nothing_to_hear(town: Town, consultation: int) -> None:
    await town.closes(consultation)
    await town.taps(town.luis, "🔊 Escuchar")

    assert voices(town.luis) == []


@pytest.mark.parametrize("data", ["h:1:1:0", "h:zz:1:0", "h:1", "a:9:es", "a:0:fr", "a:1"])
async def test_a_forged_tap_of_a_stranger_is_harmless(town: Town, parrot: ParrotSpeech, data: str) -> None:
    await town.opens()
    await town.says(town.outsider, "/start")
    await town.receive(town.outsider.forge_tap(data))

    assert [table for table, kept in (await town.rows()).items() if kept and table == "participant"] == []
    assert voices(town.outsider) == []


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_the_real_machine_speaks_to_a_real_telephone(town: Town, language: str) -> None:
    await town.speaks(real_speech())
    await town.opens()
    await town.enters(town.luis, language)
    await town.taps(town.luis, town.text("button_listen", language))

    (note, question) = voices(town.luis)
    file = town.api.files.find(question.content["voice"]["file_id"])
    assert file is not None and b"OpusHead" in file.content and file.mime == "audio/ogg"
    assert 1 <= question.content["voice"]["duration"] <= 5
    assert note.content["voice"]["file_id"] != file.id


async def test_who_takes_no_voice_messages_can_listen_all_the_same(
    town: Town, consultation: int, caplog: pytest.LogCaptureFixture
) -> None:
    town.api.fail(bad_request("VOICE_MESSAGES_FORBIDDEN"), method="sendVoice", times=2)
    buttons = town.luis.last.labels
    await town.taps(town.luis, "🔊 Escuchar")

    assert ["audio" in message.content for message in town.luis.screen[-2:]] == [True, True]
    assert town.luis.last.labels == buttons
    assert quiet(caplog.records)


async def test_a_voice_that_does_not_get_through_is_excused_and_can_be_asked_for_again(
    town: Town, consultation: int
) -> None:
    town.api.fail(server_error(), method="sendVoice", times=1)
    await town.taps(town.luis, "🔊 Escuchar")

    assert town.text("trouble", "es") in town.luis.last.text
    assert len(await listens(town, town.luis)) == 2
