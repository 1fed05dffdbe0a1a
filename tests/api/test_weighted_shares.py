"""A page tells a weighted share only where everybody can weigh again: its table is kept, and may be shown today."""

from typing import Any

import pytest

from api.council_words import CouncilWords
from api.reader import Reader
from core.settings import Settings
from deliberation.council.agenda import ItemCard
from i18n.translator import Translator

THRESHOLD = 5


def cell(people: int, named: int) -> dict[str, Any]:
    return {"in": ["es"], "people": people, "named": named}


def shown(cells: list[dict[str, Any]] | None, translator: Translator, settings: Settings) -> str:
    weighted: dict[str, Any] = {"percent": 41, "low": 30, "high": 52, "worth": 60, "by": ["language"]}
    if cells is not None:
        weighted["cells"] = cells
    card = ItemCard(1, 1, 1, {"es": "Salud"}, {"count": 40, "of": 100, "weighted": weighted}, None)
    words = CouncilWords(Reader("es", translator, settings.zone), THRESHOLD, "")
    return words.evidence(card, {}, ()).weighted


def test_it_is_told_with_its_interval(translator: Translator, settings: Settings) -> None:
    found = shown([cell(60, 30), cell(40, 10)], translator, settings)
    assert all(number in found for number in ("41", "30", "52", "60"))


@pytest.mark.parametrize(
    "cells",
    [None, [], [cell(60, 30), cell(4, 0)], [cell(60, 30), cell(40, 3)], [cell(60, 57), cell(40, 10)]],
    ids=["from before", "none", "few people", "few named it", "few did not"],
)
def test_else_it_is_not(
    cells: list[dict[str, Any]] | None, translator: Translator, settings: Settings
) -> None:
    assert shown(cells, translator, settings) == ""
