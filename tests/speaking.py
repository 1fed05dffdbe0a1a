"""Voices for the tests: the machine's real one, and one that says only what it was asked for."""

import pytest

from i18n.speech import Speech, Unspoken


def real_speech() -> Speech:
    """espeak-ng and ffmpeg, else the test is skipped."""
    speech = Speech()
    if not speech.available:
        pytest.skip("espeak-ng or ffmpeg is not there: apt-get install espeak-ng ffmpeg")
    return speech


class ParrotSpeech(Speech):
    """Its sounds are the words themselves, so that a test reads what is heard; it counts what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self.mute = False

    @property
    def available(self) -> bool:
        """It is always there."""
        return True

    async def say(self, text: str, language: str) -> bytes:
        """The words."""
        self.said.append((language, text))
        if self.mute:
            raise Unspoken
        return f"OggS {text}".encode()
