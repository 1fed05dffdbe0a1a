"""Personal data in open answers: found, and covered by a mark.

A machine covers what it can; a person still reads every quote before it is shown. What is kept on purpose:
cantons, parishes and quarters, public hospitals and offices, because they say where a need is.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deliberation.voices.findings import Finding, Kind
from deliberation.voices.personal_contacts import find_contacts
from deliberation.voices.personal_names import find_names
from deliberation.voices.personal_numbers import find_numbers
from deliberation.voices.personal_places import find_places
from i18n.translator import Translator

FINDERS = (find_contacts, find_numbers, find_places, find_names)
MARK = re.compile(rf"\[({'|'.join(Kind)})\]")


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text whose personal details are covered by marks such as "[phone]", and what was found.

    The positions are those of the original text in NFC. What is shown to a reader is `in_words(text, ...)`.
    """

    text: str
    found: tuple[Finding, ...]


def redact(text: str) -> Redacted:
    """Cover every personal detail by a mark of its kind: "Llame al 099..." becomes "Llame al [phone]"."""
    original = unicodedata.normalize("NFC", text)
    found = find_personal_data(original)
    pieces, end = [], 0
    for finding in found:
        pieces += [original[end : finding.start], f"[{finding.kind}]"]
        end = finding.end
    return Redacted("".join([*pieces, original[end:]]), found)


def in_words(redacted: str, words: Mapping[Kind, str]) -> str:
    """A redacted text as a reader sees it: "Llame al [teléfono]"."""
    return MARK.sub(lambda mark: f"[{words[Kind(mark[1])]}]", redacted)


def redaction_words(translator: Translator, language: str) -> dict[Kind, str]:
    """What stands for each kind of detail in the reader's language."""
    return {kind: translator.text("voices.redacted_" + kind, language) for kind in Kind}


def find_personal_data(text: str) -> tuple[Finding, ...]:
    """Every personal detail of an NFC text, in order; none overlaps another."""
    return _merged(finding for find in FINDERS for finding in find(text))


def _merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Overlapping findings become one, of the longer one's kind."""
    merged: list[Finding] = []
    for finding in sorted(findings, key=lambda each: (each.start, -each.end)):
        if merged and finding.start < merged[-1].end:
            last = merged[-1]
            longer = max((last, finding), key=lambda each: each.end - each.start)
            merged[-1] = Finding(longer.kind, last.start, max(last.end, finding.end))
        else:
            merged.append(finding)
    return tuple(merged)
