"""Who decides that a voice may be read as a quote: first its author, then an organiser."""

import pytest

from core.audit import list_acts
from core.database import Database
from core.errors import NotFound
from surveys.voices import QuoteNotAllowed, VoiceCard, judge_quote, list_voices
from tests.surveys.consulting import Sent, hold_consultation
from tests.surveys.people import question, questionnaire

PEOPLE = [
    Sent({}, voices={"story": "Falta trabajo", "wish": "Paz"}, may_quote=True),
    Sent({}, voices={"story": "Mana llamkay tiyanchu"}, language="qu", may_quote=False),
    Sent({}, voices={"story": "No digo"}),
]


async def voices_of(database: Database) -> dict[str, VoiceCard]:
    form = questionnaire(question("story"), question("wish"))
    consultation = await database.run(hold_consultation, form, PEOPLE)
    return {voice.text: voice for voice in await database.read(list_voices, consultation)}


async def test_voices_of_all_questions_or_of_one(database: Database) -> None:
    voices = await voices_of(database)
    assert {(voice.text, voice.language, voice.may_quote, voice.quote) for voice in voices.values()} == {
        ("Falta trabajo", "es", True, "none"),
        ("Paz", "es", True, "none"),
        ("Mana llamkay tiyanchu", "qu", False, "none"),
        ("No digo", "es", False, "none"),
    }
    wishes = await database.read(list_voices, 1, path="wish")
    assert [voice.text for voice in wishes] == ["Paz"]


@pytest.mark.parametrize(
    ("approved", "quote", "act"), [(True, "approved", "approve_quote"), (False, "refused", "refuse_quote")]
)
async def test_an_organiser_judges_and_the_log_says_so(
    database: Database, approved: bool, quote: str, act: str
) -> None:
    voices = await voices_of(database)
    await database.run(judge_quote, voices["Paz"].id, approved, account_id=None)
    judged = {voice.text: voice.quote for voice in await database.read(list_voices, 1)}
    assert judged == {
        "Falta trabajo": "none",
        "Paz": quote,
        "Mana llamkay tiyanchu": "none",
        "No digo": "none",
    }
    newest = (await database.read(list_acts))[0]
    assert (newest.act, newest.subject, newest.subject_id) == (act, "consultation", 1)


@pytest.mark.parametrize("text", ["Mana llamkay tiyanchu", "No digo"])
async def test_nobody_approves_what_its_author_did_not_allow(database: Database, text: str) -> None:
    voices = await voices_of(database)
    with pytest.raises(QuoteNotAllowed):
        await database.run(judge_quote, voices[text].id, True, account_id=None)
    await database.run(judge_quote, voices[text].id, False, account_id=None)


async def test_a_voice_that_does_not_exist(database: Database) -> None:
    with pytest.raises(NotFound):
        await database.run(judge_quote, "0" * 32, True, account_id=None)
