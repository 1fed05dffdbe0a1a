"""A statement is read aloud in the person's language, or in that of who wrote it."""

import pytest

from tests.bot.ears import later, list_recordings, listens, voices
from tests.bot.town import Town, labels
from tests.bot.voting import GO_ON, NO, PASS, SEEDS, YES, begins, number_on, opens_voting, said, tally
from tests.speaking import ParrotSpeech


@pytest.fixture
async def deliberation(town: Town) -> int:
    """The house reads aloud."""
    await town.speaks(ParrotSpeech())
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return await opens_voting(town)


async def test_each_statement_is_heard_in_the_language_in_which_it_is_read(
    town: Town, deliberation: int
) -> None:
    shown = await begins(town, town.rosa, "qu")
    for _ in SEEDS:
        words = SEEDS[number_on(shown) - 1]
        await later(town)
        assert await listens(town, town.rosa, "qu") == [words.get("qu", words["es"]) + "."]
        shown = await town.taps(town.rosa, town.text("vote_agree", "qu"))


async def test_who_has_listened_votes_right_below(town: Town, deliberation: int) -> None:
    number = number_on(await begins(town, town.luis))
    await listens(town, town.luis)
    assert labels(voices(town.luis)[-1])[:3] == [YES, NO, PASS]
    await town.taps(town.luis, NO)
    assert await said(town, town.luis) == {number: -1}
    assert await tally(town) == {number: (0, 1, 0)}


async def test_what_many_hear_is_spoken_once(town: Town, deliberation: int) -> None:
    shown = await begins(town, town.luis)
    first = number_on(shown)
    await listens(town, town.luis)
    third = town.api.person(1_800_000_009, first_name="x")
    await town.enters(third)
    shown = await begins(town, third)
    while number_on(shown) != first:
        shown = await town.taps(third, YES)
    await listens(town, third)
    assert len(await list_recordings(town)) == 1


async def test_of_one_that_has_passed_nothing_is_heard(town: Town, deliberation: int) -> None:
    await begins(town, town.luis)
    stale = town.luis.tap(town.text("button_listen", "es"))
    await town.taps(town.luis, YES)
    await town.receive(stale)
    assert voices(town.luis) == []
    assert "Afirmación 2 de 4" in town.luis.last.text
    assert GO_ON not in labels(town.luis.last)
