"""The people of the demonstration answer like anybody: some write, some rather speak."""

import shutil
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from core.database import Database
from core.sealing import Vault
from core.settings import Settings
from i18n.translator import Translator
from rimay.demonstration.characters import invent
from rimay.demonstration.people import Someone
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaires import store_questionnaire
from surveys.tables import Voice
from surveys.xlsform.reading import read_questionnaire
from tests.bot.sendings import voice_note
from tests.bot.town import Town

QUESTIONNAIRE = read_questionnaire(NEEDS_ASSESSMENT.read_bytes(), NEEDS_ASSESSMENT.name).questionnaire


@pytest.fixture
async def town(
    sqlite_url: str, vault: Vault, translator: Translator, settings: Settings
) -> AsyncIterator[Town]:
    """A house whose consultation is the demonstration's."""
    database = Database(sqlite_url)
    town = Town(database, vault, translator, settings)
    questionnaire_id = await database.run(
        store_questionnaire, QUESTIONNAIRE, content=b"", file_name="needs.xlsx", account_id=None
    )
    consultation_id = await database.run(
        draft_consultation, questionnaire_id=questionnaire_id, account_id=None
    )
    await database.run(open_consultation, consultation_id, account_id=None)
    await town.start()
    yield town
    await town.stop()
    await database.dispose()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="apt-get install ffmpeg")
@pytest.mark.parametrize("aloud", [False, True])
async def test_they_write_or_speak(town: Town, aloud: bool) -> None:
    said: list[str] = []

    async def speak(text: str, language: str) -> bytes:
        said.append(text)
        return voice_note()

    for number in range(6):
        someone = Someone(
            town.api.person(10_000 + number), invent(number), town.receive, QUESTIONNAIRE, town.translator
        )
        if aloud:
            someone.speaks(speak)
        await someone.come_in()
        await someone.take_part()

    voices = await town.database.read(lambda db: list(db.scalars(select(Voice))))
    assert voices
    assert {bool(voice.attachment_id) for voice in voices} == {aloud}
    assert {bool(voice.text) for voice in voices} == {not aloud}
    assert bool(said) is aloud
