"""Which voice is heard: made once, uploaded once, a person's before the machine's; what holds an answer never kept."""

import asyncio
import logging
from dataclasses import replace

import pytest

from surveys.questionnaire import Choice, Group, Kind, Question, Questionnaire
from surveys.speech.opus import to_opus
from surveys.speech.passages import Passage
from surveys.speech.recordings import keep_person
from surveys.xlsform.accompanying import AccompanyingFile
from tests.bot.ears import heard, later, list_recordings, listens, voices
from tests.bot.town import QUESTIONNAIRE, Town, choices, label
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


# Made once, uploaded once


async def test_the_machine_speaks_once_for_everybody(
    town: Town, consultation: int, parrot: ParrotSpeech
) -> None:
    await town.enters(town.outsider)
    await listens(town, town.luis)
    made = len(parrot.said)

    await listens(town, town.outsider)

    assert len(parrot.said) == made
    assert len(town.api.files._by_id) == made, "uploaded once"
    assert heard(town, town.luis) == heard(town, town.outsider)


async def test_a_restart_forgets_no_recording(town: Town, consultation: int, parrot: ParrotSpeech) -> None:
    await listens(town, town.luis)
    made = len(parrot.said)
    await town.restart()

    await listens(town, town.luis)

    assert len(parrot.said) == made
    assert len(await list_recordings(town)) == made


async def test_what_telegram_has_forgotten_is_uploaded_again(town: Town, consultation: int) -> None:
    await listens(town, town.luis)
    for file in list(town.api.files._by_id.values()):
        town.api.files._drop(file)
    before = {recording.digest: recording.file_id for recording in await list_recordings(town)}
    await later(town)

    assert await listens(town, town.luis) == ["Son pocas preguntas.", "¿Cuántos años tiene?"]
    after = {recording.digest: recording.file_id for recording in await list_recordings(town)}
    assert all(after[digest] != before[digest] for digest in before)


async def test_who_taps_again_at_once_gets_it_once(town: Town, consultation: int) -> None:
    await asyncio.gather(*(town.receive(town.luis.tap("🔊 Escuchar")) for _ in range(3)))
    await town.rests()

    assert len(voices(town.luis)) == 2
    assert town.luis.unanswered == 0
    await later(town)
    await listens(town, town.luis)
    await town.rests()
    assert len(voices(town.luis)) == 4


async def test_an_update_that_comes_twice_is_read_once(town: Town, consultation: int) -> None:
    update = town.luis.tap("🔊 Escuchar")
    await town.receive(update)
    await town.restart()
    await town.receive(update)

    assert len(voices(town.luis)) == 2


async def test_two_who_listen_at_the_same_time_wait_for_the_same_voice(
    town: Town, consultation: int, parrot: ParrotSpeech
) -> None:
    await town.enters(town.outsider)
    await asyncio.gather(
        town.receive(town.luis.tap("🔊 Escuchar")), town.receive(town.outsider.tap("🔊 Escuchar"))
    )

    assert len(parrot.said) == 2
    assert len(await list_recordings(town)) == 2
    assert len(voices(town.luis)) == len(voices(town.outsider)) == 2


