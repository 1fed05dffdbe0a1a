"""A voice note becomes an answer when an interpreter has written it down. Nobody writes over another unawares."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.database import Database
from core.errors import Conflict, NotFound
from core.sealing import Vault
from deliberation.voices.hearing import Hearing
from surveys.consultations import close_consultation
from surveys.conversation.turns import Finished
from surveys.questionnaire import ATTACHED, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.spoken import SpokenCard, Transcript, count_spoken, get_sound, list_spoken, write_down
from surveys.submission import store_answers
from surveys.tables import Attachment, Consultation, Response, Voice
from surveys.voices import judge_quote, list_voices
from tests.surveys.people import ZONE

QUESTIONNAIRE = Questionnaire(
    "wishes", {"es": "Deseos"}, "1", ("es",), "es", (Question("wish", Kind.TEXT, {"es": "¿Qué desea?"}),)
)
SAID = Transcript("Soy Rosa, llame al 0991234567. Quiero un curso", "qu", "Quiero un curso, 0991234567")
NOTE, SOUND = "a" * 32, b"sealed"


def speak(db: Session) -> None:
    """One person answered by voice, another in writing."""
    questionnaire_id = store_questionnaire(
        db, QUESTIONNAIRE, content=b"", file_name="wishes.xlsx", account_id=None
    )
    db.add(Consultation(questionnaire_id=questionnaire_id, title={"es": "Deseos"}, state="open"))
    for response_id in ("spoken", "written"):
        db.add(Response(id=response_id, consultation_id=1, language="es", turn=1))
    db.flush()
    file = {"path": "wish", "media_type": "audio/ogg", "size": 4000, "sealed": SOUND}
    db.add(Attachment(id=NOTE, response_id="spoken", consultation_id=1, **file))
    db.flush()


def send_in(db: Session, vault: Vault, response_id: str, wish: str) -> None:
    finished = Finished(answers={"wish": wish}, kept={})
    store_answers(db, response_id, 1, QUESTIONNAIRE, finished, Hearing(vault), "es", ZONE)


@pytest.fixture
async def consultation(database: Database, vault: Vault) -> int:
    await database.run(speak)
    await database.run(send_in, vault, "written", "Quiero trabajo")
    await database.run(send_in, vault, "spoken", ATTACHED + NOTE)
    return 1


async def only(database: Database) -> SpokenCard:
    (card,) = await database.read(list_spoken, 1)
    return card


async def write(database: Database, vault: Vault, transcript: Transcript, seen: str | None = None) -> None:
    card = await only(database)
    await database.run(
        write_down, 1, card.id, transcript, seen=seen or card.seen, hear=Hearing(vault), account_id=None
    )


async def answer(database: Database) -> object:
    answers = await database.read(
        lambda db: db.scalars(select(Response.answers).order_by(Response.language, Response.id)).all()
    )
    return {str(each["wish"]) for each in answers if each}


async def test_until_then_it_is_counted_apart_and_read_by_nobody(
    database: Database, consultation: int
) -> None:
    card = await only(database)
    assert (card.state, card.text, card.label, card.size) == ("waiting", "", {"es": "¿Qué desea?"}, 4000)
    assert await database.read(count_spoken, 1) == (1, 1)
    assert [voice.text for voice in await database.read(list_voices, 1)] == ["Quiero trabajo"]
    assert await database.read(get_sound, 1, card.id) == ("audio/ogg", SOUND)


async def test_what_is_written_down_is_redacted_sealed_and_the_answer(
    database: Database, vault: Vault, consultation: int
) -> None:
    await write(database, vault, SAID)

    card = await only(database)
    assert card.state == "written" and card.language == "qu"
    assert "0991234567" not in card.text + card.translation
    assert "Quiero un curso" in card.text and card.translation.startswith("Quiero un curso")
    assert await answer(database) == {"Quiero trabajo", card.text}
    (voice,) = [voice for voice in await database.read(list_voices, 1) if voice.language == "qu"]
    assert (voice.text, voice.translation) == (card.text, card.translation)
    original = await database.read(lambda db: db.get_one(Voice, card.id).original)
    assert vault.open(original) == SAID.words
    assert await database.read(count_spoken, 1) == (0, 1)
    assert (await database.read(list_acts))[0].act == "write_down"


async def test_two_interpreters_at_once_the_second_is_told(
    database: Database, vault: Vault, consultation: int
) -> None:
    seen = (await only(database)).seen
    await write(database, vault, Transcript("Lo primero", "es", ""), seen)
    with pytest.raises(Conflict):
        await write(database, vault, Transcript("Lo segundo", "es", ""), seen)
    assert (await only(database)).text == "Lo primero"

    await write(database, vault, Transcript("Lo corregido", "es", ""))
    assert (await only(database)).text == "Lo corregido"


async def test_of_two_who_save_at_the_same_moment_one_is_told(
    database: Database, vault: Vault, consultation: int
) -> None:
    seen = (await only(database)).seen
    said = [Transcript(f"Oído {number}", "es", "") for number in range(4)]
    done = await asyncio.gather(
        *(write(database, vault, transcript, seen) for transcript in said), return_exceptions=True
    )
    assert [type(each) for each in done].count(Conflict) == 3
    assert (await only(database)).text == said[done.index(None)].words


async def test_a_quote_of_other_words_is_judged_anew(
    database: Database, vault: Vault, consultation: int
) -> None:
    await write(database, vault, SAID)
    card = await only(database)
    await database.run(lambda db: db.get_one(Response, "spoken").__setattr__("may_quote", True))
    await database.run(judge_quote, card.id, True, None)
    await write(database, vault, Transcript(SAID.words, "qu", "Otra traducción"))
    assert {v.quote for v in await database.read(list_voices, 1) if v.id == card.id} == {"approved"}

    await write(database, vault, Transcript("No dijo eso", "qu", ""))
    assert {v.quote for v in await database.read(list_voices, 1) if v.id == card.id} == {"none"}


async def test_what_cannot_be_understood_is_set_aside_and_can_be_taken_up(
    database: Database, vault: Vault, consultation: int
) -> None:
    await write(database, vault, Transcript("", "", ""))
    assert (await only(database)).state == "set_aside"
    assert await database.read(count_spoken, 1) == (0, 1)
    assert await answer(database) == {"Quiero trabajo", ATTACHED + NOTE}

    await write(database, vault, SAID)
    assert (await only(database)).state == "written"


async def test_sending_in_again_keeps_what_was_written_down_of_the_same_note(
    database: Database, vault: Vault, consultation: int
) -> None:
    await write(database, vault, SAID)
    before = await only(database)
    await database.run(send_in, vault, "spoken", ATTACHED + NOTE)
    assert await only(database) == before
    assert await answer(database) == {"Quiero trabajo", before.text}

    await database.run(send_in, vault, "spoken", "Ya no digo nada")
    assert await database.read(list_spoken, 1) == []
    assert await database.read(lambda db: db.scalars(select(Attachment)).all()) == []


async def test_it_works_on_after_the_closing(database: Database, vault: Vault, consultation: int) -> None:
    before = await only(database)
    await database.run(close_consultation, 1, account_id=None)
    card = await only(database)
    assert card.id != before.id
    with pytest.raises(NotFound):
        await database.read(get_sound, 1, before.id)
    assert await database.read(get_sound, 1, card.id) == ("audio/ogg", SOUND)

    await write(database, vault, SAID)
    assert await answer(database) == {"Quiero trabajo", (await only(database)).text}
    months = await database.read(lambda db: set(db.scalars(select(Response.finished_on))))
    assert all(isinstance(month, date) and month.day == 1 for month in months)


@pytest.mark.parametrize(("consultation_id", "voice_id"), [(2, None), (1, "nobody")])
async def test_a_note_belongs_to_its_consultation(
    database: Database, vault: Vault, consultation: int, consultation_id: int, voice_id: str | None
) -> None:
    card = await only(database)
    with pytest.raises(NotFound):
        await database.read(get_sound, consultation_id, voice_id or card.id)
    with pytest.raises(NotFound):
        await database.run(
            write_down,
            consultation_id,
            voice_id or card.id,
            SAID,
            seen=card.seen,
            hear=Hearing(vault),
            account_id=None,
        )
