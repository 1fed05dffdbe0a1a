"""Choices as people type them: by label in any language, by their number on screen, or by value."""

import re
from collections.abc import Iterable, Sequence

from surveys.conversation.written_words import fold
from surveys.questionnaire import Choice

_SHORTEST_BEGINNING = 3
_SHORTEST_WORD = 2

_YES = frozenset({"si", "s", "ari", "1", "claro", "yes"})
_NO = frozenset({"no", "n", "mana", "2"})


def read_choice(text: str, choices: Sequence[Choice]) -> str | None:
    """The value of the one choice that is meant; None where there is none, or more than one."""
    typed = fold(text)
    if not typed:
        return None
    labels = [(fold(label), choice.value) for choice in choices for label in choice.label.values()]
    if meant := _only(value for label, value in labels if label == typed):
        return meant
    if re.fullmatch("[0-9]{1,4}", typed) and 1 <= int(typed) <= len(choices):
        return choices[int(typed) - 1].value
    if meant := _only(choice.value for choice in choices if fold(choice.value) == typed):
        return meant
    if len(typed) < _SHORTEST_BEGINNING:
        return None
    return _only(value for label, value in labels if label.startswith(typed))


def read_choices(text: str, choices: Sequence[Choice]) -> list[str] | None:
    """Several choices in the order typed, as in "1, 3" or "trabajo y salud"; None where one is not understood."""
    parts = text.split() if re.fullmatch(r"[0-9\s]+", text) else re.split(r"[,;/\n]", text)
    meant: list[str] = []
    for part in (part for part in parts if part.strip()):
        values = _read_joined(part, choices)
        if values is None:
            return None
        meant += values
    return list(dict.fromkeys(meant)) or None


def find_similar(text: str, choices: Sequence[Choice]) -> tuple[int, ...]:
    """Indices of the choices that hold every word typed, or its beginning; none where too little was typed."""
    words = fold(text).split()
    if not words or max(map(len, words)) < _SHORTEST_WORD:
        return ()
    return tuple(index for index, choice in enumerate(choices) if _holds(choice, words))


def _holds(choice: Choice, words: Sequence[str]) -> bool:
    texts = (f" {fold(label)}" for label in (*choice.label.values(), choice.value))
    return any(all(f" {word}" in text for word in words) for text in texts)


def read_yes_or_no(text: str) -> bool | None:
    """Whether the answer is yes, in Spanish or Kichwa; None where it is neither."""
    typed = fold(text)
    if typed in _YES or typed in _NO:
        return typed in _YES
    return None


def _read_joined(text: str, choices: Sequence[Choice]) -> list[str] | None:
    """Read one label that holds "y", as "comida y agua", or two labels with "y" between."""
    if whole := read_choice(text, choices):
        return [whole]
    values = [read_choice(part, choices) for part in re.split(r"\s+[ye]\s+", text)]
    found = [value for value in values if value is not None]
    return found if len(found) == len(values) else None


def _only(values: Iterable[str]) -> str | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None
