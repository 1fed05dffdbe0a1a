"""Which Kichwa texts a fluent speaker has reviewed: a file beside each Kichwa catalogue says it of each text.

`chat.reviews.json` holds key → {"state": "draft"}, or {"state": "reviewed", "by": ..., "on": ..., "of": ...},
where `of` is the fingerprint of the Spanish and Kichwa texts that were read. A text that changed since is
a draft again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """Whether a fluent speaker has read a text."""

    DRAFT = "draft"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Review:
    """State of one text; who reviewed it, on which day (ISO), and the fingerprint of what they read."""

    state: State = State.DRAFT
    by: str = ""
    on: str = ""
    of: str = ""

    def current(self, fingerprint: str) -> "Review":
        """This review where it is of the texts as they are now, else a draft."""
        return self if self.state is State.REVIEWED and self.of == fingerprint else Review()


def fingerprint(spanish: Sequence[str], kichwa: Sequence[str]) -> str:
    """Short hash of both texts, all their forms: changes when either does."""
    together = "\0".join([*spanish, "", *kichwa])
    return hashlib.sha256(together.encode()).hexdigest()[:12]


def reviews_path(folder: Path, domain: str) -> Path:
    """Where the reviews of a catalogue are kept: beside it."""
    return folder / f"{domain}.reviews.json"


def read_reviews(path: Path) -> dict[str, Review]:
    """Reviews by key; none where the file is not there yet."""
    if not path.exists():
        return {}
    entries: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return {key: _review(entry) for key, entry in entries.items()}


def write_reviews(path: Path, reviews: Mapping[str, Review]) -> None:
    """One line a key, sorted, so that two people's changes meet only where they touch the same text."""
    lines = [f"{json.dumps(key)}: {_entry(review)}" for key, review in sorted(reviews.items())]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n" if lines else "{}\n", "utf-8")


def _review(entry: dict[str, str]) -> Review:
    return Review(State(entry["state"]), entry.get("by", ""), entry.get("on", ""), entry.get("of", ""))


def _entry(review: Review) -> str:
    return json.dumps({name: value for name, value in asdict(review).items() if value}, ensure_ascii=False)
