"""All that is heard of a questionnaire in one language, and whose voice says it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from i18n.localized import pick
from i18n.translator import Translator
from surveys.questionnaires import get_questionnaire
from surveys.speech.passages import CHAT_TEXTS, Part, Passage, list_parts, read_chat
from surveys.speech.recordings import PERSON, KeptFile, find_kept_file, spoken_digests


@dataclass(frozen=True, slots=True)
class Line:
    """One text, wherever it stands first.

    place  its number among the parts of the questionnaire; 0 for what the chat itself says
    what   note, question, choices, again or chat
    voice  person, workbook (a recording came with it) or machine
    file   the recording that came with the workbook
    """

    passage: Passage
    place: int
    what: str
    voice: str
    file: KeptFile | None = None


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """The texts in order, each once. `untranslated`: how many of them are missing in this language."""

    lines: tuple[Line, ...]
    untranslated: int

    @property
    def by_machine(self) -> int:
        """How many nobody has recorded."""
        return sum(line.voice == "machine" for line in self.lines)


def soundtrack(
    db: Session, questionnaire_id: int, language: str, translator: Translator, unit: str
) -> Soundtrack:
    """What a questionnaire says by itself, then what the chat says around it. Raises NotFound."""
    questionnaire = get_questionnaire(db, questionnaire_id)
    parts = [*list_parts(questionnaire, language, translator), *_chat(language, translator, unit)]
    spoken = spoken_digests(db, [passage for part in parts for passage in part.passages])
    lines: dict[bytes, Line] = {}
    missing: set[bytes] = set()
    places = {path: place for place, path in enumerate(dict.fromkeys(part.path for part in parts), start=1)}
    for part in parts:
        name = pick(part.audio, language).text
        file = find_kept_file(db, questionnaire_id, name) if name else None
        place = 0 if part.what == "chat" else places[part.path]
        for passage in part.passages:
            digest = passage.digest
            by_person = spoken.get(digest) == PERSON
            voice = "person" if by_person else "workbook" if file else "machine"
            if passage.language != language:
                missing.add(digest)
            else:
                lines.setdefault(digest, Line(passage, place, part.what, voice, file))
    return Soundtrack(tuple(lines.values()), len(missing))


def _chat(language: str, translator: Translator, unit: str) -> Iterator[Part]:
    for name in CHAT_TEXTS:
        yield Part(name, "chat", read_chat(name, language, translator, unit), {})
