"""What will go out, to be looked at before: the very messages that delivery would send."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.announcements import Announcer, OpeningSample
from bot.message import Message, split
from core.broadcasts import Kind
from core.settings import Settings
from i18n.translator import Translator

Shown = dict[str, Any]


class Samples:
    """Writes to nobody."""

    def __init__(self, translator: Translator, settings: Settings) -> None:
        self._translator = translator
        self._settings = settings

    def opening(self, db: Session, consultation_id: int) -> Mapping[str, Sequence[Shown]]:
        """The announcement of a consultation as each language reads it. Raises NotFound."""
        sample = OpeningSample(db, consultation_id, self._translator, self._settings)
        return {language: _shown(sample.write(language)) for language in self._translator.languages}

    def voting(self, db: Session, deliberation_id: int) -> Mapping[str, Sequence[Shown]]:
        """The announcement of a deliberation as each language reads it. Raises NotFound."""
        sample = _VotingSample(db, deliberation_id, self._translator, self._settings)
        return {language: _shown(sample.write(language)) for language in self._translator.languages}


class _VotingSample(Announcer):
    """The announcement of a deliberation as it would go out now."""

    def __init__(self, db: Session, deliberation_id: int, translator: Translator, settings: Settings) -> None:
        self._prepare(db, Kind.VOTING, deliberation_id, translator, settings)


def _shown(message: Message) -> list[Shown]:
    """A message in the pieces that Telegram takes; the buttons hang on the last."""
    pieces: list[Shown] = [{"text": piece, "buttons": []} for piece in split(message.text)]
    pieces[-1]["buttons"] = [[button.label for button in row] for row in message.rows]
    return pieces
