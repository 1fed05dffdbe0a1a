"""The actor map as files carry it: actors, their services, the places of these. Pure.

A record says of a row what its file says of it: what a file does not speak of, stays as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from core.errors import Fault

_NAMES = UUID("6f0f7a52-5c1e-5b0e-9d0e-3f6c6f7d2a10")
LONGEST_TEXT = 2000
LONGEST_LINE = 255
LONGEST_UID = 64
_SHOWN = 40


@dataclass(slots=True)
class Record:
    """An actor, a service or a place: the values of its columns, and what belongs to it.

    sheet, row: where its file speaks of it
    """

    uid: str
    values: dict[str, Any]
    sheet: str | None = None
    row: int | None = None
    parts: "list[Record]" = field(default_factory=list)

    def everything(self) -> "Iterator[Record]":
        """This one and all that belongs to it."""
        yield self
        for part in self.parts:
            yield from part.everything()


@dataclass(frozen=True, slots=True)
class Blame:
    """Writes down what is wrong at one place of a file."""

    faults: list[Fault]
    sheet: str | None = None
    row: int | None = None

    def fault(self, code: str, column: str, value: object = "") -> None:
        """The sentence is `faults.<code>`."""
        shown = str(value)[:_SHOWN]
        self.faults.append(Fault(code, self.sheet, self.row, column, {"value": shown}))

    def or_fault(self, code: str, reader: Callable[[str], Any], column: str, value: str) -> Any:
        """What was read; None, and a fault, for what cannot be. Of nothing, None."""
        if not value.strip():
            return None
        found = reader(value)
        if found is None:
            self.fault(code, column, value)
        return found

    def line(self, column: str, value: str, limit: int = LONGEST_LINE) -> str:
        """A text that is not too long."""
        text = value.strip()
        if len(text) > limit:
            self.fault("actor_text_too_long", column, text)
        return text[:limit]


def uid_from(*names: str) -> str:
    """The identifier of what a file gives none: the same for the same names."""
    return str(uuid5(_NAMES, "\x1f".join(name.strip().casefold() for name in names)))


def is_uid(text: str) -> bool:
    """Whether it may stand for something."""
    return 0 < len(text) <= LONGEST_UID and text.isprintable() and " " not in text


def find_repeated(records: list[Record]) -> Iterator[Fault]:
    """A fault for each identifier that stands for two things of a kind."""
    levels = (
        records,
        [service for actor in records for service in actor.parts],
        [place for actor in records for service in actor.parts for place in service.parts],
    )
    for level in levels:
        seen: set[str] = set()
        for record in level:
            if record.uid in seen:
                yield Fault("actor_id_repeated", record.sheet, record.row, "id", {"value": record.uid})
            seen.add(record.uid)


def merged(before: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """A text in its languages, with those that were said now. What is said to be empty, goes."""
    return {code: text for code, text in {**before, **said}.items() if text}
