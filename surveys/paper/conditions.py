"""When a question is to be answered, in the words of who holds the paper: "solo si en la pregunta 3 marcó «Sí»"."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from i18n.dates import format_number
from surveys.questionnaire import Question
from surveys.xpath.errors import ExpressionError
from surveys.xpath.grammar import parse
from surveys.xpath.syntax import (
    Axis,
    Call,
    Expr,
    Junction,
    Literal,
    NameTest,
    Number,
    Operation,
    Path,
    Root,
    TypeTest,
)

Say = Callable[..., str]
"""A sentence of the catalogue `paper` in the language of the paper, by its key and what fills it."""

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"=": "=", "!=": "!=", "<": ">", ">=": "<=", ">": "<", "<=": ">="}
_COMPARISONS = {">": "more", ">=": "least", "<": "less", "<=": "most"}
_DEEPEST = 20


class _Unsaid(Exception):
    """There are no plain words for the condition."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the paper has it: its number there, and the labels of what can be marked."""

    question: Question
    number: int
    labels: Mapping[str, str]


def condition_words(
    expression: str, at: str, asked: Mapping[str, Asked], formulas: Mapping[str, str], say: Say
) -> str:
    """The condition as a clause; empty where plain words cannot say it.

    at        path of the question or group that has the condition
    asked     the questions that are on the paper, by path
    formulas  calculations by path: what the paper does not work out is said by what it is worked out from
    """
    try:
        return _Words(at, asked, formulas, say).clause(parse(expression), negated=False, depth=0)
    except (_Unsaid, ExpressionError, RecursionError):
        return ""


class _Words:
    def __init__(self, at: str, asked: Mapping[str, Asked], formulas: Mapping[str, str], say: Say) -> None:
        self.at, self.asked, self.formulas, self.say = at, asked, formulas, say

    def clause(self, tree: Expr, *, negated: bool, depth: int) -> str:
        if depth > _DEEPEST:
            raise _Unsaid
        match tree:
            case Junction(operator, terms):
                inner = [self.clause(term, negated=negated, depth=depth + 1) for term in terms]
                return self._joined("and" if (operator == "and") is not negated else "or", inner)
            case Call("not", (operand,)):
                return self.clause(operand, negated=not negated, depth=depth + 1)
            case Call("selected", (Path() as path, Literal(value))):
                return self._chosen(self._target(path), value, negated=negated)
            case Operation(operator, left, right) if operator in _OPPOSITE:
                return self._compared(_OPPOSITE[operator] if negated else operator, left, right, depth)
        raise _Unsaid

    def _joined(self, operator: str, clauses: list[str]) -> str:
        """One clause after the other; the same one twice is said once."""
        return self.say("paper.condition_" + operator).join(dict.fromkeys(clauses))

    def _compared(self, operator: str, left: Expr, right: Expr, depth: int) -> str:
        if isinstance(left, Literal | Number):
            operator, left, right = _TURNED[operator], right, left
        match left, right:
            case Call("string-length" | "count-selected", (Path() as path,)), Number(value):
                if (operator, value) in {(">", 0), (">=", 1), ("!=", 0)}:
                    return self._answered(self._target(path), negated=False)
                if (operator, value) in {("=", 0), ("<", 1), ("<=", 0)}:
                    return self._answered(self._target(path), negated=True)
            case Path() as path, Literal("") if operator in ("=", "!="):
                return self._answered(self._target(path), negated=operator == "=")
            case Path() as path, Literal(value) if operator in ("=", "!="):
                return self._equal(self._target(path), value, negated=operator == "!=", depth=depth)
            case Path() as path, Number(value):
                return self._measured(self._target(path), operator, value, depth)
        raise _Unsaid

    def _target(self, path: Path) -> str:
        """The path of the question that a path of an expression leads to, wherever in the questionnaire it stands."""
        if isinstance(path.start, Root):
            steps = list(path.steps[1:])
            found: list[str] = []
        elif path.start is None or path.start == Call("current", ()):
            steps, found = list(path.steps), self.at.split("/")
        else:
            raise _Unsaid
        for step in steps:
            match step.axis, step.test:
                case Axis.CHILD, NameTest(local, None) if not step.predicates:
                    found.append(local)
                case Axis.PARENT, TypeTest("node", None) if found:
                    found.pop()
                case Axis.SELF, TypeTest("node", None):
                    continue
                case _:
                    raise _Unsaid
        return "/".join(found)

    def _equal(self, path: str, value: str, *, negated: bool, depth: int) -> str:
        if path in self.formulas:
            return self._calculated(path, value, negated=negated, depth=depth)
        asked = self._find(path)
        if value in asked.labels:
            return self._chosen(path, value, negated=negated)
        key = "paper.condition_not_written" if negated else "paper.condition_written"
        return self.say(key, number=asked.number, value=value)

    def _measured(self, path: str, operator: str, value: float, depth: int) -> str:
        written = format_number(int(value) if value.is_integer() else value)
        if operator in ("=", "!="):
            plain = str(int(value)) if value.is_integer() else str(value)
            return self._equal(path, plain, negated=operator == "!=", depth=depth)
        return self.say(
            "paper.condition_" + _COMPARISONS[operator], number=self._find(path).number, value=written
        )

    def _chosen(self, path: str, value: str, *, negated: bool) -> str:
        asked = self._find(path)
        key = "paper.condition_not_chosen" if negated else "paper.condition_chosen"
        if value not in asked.labels:
            raise _Unsaid
        return self.say(key, number=asked.number, choice=asked.labels[value])

    def _answered(self, path: str, *, negated: bool) -> str:
        key = "paper.condition_unanswered" if negated else "paper.condition_answered"
        return self.say(key, number=self._find(path).number)

    def _calculated(self, path: str, value: str, *, negated: bool, depth: int) -> str:
        """`if(condition, 'a', 'b')` compared with one of the two is the condition, or its opposite."""
        match parse(self.formulas[path]):
            case Call("if", (condition, yes, no)) if {_constant(yes), _constant(no)} != {None}:
                if value not in (_constant(yes), _constant(no)) or _constant(yes) == _constant(no):
                    raise _Unsaid
                opposite = (value == _constant(no)) is not negated
                return self.clause(condition, negated=opposite, depth=depth + 1)
        raise _Unsaid

    def _find(self, path: str) -> Asked:
        if path not in self.asked:
            raise _Unsaid
        return self.asked[path]


def _constant(tree: Expr) -> str | None:
    match tree:
        case Literal(value):
            return value
        case Number(value):
            return str(int(value)) if value.is_integer() else str(value)
    return None


def formulas_of(questions: Iterator[Question]) -> dict[str, str]:
    """The calculations of a questionnaire by path."""
    return {question.path: question.calculation for question in questions if question.calculation}
