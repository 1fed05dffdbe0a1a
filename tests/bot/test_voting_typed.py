"""Words that are typed while a statement is on screen: neither a vote, nor an answer to what was on screen before."""

from bot.callback_data import encode
from bot.voting_data import TakePart
from tests.bot.test_voting_proposals import PROPOSE, WORDS
from tests.bot.town import Town, labels, own_answers
from tests.bot.voting import TITLE, YES, begins, opens_voting


async def test_what_is_written_while_voting_answers_no_question_that_was_on_screen_before(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    question = town.luis.last
    await opens_voting(town)
    await begins(town, town.luis)
    await town.taps(town.luis, YES)
    shown = await town.says(town.luis, "34")
    assert await own_answers(town, town.luis) == {}
    assert town.text("voting_typed_answer", "es") in shown.text
    answer = town.text("button_answer_consultation", "es", title="Necesidades")
    assert labels(shown) == ["Seguir votando", PROPOSE, answer]
    shown = await town.taps(town.luis, answer)
    assert shown.text == question.text
    await town.says(town.luis, "34")
    assert await own_answers(town, town.luis) == {"age": "34"}


async def test_where_nothing_can_be_proposed_it_is_only_said_how_to_vote(town: Town) -> None:
    await town.enters(town.luis)
    await opens_voting(town, takes_statements=False)
    shown = await town.says(town.luis, WORDS)
    assert shown.text == town.text("not_understood", "es"), "who does not vote yet"
    await begins(town, town.luis)
    shown = await town.says(town.luis, WORDS)
    assert shown.text == town.text("voting_typed_only", "es") and labels(shown) == ["Seguir votando"]
    await town.receive(town.luis.forge_tap(encode(TakePart(await opens_voting(town)))))
    shown = await town.says(town.luis, WORDS)
    assert shown.text == town.text("voting_typed_only", "es") and labels(shown) == [TITLE["es"]] * 2
