"""What an export holds: which questions, under which names, in which form. Pure.

Left out: answers kept for the profile (a person stands behind them), what the questionnaire works out by
itself (it may quote a text that is redacted elsewhere), codes read off a document, and files. Dates are cut
to the month, places to a tenth of a degree (eleven kilometres): nobody is found by their birthday or their
roof.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from i18n.localized import pick
from surveys.questionnaire import NOT_IN_CHAT, SENT, SILENT, Group, Kind, Node, Question, Questionnaire

Value = str | list[str]
Typed = str | int | float | list[str] | dict[str, float] | None

_LEFT_OUT = SILENT | NOT_IN_CHAT | SENT | {Kind.NOTE, Kind.BARCODE}
_SEVERAL = frozenset({Kind.SELECT_MULTIPLE, Kind.RANK})
_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.RANGE})


@dataclass(frozen=True, slots=True)
class Variable:
    """One question as the export holds it.

    repeats  asked once for each member of a repeat: it has a value for each position
    labels   what is written for a choice; empty: its value in the workbook
    """

    question: Question
    repeats: bool
    labels: Mapping[str, str]

    @property
    def name(self) -> str:
        """Names it in every format: the path of the question, which is unique."""
        return self.question.path

    @property
    def is_several(self) -> bool:
        """Whether an answer is made of several choices."""
        return self.question.kind in _SEVERAL

    def texts(self, value: Value) -> list[str]:
        """The answer in the form in which it may leave: a text, one for each choice, or both degrees of a place."""
        if isinstance(value, list):
            return [self.labels.get(choice, choice) for choice in value]
        match self.question.kind:
            case Kind.DATE | Kind.DATETIME:
                return [value[:7]]
            case Kind.GEOPOINT:
                return _coarse_place(value)
        return [self.labels.get(value, value)]

    def typed(self, value: Value) -> Typed:
        """The same as JSON knows it: numbers as numbers, a place as two of them."""
        texts = self.texts(value)
        if self.is_several:
            return texts
        if self.question.kind is Kind.GEOPOINT:
            return {"latitude": float(texts[0]), "longitude": float(texts[1])} if texts else None
        return _number(texts[0]) if self.question.kind in _NUMBERS else texts[0]


def variables_of(questionnaire: Questionnaire, language: str | None) -> tuple[Variable, ...]:
    """Every question whose answers are exported, in the author's order; choices labelled in a language, if any."""
    return tuple(_variables(questionnaire.nodes, language, repeats=False))


def _variables(nodes: Iterable[Node], language: str | None, *, repeats: bool) -> Iterator[Variable]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _variables(node.nodes, language, repeats=repeats or node.repeats)
        elif node.kind not in _LEFT_OUT and node.keep is None:
            yield Variable(node, repeats, _labels(node, language) if language else {})


def _labels(question: Question, language: str) -> dict[str, str]:
    return {choice.value: pick(choice.label, language).text or choice.value for choice in question.choices}


def _coarse_place(text: str) -> list[str]:
    try:
        latitude, longitude = (float(degree) for degree in text.split()[:2])
    except ValueError:
        return []
    return [f"{latitude:.1f}", f"{longitude:.1f}"]


def _number(text: str) -> int | float | None:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None
