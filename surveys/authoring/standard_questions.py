"""The questions that the house brings along, as small workbooks.

The words are in `standard_questions.json` beside this file: Spanish first, then Kichwa, which is composed from words
attested in the dictionary, Killkan, MediaWiki and the Universal Declaration of Human Rights and not reviewed yet.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from surveys.authoring.sheets import Cells, Sheet, Sheets

_WORDS = Path(__file__).with_suffix(".json")
_LANGUAGES = ("Español (es)", "Kichwa (qu)")
_TEXTS = ("label", "hint", "constraint_message")
_PLAIN = ("type", "name", "required", "relevant", "constraint", "appearance", "hxl")
_COLUMNS = (*_PLAIN, *(f"{field}::{language}" for field in _TEXTS for language in _LANGUAGES))
_CHOICE_COLUMNS = ("list_name", "name", *(f"label::{language}" for language in _LANGUAGES))

Standard = tuple[str, dict[str, str], Sheets]
"""Code, title, and the question itself."""


@cache
def standard_questions() -> tuple[Standard, ...]:
    """Every question of the house, in the order in which one would ask them."""
    words = json.loads(_WORDS.read_text("utf-8"))
    return tuple(
        (each["code"], _localized(each["title"]), _sheets(each["rows"], words["lists"]))
        for each in words["questions"]
    )


def _localized(said: list[str]) -> dict[str, str]:
    return dict(zip(("es", "qu"), said, strict=True))


def _sheets(rows: list[dict[str, Any]], lists: Mapping[str, list[list[str]]]) -> Sheets:
    used = dict.fromkeys(word for row in rows for word in row["type"].split()[1:] if word in lists)
    choices = tuple((name, *choice) for name in used for choice in lists[name])
    survey = Sheet("survey", _COLUMNS, tuple(map(_cells, rows)))
    return Sheets("library.xlsx", (survey, Sheet("choices", _CHOICE_COLUMNS, choices)))


def _cells(row: Mapping[str, Any]) -> Cells:
    said = [text for field in _TEXTS for text in row.get(field, ("", ""))]
    return (*(row.get(field, "") for field in _PLAIN), *said)
