"""What contributors say of a decision is shown when no small number of them can be told from it."""

import pytest

from api.council_words import CouncilWords
from api.reader import Reader
from core.settings import Settings
from i18n.translator import Translator


@pytest.mark.parametrize(
    ("replies", "shown"),
    [
        ({}, []),
        ({"yes": 2, "partly": 1, "no": 1}, [None, None, None]),
        ({"yes": 40, "partly": 20, "no": 10}, [40, 20, 10]),
        ({"yes": 40, "partly": 20, "no": 2}, [40, None, None]),
    ],
)
def test_replies(
    translator: Translator, settings: Settings, replies: dict[str, int], shown: list[int | None]
) -> None:
    bars = CouncilWords(Reader("es", translator, settings.zone), 5, "").replies(replies)
    assert [bar.suppressed for bar in bars] == [count is None for count in shown]
    assert all(str(count) in bar.value for bar, count in zip(bars, shown, strict=True) if count is not None)
