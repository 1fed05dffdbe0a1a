"""The part of a questionnaire that decides about one question or group, to be tried with many sets of answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from lxml import etree

from surveys.conversation.instance import written_moment
from surveys.conversation.outline import BEGINNING, Outline, Site
from surveys.conversation.rules import ROOT, Rule
from surveys.conversation.spot import Value, as_text
from surveys.expressions import ExpressionError, Scope
from surveys.questionnaire import Group, Question
from surveys.rehearsal.clues import reads_of
from surveys.xpath.compiler import Compiler
from surveys.xpath.frame import Frame, Run
from surveys.xpath.grammar import parse
from surveys.xpath.nodes import Document, text_of
from surveys.xpath.signatures import Kind as Yields
from surveys.xpath.syntax import Call, Expr, Junction, parts

MOST_SITES = 400
"""More than this decides about nothing that anybody wrote by hand."""
_COUNTING = frozenset(
    {"position", "last", "count", "indexed-repeat", "sum", "max", "min", "join", "count-non-empty"}
)
_CHANCE = frozenset({"random", "uuid", "randomize", "once"})


@dataclass(frozen=True, slots=True)
class Term:
    """One condition that must hold, seen from the node at `site`; `reads` are paths."""

    site: Site
    reads: tuple[str, ...]
    run: Callable[[Frame], bool]


class Excerpt:
    """What a question's conditions read, and what decides about that in turn.

    free       whether all answers that are read may be given whatever else was answered: then more is possible than
               in truth, so what is not possible is proven
    variables  the questions that people answer
    certain    whether what is tried here is what would happen: no lots, no members of repeats that are counted
    """

    def __init__(
        self, outline: Outline, target: Site, scope: Scope, *, free: bool, beyond: tuple[str, ...] = ()
    ) -> None:
        self.outline = outline
        self.scope = replace(scope, random=Random(0))
        self.target = target
        self.free = free
        self.certain = True
        self.terms = tuple(self._terms_of(target))
        self.order: list[Site] = []
        self._seen: set[str] = set()
        for path in dict.fromkeys([*(path for term in self.terms for path in term.reads), *beyond]):
            self._visit(path)
        self.variables = [site for site in self.order if site.is_asked and site is not target]
        self.terms += tuple(term for site in self.variables for term in self._terms_between(site))
        self._plant()

    def _terms_of(self, site: Site) -> Iterator[Term]:
        for around in (site, *site.around()):
            yield from self._terms(around, around.node.relevant)
            if isinstance(around.node, Group) and around.node.repeats and around.node.repeat_count:
                yield from self._terms(around, f"({around.node.repeat_count}) >= 1")

    def _terms_between(self, site: Site) -> Iterator[Term]:
        """What an answer must meet after other answers: its constraint, where it reads them."""
        rule = site.constraint
        if self.free or rule is None or not rule.reads - {site.path} or not self._seen.issuperset(rule.reads):
            return
        self.certain = False  # it was met when the answer was given, and may not be any more
        for term in self._terms(site, getattr(site.node, "constraint", "")):
            yield replace(term, run=partial(_holds_where_answered, term.run))

    def _terms(self, site: Site, source: str) -> Iterator[Term]:
        if not source.strip():
            return
        try:
            tree = parse(source)
        except (ExpressionError, RecursionError):
            return
        for term in tree.terms if isinstance(tree, Junction) and tree.operator == "and" else (tree,):
            reads = tuple(reads_of(term, site.path))
            self._doubt(term)
            names = frozenset(tuple(path.strip("/").split("/")) for path in self.outline.repeats)
            compiled = Compiler(names).compile(term)
            yield Term(site, reads, compiled.run if compiled.kind is Yields.BOOLEAN else compiled.boolean())

    def _doubt(self, expression: Expr) -> None:
        if isinstance(expression, Call) and (expression.name in _COUNTING or expression.name in _CHANCE):
            self.certain = False
        for part in parts(expression):
            self._doubt(part)

    def _visit(self, path: str) -> None:
        """A site after all that decides about it. Circles are cut."""
        site = self.outline.sites.get(path)
        if site is None or any(star in path for star in ("*", "//")) or len(self.order) >= MOST_SITES:
            self.certain = False
            return
        if path in self._seen:
            return
        self._seen.add(path)
        if self.outline.repeats and any(
            around.is_open_repeat or around.count for around in (site, *site.around())
        ):
            self.certain = False
        for rule in self._deciding(site):
            self.certain = self.certain and not (rule.anywhere or rule.by_chance or rule.once)
            for read in sorted(rule.reads - {path}):
                self._visit(read)
        begins_filled = site.is_asked and (site.default is not None or site.calculation is not None)
        self.certain = self.certain and not isinstance(site.node, Group) and not begins_filled
        self.order.append(site)

    def _deciding(self, site: Site) -> Iterator[Rule]:
        if not site.is_asked or site.calculation:
            yield from (rule for rule in (site.calculation, site.default) if rule)
        if not self.free:
            yield from (near.relevant for near in (site, *site.around()) if near.relevant)
            if site.is_asked and site.constraint:
                yield site.constraint

    def _plant(self) -> None:
        self.root = etree.Element(ROOT)
        self.elements: dict[str, etree._Element] = {}
        for site in [*self.order, self.target, *(term.site for term in self.terms)]:
            self._element(site)
        self.document = Document(self.root)

    def _element(self, site: Site) -> etree._Element:
        if site.path not in self.elements:
            above = self._element(site.parent) if site.parent else self.root
            self.elements[site.path] = etree.SubElement(above, site.tag)
        return self.elements[site.path]

    def play(self, answers: Mapping[str, Value]) -> None:
        """Write down these answers, where they apply, and what is calculated from them."""
        for site in self.order:
            self.elements[site.path].text = None
        for site in self.order:
            if isinstance(site.node, Question) and (self.free or self._applies(site)):
                self.elements[site.path].text = self._text(site, site.node, answers) or None

    def _applies(self, site: Site) -> bool:
        rules = ((near, near.relevant) for near in (site, *site.around()) if near.relevant)
        return all(
            rule.holds(self.root, self._element(near), self.scope, otherwise=True) for near, rule in rules
        )

    def _text(self, site: Site, question: Question, answers: Mapping[str, Value]) -> str:
        if site.is_asked and site.path in answers:
            return as_text(answers[site.path])
        rule = site.calculation or site.default
        if rule is not None:
            return rule.text(self.root, self.elements[site.path], self.scope)
        if question.kind in BEGINNING and self.scope.moment:
            return written_moment(self.scope.moment.astimezone(self.scope.zone), question.kind)
        return ""

    def holds(self, term: Term) -> bool:
        """Whether a term is met by what was played last. One that fails stops nobody, as in the conversation."""
        node = self._element(term.site)
        try:
            return term.run(Frame(node, Run(self.document, node, self.scope)))
        except (ExpressionError, ArithmeticError):
            return True

    def misses(self) -> list[Term]:
        """The terms that what was played last does not meet."""
        return [term for term in self.terms if not self.holds(term)]


def _holds_where_answered(run: Callable[[Frame], bool], frame: Frame) -> bool:
    return not text_of(frame.node) or run(frame)
