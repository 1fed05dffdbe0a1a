"""Cuts the text of an expression into tokens, as XPath 1.0 section 3.7 says, and a little more leniently.

More leniently: `1div2`, `1or 0` and `'a'and'b'` are read as authors mean them, and a number may have an exponent.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from surveys.xpath.errors import ExpressionError


class Sort(Enum):
    """What kind of token it is. OPERATOR holds every sign, and the words `and or div mod` between operands."""

    NUMBER = auto()
    LITERAL = auto()
    NAME = auto()
    OPERATOR = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression, and where it begins."""

    sort: Sort
    text: str
    at: int


_NAME: Final = r"[^\W\d][\w.\-·]*"
_SIGNS: Final = r"::|\.\.|//|!=|<=|>=|[-+*/|=<>()\[\],.@]"
_SPACE: Final = re.compile(r"\s*")
_OPERAND: Final = re.compile(
    rf"(?P<NUMBER>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)"
    rf"|(?P<LITERAL>\"[^\"]*\"|'[^']*')"
    rf"|(?P<NAME>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)"
    rf"|(?P<OPERATOR>{_SIGNS})",
)
_OPERATOR: Final = re.compile(rf"(?P<OPERATOR>(?:and|or|div|mod)(?![^\W\d])|{_SIGNS})")
_OPENS: Final = frozenset(
    {"@", "::", "(", "[", ",", "/", "//", "|", "and", "or", "=", "!=", "<", "<=", ">", ">="}
    | {"+", "-", "*", "div", "mod"},
)
"""After one of these an operand comes; after anything else an operator, a bracket or the end."""


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, closed by one END. Raises ExpressionError where no token can start."""
    tokens: list[Token] = []
    operand_next = True
    at = _skip_space(text, 0)
    while at < len(text):
        found = (_OPERAND if operand_next else _OPERATOR).match(text, at)
        if found is None or found.lastgroup is None:
            raise ExpressionError("syntax", at=at, near=text[at : at + 20])
        token = Token(Sort[found.lastgroup], found.group(), at)
        operand_next = token.sort is Sort.OPERATOR and _opens(token, operand_next)
        tokens.append(token)
        at = _skip_space(text, found.end())
    tokens.append(Token(Sort.END, "", len(text)))
    return tokens


def _opens(token: Token, operand_expected: bool) -> bool:
    if token.text == "*":
        return not operand_expected  # a star where an operand stands is "any name", not a product
    return token.text in _OPENS


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
