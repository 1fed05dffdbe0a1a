"""What a personal detail is: its kind and where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of personal details. The word that covers one is the catalogue's `voices.redacted_<kind>`."""

    PHONE = "phone"
    ID = "id"
    NUMBER = "number"
    EMAIL = "email"
    LINK = "link"
    HANDLE = "handle"
    NAME = "name"
    ADDRESS = "address"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Finding:
    """One personal detail: `text[start:end]`."""

    kind: Kind
    start: int
    end: int


def matches(kind: Kind, pattern: re.Pattern[str], text: str) -> Iterator[Finding]:
    """A finding a match: of the group named `found` where the pattern has one, else of the whole."""
    for match in pattern.finditer(text):
        group = "found" if "found" in pattern.groupindex else 0
        yield Finding(kind, match.start(group), match.end(group))
