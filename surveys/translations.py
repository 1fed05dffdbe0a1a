"""Which texts a language lacks: counted alike in the workbook, on the pages of the console and in a rehearsal."""

from collections.abc import Iterable, Iterator

from surveys.questionnaire import SILENT, Choice, Group, Localized, Node, Question, Questionnaire

TEXTS = ("label", "hint", "guidance", "constraint_message", "required_message")
"""What questions and groups say."""


def lacks(text: Localized, language: str) -> bool:
    """Whether a text is missing there; one that is empty in every language was not meant to be."""
    return not text.get(language, "").strip() and any(written.strip() for written in text.values())


def read_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every group, and every question that is not silent: what somebody reads or hears."""
    for node in nodes:
        if isinstance(node, Group):
            yield node
            yield from read_nodes(node.nodes)
        elif node.kind not in SILENT:
            yield node


def lists_once(questions: Iterable[Question]) -> Iterator[tuple[Question, tuple[Choice, ...]]]:
    """What questions offer; a list that several share with the first of them only."""
    told: set[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = set()
    for question in questions:
        key = tuple((choice.value, tuple(sorted(choice.label.items()))) for choice in question.choices)
        if key and key not in told:
            told.add(key)
            yield question, question.choices


def count_missing(questionnaire: Questionnaire, language: str) -> int:
    """Texts that people would see in another language than theirs."""
    said = (getattr(node, field, {}) for node in read_nodes(questionnaire.nodes) for field in TEXTS)
    offered = (choice.label for _, choices in lists_once(questionnaire.asked()) for choice in choices)
    return sum(lacks(text, language) for texts in (said, offered) for text in texts)