class SlowSpeech(ParrotSpeech):
    """It speaks only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may_speak = asyncio.Event(), asyncio.Event()

    async def say(self, text: str, language: str) -> bytes:
        self.begun.set()
        await self.may_speak.wait()
        return await super().say(text, language)


async def test_nobody_else_waits_for_a_voice_that_is_being_made(town: Town, consultation: int) -> None:
    speech = SlowSpeech()
    await town.speaks(speech)
    listening = asyncio.create_task(town.receive(town.luis.tap("🔊 Escuchar")))
    await speech.begun.wait()

    shown = await town.says(town.rosa, "60")
    assert "Maypi kawsanki?" in shown.text
    assert voices(town.luis) == []

    speech.may_speak.set()
    await listening
    assert len(voices(town.luis)) == 2


# Whose voice


async def test_a_persons_recording_is_heard_instead_of_the_machines(
    town: Town, consultation: int, parrot: ParrotSpeech
) -> None:
    passage = Passage("qu", "Mashna watata charinki?")
    await town.database.run(keep_person, passage, b"OggS Rosa habla", account_id=None)

    assert await listens(town, town.rosa, "qu") == ["Ashalla tapuykuna.", "Rosa habla"]
    assert ("qu", "Mashna watata charinki?") not in parrot.said


async def test_a_recording_that_replaces_another_is_the_one_that_is_sent(
    town: Town, consultation: int
) -> None:
    await listens(town, town.luis)
    passage = Passage("es", "¿Cuántos años tiene?")
    await town.database.run(keep_person, passage, b"OggS Ana habla", account_id=None)
    await later(town)

    assert (await listens(town, town.luis))[1] == "Ana habla"


NAMED = replace(
    QUESTIONNAIRE,
    nodes=(
        Question("name", Kind.TEXT, label("¿Cómo le dicen?", "Ima shuti?")),
        Question(
            "work", Kind.TEXT, label("¿En qué trabaja, ${ /data/name }?", "${ /data/name }, ima llamkay?")
        ),
    ),
)


async def test_what_holds_an_answer_is_spoken_and_never_kept(town: Town, parrot: ParrotSpeech) -> None:
    await town.opens(asking=NAMED)
    await town.enters(town.luis)
    await town.says(town.luis, "Zoila")
    for _ in range(2):
        await later(town)
        assert await listens(town, town.luis) == ["¿En qué trabaja, Zoila?"]

    assert parrot.said == [("es", "¿En qué trabaja, Zoila?")] * 2
    assert await list_recordings(town) == []


HOUSEHOLD = replace(
    QUESTIONNAIRE,
    nodes=(
        Group(
            "home",
            (Question("home/age", Kind.INTEGER, label("¿Qué edad?", "Mashna wata?")),),
            label("Persona", "Runa"),
            repeats=True,
        ),
    ),
)


async def test_the_question_for_one_more_is_heard(town: Town, parrot: ParrotSpeech) -> None:
    await town.opens(asking=HOUSEHOLD)
    await town.enters(town.luis)
    await town.says(town.luis, "3")
    (said,) = await listens(town, town.luis)

    assert "Persona" in said and said.endswith(town.text("button_repeat_no", "es") + ".")


FOREIGN = Questionnaire(
    "f", {"es": "F"}, "1", ("es", "qu"), "es", (Question("a", Kind.TEXT, {"es": "Solo en español"}),)
)


async def test_a_text_without_translation_is_read_in_its_own_language(
    town: Town, parrot: ParrotSpeech
) -> None:
    await town.opens(asking=FOREIGN)
    await town.enters(town.rosa, "qu")
    await listens(town, town.rosa, "qu")

    assert parrot.said == [("es", "Solo en español.")]


LONG = replace(
    QUESTIONNAIRE,
    nodes=(Question("a", Kind.TEXT, label("Esta es una frase bastante larga. " * 40, "Kichwa")),),
)


async def test_a_long_text_comes_in_several_messages(town: Town, parrot: ParrotSpeech) -> None:
    await town.opens(asking=LONG)
    await town.enters(town.luis)
    said = await listens(town, town.luis)

    assert len(said) == 3
    assert " ".join(said) == LONG.question("a").label["es"].strip()


# The recordings of the workbook

RECORDED = replace(
    QUESTIONNAIRE,
    nodes=(
        Question(
            "canton",
            Kind.SELECT_ONE,
            label("¿Dónde vive?", "Maypi kawsanki?"),
            choices=(
                replace(choices(ibarra="Ibarra")[0], media={"audio": {"es": "ibarra.ogg"}}),
                Choice("otavalo", label("Otavalo", "Otavalo")),
            ),
            media={"audio": {"es": "../donde.ogg", "qu": "missing.ogg"}},
        ),
    ),
)


async def test_the_workbooks_own_recordings_are_heard_and_what_is_missing_is_read(
    town: Town, parrot: ParrotSpeech
) -> None:
    real = await real_speech().say("Grabado.", "es")
    files = [AccompanyingFile(name, "audio/ogg", real) for name in ("donde.ogg", "ibarra.ogg")]
    await town.opens(asking=RECORDED, files=files)
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    await town.taps(town.luis, "🔊 Escuchar")
    await town.taps(town.rosa, "🔊 Uyana")

    sent = [town.api.files.find(message.content["voice"]["file_id"]) for message in voices(town.luis)]
    assert [file.content for file in sent[:2] if file] == [to_opus(real)] * 2
    assert parrot.said[:1] == [("es", "Opción 2: Otavalo.")]
    assert ("qu", "Maypi kawsanki?") in parrot.said


async def test_nothing_of_it_is_in_the_log(
    town: Town, parrot: ParrotSpeech, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await town.opens(asking=NAMED)
    await town.enters(town.luis)
    await town.says(town.luis, "Zoila")
    parrot.mute = True
    await listens(town, town.luis)

    assert not [
        record
        for record in caplog.records
        if "Zoila" in record.getMessage() and record.name.startswith("rimay")
    ]
