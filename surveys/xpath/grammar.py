"""Reads tokens into a syntax tree, by the grammar of XPath 1.0."""

from typing import Final

from surveys.xpath.errors import ExpressionError
from surveys.xpath.syntax import (
    SELF,
    Axis,
    Call,
    Expr,
    Filter,
    Junction,
    Literal,
    NameTest,
    Negation,
    Number,
    Operation,
    Path,
    Root,
    Step,
    TypeTest,
    is_shallow,
)
from surveys.xpath.tokens import Sort, Token, tokenize

_LEVELS: Final = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
"""Operators that bind from the left, the loosest first."""

_STRENGTH: Final = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}
_JUNCTIONS: Final = frozenset({"and", "or"})

_DEEPEST: Final = 100
"""Brackets within brackets."""

_NODE_TYPES: Final = frozenset({"node", "text", "comment", "processing-instruction"})
_EVERYTHING_BELOW: Final = Step(Axis.DESCENDANT_OR_SELF, TypeTest("node"))


def parse(text: str) -> Expr:
    """The tree of an expression. Raises ExpressionError `syntax` or `too_deep`.

    A tree that is handed out can be walked, compiled and evaluated within Python's own limit of recursion.
    """
    reader = _Reader(tokenize(text))
    expression = reader.expression()
    reader.end()
    if not is_shallow(expression):
        raise ExpressionError("too_deep")
    return expression


class _Reader:
    """Walks the tokens once, with one token of foresight."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def end(self) -> None:
        if not self._holds(Sort.END):
            raise self._unexpected()

    def expression(self, loosest: int = 0) -> Expr:
        """An operand and all that follows it whose operators bind no looser than the level given."""
        left = self._negation()
        while (operator := self._binary()) is not None and (level := _STRENGTH[operator]) >= loosest:
            self._take()
            right = self.expression(level + 1)
            if operator not in _JUNCTIONS:
                left = Operation(operator, left, right)
                continue
            terms = [left, right]
            while self._accept(operator):
                terms.append(self.expression(level + 1))
            left = Junction(operator, tuple(terms))
        return left

    def _binary(self) -> str | None:
        token = self._token
        return token.text if token.sort is Sort.OPERATOR and token.text in _STRENGTH else None

    def _negation(self) -> Expr:
        signs = 0
        while self._accept("-"):
            signs += 1
        left = self._path()
        while self._accept("|"):
            left = Operation("|", left, self._path())
        for _ in range(
            2 - signs % 2 if signs else 0
        ):  # two say no more than that it is a number, and so do four
            left = Negation(left)
        return left

    def _inside(self) -> Expr:
        """An expression between brackets."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError("too_deep")
        found = self.expression()
        self._depth -= 1
        return found

    def _path(self) -> Expr:
        if self._starts_primary():
            base = self._filtered(self._primary())
            steps = self._more_steps()
            return Path(base, steps) if steps else base
        if self._sees("/", "//"):
            return self._absolute_path()
        steps = (self._step(), *self._more_steps())
        return SELF if steps == SELF.steps else Path(None, steps)

    def _absolute_path(self) -> Path:
        if self._sees("//"):
            return Path(Root(), self._more_steps())
        self._accept("/")
        if not self._starts_step():
            return Path(Root(), ())
        return Path(Root(), (self._step(), *self._more_steps()))

    def _more_steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        while (separator := self._accept("/", "//")) is not None:
            if separator == "//":
                steps.append(_EVERYTHING_BELOW)
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        if self._accept("."):
            return Step(Axis.SELF, TypeTest("node"))
        if self._accept(".."):
            return Step(Axis.PARENT, TypeTest("node"))
        axis = self._axis()
        test = self._node_test()
        return Step(axis, test, self._predicates())

    def _axis(self) -> Axis:
        if self._accept("@"):
            return Axis.ATTRIBUTE
        if self._holds(Sort.NAME) and self._next_is("::"):
            name = self._take()
            self._accept("::")
            try:
                return Axis(name.text)
            except ValueError:
                raise ExpressionError("syntax", at=name.at, near=name.text) from None
        return Axis.CHILD

    def _node_test(self) -> NameTest | TypeTest:
        if self._accept("*"):
            return NameTest("*")
        if not self._holds(Sort.NAME):
            raise self._unexpected()
        name = self._take().text
        if name in _NODE_TYPES and self._accept("("):
            target = self._take().text[1:-1] if self._holds(Sort.LITERAL) else None
            self._expect(")")
            return TypeTest(name, target)
        prefix, colon, local = name.rpartition(":")
        return NameTest(local, prefix if colon else None)

    def _predicates(self) -> tuple[Expr, ...]:
        predicates: list[Expr] = []
        while self._accept("["):
            predicates.append(self._inside())
            self._expect("]")
        return tuple(predicates)

    def _filtered(self, base: Expr) -> Expr:
        predicates = self._predicates()
        return Filter(base, predicates) if predicates else base

    def _primary(self) -> Expr:
        token = self._take()
        if token.sort is Sort.NUMBER:
            return Number(float(token.text))
        if token.sort is Sort.LITERAL:
            return Literal(token.text[1:-1])
        if token.sort is Sort.NAME:
            self._expect("(")
            return Call(token.text, self._arguments())
        inside = self._inside()
        self._expect(")")
        return inside

    def _arguments(self) -> tuple[Expr, ...]:
        if self._accept(")"):
            return ()
        arguments = [self._inside()]
        while self._accept(","):
            arguments.append(self._inside())
        self._expect(")")
        return tuple(arguments)

    def _starts_primary(self) -> bool:
        if self._holds(Sort.NUMBER, Sort.LITERAL) or self._sees("("):
            return True
        return self._holds(Sort.NAME) and self._next_is("(") and self._token.text not in _NODE_TYPES

    def _starts_step(self) -> bool:
        return self._holds(Sort.NAME) or self._sees(".", "..", "@", "*")

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _holds(self, *sorts: Sort) -> bool:
        return self._token.sort in sorts

    def _next_is(self, sign: str) -> bool:
        following = self._tokens[self._at + 1]
        return following.sort is Sort.OPERATOR and following.text == sign

    def _sees(self, *signs: str) -> bool:
        return self._token.sort is Sort.OPERATOR and self._token.text in signs

    def _take(self) -> Token:
        token = self._token
        if token.sort is not Sort.END:
            self._at += 1
        return token

    def _accept(self, *signs: str) -> str | None:
        return self._take().text if self._sees(*signs) else None

    def _expect(self, sign: str) -> None:
        if self._accept(sign) is None:
            raise self._unexpected()

    def _unexpected(self) -> ExpressionError:
        return ExpressionError("syntax", at=self._token.at, near=self._token.text)
