"""Signs that nobody sees do not come into a statement: they would hide a number, turn a page around, or be nothing."""

import pytest

from deliberation.voices.hearing import Hearing
from tests.bot.town import Town
from tests.bot.voting import begins, opens_voting, statements

PROPOSE = "Proponer una afirmación"


@pytest.fixture
async def deliberation(town: Town) -> int:
    """Luis sees a statement. What he writes is read as in a real house."""
    town.hear = Hearing(town.vault)
    await town.restart()
    await town.enters(town.luis)
    deliberation_id = await opens_voting(town)
    await begins(town, town.luis)
    return deliberation_id


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Que haya\0 agua \ud800limpia", "Que haya agua limpia"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}Que haya agua\N{ZERO WIDTH SPACE} limpia", "Que haya agua limpia"),
        ("Llamen al 09912\N{SOFT HYPHEN}345\N{WORD JOINER}67", "Llamen al [phone]"),
        (
            "Que haya agua para la 👩\N{ZERO WIDTH JOINER}👧",
            "Que haya agua para la 👩\N{ZERO WIDTH JOINER}👧",
        ),
        ("=1+1 <b>agua</b> & más", "=1+1 <b>agua</b> & más"),
    ],
)
async def test_signs_that_nobody_sees_are_not_kept_and_hide_nothing(
    town: Town, deliberation: int, words: str, kept: str
) -> None:
    await town.taps(town.luis, PROPOSE)
    await town.says(town.luis, words)
    (row,) = await statements(town)
    assert row.text == {"es": kept}


@pytest.mark.parametrize("sign", ["\N{ZERO WIDTH SPACE}", "\N{ZERO WIDTH JOINER}", "\N{SOFT HYPHEN}"])
async def test_they_make_no_sentence_of_a_word(town: Town, deliberation: int, sign: str) -> None:
    await town.taps(town.luis, PROPOSE)
    shown = await town.says(town.luis, sign * 9 + "sí")
    assert shown.text == town.text("proposal_too_short", "es")
    assert await statements(town) == []
