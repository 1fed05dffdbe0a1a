"""Files as people's phones make them, with everything in them that must not be kept."""

import shutil
import struct
import subprocess
import zlib
from functools import cache
from io import BytesIO

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

SECRETS = (b"Rosa", b"Tulc", b"Galaxy")
"""The names that are written into every file."""


@cache
def photo(size: tuple[int, int] = (64, 48)) -> bytes:
    """A photo lying on its side, with the place, the camera and a word of its owner."""
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    exif = picture.getexif()
    exif[Base.Orientation] = 6
    exif[Base.Model] = "Galaxy"
    exif[Base.Artist] = "Rosa"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (0.0, 21.0, 6.1)
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSAreaInformation] = b"ASCII\0\0\0Tulc\xc3\xa1n"
    written = BytesIO()
    picture.save(written, "JPEG", exif=exif, comment=b"Rosa", xmp=b"<x>Tulc</x>")
    return written.getvalue()


@cache
def drawing() -> bytes:
    """A PNG whose text names its owner."""
    info = PngInfo()
    info.add_text("Author", "Rosa")
    written = BytesIO()
    Image.new("RGBA", (40, 30), (0, 90, 0, 128)).save(written, "PNG", pnginfo=info)
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be immense."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@cache
def voice_note() -> bytes:
    """What Telegram calls a voice: Opus in Ogg."""
    return _recorded("-c:a", "libopus", "-b:a", "16k", "-f", "ogg")


@cache
def song() -> bytes:
    """An MP3 with labels."""
    return _recorded("-c:a", "libmp3lame", "-f", "mp3")


@cache
def raw_sound() -> bytes:
    """A sound as it comes from a microphone."""
    return _recorded("-c:a", "pcm_s16le", "-f", "wav")


@cache
def film() -> bytes:
    """A film that knows where it was made."""
    return _recorded(
        "-c:v", "mpeg4", "-c:a", "aac", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov", film=True
    )


def _recorded(*ways: str, film: bool = False) -> bytes:
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not there: apt-get install ffmpeg")
    sources = ["-f", "lavfi", "-i", "sine=frequency=300:duration=0.4"]
    if film:
        sources += ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=0.4"]
    labels = ["-metadata", "artist=Rosa", "-metadata", "comment=Galaxy", "-metadata", "location=Tulcan"]
    command = ["ffmpeg", "-v", "error", *sources, *labels, *ways, "pipe:1"]
    return subprocess.run(command, capture_output=True, check=True).stdout
