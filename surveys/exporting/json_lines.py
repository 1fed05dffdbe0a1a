"""JSON Lines in UTF-8: an object a response, only what was answered; the members of a repeat are lists inside it.

`{"_response": 1, "_mode": "chat", …, "needs": ["work"], "home": [{"_position": 1, "age": 9}]}`: inside of a repeat
names begin at the repeat.
"""

import json
from collections.abc import Callable, Mapping
from typing import IO, Any

from sqlalchemy.orm import Session

from surveys.exporting.lines import Line, members_of
from surveys.exporting.plan import Plan
from surveys.exporting.tables import key_values, repeats_of
from surveys.variables import Typed, Value, Variable, as_number

_PIECE = 200

_Reader = tuple[str, str, Callable[[Value], Typed]]


def write_jsonl(db: Session, plan: Plan, file: IO[bytes]) -> None:
    """A line a response."""
    documents = _Documents(plan)
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
    piece: list[str] = []
    for line in plan.lines(db):
        piece.append(encode(documents.of(line)))
        if len(piece) == _PIECE:
            _hand_over(piece, file)
    _hand_over(piece, file)


def _hand_over(piece: list[str], file: IO[bytes]) -> None:
    file.write("".join(f"{text}\n" for text in piece).encode())
    piece.clear()


class _Documents:
    """Makes an object of a response."""

    def __init__(self, plan: Plan) -> None:
        self._numbers = {version.id: version.number for version in plan.versions}
        self._repeats = repeats_of(plan.variables)
        arounds = sorted({variable.repeats for variable in plan.variables}, key=len)
        self._above = {around[depth]: around[:depth] for around in arounds for depth in range(len(around))}
        self._readers: dict[tuple[str, int], list[_Reader]] = {
            (path, version.id): [
                _reader(variable, version.id, path)
                for variable in plan.variables
                if (variable.repeats[-1] if variable.repeats else "") == path
                and version.id in variable.sources
            ]
            for path in ("", *self._above)
            for version in plan.versions
        }

    def of(self, line: Line) -> dict[str, Any]:
        """What was answered."""
        document: dict[str, Any] = key_values(line, self._numbers)
        _fill(document, line.answers, self._readers["", line.version])
        if self._repeats:
            self._add_members(document, line)
        return document

    def _add_members(self, document: dict[str, Any], line: Line) -> None:
        found = members_of(line.answers, self._repeats)
        for path in sorted(found, key=lambda path: len(self._above[path]), reverse=True):
            if around := self._above[path]:
                for positions in found[path]:
                    found.setdefault(around[-1], {}).setdefault(positions[:-1], {})
        made: dict[tuple[str, tuple[int, ...]], dict[str, Any]] = {("", ()): document}
        for path, around in self._above.items():
            above = around[-1] if around else ""
            name = path.removeprefix(f"{above}/") if above else path
            for positions, answers in sorted(found.get(path, {}).items()):
                member: dict[str, Any] = {"_position": positions[-1]}
                _fill(member, answers, self._readers[path, line.version])
                made[path, positions] = member
                made[above, positions[:-1]].setdefault(name, []).append(member)


def _fill(document: dict[str, Any], answers: Mapping[str, Value], readers: list[_Reader]) -> None:
    for path, name, typed in readers:
        value = answers.get(path)
        if value and (written := typed(value)) is not None:
            document[name] = written


def _reader(variable: Variable, version_id: int, repeat: str) -> _Reader:
    name = variable.name.removeprefix(f"{repeat}/") if repeat else variable.name
    return variable.sources[version_id], name, _typed(variable)


def _typed(variable: Variable) -> Callable[[Value], Typed]:
    """The value as JSON knows it, without asking anew for each response which kind it is of."""
    if variable.is_several and not variable.labels:
        return variable.chosen
    if variable.is_number:
        return lambda value: as_number(value) if isinstance(value, str) else None
    return variable.typed
