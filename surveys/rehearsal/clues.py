"""What the conditions of a questionnaire compare its answers with: where an answer begins to make a difference."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

from surveys.conversation.outline import Outline, Site
from surveys.conversation.rules import ROOT
from surveys.expressions import ExpressionError, Scope
from surveys.questionnaire import Question
from surveys.xpath.compiler import Compiler
from surveys.xpath.frame import Frame, Run
from surveys.xpath.grammar import parse
from surveys.xpath.inspection import references_in
from surveys.xpath.moments import Moment
from surveys.xpath.nodes import Document
from surveys.xpath.syntax import Call, Expr, Junction, Literal, Number, Operation, Path, parts

FIELDS = ("relevant", "constraint", "required", "calculation", "choice_filter", "default", "repeat_count")
MOST_OF_A_KIND = 60
_TRUTHS = frozenset({"not", "if", "boolean", "coalesce"})
Thing = TypeVar("Thing", str, float)
_COMPARES = frozenset({"=", "!=", "<", "<=", ">", ">="})
_CLOCK = frozenset({"today", "now"})


@dataclass(slots=True)
class Clues:
    """What one answer is compared with, in the order in which it was met.

    simple   whether every comparison is of the answer itself with something that is fixed, so that what lies just
             below, on and above each of these shows all that can happen
    related  paths of other answers that it is compared with
    """

    texts: dict[str, None] = field(default_factory=dict)
    numbers: dict[float, None] = field(default_factory=dict)
    moments: dict[float, None] = field(default_factory=dict)
    patterns: dict[str, None] = field(default_factory=dict)
    related: dict[str, None] = field(default_factory=dict)
    simple: bool = True


def clues_of(outline: Outline, scope: Scope) -> dict[str, Clues]:
    """The clues to every question that a condition reads, by its path."""
    found: dict[str, Clues] = {}
    calculated = _Calculated(outline)
    for site in outline.sites.values():
        for source in _sources(site):
            for atom in atoms_of(source):
                _note(atom, site, calculated, scope, found)
    for site in outline.sites.values():
        if isinstance(site.node, Question) and site.node.choice_filter:
            _note_columns(site.node, site, calculated, found)
    return found


def atoms_of(source: str) -> Iterator[Expr]:
    """The conditions of which an expression is put together; none where it cannot be read."""
    try:
        yield from _atoms(parse(source))
    except (ExpressionError, RecursionError):
        return


def reads_of(expression: Expr, at: str) -> list[str]:
    """Paths that an expression of the node at a path reads, in order."""
    found = references_in(expression, f"/{ROOT}/{at}")
    return sorted(path.removeprefix(f"/{ROOT}/") for path in found)


def _atoms(expression: Expr) -> Iterator[Expr]:
    match expression:
        case Junction(_, terms):
            inside: tuple[Expr, ...] = terms
        case Call(name, arguments) if name in _TRUTHS:
            inside = arguments
        case _:
            yield expression
            return
    for part in inside:
        yield from _atoms(part)


def _sources(site: Site) -> Iterator[str]:
    for name in FIELDS:
        if source := getattr(site.node, name, ""):
            yield source


class _Calculated:
    """Which answers stand behind a value that is calculated."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._known: dict[str, list[str]] = {}

    def behind(self, path: str) -> list[str]:
        """The paths of the answers; the path itself where it is one."""
        if path not in self._known:
            self._known[path] = [path]  # a circle ends here
            site = self._outline.sites.get(path)
            if site is not None and site.calculation is not None and not site.is_asked:
                read = [behind for other in sorted(site.calculation.reads) for behind in self.behind(other)]
                self._known[path] = list(dict.fromkeys(read))
        return self._known[path]


def _note(atom: Expr, site: Site, calculated: _Calculated, scope: Scope, found: dict[str, Clues]) -> None:
    """Add what one condition says about each answer that it reads."""
    read = reads_of(atom, site.path)
    answers = list(dict.fromkeys(behind for path in read for behind in calculated.behind(path)))
    simple = _is_simple(atom) and answers == read
    constants, patterns = list(_constants(atom)), dict.fromkeys(_patterns(atom))
    for path in answers:
        clues = found.setdefault(path, Clues())
        clues.simple = clues.simple and simple
        clues.related |= dict.fromkeys(other for other in answers if other != path)
        for constant in constants:
            _sort_in(clues, constant, scope)
        clues.patterns |= patterns
        fullest = max(len(clues.texts), len(clues.numbers), len(clues.moments))
        clues.simple = clues.simple and fullest < MOST_OF_A_KIND


def _note_columns(question: Question, site: Site, calculated: _Calculated, found: dict[str, Clues]) -> None:
    """What decides about a list is found in its columns."""
    cells = dict.fromkeys(cell for choice in question.choices for cell in choice.extra.values() if cell)
    for atom in atoms_of(question.choice_filter):
        for path in reads_of(atom, site.path):
            for behind in calculated.behind(path):
                texts = found.setdefault(behind, Clues()).texts
                texts |= dict.fromkeys(list(cells)[: MOST_OF_A_KIND - len(texts)])


def _is_simple(atom: Expr) -> bool:
    match atom:
        case Operation(sign, Path() as path, other) | Operation(sign, other, Path() as path) if (
            sign in _COMPARES
        ):
            return not parts(path) and not _reads(other) and _is_still(other)
        case Call("selected", (Path(), Literal())):
            return True
    return not _reads(atom)


def _is_still(expression: Expr) -> bool:
    """Whether it is the same at any hour."""
    named = isinstance(expression, Call) and expression.name in _CLOCK
    return not named and all(map(_is_still, parts(expression)))


def _reads(expression: Expr) -> bool:
    return isinstance(expression, Path) or any(map(_reads, parts(expression)))


def _constants(expression: Expr) -> Iterator[Expr]:
    """The largest parts that read nothing."""
    if not _reads(expression):
        yield expression
        return
    for part in parts(expression):
        yield from _constants(part)


def _patterns(expression: Expr) -> Iterator[str]:
    if isinstance(expression, Call) and expression.name == "regex":
        match expression.arguments:
            case (_, Literal(pattern)):
                yield pattern
    for part in parts(expression):
        yield from _patterns(part)


def _sort_in(clues: Clues, constant: Expr, scope: Scope) -> None:
    value = _value(constant, scope)
    if isinstance(value, Moment):
        _add(clues.moments, float(value))
    elif isinstance(value, float):
        _add(clues.numbers, value)
    elif isinstance(value, str):
        _add_text(clues, value, scope)


def _add_text(clues: Clues, text: str, scope: Scope) -> None:
    _add(clues.texts, text)
    read = _value(Call("number", (Literal(text),)), scope)
    if isinstance(read, float) and read == read:  # a NaN is none
        is_day = "-" in text.strip().lstrip("-")
        _add(clues.moments if is_day else clues.numbers, float(read))


def _add(things: dict[Thing, None], thing: Thing) -> None:
    if len(things) < MOST_OF_A_KIND:
        things[thing] = None


def _value(constant: Expr, scope: Scope) -> object:
    if isinstance(constant, Literal | Number):
        return constant.value
    root = Document(etree.Element(ROOT))
    try:
        return Compiler().compile(constant).run(Frame(root, Run(root, root, scope)))
    except (ExpressionError, ArithmeticError, RecursionError):
        return None
