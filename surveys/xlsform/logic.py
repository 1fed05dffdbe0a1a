"""The conditions of a questionnaire before anybody answers: expressions that can only fail, and circles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.errors import Fault
from surveys.expressions import Problem, check
from surveys.questionnaire import Group, Node, Questionnaire
from surveys.xlsform.bearings import Bearings
from surveys.xlsform.circles import circles
from surveys.xlsform.conditions import Condition, conditions_of
from surveys.xlsform.places import Places

DEPENDS = ("relevant", "calculation")
"""Fields that decide what a question holds. What they read must not depend on the question itself."""
PROSE = re.compile(r"[^\W\d_]+[^\d${}()=<>+*/\[\]|@]*\s[^\d${}()=<>+*/\[\]|@]*")
"""Words, and nothing that an expression is made of."""


@dataclass(frozen=True, slots=True)
class Logic:
    """What is wrong with the conditions, what is only doubtful, and which to leave out: (path, field)."""

    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    left_out: frozenset[tuple[str, str]]


def examine(questionnaire: Questionnaire, places: Places) -> Logic:
    """Every expression that fails whatever is answered, and every circle of conditions.

    pyxform does not read expressions. Three kinds of bad ones harm nobody: they are noticed, and left out.
    """
    conditions = list(conditions_of(questionnaire.nodes))
    faults, notices, left_out = [], [], set()
    for condition in conditions:
        problem = check(condition.expression, questionnaire.lists)
        if problem is None:
            continue
        if harmless := _harmless(condition, problem, conditions, questionnaire, places):
            notices.append(harmless)
            left_out.add((condition.path, condition.field))
            continue
        unfinished = problem.code == "syntax" and not problem.params["near"]
        code = "unfinished" if unfinished else problem.code
        written = {"expression": condition.shown(places)}
        faults.append(
            places.fault(
                f"expression_{code}",
                condition.path,
                condition.field,
                **written | problem.params,
            )
        )
    circles_found = _circle_faults(questionnaire, conditions, places)
    notices += Bearings(questionnaire, places).notices(conditions)
    return Logic((*faults, *circles_found), tuple(notices), frozenset(left_out))


def without(nodes: tuple[Node, ...], left_out: frozenset[tuple[str, str]]) -> tuple[Node, ...]:
    """The same nodes without some of their conditions."""
    kept: list[Node] = []
    for node in nodes:
        changes: dict[str, Any] = {field: "" for path, field in left_out if path == node.path}
        if isinstance(node, Group):
            changes["nodes"] = without(node.nodes, left_out)
        kept.append(replace(node, **changes) if changes else node)
    return tuple(kept)


def _harmless(
    condition: Condition,
    problem: Problem,
    conditions: list[Condition],
    questionnaire: Questionnaire,
    places: Places,
) -> Fault | None:
    """The notice of a bad expression that we can do without; None where it matters."""
    path, field = condition.path, condition.field
    if problem.code == "unknown_instance":
        return places.fault("list_not_brought", path, field, **problem.params)
    if field == "choice_filter" and any(
        "::" in h and h in condition.expression for h in places.choices.tokens
    ):
        return places.fault("filter_on_text", path, field)
    if _is_unread_prose(condition, conditions, questionnaire):
        return places.fault("calculation_is_text", path, field)
    return None


def _is_unread_prose(condition: Condition, conditions: list[Condition], questionnaire: Questionnaire) -> bool:
    """A calculation that is a sentence in words and that nothing reads: a remark, it harms nobody.

    pyxform takes such a workbook, and so do we.
    """
    if condition.field != "calculation" or not PROSE.fullmatch(condition.expression):
        return False
    read = any(condition.path in other.reads() for other in conditions)
    shown = f"/{condition.path.rpartition('/')[2]}}}"
    return not read and not any(
        shown in text for question in questionnaire.questions() for text in question.label.values()
    )


def _circle_faults(
    questionnaire: Questionnaire, conditions: list[Condition], places: Places
) -> Iterator[Fault]:
    deciding = [condition for condition in conditions if condition.field in DEPENDS]
    graph: dict[str, set[str]] = {
        path: set(around) for path, around in _surroundings(questionnaire.nodes, ())
    }
    for condition in deciding:
        graph[condition.path] |= {path for path in condition.reads() if _counts(path, condition)}
    for circle in circles(graph):
        names = [path.rpartition("/")[2] for path in circle]
        first = next(condition for condition in deciding if condition.path in circle)
        yield places.fault("circle", first.path, first.field, names=" → ".join([*names, names[0]]))


def _surroundings(nodes: tuple[Node, ...], groups: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each path with the group around it: what a group's condition hides, it hides in its members."""
    for node in nodes:
        yield node.path, groups[-1:]
        if isinstance(node, Group):
            yield from _surroundings(node.nodes, (*groups, node.path))


def _counts(path: str, condition: Condition) -> bool:
    """Whether a path that a condition reads is a real dependency.

    A calculation may look at its own last value with "." or `once()`, in a repeat at that of an earlier member.
    """
    if path != condition.path or condition.field == "relevant":
        return True
    text = condition.expression
    looks_back = "once(" in text or "indexed-repeat" in text or "[" in text
    return not looks_back and re.search(rf"/{re.escape(path.rpartition('/')[2])}(?![\w.-])", text) is not None
