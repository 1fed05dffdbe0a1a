"""What people sent stays with their answers, and goes when they go: replaced, sent in, closed, withdrawn, erased."""

import pytest
from sqlalchemy import select

from surveys.attachments import get_file, list_files
from surveys.questionnaire import ATTACHED
from surveys.tables import Response
from surveys.withdrawal import withdraw
from tests.bot.filing import files, go_to, opens, send_in
from tests.bot.sendings import photo, voice_note
from tests.bot.town import Town, list_voices, own_response
from tests.core.kept import kept_bytes


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa see the question for a photo."""
    consultation_id = await town.database.run(opens)
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return consultation_id


async def test_what_is_taken_back_is_gone_when_the_answers_are_sent_in(town: Town, consultation: int) -> None:
    await town.receive(town.luis.send_photo(photo()))
    await town.receive(town.luis.send_voice(voice_note()))
    await town.taps(town.luis, "↩ Atrás", "↩ Atrás", "Saltar")
    await send_in(town)

    assert [file.path for file in await files(town)] == ["words"]


async def test_a_spoken_answer_is_a_voice_that_waits_to_be_written_down(
    town: Town, consultation: int
) -> None:
    await go_to(town, "words")
    assert town.luis.last.text.endswith(town.text("hint_voice", "es"))
    await town.receive(town.luis.send_voice(voice_note()))
    await send_in(town)

    (file,), (voice,) = await files(town), await list_voices(town)
    assert (voice.path, voice.text, voice.attachment_id) == ("words", "", file.id)
    assert (await own_response(town, town.luis)).answers == {"words": ATTACHED + file.id}
    assert "¿" in town.luis.last.text, "whether the words may be shown is asked for what was spoken too"


async def test_at_closing_files_get_new_names_and_stay_with_their_answers(
    town: Town, consultation: int
) -> None:
    await town.receive(town.luis.send_photo(photo()))
    await town.receive(town.luis.send_voice(voice_note()))
    await send_in(town)
    await town.receive(town.rosa.send_photo(photo((20, 20))))
    before = await files(town)
    await town.closes(consultation)

    house, words = await files(town)
    assert not {house.id, words.id} & {file.id for file in before}
    assert [file.path for file in (house, words)] == ["house", "words"], "what was never sent in is gone"
    (voice,) = await list_voices(town)
    (response,) = await town.database.read(lambda db: list(db.scalars(select(Response))))
    assert voice.attachment_id == words.id
    assert {house.response_id, words.response_id, voice.response_id} == {response.id}
    assert response.answers == {"house": ATTACHED + house.id, "words": ATTACHED + words.id}
    media_type, sealed = await town.database.read(get_file, consultation, house.id)
    assert (media_type, town.vault.open_bytes(sealed)[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    (filed,) = await town.database.read(list_files, consultation)
    assert (filed.question.path, [file.id for file in filed.files]) == ("house", [house.id])


async def test_after_the_closing_the_old_names_are_nowhere(town: Town, consultation: int) -> None:
    await town.receive(town.luis.send_photo(photo()))
    await send_in(town)
    (file,) = await files(town)
    old = file.id.encode()
    assert old in kept_bytes(town.database)
    await town.closes(consultation)

    assert old not in kept_bytes(town.database)


async def test_the_person_is_told_that_it_is_kept_and_nothing_of_it_stays_when_they_erase(
    town: Town, consultation: int
) -> None:
    await town.receive(town.luis.send_photo(photo()))
    await town.receive(town.luis.send_voice(voice_note()))
    await send_in(town)
    shown = (await town.says(town.luis, "/misdatos")).text
    assert town.text("mydata_sent_image", "es") in shown and town.text("mydata_sent_audio", "es") in shown
    assert ATTACHED not in shown

    sealed = [file.sealed for file in await files(town)]
    assert len(sealed) == 2 and any(part[20:60] in kept_bytes(town.database) for part in sealed)
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, town.text("button_erase_yes", "es"))

    assert await files(town) == [] and await list_voices(town) == []
    kept = kept_bytes(town.database)
    assert not any(part[start : start + 40] in kept for part in sealed for start in range(20, len(part), 400))


async def test_who_withdraws_their_answers_withdraws_their_files(town: Town, consultation: int) -> None:
    for person in (town.luis, town.rosa):
        await town.receive(person.send_photo(photo()))
    turn = (await own_response(town, town.luis)).turn
    await town.database.run(withdraw, town.vault.index(str(town.luis.chat.id)), consultation, turn)

    (file,) = await files(town)
    assert file.response_id == (await own_response(town, town.rosa)).id


async def test_a_voice_of_an_answer_that_was_written_instead_is_gone(town: Town, consultation: int) -> None:
    await go_to(town, "words")
    await town.receive(town.luis.send_voice(voice_note()))
    await town.taps(town.luis, "↩ Atrás")
    await town.says(town.luis, "Quiero un curso")
    await send_in(town)

    assert await files(town) == []
    (voice,) = await list_voices(town)
    assert (voice.text, voice.attachment_id) == ("Quiero un curso", None)
