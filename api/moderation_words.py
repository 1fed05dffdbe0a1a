"""What the desk of moderation says of a statement: what was changed in it, and what it may be the same as."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup

from api.reader import Reader
from api.statement_words import marked
from core.sealing import Vault
from deliberation.opinions.duplicates import Near, find_near
from deliberation.opinions.statements import StatementCard
from deliberation.voices.redaction import in_words, redact, redaction_words
from i18n.dates import format_percent
from surveys.conversation.written_words import clean


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another statement that may say the same, and why that is thought."""

    number: int
    text: Markup
    language: str
    score: str
    why: str


def suggestions(reader: Reader, card: StatementCard, every: list[StatementCard]) -> list[Suggestion]:
    """Those that are put to the vote and come near, the nearest first."""
    others = {each.number: each for each in every if each.state == "accepted" and each.number != card.number}
    near = find_near(card.text, {number: each.text for number, each in others.items()})
    words = redaction_words(reader.translator, reader.language)
    return [
        Suggestion(
            each.key,
            marked(others[each.key].text[each.language], words),
            each.language,
            format_percent(each.score),
            _why(reader, each),
        )
        for each in near
    ]


def _why(reader: Reader, near: Near) -> str:
    return reader.text("moderation.near_why", words=", ".join(near.shared)) if near.shared else ""


def change_of(reader: Reader, vault: Vault, card: StatementCard, original: bytes | None) -> Markup | None:
    """What was changed in the words of the author, as deleted and inserted; None where nothing was.

    It compares with what was sent after covering what is personal in it: the page shows nothing that was covered.
    """
    if original is None or card.spoken or card.language not in card.text:
        return None
    words = redaction_words(reader.translator, reader.language)
    before = in_words(redact(vault.open(original)).text, words)
    after = in_words(card.text[card.language], words)
    if before.split() == after.split():
        return None
    return Markup(" ").join(_compared(before.split(), after.split()))


def _compared(before: list[str], after: list[str]) -> Iterator[Markup]:
    for deed, start, end, other_start, other_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        old, new = " ".join(before[start:end]), " ".join(after[other_start:other_end])
        if deed == "equal":
            yield Markup.escape(old)
        if deed in ("delete", "replace"):
            yield Markup("<del>{}</del>").format(old)
        if deed in ("insert", "replace"):
            yield Markup("<ins>{}</ins>").format(new)


def typed_words(reader: Reader, typed: str) -> str:
    """Without what no document holds; what is covered, and is shown in words, is a mark again."""
    text = " ".join(clean(typed).split())
    for kind, word in redaction_words(reader.translator, reader.language).items():
        text = text.replace(f"[{word}]", f"[{kind}]")
    return text
