"""Whoever changes their mind, however often, sends in what they would have sent in at the first go.

The conversation works out after each answer only what depends on it. Here everything is worked out over and over, in
any order, until nothing changes any more; both must come to the same.
"""

from collections.abc import Iterator
from typing import Any

from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lxml import etree

from surveys.conversation.turns import Ask, Back, Finished, Show, Skip, Typed
from surveys.dialogue import advance
from surveys.expressions import Scope, evaluate
from surveys.questionnaire import Group, Kind, Node, Question, Questionnaire, plain_path
from tests.surveys.people import MOMENT, ZONE, Person, calculate, group, integer, questionnaire

SCOPE = Scope(zone=ZONE)
NUMBERS = st.integers(0, 3).map(str)


@st.composite
def conditions(draw: st.DrawFn, names: list[str]) -> str:
    """A condition on what comes before; mostly none."""
    if not names or draw(st.booleans()):
        return ""
    shapes = [
        "{0} > {2}",
        "{0} = {1}",
        "not({0} = {2})",
        "{0} + {1} < 4",
        "{0} != '' or {1} > {2}",
        "{0} = ''",
    ]
    shape = draw(st.sampled_from(shapes))
    return shape.format(draw(st.sampled_from(names)), draw(st.sampled_from(names)), draw(NUMBERS))


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Questions and calculations, some in a group, some in a repeat, whose conditions look back at any of them."""
    names: list[str] = []
    nodes: list[Node] = []

    def add(path: str, within: list[str]) -> Node:
        relevant = draw(conditions(within))
        if draw(st.integers(0, 3)) == 0 and within:
            one, other = draw(st.sampled_from(within)), draw(st.sampled_from(within))
            node = calculate(path, f"coalesce({one}, 0) + coalesce({other}, 1)")
            return Question(**{**_fields(node), "relevant": relevant})
        return integer(path, relevant=relevant)

    for number in range(draw(st.integers(2, 4))):
        nodes.append(add(f"q{number}", names))
        names.append(f"/data/q{number}")
    inside = [add(f"g/r{number}", names) for number in range(draw(st.integers(1, 2)))]
    nodes.append(group("g", *inside, relevant=draw(conditions(names))))
    names += [f"/data/{node.path}" for node in inside]
    if draw(st.booleans()):
        own = [add("m/a", names), add("m/b", [*names, "../a"]), add("m/c", [*names, "../a", "../b"])]
        often = f"{draw(st.sampled_from(names))} mod 3"
        nodes.append(group("m", *own, repeats=True, repeat_count=often, relevant=draw(conditions(names))))
    nodes.append(calculate("total", "sum(/data/m/a) + count(/data/m)"))
    nodes.append(integer("z", relevant=draw(conditions([*names, "/data/total"]))))
    return questionnaire(*nodes)


def _fields(question: Question) -> dict[str, Any]:
    return {name: getattr(question, name) for name in Question.__slots__}


class Patient:
    """Works everything out over and over until nothing changes."""

    def __init__(self, asked: Questionnaire, answers: dict[str, Any]) -> None:
        self.asked = asked
        self.answers = answers
        self.values: dict[str, str] = dict(answers)
        self.applies: dict[str, bool] = {}
        self.sizes = {"m": 1}

    def results(self) -> dict[str, str]:
        for _ in range(60):
            before = dict(self.values), dict(self.applies), dict(self.sizes)
            self._look_at_everything()
            if before == (self.values, self.applies, self.sizes):
                return {
                    path: self.values[path]
                    for path, _, _ in self._places()
                    if self.values.get(path) and self._whole(path)
                }
        raise AssertionError("it never comes to rest")

    def _look_at_everything(self) -> None:
        for path, node, element in self._places():
            if node.relevant:
                self.applies[path] = self._ask(node.relevant, element) is True
            if isinstance(node, Question) and node.calculation and self._whole(path):
                found = self._ask(f"string({node.calculation})", element)
                self.values[path] = str(found)
        for node in self.asked.nodes:
            if isinstance(node, Group) and node.repeats:
                size = self._ask(f"number({node.repeat_count})", None)
                self.sizes["m"] = int(size) if isinstance(size, float) and size > 0 else 0

    def _ask(self, expression: str, element: etree._Element | None) -> object:
        return evaluate(expression, self.root, element, SCOPE)

    def _places(self) -> Iterator[tuple[str, Any, etree._Element]]:
        self.root = etree.Element("data")
        found: list[tuple[str, Any, etree._Element]] = []
        for node in self.asked.nodes:
            members = [f"m[{number}]" for number in range(1, self.sizes["m"] + 1)]
            for path in members if node.path == "m" else [node.path]:
                element = etree.SubElement(self.root, plain_path(path))
                found.append((path, node, element))
                for child in node.nodes if isinstance(node, Group) else ():
                    place = f"{path}/{child.path.partition('/')[2]}"
                    found.append((place, child, etree.SubElement(element, child.path.partition("/")[2])))
        for path, node, element in found:
            if isinstance(node, Question) and self._whole(path):
                element.text = self.values.get(path) or None
        return iter(found)

    def _whole(self, path: str) -> bool:
        """Whether it and what is around it applies."""
        return self.applies.get(path, True) and self.applies.get(path.partition("/")[0], True)


class ChangesTheirMind(RuleBasedStateMachine):
    """Somebody who answers, goes back and answers otherwise."""

    @initialize(asked=questionnaires())
    def begins(self, asked: Questionnaire) -> None:
        self.person = Person(asked)

    @precondition(lambda self: isinstance(self.person.turn.outcome, Ask))
    @rule(number=NUMBERS)
    def answers(self, number: str) -> None:
        self.person.does(Typed(number))

    @precondition(lambda self: isinstance(self.person.turn.outcome, Ask))
    @rule()
    def skips(self) -> None:
        self.person.does(Skip())

    @rule(steps=st.integers(1, 5))
    def goes_back(self, steps: int) -> None:
        self.person.does(*[Back()] * steps)

    @invariant()
    def is_shown_what_a_fresh_look_shows(self) -> None:
        if hasattr(self, "person") and self.person.turn.progress.place:
            turn = self.person.turn
            fresh = advance(self.person.questionnaire, turn.progress, Show(), moment=MOMENT, zone=ZONE)
            assert self.person.refused or fresh == turn

    def teardown(self) -> None:
        """They answer what is still open; then what counts is compared."""
        if not hasattr(self, "person"):
            return
        for _ in range(100):
            if isinstance(self.person.turn.outcome, Finished):
                break
            self.person.does(Typed("2"))
        assume(isinstance(self.person.turn.outcome, Finished))
        kept = {path: str(answer) for path, answer in self.person.turn.progress.answers.items()}
        expected = Patient(self.person.questionnaire, kept).results()
        assert self.person.finished.answers == expected
        assert kept.keys() >= {path for path in expected if self._is_asked(path)}, (
            "nothing answered is forgotten"
        )

    def _is_asked(self, path: str) -> bool:
        return self.person.questionnaire.question(path).kind is not Kind.CALCULATE


TestChangesTheirMind = ChangesTheirMind.TestCase
TestChangesTheirMind.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
