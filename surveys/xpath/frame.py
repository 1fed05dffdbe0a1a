"""Where an expression is being evaluated: what the caller gave once, and the node of the moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from random import Random, SystemRandom

from core.clock import now
from surveys.xpath.moments import ENGLISH, CalendarNames
from surveys.xpath.nodes import Document, Element, Node, Nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an expression may know besides the document. Everything has a sensible default.

    instances    root elements of the secondary instances, by id: `instance('parishes')/root/item`, `pulldata`
    zone         the zone whose days and hours are meant
    moment       what `now()` and `today()` take for now; None asks the clock
    names        short names of months and weekdays for `format-date`
    choice_name  the label of a choice, given its value and the path of its question: `jr:choice-name`
    itext        the text of an id in the language of the person: `jr:itext`
    version      of the questionnaire: `version()`
    random       where `random()`, `uuid()` and an unseeded `randomize()` take chance from
    """

    instances: Mapping[str, Element] = field(default_factory=dict)
    zone: tzinfo = UTC
    moment: datetime | None = None
    names: CalendarNames = ENGLISH
    choice_name: Callable[[str, str], str] | None = None
    itext: Callable[[str], str] | None = None
    version: str = ""
    random: Random = field(default_factory=SystemRandom)


class Run:
    """One evaluation: the document, the node it started from, and what need not be looked up twice."""

    __slots__ = ("_moment", "current", "document", "found", "scope", "zone")

    def __init__(self, document: Document, current: Node, scope: Scope) -> None:
        self.document = document
        self.current = current
        self.scope = scope
        self.zone = scope.zone
        self.found: dict[object, Nodes] = {}
        self._moment = scope.moment

    @property
    def moment(self) -> datetime:
        """Now: the same moment all through one evaluation."""
        if self._moment is None:
            self._moment = now()
        return self._moment


class Frame:
    """A context of XPath 1.0: a node, with its position among `size` nodes."""

    __slots__ = ("node", "position", "run", "size")

    def __init__(self, node: Node, run: Run, size: int = 1) -> None:
        self.node = node
        self.position = 1
        self.size = size
        self.run = run
