"""The page of the recordings: whose voice each text has, heard, replaced by a person, refused where it is no sound."""

import re
import subprocess

import pytest
from httpx import Response
from sqlalchemy import select

from i18n.speech import Speech, seconds_of
from surveys.speech.passages import Passage
from surveys.speech.speaking import Speaker
from surveys.tables import Recording
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console
from tests.speaking import ParrotSpeech, real_speech

PAGE = "/questionnaires/1/recordings"
QUESTION = Passage("qu", "Imata ashtawan?")
CODE = QUESTION.digest.hex()
FIELD = f"recording_{CODE[:12]}"


@pytest.fixture
def parrot(console: Console, questionnaire: int) -> ParrotSpeech:
    """The machine speaks in this console."""
    speech = ParrotSpeech()
    speaks(console, speech)
    return speech


def speaks(console: Console, speech: Speech) -> None:
    services = console.app.state.services
    console.app.state.services = type(services)(
        **{name: getattr(services, name) for name in services.__dataclass_fields__ if name != "speaker"},
        speaker=Speaker(console.database, speech),
    )


def sound(*how: str, seconds: float = 2) -> bytes:
    """A tone as ffmpeg writes it."""
    source = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}")
    command = ("ffmpeg", "-v", "error", *source, *how, "pipe:1")
    return subprocess.run(command, capture_output=True, check=True).stdout


async def give(browser: Browser, content: bytes, name: str = "voz.ogg") -> Response:
    files = {FIELD: (name, content, "audio/ogg")}
    return await browser.fill(f"{PAGE}?language=qu", f"{PAGE}/{CODE}", files=files)


async def kept(console: Console) -> list[Recording]:
    return await console.database.read(lambda db: list(db.scalars(select(Recording))))


async def test_the_page_says_whose_voice_each_text_has(browse: Browse, parrot: ParrotSpeech) -> None:
    page = await (await browse(ANA)).look(f"{PAGE}?language=qu")

    assert page.status_code == 200
    assert QUESTION.text in page.text
    assert page.text.count("voz de la máquina") == page.text.count("<blockquote")
    assert "La máquina pronuncia el kichwa como en el Perú." in page.text
    assert re.search(r"Falta traducir \d+ textos", page.text)
    spanish = await (await browse(ANA)).look(f"{PAGE}?language=es")
    assert "¿Qué necesita?" in spanish.text and "Opción 1: Trabajo." in spanish.text
    assert "como en el Perú" not in spanish.text


async def test_who_interprets_finds_every_page_that_they_may_open(browse: Browse, questionnaire: int) -> None:
    browser = await browse(CARLOS)
    page = (await browser.look("/questionnaires/1")).text
    for part in ("recordings", "rehearsal", "paper", "versions"):
        address = f"/questionnaires/1/{part}"
        assert f'href="{address}"' in page and (await browser.look(address)).status_code == 200, part
    assert "/consultations/new" not in page and 'action="/drafts"' not in page


async def test_the_machines_voice_is_heard_and_made_once(
    console: Console, browse: Browse, parrot: ParrotSpeech
) -> None:
    browser = await browse(CARLOS)
    for _ in range(2):
        answer = await browser.look(f"{PAGE}/{CODE}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/ogg")
        assert answer.content == b"OggS Imata ashtawan?"
    piece = await browser.look(f"{PAGE}/{CODE}", range="bytes=0-3")
    assert (piece.status_code, piece.content) == (206, b"OggS")

    assert parrot.said == [("qu", QUESTION.text)]


@pytest.mark.parametrize(
    ("how", "name"),
    [
        (("-metadata", "artist=Rosa", "-c:a", "libvorbis", "-f", "ogg"), "voz.ogg"),
        (("-metadata", "title=Otavalo", "-ac", "2", "-f", "mp3"), "voz.mp3"),
        (("-f", "wav"), "voz.wav"),
        (("-c:a", "aac", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov"), "voz.m4a"),
        (("-f", "mp3"), "voz.txt"),
    ],
)
async def test_a_persons_recording_becomes_a_voice_message_that_tells_nothing_else(
    console: Console, browse: Browse, parrot: ParrotSpeech, how: tuple[str, ...], name: str
) -> None:
    real_speech()
    browser = await browse(ANA)
    await browser.look(f"{PAGE}/{CODE}")
    answer = await give(browser, sound(*how), name)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?language=qu&done=recorded")
    (recording,) = await kept(console)
    assert (recording.spoken_by, recording.language, recording.file_id) == ("person", "qu", None)
    assert b"OpusHead\x01\x01" in recording.content and 1.9 < seconds_of(recording.content) < 2.1
    assert b"Rosa" not in recording.content and b"Otavalo" not in recording.content
    assert (await browser.look(f"{PAGE}/{CODE}")).content == recording.content
    page = await browser.look(f"{PAGE}?language=qu")
    assert page.text.count("voz de una persona</span>") == 1
    assert QUESTION.text not in (await browser.look(f"{PAGE}?language=qu&only=machine")).text


async def test_who_removes_a_recording_hears_the_machine_again(
    console: Console, browse: Browse, parrot: ParrotSpeech
) -> None:
    real_speech()
    browser = await browse(ANA)
    await give(browser, sound("-f", "mp3"))
    answer = await browser.fill(f"{PAGE}?language=qu", f"{PAGE}/{CODE}/remove")

    assert answer.headers["location"] == f"{PAGE}?language=qu&done=recording_removed"
    assert (await browser.look(f"{PAGE}/{CODE}")).content == b"OggS Imata ashtawan?"
    again = await browser.fill(f"{PAGE}?language=qu", f"{PAGE}/{CODE}/remove")
    assert again.status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<script>alert(1)</script>", "no es un sonido"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "no es un sonido"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "no es un sonido"),
        (b"OggS\0\0 not really", "no es un sonido"),
        (b"\x89PNG\r\n\x1a\n", "no es un sonido"),
        (b"", "no es un sonido"),
    ],
)
async def test_what_is_no_sound_is_refused_whatever_it_calls_itself(
    console: Console, browse: Browse, parrot: ParrotSpeech, content: bytes, said: str
) -> None:
    real_speech()
    page = await give(await browse(ANA), content)

    assert page.status_code == 422
    assert said in page.text and f'href="#field-{FIELD}"' in page.text
    assert await kept(console) == []


