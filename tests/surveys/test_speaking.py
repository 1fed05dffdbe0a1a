"""The sound of a text: a person's, else the machine's, made once and kept once, whoever asks at the same time."""

import asyncio

import pytest
from sqlalchemy import select

from core.database import Database
from core.errors import NotFound
from i18n.speech import Unspoken
from surveys.speech.passages import Passage
from surveys.speech.recordings import (
    Sound,
    keep_machine,
    keep_person,
    note_file_id,
    remove_person,
    spoken_digests,
)
from surveys.speech.speaking import Speaker
from surveys.tables import Recording
from tests.speaking import ParrotSpeech

HELLO = Passage("qu", "Alli puncha.")


async def rows(database: Database) -> list[Recording]:
    return await database.read(lambda db: list(db.scalars(select(Recording))))


async def test_a_text_is_made_once(database: Database) -> None:
    speech = ParrotSpeech()
    speaker = Speaker(database, speech)

    first, second = [await speaker.say(HELLO, keep=True) for _ in range(2)]

    assert first == second == Sound(b"OggS Alli puncha.", HELLO.digest)
    assert speech.said == [("qu", "Alli puncha.")]


async def test_who_asks_while_it_is_made_gets_the_same(database: Database) -> None:
    speech = ParrotSpeech()
    speaker = Speaker(database, speech)
    sounds = await asyncio.gather(*(speaker.say(HELLO, keep=True) for _ in range(20)))

    assert len(speech.said) == 1
    assert len({id(sound) for sound in sounds}) == 1


async def test_two_workers_at_the_same_time_keep_one_row(database: Database) -> None:
    workers = [Speaker(database, ParrotSpeech()) for _ in range(4)]
    sounds = await asyncio.gather(*(worker.say(HELLO, keep=True) for worker in workers))

    assert len(await rows(database)) == 1
    assert {sound.content for sound in sounds} == {b"OggS Alli puncha."}


async def test_what_is_not_to_be_kept_is_not(database: Database) -> None:
    speech = ParrotSpeech()
    speaker = Speaker(database, speech)
    for _ in range(2):
        assert await speaker.say(HELLO, keep=False) == Sound(b"OggS Alli puncha.")

    assert len(speech.said) == 2
    assert await rows(database) == []


async def test_after_a_failure_it_is_tried_again(database: Database) -> None:
    speech = ParrotSpeech()
    speaker = Speaker(database, speech)
    speech.mute = True
    with pytest.raises(Unspoken):
        await speaker.say(HELLO, keep=True)
    speech.mute = False

    assert (await speaker.say(HELLO, keep=True)).content == b"OggS Alli puncha."


async def test_who_stops_waiting_does_not_stop_the_others(database: Database) -> None:
    speaker = Speaker(database, ParrotSpeech())
    hasty = asyncio.create_task(speaker.say(HELLO, keep=True))
    patient = asyncio.create_task(speaker.say(HELLO, keep=True))
    await asyncio.sleep(0)
    hasty.cancel()

    assert (await patient).content == b"OggS Alli puncha."


async def test_a_person_takes_the_machines_place_and_gives_it_back(database: Database) -> None:
    speaker = Speaker(database, ParrotSpeech())
    machine = await speaker.say(HELLO, keep=True)
    await database.run(note_file_id, machine, "telegram-1")
    await database.run(keep_person, HELLO, b"Rosa", account_id=None)
    assert await speaker.say(HELLO, keep=True) == Sound(b"Rosa", HELLO.digest, None)
    assert await database.read(spoken_digests, [HELLO]) == {HELLO.digest: "person"}

    late = await database.run(keep_machine, HELLO, b"a slow worker")
    assert late.content == b"Rosa", "the machine never takes a person's place"
    await database.run(note_file_id, machine, "telegram-2")
    assert (await speaker.say(HELLO, keep=True)).file_id is None, "that was another sound"

    await database.run(remove_person, HELLO, account_id=None)
    assert (await speaker.say(HELLO, keep=True)).content == b"OggS Alli puncha."
    with pytest.raises(NotFound):
        await database.run(remove_person, HELLO, account_id=None)


def test_the_same_text_in_another_language_is_another_recording() -> None:
    assert Passage("es", "no").digest != Passage("qu", "no").digest
    assert Passage("es", "a").digest != Passage("esa", "").digest
