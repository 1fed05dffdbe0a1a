"""A statement as a page says it: in the reader's language, with its other words, its marks and what was found in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from api.reader import LANGUAGES, Reader
from deliberation.opinions.statements import StatementCard
from deliberation.voices.findings import Kind
from deliberation.voices.redaction import MARK, redaction_words

MARKS = {"waiting": "here", "accepted": "done", "rejected": "past", "merged": "past"}


@dataclass(frozen=True, slots=True)
class Wording:
    """The text in one language. `translated`: an interpreter wrote it."""

    code: str
    name: str
    text: Markup
    translated: bool


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement as pages list it.

    wordings  the author's first
    flags     kinds of personal data in words
    missing   the languages in which it is not written
    """

    id: int
    number: int
    label: str
    wordings: tuple[Wording, ...]
    state: str
    mark: str
    reason: str
    flags: str
    seed: bool
    about_person: bool
    spoken: bool
    missing: tuple[str, ...]
    votes: str


def show_statement(reader: Reader, card: StatementCard) -> ShownStatement:
    """What is covered is shown in words and marked."""
    words = redaction_words(reader.translator, reader.language)
    order = sorted(card.text, key=lambda code: (code != card.language, code))
    state = reader.text("voting.state_" + card.state)
    if card.merged_into is not None:
        state = reader.text("voting.merged_into", number=card.merged_into)
    return ShownStatement(
        id=card.id,
        number=card.number,
        label=reader.text("voting.statement_number", number=card.number),
        wordings=tuple(
            Wording(code, reader.language_name(code), marked(card.text[code], words), code in card.translated)
            for code in order
        ),
        state=state,
        mark=MARKS[card.state],
        reason=reader.text("moderation.reason_" + card.reason) if card.reason else "",
        flags=", ".join(words[Kind(flag)] for flag in card.flags),
        seed=card.seed,
        about_person=card.about_person,
        spoken=card.spoken,
        missing=tuple(code for code in LANGUAGES if code not in card.text) if card.text else (),
        votes=reader.plural("voting.votes_count", card.votes.total) if card.votes.total else "",
    )


def marked(text: str, words: Mapping[Kind, str]) -> Markup:
    """A redacted text as HTML: each covered detail is a mark in words."""
    pieces, end = [], 0
    for found in MARK.finditer(text):
        pieces += [Markup.escape(text[end : found.start()]), _covered(words[Kind(found[1])])]
        end = found.end()
    return Markup("").join([*pieces, Markup.escape(text[end:])])


def _covered(word: str) -> Markup:
    return Markup("<mark>[{}]</mark>").format(word)
