"""Questionnaires and people who answer them, for the tests of the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from surveys.conversation.turns import Ask, AskRepeat, Finished, Move, Turn
from surveys.dialogue import advance, begin
from surveys.questionnaire import Choice, Group, Kind, Node, Question, Questionnaire

ZONE = ZoneInfo("America/Guayaquil")
MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def choices(*values: str, **columns: Mapping[str, str]) -> tuple[Choice, ...]:
    """Choices labelled like their values, in both languages; `columns` are extra columns by value."""
    return tuple(
        Choice(value, {"es": value.title(), "qu": f"{value}-ka"}, columns.get(value, {})) for value in values
    )


def question(path: str, kind: Kind = Kind.TEXT, **fields: Any) -> Question:
    """A question whose label is its path."""
    return Question(path, kind, **{"label": {"es": path}, **fields})


def integer(path: str, **fields: Any) -> Question:
    return question(path, Kind.INTEGER, **fields)


def select(path: str, *values: str, **fields: Any) -> Question:
    return question(path, Kind.SELECT_ONE, **{"choices": choices(*values), **fields})


def several(path: str, *values: str, **fields: Any) -> Question:
    return question(path, Kind.SELECT_MULTIPLE, **{"choices": choices(*values), **fields})


def calculate(path: str, calculation: str) -> Question:
    return Question(path, Kind.CALCULATE, calculation=calculation)


def note(path: str, text: str, **fields: Any) -> Question:
    return question(path, Kind.NOTE, label={"es": text}, **fields)


def group(path: str, *nodes: Node, **fields: Any) -> Group:
    return Group(path, nodes, **fields)


def questionnaire(*nodes: Node, **lists: tuple[Choice, ...]) -> Questionnaire:
    return Questionnaire("test", {"es": "Prueba"}, "1", ("es", "qu"), "es", nodes, lists)


@dataclass
class Person:
    """Somebody who answers a questionnaire."""

    questionnaire: Questionnaire
    turn: Turn = field(init=False)

    def __post_init__(self) -> None:
        self.turn = begin(self.questionnaire, moment=MOMENT, zone=ZONE)

    def does(self, *moves: Move) -> "Person":
        """Makes moves, one after the other."""
        for move in moves:
            self.turn = advance(self.questionnaire, self.turn.progress, move, moment=MOMENT, zone=ZONE)
        return self

    @property
    def place(self) -> str | None:
        return self.turn.progress.place

    @property
    def ask(self) -> Ask:
        assert isinstance(self.turn.outcome, Ask)
        return self.turn.outcome

    @property
    def ask_repeat(self) -> AskRepeat:
        assert isinstance(self.turn.outcome, AskRepeat)
        return self.turn.outcome

    @property
    def finished(self) -> Finished:
        assert isinstance(self.turn.outcome, Finished), self.turn.outcome
        return self.turn.outcome

    @property
    def refused(self) -> str | None:
        """Code of what was wrong with the last move."""
        assert not isinstance(self.turn.outcome, Finished)
        refusal = self.turn.outcome.refusal
        return refusal.code if refusal else None
