"""Which answer a person codes next: the one that teaches most, and after those the one the machine doubts most."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.voices.codebooks import CodebookCard, read_codebook
from deliberation.voices.codings import By, CodedVoice, list_coded
from deliberation.voices.tables import Coding

_APART = 3
"""Who code at the same time begin at different places of the line, so that they seldom meet."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the coding of a consultation is, in answers."""

    answers: int
    by_person: int
    by_machine: int
    unsure: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The themes, all answers, and of the sample those that this account has coded."""

    codebook: CodebookCard
    voices: list[CodedVoice]
    own_sample: dict[str, int | None]

    @property
    def sample(self) -> list[CodedVoice]:
        """The answers that several code by themselves."""
        return [voice for voice in self.voices if voice.placed.sample]

    def progress(self) -> Progress:
        """How far it is."""
        by_person = sum(voice.placed.by is By.PERSON for voice in self.voices)
        by_machine = sum(
            voice.placed.by is By.MACHINE and voice.theme_id is not None for voice in self.voices
        )
        return Progress(len(self.voices), by_person, by_machine, len(self.voices) - by_person - by_machine)

    def next_of_sample(self, after: str = "") -> CodedVoice | None:
        """An answer of the sample that this account has not coded."""
        waiting = [voice for voice in self.sample if voice.id not in self.own_sample]
        return next((voice for voice in waiting if voice.id > after), next(iter(waiting), None))

    def next_answer(self, account_id: int, but: str = "") -> CodedVoice | None:
        """An answer outside the sample that nobody has coded; another than `but` where there is one."""
        waiting = self._line()
        if len(waiting) > 1:
            waiting = [voice for voice in waiting if voice.id != but]
        if not waiting:
            return None
        return waiting[account_id % _APART] if len(waiting) >= 2 * _APART else waiting[0]

    def _line(self) -> list[CodedVoice]:
        place = {voice: at for at, voice in enumerate(self.codebook.suggestion.get("queue", []))}
        last = len(place)
        waiting = [
            voice for voice in self.voices if not voice.placed.sample and voice.placed.by is not By.PERSON
        ]
        return sorted(
            waiting, key=lambda voice: (place.get(voice.id, last), voice.placed.certainty or 0.0, voice.id)
        )


def read_desk(db: Session, consultation_id: int, account_id: int) -> Desk:
    """What a coder needs. Raises NotFound."""
    codebook = read_codebook(db, consultation_id)
    query = select(Coding.voice_id, Coding.theme_id).where(
        Coding.codebook_id == codebook.id, Coding.coder == account_id, Coding.sample
    )
    own = {voice: codebook.into.get(theme) if theme else None for voice, theme in db.execute(query)}
    return Desk(codebook, list_coded(db, consultation_id), own)


def find_voice(voices: Sequence[CodedVoice], voice_id: str) -> CodedVoice | None:
    """One of them."""
    return next((voice for voice in voices if voice.id == voice_id), None)
