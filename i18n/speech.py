"""Words made sound by espeak-ng and ffmpeg: Opus in Ogg, as a telephone plays voice messages.

The text goes in by stdin: every program of the machine can read what stands in a command line. Both programs are
Debian's; where one is missing nothing is spoken, and nothing else stops.
"""

import asyncio
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

_VOICES = {"es": "es-419", "qu": "qu"}
_CODE = re.compile(r"[a-z]{2,3}")
_WORDS_PER_MINUTE = "135"
_AT_ONCE = 2
_MOST_WAITING = 40
_PATIENCE = 20
"""Seconds for each of the two programs."""

OPUS = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
    *("-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "24k", "-application", "voip", "-f", "ogg"),
)
"""How ffmpeg is told to write: one channel, made for voices, with no word about who, when and where."""


class Unspoken(Exception):
    """No sound could be made: a program is missing, too slow, or does not know the language."""


class Speech:
    """The machine's voice. At most a few processes run at once, in threads of their own."""

    def __init__(self) -> None:
        self._espeak = shutil.which("espeak-ng")
        self._ffmpeg = shutil.which("ffmpeg")
        self._threads = ThreadPoolExecutor(_AT_ONCE, "speech")
        self._waiting = 0

    @property
    def available(self) -> bool:
        """Whether both programs are there."""
        return self._espeak is not None and self._ffmpeg is not None

    async def say(self, text: str, language: str) -> bytes:
        """The sound of a text. Raises Unspoken; also where so many wait that nobody would wait for theirs."""
        if self._waiting >= _MOST_WAITING:
            raise Unspoken
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._say, text, language)
        finally:
            self._waiting -= 1

    def _say(self, text: str, language: str) -> bytes:
        if self._espeak is None or self._ffmpeg is None or not _CODE.fullmatch(language):
            raise Unspoken
        voice = _VOICES.get(language, language)
        speaking = (self._espeak, "-b", "1", "-v", voice, "-s", _WORDS_PER_MINUTE, "--stdin", "--stdout")
        wave = _run(speaking, text.encode())
        writing = ("-nostdin", "-v", "error", "-protocol_whitelist", "pipe", "-f", "wav", "-i", "pipe:0")
        return _run((self._ffmpeg, *writing, *OPUS, "pipe:1"), wave)


def _run(command: tuple[str, ...], given: bytes) -> bytes:
    """What a program answers. Whatever goes wrong, its own words are not handed on: they may hold the text."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=_PATIENCE)
    except (subprocess.SubprocessError, OSError):
        raise Unspoken from None
    if not done.stdout:
        raise Unspoken
    return done.stdout


def seconds_of(opus: bytes) -> float:
    """How long an Opus file plays: its last page counts the samples, 48,000 a second."""
    last = opus.rfind(b"OggS")
    if last < 0 or len(opus) < last + 14 or opus[last + 4] != 0:
        return 0.0
    return max(int.from_bytes(opus[last + 6 : last + 14], "little", signed=True), 0) / 48_000
