"""Sounds and films, wrapped anew by ffmpeg: their labels, chapters, covers and tracks of positions stay behind.

The bytes never touch the disk: ffmpeg reads and writes files that exist in memory only. It is told which container
to expect, so that a playlist dressed up as a film cannot make it open anything else.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from surveys.conversation.turns import Refusal
from surveys.questionnaire import Kind

_SIGNATURES = (
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"\xff\xf3", "mp3"),
    (0, b"\xff\xf2", "mp3"),
    (0, b"\xff\xf1", "aac"),
    (0, b"\xff\xf9", "aac"),
    (0, b"fLaC", "flac"),
    (0, b"#!AMR", "amr"),
    (8, b"WAVE", "wav"),
    (4, b"ftyp", "mov"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
)
_STILL = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")
"""Brands of still pictures that travel in a film's container."""
_SOUNDS = {
    "opus": ("ogg", "audio/ogg"),
    "vorbis": ("ogg", "audio/ogg"),
    "mp3": ("mp3", "audio/mpeg"),
    "aac": ("mp4", "audio/mp4"),
}
"""What every browser plays as it is: codec → container and media type. Others become Opus."""
_FILMS = {
    "h264": ("mp4", "video/mp4"),
    "hevc": ("mp4", "video/mp4"),
    "mpeg4": ("mp4", "video/mp4"),
    "av1": ("mp4", "video/mp4"),
    "vp8": ("webm", "video/webm"),
    "vp9": ("webm", "video/webm"),
}
_SOUND_OF = {"mp4": (("aac", "mp3"), "aac"), "webm": (("opus", "vorbis"), "libopus")}
"""Container of a film → the sounds it holds, and what another becomes."""
_BARE = (
    "-map_metadata",
    "-1",
    "-map_chapters",
    "-1",
    "-dn",
    "-sn",
    "-fflags",
    "+bitexact",
    "-flags",
    "+bitexact",
)
_MOST_PIXELS = "40000000"
_MOST_BYTES = str(24 * 1024 * 1024)
_PATIENCE = 60
"""Seconds."""

Clean = tuple[Kind, str, bytes]


def container_of(content: bytes) -> str:
    """The name of the container as ffmpeg knows it; empty for what is neither a sound nor a film."""
    for place, signature, name in _SIGNATURES:
        if content[place : place + len(signature)] == signature:
            return "" if name == "mov" and content[8:12] in _STILL else name
    return ""


def clean_stream(content: bytes, container: str, wanted: Callable[[Kind], bool]) -> Clean | Refusal | None:
    """Kind, media type and bytes; None where the kind is not wanted."""
    if shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None:
        return Refusal("no_recordings")
    with _in_memory(content) as source, _in_memory(b"") as target:
        try:
            sound, film = _codecs(container, source)
            kind = Kind.VIDEO if film else Kind.AUDIO
            if not (sound or film):
                return Refusal("unreadable")
            if not wanted(kind):
                return None
            how, media_type = _film(film, sound) if film else _sound(sound)
            _run(
                "ffmpeg",
                "-nostdin",
                "-y",
                *_from(container, source),
                *_BARE,
                *how,
                _path(target),
                files=(source, target),
            )
        except (subprocess.SubprocessError, ValueError, KeyError):
            return Refusal("unreadable")
        return kind, media_type, os.pread(target, os.fstat(target).st_size, 0)


def _codecs(container: str, source: int) -> tuple[str, str]:
    """Of the first sound and the first film; a cover is no film."""
    entries = "stream=codec_type,codec_name:stream_disposition=attached_pic"
    told = json.loads(
        _run("ffprobe", "-show_entries", entries, "-of", "json", *_from(container, source), files=(source,))
    )
    streams = [each for each in told["streams"] if not each["disposition"]["attached_pic"]]
    sounds, films = (
        [each.get("codec_name", "") for each in streams if each.get("codec_type") == kind]
        for kind in ("audio", "video")
    )
    return next(iter(sounds), ""), next(iter(films), "")


def _sound(codec: str) -> tuple[Sequence[str], str]:
    container, media_type = _SOUNDS.get(codec, _SOUNDS["opus"])
    encoder = ("copy",) if codec in _SOUNDS else ("libopus", "-b:a", "32k")
    labels = ("-id3v2_version", "0", "-write_xing", "0") if container == "mp3" else ()
    return ("-map", "0:a:0", "-c:a", *encoder, *labels, "-fs", _MOST_BYTES, "-f", container), media_type


def _film(codec: str, sound: str) -> tuple[Sequence[str], str]:
    container, media_type = _FILMS[codec]
    fits, other = _SOUND_OF[container]
    encoder = "copy" if sound in fits else other
    ways = ("-movflags", "+faststart") if container == "mp4" else ()
    streams = ("-map", "0:V:0", "-map", "0:a:0?", "-c:v", "copy", "-c:a", encoder)
    return (*streams, *ways, "-fs", _MOST_BYTES, "-f", container), media_type


def _from(container: str, source: int) -> Sequence[str]:
    safe = ("-protocol_whitelist", "file", "-max_pixels", _MOST_PIXELS)
    return (*safe, "-f", container, "-i", _path(source))


def _run(program: str, *arguments: str, files: Sequence[int]) -> bytes:
    command = [program, "-v", "error", *arguments]
    return subprocess.run(command, pass_fds=files, capture_output=True, check=True, timeout=_PATIENCE).stdout


def _path(file: int) -> str:
    return f"/proc/self/fd/{file}"


@contextmanager
def _in_memory(content: bytes) -> Iterator[int]:
    file = os.memfd_create("rimay")
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
        yield file
    finally:
        os.close(file)
