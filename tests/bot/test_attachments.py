"""People answer with photos, voices, films and files: what they send is theirs alone, sealed, and bare."""

import asyncio
import logging
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.application import build_bot
from bot.botapi_errors import bad_request, server_error
from bot.botapi_person import Person
from bot.botapi_server import BotApiServer
from bot.context import House
from bot.reception import Reception
from bot.transport import AiohttpRequest
from core.database import Database
from surveys.questionnaire import ATTACHED
from tests.bot.filing import files, go_to, opens
from tests.bot.sendings import SECRETS, bomb, drawing, film, photo, song, voice_note
from tests.bot.town import Town, hear, own_answers, place_of, quiet
from tests.core.kept import kept_bytes

Json = dict[str, Any]


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa see the question for a photo."""
    consultation_id = await town.database.run(opens)
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return consultation_id


def refused(town: Town, code: str, language: str = "es", **params: object) -> str:
    return town.text("refusal_" + code, language, **params)


async def test_a_photo_is_the_answer_and_knows_nothing_of_where_it_was_taken(
    town: Town, consultation: int
) -> None:
    assert town.luis.last.text.endswith(town.text("hint_image", "es"))
    await town.receive(town.luis.send_photo(photo()))

    assert "¿Qué más quiere decir?" in town.luis.last.text
    (file,) = await files(town)
    assert (await own_answers(town, town.luis)) == {"house": ATTACHED + file.id}
    assert (file.path, file.media_type) == ("house", "image/jpeg")
    content = town.vault.open_bytes(file.sealed)
    assert file.size == len(content)
    assert not any(secret in content for secret in SECRETS)
    with Image.open(BytesIO(content)) as picture:
        assert picture.size == (48, 64), "the largest size, upright"
        assert not picture.getexif()


async def test_what_is_stored_is_sealed_and_has_no_name_of_the_world(
    town: Town, consultation: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    update = town.luis.send_document("casa de Rosa.jpg", photo(), "image/jpeg")
    await town.receive(update)

    (file,) = await files(town)
    kept = kept_bytes(town.database)
    sent = update["message"]["document"]
    for open_word in (b"JFIF", b"casa de Rosa", sent["file_id"].encode(), sent["file_unique_id"].encode()):
        assert open_word not in kept
    assert len(file.id) == 32
    assert sent["file_id"] not in caplog.text and file.id not in caplog.text


@pytest.mark.parametrize(
    ("path", "send", "media_type"),
    [
        ("house", lambda person: person.send_document("x.jpg", drawing(), "image/jpeg"), "image/png"),
        ("sound", lambda person: person.send_voice(voice_note()), "audio/ogg"),
        ("sound", lambda person: person.send_audio("Rosa.mp3", song()), "audio/mpeg"),
        ("walk", lambda person: person.send_video(film()), "video/mp4"),
        ("walk", lambda person: person.send_video_note(film()), "video/mp4"),
        ("paper", lambda person: person.send_document("a.pdf", b"%PDF-1.7 x"), "application/pdf"),
        ("paper", lambda person: person.send_photo(photo()), "image/jpeg"),
    ],
)
async def test_each_question_takes_what_it_asks_for(
    town: Town, consultation: int, path: str, send: Any, media_type: str
) -> None:
    await go_to(town, path)
    await town.receive(send(town.luis))

    (file,) = await files(town)
    assert (file.path, file.media_type) == (path, media_type)
    assert await place_of(town, town.luis) != path


@pytest.mark.parametrize(
    ("path", "send", "code"),
    [
        ("house", Person.send_voice, "wants_image"),
        ("house", lambda person: person.send("Es roja"), "wants_image"),
        ("words", Person.send_photo, "wants_words_or_voice"),
        ("words", lambda person: person.send_document("x.ogg", photo(), "audio/ogg"), "wants_words_or_voice"),
        ("sound", Person.send_photo, "wants_audio"),
        ("walk", Person.send_voice, "wants_video"),
        ("paper", lambda person: person.send("No tengo"), "wants_file"),
        ("paper", lambda person: person.send_document("a.pdf", b"MZ\x90" + bytes(99)), "wants_file_of_these"),
        ("code", Person.send_photo, "wants_code"),
        ("age", Person.send_voice, "wants_written"),
        ("canton", Person.send_voice, "wants_choice"),
        ("need", Person.send_voice, "wants_written"),
        ("house", lambda person: person.send_photo(photo()[:200]), "unreadable"),
        ("house", lambda person: person.send_document("a.jpg", b"<html>x", "image/jpeg"), "wants_image"),
        ("house", lambda person: person.send_document("a.png", bomb(30_000, 30_000)), "picture_too_large"),
        ("sound", lambda person: person.send_voice(b"OggS" + bytes(80)), "unreadable"),
    ],
)
async def test_what_does_not_answer_is_refused_with_what_would(
    town: Town, consultation: int, path: str, send: Any, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    await go_to(town, path)
    before = await town.rows()
    await town.receive(send(town.luis))

    assert town.luis.last.text.startswith(refused(town, code))
    assert await town.rows() == before
    assert await place_of(town, town.luis) == path
    assert quiet(caplog.records)


async def test_in_kichwa_too(town: Town, consultation: int) -> None:
    await town.receive(town.rosa.send_voice())

    assert town.rosa.last.text.startswith(refused(town, "wants_image", "qu"))


async def test_what_weighs_too_much_is_said_before_it_is_fetched(town: Town, consultation: int) -> None:
    heavy = b"\xff\xd8\xff" + bytes(21 * 1024 * 1024)
    await town.receive(town.luis.send_document("casa.jpg", heavy, "image/jpeg"))

    assert town.luis.last.text.startswith(refused(town, "too_heavy", limit=20))
    assert town.api.calls["getFile"] == 0


async def test_a_file_that_hides_its_weight_is_refused_too(town: Town, consultation: int) -> None:
    update = town.luis.send_document("casa.jpg", b"\xff\xd8\xff" + bytes(21 * 1024 * 1024))
    del update["message"]["document"]["file_size"]
    await town.receive(update)

    assert town.luis.last.text.startswith(refused(town, "too_heavy", limit=20))
    assert await files(town) == []


@pytest.mark.parametrize("error", [server_error(), bad_request("wrong file_id")])
async def test_what_cannot_be_fetched_can_be_sent_again(town: Town, consultation: int, error: Any) -> None:
    town.api.fail(error, method="getFile")
    await town.receive(town.luis.send_photo(photo()))
    assert town.luis.last.text.startswith(refused(town, "not_received"))
    assert await files(town) == []

    await town.receive(town.luis.send_photo(photo()))
    assert len(await files(town)) == 1


async def test_an_update_that_comes_twice_stores_one_file(town: Town, consultation: int) -> None:
    update = town.luis.send_photo(photo())
    await town.receive(update)
    before = await town.rows()
    await town.receive(update)
    await town.restart()
    await town.receive(update)

    assert await town.rows() == before
    assert town.luis.last.text.startswith("Pregunta 2"), (
        "it is shown where one stands, not what would be wrong"
    )
    assert town.api.calls["getFile"] == 1


async def test_of_several_photos_sent_at_once_the_first_is_the_answer(town: Town, consultation: int) -> None:
    for _ in range(3):
        await town.receive(town.luis.send_photo(photo(), album="1234567890"))

    (file,) = await files(town)
    assert file.path == "house"
    said = [message.text for message in town.luis.screen if message.from_bot]
    assert said.count(town.text("one_of_several", "es")) == 1
    assert await place_of(town, town.luis) == "words"


async def test_a_process_that_dies_while_it_stores_has_stored_nothing(
    town: Town, consultation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await town.rows()
    update = town.luis.send_photo(photo())
    with monkeypatch.context() as patch:
        patch.setattr("surveys.attachments.drop_orphans", lambda *_: 1 / 0)
        await town.receive(update)
    assert await town.rows() == before

    await town.restart()
    await town.receive(update)
    assert len(await files(town)) == 1


async def test_nobody_waits_for_anothers_download(town: Town, consultation: int) -> None:
    """While it is fetched no transaction is open: on SQLite there is only one writer."""
    fetched = asyncio.Event()
    call = town.api.call

    async def slow(method: str, given: Json) -> Any:
        if method == "getFile":
            await asyncio.wait_for(fetched.wait(), 10)
        return await call(method, given)

    town.api.call = slow  # type: ignore[method-assign]
    sending = asyncio.create_task(town.receive(town.luis.send_photo(photo())))
    await asyncio.sleep(0)
    await town.taps(town.rosa, town.text("button_skip", "qu"))
    assert "Imata rimanata munanki" in town.rosa.last.text
    fetched.set()
    await sending
    assert len(await files(town)) == 1


async def test_another_photo_takes_the_place_of_the_first(town: Town, consultation: int) -> None:
    await town.receive(town.luis.send_photo(photo()))
    (first,) = await files(town)
    await town.taps(town.luis, "↩ Atrás")
    await town.receive(town.luis.send_photo(photo((32, 32))))

    (second,) = await files(town)
    assert second.id != first.id
    assert (await own_answers(town, town.luis))["house"] == ATTACHED + second.id


async def test_a_photo_that_nobody_asked_for_is_not_fetched(town: Town) -> None:
    await town.enters(town.luis)
    await town.receive(town.luis.send_photo(photo()))
    await town.receive(town.outsider.send_photo(photo()))

    assert town.luis.last.text == town.text("unsupported", "es")
    assert town.outsider.last.labels == [["Español", "Kichwa"]]
    assert town.api.calls["getFile"] == 0
    assert await files(town) == []


async def test_a_photo_for_a_consultation_that_is_closed(town: Town, consultation: int) -> None:
    await town.closes(consultation)
    await town.receive(town.luis.send_photo(photo()))

    assert town.luis.last.text == town.text("consultation_closed", "es", title="Casas")
    assert town.api.calls["getFile"] == 0


async def test_over_http(town: Town, database: Database, consultation: int) -> None:
    async with BotApiServer(town.api) as server:
        house = House(town.settings, database, town.vault, town.translator, hear(town.vault))
        bot = build_bot(
            house,
            token=town.api.token,
            request=AiohttpRequest(),
            updates_request=AiohttpRequest(connections=1),
            base_url=server.base_url,
        )
        reception = Reception(bot)
        async with bot, reception.running():
            await reception(town.luis.send_photo(photo()))

    (file,) = await files(town)
    assert town.vault.open_bytes(file.sealed).startswith(b"\xff\xd8\xff")
    assert "¿Qué más quiere decir?" in town.luis.last.text
