"""Texts heard: a person's recording where there is one, else the machine's voice, made once."""

import asyncio

from core.database import Database
from i18n.speech import Speech, Unspoken
from surveys.speech.opus import NotARecording, to_opus
from surveys.speech.passages import Passage
from surveys.speech.recordings import (
    KeptFile,
    Sound,
    digest_of_file,
    find_sound,
    keep_file_as_voice,
    keep_machine,
    read_kept_file,
)


class Speaker:
    """Finds or makes the sound of a text. Who asks while it is being made waits for the same one.

    Two workers may make it at the same time; one row is kept, and both send that.
    """

    def __init__(self, database: Database, speech: Speech) -> None:
        self._database = database
        self._speech = speech
        self._making: dict[bytes, asyncio.Task[Sound]] = {}

    @property
    def available(self) -> bool:
        """Whether the machine can speak here."""
        return self._speech.available

    async def say(self, passage: Passage, *, keep: bool) -> Sound:
        """The sound of a text; `keep` is only for what a questionnaire says by itself. Raises Unspoken."""
        making = self._making.get(passage.digest)
        if making is None:
            making = asyncio.create_task(self._find_or_make(passage, keep=keep))
            self._making[passage.digest] = making
            making.add_done_callback(lambda _done: self._making.pop(passage.digest, None))
        return await asyncio.shield(making)

    async def _find_or_make(self, passage: Passage, *, keep: bool) -> Sound:
        # Who looks and who makes are one task: else one could look before the row is kept, and make it after.
        kept = await self._database.read(find_sound, passage.digest) if keep else None
        if kept is not None:
            return kept
        content = await self._speech.say(passage.text, passage.language)
        if not keep:
            return Sound(content)
        return await self._database.run(keep_machine, passage, content)

    async def play(self, file: KeptFile, language: str) -> Sound:
        """A recording that came with the workbook, as a voice message. Raises Unspoken where it is none."""
        kept = await self._database.read(find_sound, digest_of_file(file))
        if kept is not None:
            return kept
        content = await self._database.read(read_kept_file, file)
        try:
            opus = await asyncio.to_thread(to_opus, content)
        except NotARecording:
            raise Unspoken from None
        return await self._database.run(keep_file_as_voice, file, language, opus)
