"""What people send is judged by its bytes, and keeps nothing but what is seen and heard in it."""

import shutil
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from threading import Barrier, BrokenBarrierError

import pytest
from PIL import Image

from surveys.conversation.turns import Refusal
from surveys.questionnaire import Keep, Kind, Question
from surveys.received import pictures
from surveys.received.contents import LARGEST, Received, receive
from tests.bot.sendings import SECRETS, bomb, drawing, film, photo, raw_sound, song, voice_note

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="apt-get install ffmpeg")
PHOTO, SOUND, FILM, FILE, WORDS = (
    Question(kind.value, kind) for kind in (Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE, Kind.TEXT)
)


def received(content: bytes, question: Question) -> Received:
    found = receive(content, question)
    assert isinstance(found, Received), found
    return found


def refused(content: bytes, question: Question) -> str:
    found = receive(content, question)
    assert isinstance(found, Refusal), found
    return found.code


def packed(*names: str) -> bytes:
    """An archive with these files."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(
                name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "Rosa"
            )
    return written.getvalue()


def test_the_photo_that_goes_in_knows_where_it_was_taken() -> None:
    with Image.open(BytesIO(photo())) as picture:
        assert picture.getexif().get_ifd(0x8825)
    assert all(secret in photo() for secret in SECRETS)


@pytest.mark.parametrize("question", [PHOTO, FILE])
def test_a_photo_is_painted_anew_upright_and_bare(question: Question) -> None:
    found = received(photo(), question)

    assert (found.kind, found.media_type) == (Kind.IMAGE, "image/jpeg")
    assert not any(secret in found.content for secret in SECRETS)
    with Image.open(BytesIO(found.content)) as picture:
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert picture.size == (48, 64), "what lay on its side stands"
        top, bottom = picture.getpixel((24, 10)), picture.getpixel((24, 54))
        assert isinstance(top, tuple) and top[2] > 150
        assert isinstance(bottom, tuple) and bottom[0] > 150


def test_what_can_be_seen_through_stays_so() -> None:
    found = received(drawing(), PHOTO)

    assert found.media_type == "image/png"
    assert b"Rosa" in drawing() and b"Rosa" not in found.content
    with Image.open(BytesIO(found.content)) as picture:
        assert picture.getpixel((3, 3)) == (0, 90, 0, 128)
        assert picture.info == {}


def test_a_large_photo_becomes_as_large_as_is_read() -> None:
    with Image.open(BytesIO(received(photo((4000, 2000)), PHOTO).content)) as picture:
        assert max(picture.size) == 2560


@pytest.mark.parametrize("size", [(30_000, 30_000), (9_000, 9_000), (8_000, 7_990), (4_001, 4_000)])
def test_a_picture_that_unpacks_to_too_much_is_not_unpacked(size: tuple[int, int]) -> None:
    assert refused(bomb(*size), PHOTO) == "picture_too_large"


@pytest.mark.parametrize("in_layers", [False, True])
def test_a_jpeg_may_be_larger_where_it_need_not_be_unpacked_whole(in_layers: bool) -> None:
    written = BytesIO()
    Image.new("L", (4_001, 4_000)).save(written, "JPEG", progressive=in_layers)

    found = receive(written.getvalue(), PHOTO)

    assert found == Refusal("picture_too_large") if in_layers else isinstance(found, Received)


@pytest.mark.parametrize("mode", ["1", "P", "L", "LA", "I;16", "RGB", "RGBA"])
def test_pictures_of_every_depth_are_made_small(mode: str) -> None:
    written = BytesIO()
    Image.new(mode, (2_600, 1_300)).save(written, "PNG")
    with Image.open(BytesIO(received(written.getvalue(), PHOTO).content)) as picture:
        assert (picture.size, picture.mode) == ((2560, 1280), "RGBA" if mode.endswith("A") else "RGB")


def test_only_two_pictures_are_unpacked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[int] = []
    at_once, painted_anew = Barrier(3), pictures._painted_anew

    def painted(picture: Image.Image) -> tuple[str, bytes]:
        unpacked.append(1)
        with suppress(BrokenBarrierError):
            at_once.wait(0.2)
        return painted_anew(picture)

    monkeypatch.setattr(pictures, "_painted_anew", painted)
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(receive, [photo()] * 3, [PHOTO] * 3))

    assert len(unpacked) == 3 and all(isinstance(each, Received) for each in found)
    assert at_once.broken, "a third never came while two were there"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(photo()[: len(photo()) // 2], id="cut off"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(300), id="only the beginning"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\xff" * 100, id="nonsense"),
        pytest.param(b"GIF89a", id="empty"),
        pytest.param(bomb(500, 500)[:60], id="half a head"),
    ],
)
def test_a_broken_picture_is_said_to_be_so(content: bytes) -> None:
    assert refused(content, PHOTO) == "unreadable"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<!doctype html><script>alert(1)</script>", id="a page"),
        pytest.param(
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", id="a drawing that runs"
        ),
        pytest.param(b"MZ\x90\x00" + bytes(200), id="a program"),
        pytest.param(b"hola", id="a text"),
        pytest.param(b"\x00\x00\x00\x18ftypheic" + bytes(40), id="a format that is not opened"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_no_picture_is_none_whatever_it_is_called(content: bytes) -> None:
    assert refused(content, PHOTO) == "wants_image"


@needs_ffmpeg
@pytest.mark.parametrize(
    ("content", "question", "kind", "media_type"),
    [
        pytest.param(voice_note, SOUND, Kind.AUDIO, "audio/ogg", id="a voice"),
        pytest.param(voice_note, WORDS, Kind.AUDIO, "audio/ogg", id="a spoken answer"),
        pytest.param(song, SOUND, Kind.AUDIO, "audio/mpeg", id="a song"),
        pytest.param(raw_sound, SOUND, Kind.AUDIO, "audio/ogg", id="a raw sound, packed"),
        pytest.param(film, FILM, Kind.VIDEO, "video/mp4", id="a film"),
        pytest.param(film, FILE, Kind.VIDEO, "video/mp4", id="a film as a file"),
    ],
)
def test_sounds_and_films_lose_their_labels(
    content: Callable[[], bytes], question: Question, kind: Kind, media_type: str
) -> None:
    assert b"Rosa" in content()

    found = received(content(), question)

    assert (found.kind, found.media_type) == (kind, media_type)
    assert not any(secret in found.content for secret in (*SECRETS, b"Tulcan"))
    again = received(found.content, question)
    assert again.kind is kind, "it can still be opened"


@needs_ffmpeg
def test_a_film_is_no_sound_and_a_sound_is_no_film() -> None:
    assert refused(film(), SOUND) == "wants_audio"
    assert refused(film(), WORDS) == "wants_words_or_voice"
    assert refused(song(), FILM) == "wants_video"
    assert refused(photo(), SOUND) == "wants_audio"


@needs_ffmpeg
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"OggS" + bytes(500), id="an empty page"),
        pytest.param(b"ID3" + b"#EXTM3U\nfile:///etc/passwd\n" * 20, id="a playlist dressed up as a song"),
        pytest.param(b"\x00\x00\x00\x18ftypisom" + b"\xff" * 400, id="a film of nothing"),
        pytest.param(b"\x1a\x45\xdf\xa3" + bytes(90), id="a matroska of nothing"),
    ],
)
def test_a_broken_sound_is_said_to_be_so(content: bytes) -> None:
    assert refused(content, SOUND) == "unreadable"


def test_without_ffmpeg_sounds_are_refused_and_photos_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert refused(b"OggS" + bytes(40), SOUND) == "no_recordings"
    assert received(photo(), PHOTO).kind is Kind.IMAGE


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        ("Necesito los papeles de mi niña".encode(), "text/plain"),
        (
            packed("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (packed("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_a_document_is_kept_as_it_is(content: bytes, media_type: str) -> None:
    assert receive(content, FILE) == Received(Kind.FILE, media_type, content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"MZ\x90\x00" + bytes(200), id="a program"),
        pytest.param(b"\x7fELF" + bytes(200), id="another"),
        pytest.param(b"#!/bin/sh\nrm -rf ~", id="a script"),
        pytest.param(b"hola <script>alert(1)</script>", id="a page"),
        pytest.param(packed("a.txt"), id="an archive"),
        pytest.param(packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), id="macros"),
        pytest.param(packed("[Content_Types].xml")[:40], id="a broken archive"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_could_run_is_not_taken(content: bytes) -> None:
    assert refused(content, FILE) == "wants_file_of_these"


def test_what_is_too_heavy_is_not_looked_at() -> None:
    assert refused(b"%PDF-" + bytes(LARGEST), FILE) == "too_heavy"


def test_nothing_sent_goes_into_a_profile() -> None:
    assert refused(photo(), Question("invite", Kind.IMAGE, keep=Keep.NEEDS)) == "wants_image"
