"""A condition picked from lists ⇄ the expression that the workbook holds. What cannot be picked stays text."""

import re
from dataclasses import dataclass
from enum import StrEnum

ITSELF = "."
"""The question that the expression belongs to, as in "must be 18 or more"."""


class Operator(StrEnum):
    """How an answer is compared."""

    IS = "is"
    IS_NOT = "is_not"
    MORE = "more"
    AT_LEAST = "at_least"
    LESS = "less"
    AT_MOST = "at_most"
    CHOSEN = "chosen"
    NOT_CHOSEN = "not_chosen"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


WITHOUT_VALUE = frozenset({Operator.ANSWERED, Operator.UNANSWERED})
CHOICES_COMPARED = frozenset({Operator.IS, Operator.IS_NOT, Operator.CHOSEN, Operator.NOT_CHOSEN})
"""Compare with one of the choices of a list, where the question has one."""
_SIGNS = {
    "=": Operator.IS,
    "!=": Operator.IS_NOT,
    ">": Operator.MORE,
    ">=": Operator.AT_LEAST,
    "<": Operator.LESS,
    "<=": Operator.AT_MOST,
}
_WRITTEN = {operator: sign for sign, operator in _SIGNS.items()}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

_SUBJECT = r"(?:\$\{\s*(?P<name>[^\s${}]+)\s*\}|(?P<itself>\.))"
_TEXT = r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')"""
_VALUE = rf"(?:{_TEXT}|(?P<number>{_NUMBER.pattern}))"
_COMPARED = re.compile(rf"\s*{_SUBJECT}\s*(?P<sign>!=|>=|<=|=|>|<)\s*{_VALUE}\s*")
_SELECTED = re.compile(
    rf"\s*(?P<no>not\s*\(\s*)?selected\s*\(\s*{_SUBJECT}\s*,\s*{_VALUE}\s*\)\s*(?(no)\)\s*)"
)
_JOINED = re.compile(r"(and|or)(?![\w.-])")


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison. `number`: the value is written as a number, not as a text."""

    subject: str
    operator: Operator
    value: str = ""
    number: bool = False

    __test__ = False  # it is no test of pytest's

    @property
    def writable(self) -> bool:
        """Whether an expression can say it: XPath has no sign that lets a text hold both quotation marks."""
        if self.operator in WITHOUT_VALUE:
            return not self.value and not self.number
        if self.number:
            return _NUMBER.fullmatch(self.value) is not None
        is_empty = not self.value and self.operator in (Operator.IS, Operator.IS_NOT)
        return not ('"' in self.value and "'" in self.value) and not is_empty


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests of which all must hold, or with `any_of` one."""

    tests: tuple[Test, ...]
    any_of: bool = False


def expression_of(condition: Condition) -> str:
    """How the workbook says it."""
    joiner = " or " if condition.any_of else " and "
    return joiner.join(map(_written, condition.tests))


def _written(test: Test) -> str:
    if not test.writable:
        raise ValueError("no expression says this")
    subject = ITSELF if test.subject == ITSELF else f"${{{test.subject}}}"
    value = test.value if test.number else _quoted(test.value)
    match test.operator:
        case Operator.ANSWERED:
            return f"{subject} != ''"
        case Operator.UNANSWERED:
            return f"{subject} = ''"
        case Operator.CHOSEN:
            return f"selected({subject}, {value})"
        case Operator.NOT_CHOSEN:
            return f"not(selected({subject}, {value}))"
    return f"{subject} {_WRITTEN[test.operator]} {value}"


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def read_condition(expression: str) -> Condition | None:
    """What was picked, or None where it takes more than a list of tests to say it."""
    tests: list[Test] = []
    joiners: set[str] = set()
    place = 0
    while True:
        found = _SELECTED.match(expression, place) or _COMPARED.match(expression, place)
        if found is None:
            return None
        tests.append(_read(found))
        place = found.end()
        if place == len(expression):
            break
        joined = _JOINED.match(expression, place)
        if joined is None:
            return None
        joiners.add(joined[1])
        place = joined.end()
    if len(joiners) > 1:
        return None
    return Condition(tuple(tests), any_of=joiners == {"or"})


def _read(found: re.Match[str]) -> Test:
    parts = found.groupdict()
    subject = parts["name"] or ITSELF
    number = parts["number"]
    value = number or parts["double"] or parts["single"] or ""
    if found.re is _SELECTED:
        operator = Operator.NOT_CHOSEN if parts["no"] else Operator.CHOSEN
    else:
        operator = _SIGNS[parts["sign"]]
        if not value and operator in (Operator.IS, Operator.IS_NOT):
            operator = Operator.UNANSWERED if operator is Operator.IS else Operator.ANSWERED
    return Test(subject, operator, value, number=number is not None)
