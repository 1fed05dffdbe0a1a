"""Somebody's recording as a voice message: Opus in one channel, without a word of who recorded it, when and where."""

import os
import shutil
import subprocess

from i18n.speech import OPUS, seconds_of
from surveys.received.streams import container_of

LONGEST = 180
"""Seconds. Nobody listens to a question for longer."""
_SHORTEST = 0.2
_PATIENCE = 60


class NotARecording(Exception):
    """The file cannot be played to anybody. `reason` is unreadable, too_long, empty or no_program."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def to_opus(content: bytes) -> bytes:
    """What a phone or a computer recorded, whatever it calls itself. Raises NotARecording.

    ffmpeg is told which container to expect, so that a playlist dressed up as a sound cannot make it open anything
    else; it reads the bytes from memory and writes at most a little more than what is allowed.
    """
    program, container = shutil.which("ffmpeg"), container_of(content)
    if program is None:
        raise NotARecording("no_program")
    if not container:
        raise NotARecording("unreadable")
    opus = _convert(program, container, content)
    seconds = seconds_of(opus)
    if seconds < _SHORTEST:
        raise NotARecording("empty")
    if seconds > LONGEST:
        raise NotARecording("too_long")
    return opus


def _convert(program: str, container: str, content: bytes) -> bytes:
    source = os.memfd_create("recording")
    try:
        with open(source, "wb", closefd=False) as file:
            file.write(content)
        reading = ("-nostdin", "-v", "error", "-protocol_whitelist", "file", "-f", container)
        writing = ("-map", "0:a:0", "-t", str(LONGEST + 1), *OPUS, "pipe:1")
        done = subprocess.run(
            (program, *reading, "-i", f"/proc/self/fd/{source}", *writing),
            stdin=subprocess.DEVNULL,
            pass_fds=(source,),
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
        )
    except (subprocess.SubprocessError, OSError):
        raise NotARecording("unreadable") from None
    finally:
        os.close(source)
    return done.stdout