async def test_a_recording_that_is_too_long_or_empty_is_refused(
    console: Console, browse: Browse, parrot: ParrotSpeech
) -> None:
    real_speech()
    browser = await browse(ANA)

    assert (
        "dura más de 3 minutos" in (await give(browser, sound("-b:a", "8k", "-f", "mp3", seconds=200))).text
    )
    assert "está vacía" in (await give(browser, sound("-f", "wav", seconds=0.05))).text
    assert await kept(console) == []


async def test_a_recording_that_is_too_big_never_comes_in(
    console: Console, browse: Browse, parrot: ParrotSpeech
) -> None:
    assert (await give(await browse(ANA), b"OggS" + bytes(60 * 1024 * 1024))).status_code == 413
    assert await kept(console) == []


async def test_a_text_that_no_questionnaire_says_cannot_be_recorded(
    console: Console, browse: Browse, parrot: ParrotSpeech
) -> None:
    browser = await browse(ANA)
    for code in (Passage("qu", "Shuktak.").digest.hex(), "..%2f..%2f", "0"):
        assert (await browser.look(f"{PAGE}/{code}")).status_code == 404
        assert (await browser.fill(PAGE, f"{PAGE}/{code}")).status_code == 404
    assert (await browser.look("/questionnaires/99/recordings")).status_code == 404
    assert parrot.said == []


async def test_without_a_machine_the_page_says_what_is_missing(browse: Browse, questionnaire: int) -> None:
    page = await (await browse(ANA)).look(PAGE)

    assert page.status_code == 200 and "Faltan los programas" in page.text and "<audio" not in page.text


@pytest.mark.parametrize(("role", "status"), [(ANA, 200), (CARLOS, 200), (BELEN, 403), (NOBODY, 303)])
async def test_recordings_are_for_who_writes_and_who_interprets(
    browse: Browse, parrot: ParrotSpeech, role: str | None, status: int
) -> None:
    browser = await browse(role)
    assert (await browser.look(PAGE)).status_code == status
    assert (await browser.look(f"{PAGE}/{CODE}")).status_code == status
    page = "/sign-in" if role is None else "/account"
    refused = await browser.fill(page, f"{PAGE}/{CODE}")
    assert refused.status_code == (422 if status == 200 else status)


async def test_a_long_questionnaire_comes_in_pages(browse: Browse, parrot: ParrotSpeech) -> None:
    browser = await browse(ANA)
    for page in ("0", "-1", "999"):
        assert (await browser.look(f"{PAGE}?page={page}")).status_code == 200


async def test_a_voice_and_a_picture_are_played_and_shown_on_a_simulated_telephone(
    console: Console, browse: Browse
) -> None:
    browser = await browse(NOBODY)
    await browser.look("/simulator")
    (screen,) = console.simulator.chats.values()
    for number, kind in enumerate(("audio/ogg", "image/png", "video/mp4", "text/html")):
        sent = {"name": "x", "size": 1, "type": kind, "url": f"/simulator/files/{number}"}
        buttons = [[{"label": "🔊 Escuchar", "index": 0}]]
        shown = {"id": number, "from": "bot", "date": 0, "text": "", "buttons": buttons, "document": sent}
        screen.append({"kind": "message", **shown})
    page = (await browser.look("/simulator")).text

    assert '<audio class="player" src="/simulator/files/0"' in page
    assert '<img class="shown" src="/simulator/files/1"' in page
    assert '<video class="shown" src="/simulator/files/2"' in page
    assert '<a href="/simulator/files/3">' in page
