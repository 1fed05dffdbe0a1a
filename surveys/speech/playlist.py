"""What is played for a person who wants to hear their question, and which of it may be kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.errors import NotFound
from i18n.localized import pick
from i18n.translator import Translator
from surveys.places import find_place
from surveys.questionnaire import plain_path
from surveys.questionnaires import get_questionnaire
from surveys.speech.passages import Part, Passage, list_parts
from surveys.speech.recordings import PERSON, KeptFile, find_kept_file, spoken_digests


@dataclass(frozen=True, slots=True)
class Track:
    """One part of what is on screen: the recording of the workbook where there is one, else its passages.

    kept: whether the questionnaire says it by itself. What holds somebody's answers is spoken once and forgotten.
    """

    language: str
    passages: tuple[Passage, ...]
    kept: bool
    file: KeptFile | None = None


def playlist_of(
    db: Session,
    chat_index: bytes,
    consultation_id: int,
    parts: Sequence[Part],
    language: str,
    translator: Translator,
) -> list[Track]:
    """In the order of the screen. A recording made for the text comes before that of the workbook."""
    place = find_place(db, chat_index, consultation_id)
    if place is None:
        raise NotFound
    questionnaire = get_questionnaire(db, place.questionnaire_id)
    around = next((plain_path(part.path) for part in parts if part.path), "")
    said = list_parts(questionnaire, language, translator, around=around)
    own = {passage.digest for part in said for passage in part.passages}
    tracks = []
    for part in parts:
        kept = part.what == "chat" or all(passage.digest in own for passage in part.passages)
        file = None
        if (name := pick(part.audio, language).text) and not _spoken_by_a_person(db, part.passages):
            file = find_kept_file(db, place.questionnaire_id, name)
        tracks.append(Track(language, part.passages, kept, file))
    return [track for track in tracks if track.passages or track.file]


def _spoken_by_a_person(db: Session, passages: tuple[Passage, ...]) -> bool:
    spoken = spoken_digests(db, passages)
    return bool(passages) and all(spoken.get(passage.digest) == PERSON for passage in passages)
