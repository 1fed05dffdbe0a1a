"""Reading one answer: covered first, and only then its language, its kind, its words and what a person must see."""

import html
import re
from dataclasses import dataclass

from deliberation.voices.content_words import COVERED, ContentWord
from deliberation.voices.kinds import Kind, kind_of
from deliberation.voices.protection import Danger, dangers_in
from deliberation.voices.redaction import redact
from deliberation.voices.theme_words import theme_words
from i18n.language import Language, detect

LONGEST = 20_000
"""Signs of an answer that are read; no chat lets anybody write as many."""
SHORTENED = " […]"
_TAG = re.compile(r"</?[a-z!][^<>]{0,2000}>", re.IGNORECASE)
_NO_TEXT = re.compile(r"<(script|style)\b[^>]{0,2000}>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of an answer once its personal details are covered. Nothing of what they were is kept."""

    redacted: str
    language: Language
    kind: Kind
    dangers: tuple[Danger, ...]
    words: tuple[ContentWord, ...]
    shortened: bool = False


def read_answer(text: str) -> Reading:
    """Cover what is personal, then read what is left. The same text is always read the same."""
    plain = plain_text(text)
    shortened = len(plain) > LONGEST
    redacted = redact(plain[:LONGEST]).text
    return read_redacted(redacted + SHORTENED if shortened else redacted, shortened=shortened)


def read_redacted(redacted: str, *, shortened: bool = False) -> Reading:
    """What a covered answer says: all that is told of answers comes from here, so anybody who has it can recount."""
    said = COVERED.sub(" ", redacted)
    language = detect(said)
    return Reading(
        redacted,
        language,
        kind_of(said, language),
        dangers_in(said, language),
        tuple(theme_words(said, language)),
        shortened,
    )


def plain_text(text: str) -> str:
    """The text as it would be read: no markup, no signs that nobody sees."""
    text = _without_markup(text)
    if "&" in text:
        text = _without_markup(html.unescape(text))
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _without_markup(text: str) -> str:
    return _TAG.sub(" ", _NO_TEXT.sub(" ", text)) if "<" in text else text
