"""Microseconds that the dialogue adds to a turn, beside what no turn can do without.

    python -m bench.dialogue [--people 10]

The limit is the least that any implementation must do on the same questionnaire: build the document of the answers
and evaluate every condition once. The progress is written to JSON and read again between turns, as a database does.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median
from time import process_time
from timeit import repeat
from zoneinfo import ZoneInfo

from lxml import etree

from surveys.conversation.progress import from_json, to_json
from surveys.conversation.turns import Ask, Chose, Done, Finished, Move, Toggled, Turn, Typed
from surveys.dialogue import advance, begin
from surveys.expressions import compile_expression
from surveys.questionnaire import Choice, Kind, Question, Questionnaire

ZONE = ZoneInfo("America/Guayaquil")
MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
KINDS = (Kind.SELECT_ONE, Kind.INTEGER, Kind.SELECT_MULTIPLE, Kind.TEXT)
MOVES: dict[Kind, tuple[Move, ...]] = {
    Kind.SELECT_ONE: (Chose(0),),
    Kind.INTEGER: (Typed("34"),),
    Kind.SELECT_MULTIPLE: (Toggled(1, on=True), Toggled(2, on=True), Done()),
    Kind.TEXT: (Typed("una ventanilla para los papeles"),),
}
CONSTRAINTS = {Kind.INTEGER: ". >= 0 and . <= 120", Kind.SELECT_MULTIPLE: "count-selected(.) <= 3"}
CHOICES = tuple(Choice(f"c{number}", {"es": f"Opción {number}"}) for number in range(8))


def questionnaire(questions: int, conditions: int) -> Questionnaire:
    """Questions of four kinds; every so many of them asked only where an earlier answer is of a kind."""
    every = questions // conditions
    nodes = []
    for number in range(questions):
        kind = KINDS[number % len(KINDS)]
        asks_back = number >= 2 and number % every == 0
        relevant = (
            f"/data/q{number - 2} != 'none' or selected(/data/q{number - 1}, 'c1')" if asks_back else ""
        )
        nodes.append(
            Question(
                f"q{number}",
                kind,
                label={"es": f"Pregunta {number}"},
                relevant=relevant,
                constraint=CONSTRAINTS.get(kind, ""),
                choices=CHOICES if kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE) else (),
            )
        )
    return Questionnaire("bench", {"es": "Prueba"}, "1", ("es",), "es", tuple(nodes))


def turns(asked: Questionnaire) -> Iterator[float]:
    """The seconds that each turn of one person takes."""
    turn = begin(asked, moment=MOMENT, zone=ZONE)
    while not isinstance(turn.outcome, Finished):
        assert isinstance(turn.outcome, Ask)
        for move in MOVES[turn.outcome.question.kind]:
            stored = json.dumps(to_json(turn.progress))
            turn, seconds = _timed(asked, stored, move)
            yield seconds


def _timed(asked: Questionnaire, stored: str, move: Move) -> tuple[Turn, float]:
    began = process_time()
    turn = advance(asked, from_json(json.loads(stored)), move, moment=MOMENT, zone=ZONE)
    json.dumps(to_json(turn.progress))
    return turn, process_time() - began


def limit(asked: Questionnaire) -> float:
    """Seconds to build the document and evaluate every condition."""
    conditions = [
        compile_expression(question.relevant) for question in asked.questions() if question.relevant
    ]
    names = [question.name for question in asked.questions()]

    def least() -> None:
        root = etree.Element("data")
        for name in names:
            etree.SubElement(root, name).text = "c1"
        for condition in conditions:
            condition.boolean(root, root)

    return median(repeat(least, number=1, repeat=200, timer=process_time))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10)
    people: int = parser.parse_args().people
    for questions, conditions in ((15, 5), (100, 30)):
        asked = questionnaire(questions, conditions)
        seconds: list[float] = []
        limits: list[float] = []
        for _ in range(people):  # in turn, so that a busy machine is busy for both
            seconds += turns(asked)
            limits.append(limit(asked))
        seconds.sort()
        print(
            f"{questions:4} questions, {conditions:3} conditions: {median(seconds) * 1e6:6.0f} us a turn, "
            f"{seconds[int(len(seconds) * 0.99)] * 1e6:6.0f} us for 99 of 100 turns; "
            f"{median(seconds) / median(limits):.1f} times the limit of {median(limits) * 1e6:.0f} us"
        )


if __name__ == "__main__":
    main()
