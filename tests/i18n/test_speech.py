"""The machine's voice: valid Opus in Ogg; the text is nowhere to be seen but in the sound."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from i18n.speech import Speech, Unspoken, seconds_of
from tests.speaking import real_speech


@pytest.mark.parametrize(
    ("language", "text"), [("es", "¿Qué necesita con más urgencia?"), ("qu", "Imatatak mutsurinki?")]
)
async def test_words_become_a_voice_message(language: str, text: str, tmp_path: Path) -> None:
    opus = await real_speech().say(text, language)

    assert opus.startswith(b"OggS") and b"OpusHead\x01\x01" in opus, "one channel"
    assert 0.5 < seconds_of(opus) < 6
    assert text.encode() not in opus
    file = tmp_path / "said.ogg"
    file.write_bytes(opus)
    entries = ["-show_entries", "stream=codec_name:format=duration:format_tags", "-of", "flat"]
    told = subprocess.run(["ffprobe", "-v", "error", *entries, str(file)], capture_output=True, text=True)
    assert 'codec_name="opus"' in told.stdout and "tags" not in told.stdout
    assert f'duration="{seconds_of(opus):.1f}' in told.stdout


async def test_the_same_words_sound_the_same() -> None:
    speech = real_speech()

    assert await speech.say("Ari.", "qu") == await speech.say("Ari.", "qu")


@pytest.mark.parametrize("language", ["zz", "", "../es", "-v", "es-419", "ES"])
async def test_a_language_that_nobody_speaks_is_not_spoken(language: str) -> None:
    with pytest.raises(Unspoken):
        await real_speech().say("Hola.", language)


async def test_the_words_go_in_by_stdin_and_not_by_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[str] = []
    run = subprocess.run

    def watch(command: list[str], **how: object) -> object:
        commands.append(" ".join(command))
        return run(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watch)
    await real_speech().say("palabra secreta", "es")

    assert len(commands) == 2
    assert not any("secreta" in command for command in commands)


async def test_without_the_programs_nothing_is_spoken_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    speech = Speech()

    assert not speech.available
    with pytest.raises(Unspoken):
        await speech.say("Hola.", "es")


async def test_a_program_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hanging = tmp_path / "hanging"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(hanging))
    monkeypatch.setattr("i18n.speech._PATIENCE", 0.2)

    with pytest.raises(Unspoken):
        await Speech().say("Hola.", "es")


async def test_who_comes_when_too_many_wait_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 0.1\necho sound\n")
    slow.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(slow))
    monkeypatch.setattr("i18n.speech._MOST_WAITING", 2)
    speech = Speech()
    said = await asyncio.gather(*(speech.say("Hola.", "es") for _ in range(4)), return_exceptions=True)

    assert [type(each) for each in said] == [bytes, bytes, Unspoken, Unspoken]
    assert await speech.say("Hola.", "es") == b"sound\n"


@pytest.mark.parametrize("opus", [b"", b"OggS", b"not a sound", b"OggS" + b"\xff" * 20])
def test_what_is_no_sound_has_no_length(opus: bytes) -> None:
    assert seconds_of(opus) == 0
