"""What a person may see of their own votes, take back, and have erased."""

import asyncio

import pytest
from sqlalchemy.orm import Session

from bot.callback_data import encode
from bot.voting_data import TakePart, VoteOn, WithdrawVotes
from deliberation.opinions.moderation import accept_statement, reject_statement
from deliberation.opinions.tables import Statement, Turnout, Voter
from tests.bot.town import Town, labels
from tests.bot.voting import (
    GO_ON,
    NO,
    TITLE,
    YES,
    begins,
    closes_voting,
    number_on,
    opens_voting,
    said,
    statements,
    sums_of_votes,
    tally,
    voter_of,
    votes,
)
from tests.core.kept import kept_bytes

WITHDRAW, SURE = "Retirar mis votos", "Sí, borrar"
WORDS = ("Que haya un parque nuevo", "Que haya luz en la vía", "Que haya menos ruido")


@pytest.fixture
async def deliberation(town: Town) -> int:
    """Luis has agreed to two statements and proposed three, of which one is accepted; Rosa has disagreed to two."""
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    deliberation_id = await opens_voting(town)
    await begins(town, town.rosa, "qu")
    no = town.text("vote_disagree", "qu")
    await town.taps(town.rosa, no, no)
    await begins(town, town.luis)
    await town.taps(town.luis, YES, YES)
    for words in WORDS:
        await town.taps(town.luis, "Proponer una afirmación")
        await town.says(town.luis, words)
        await town.taps(town.luis, GO_ON)
    first, second, _ = await statements(town)
    await town.database.run(accept_statement, first.id, account_id=None)
    await town.database.run(reject_statement, second.id, "several", account_id=None)
    return deliberation_id


async def test_what_is_kept_is_told(town: Town, deliberation: int) -> None:
    shown = (await town.says(town.luis, "/misdatos")).text
    assert town.text("mydata_voting", "es", title=TITLE["es"], state="abierta") in shown
    assert shown.count(f"» {YES}") == 2
    for words, key in zip(WORDS, ("state_accepted", "several", "state_waiting"), strict=True):
        became = ("rejected_" if key == "several" else "proposal_") + key
        assert f"«{words}»\n{town.text(became, 'es')}" in shown
    theirs = (await town.says(town.rosa, "/misdatos")).text
    assert theirs.count(f"» {town.text('vote_disagree', 'qu')}") == 2 and WORDS[0] not in theirs


async def test_after_the_closing_only_that_one_took_part_is_known(town: Town, deliberation: int) -> None:
    await closes_voting(town, deliberation)
    shown = (await town.says(town.luis, "/misdatos")).text
    assert town.text("mydata_voting", "es", title=TITLE["es"], state="cerrada") in shown
    assert YES not in shown and WORDS[0] not in shown
    assert town.text("mydata_unlinked", "es") in shown


async def test_votes_can_be_withdrawn_and_the_sums_are_put_right(town: Town, deliberation: int) -> None:
    theirs = await said(town, town.rosa)
    old = await voter_of(town, town.luis)
    await town.says(town.luis, "/opinar")
    shown = await town.taps(town.luis, WITHDRAW)
    assert shown.text == town.text("votes_withdraw_question", "es", title=TITLE["es"])
    shown = await town.taps(town.luis, SURE)
    assert shown.text == town.text("votes_withdrawn", "es", title=TITLE["es"])

    assert await said(town, town.rosa) == theirs and len(await votes(town)) == 2
    assert await tally(town) == await sums_of_votes(town)
    (turnout,) = await town.find(town.luis, Turnout)
    assert (turnout.voter_id, turnout.state, turnout.writing) == (None, "asked", False)
    assert await statements(town) == [], "also the accepted one: nobody has voted on it"
    assert old is not None
    kept = kept_bytes(town.database)
    assert not any(trace.encode() in kept for trace in (old, *WORDS))


async def test_withdrawing_twice_changes_nothing(town: Town, deliberation: int) -> None:
    await town.says(town.luis, "/opinar")
    await town.taps(town.luis, WITHDRAW)
    tap = town.luis.tap(SURE)
    await town.receive(tap)
    after = await town.rows()
    await town.receive(tap)
    await town.restart()
    await town.receive(tap)
    await town.receive({**tap, "update_id": town.luis.send("x")["update_id"]})
    assert await town.rows() == after


async def test_who_votes_on_meanwhile_is_asked_again(town: Town, deliberation: int) -> None:
    await town.says(town.luis, "/opinar")
    await town.taps(town.luis, WITHDRAW)
    certain = town.luis.tap(SURE)
    await begins(town, town.luis)
    await town.taps(town.luis, NO)
    before = await votes(town)
    await town.receive(certain)
    assert await votes(town) == before
    await town.receive(town.luis.tap(SURE))
    assert len(await votes(town)) == 2


async def test_one_may_begin_again_and_an_old_button_takes_nothing_back(
    town: Town, deliberation: int
) -> None:
    await begins(town, town.luis)
    old_vote = town.luis.tap(NO)
    await town.says(town.luis, "/opinar")
    await town.taps(town.luis, WITHDRAW)
    old = town.luis.tap(SURE)
    await town.receive(old)
    shown = await begins(town, town.luis)
    number = number_on(shown) if WORDS[0] not in shown.text else 5
    await town.taps(town.luis, YES)
    for update in (old, old_vote):
        await town.receive({**update, "update_id": town.luis.send("x")["update_id"]})
    assert await said(town, town.luis) == {number: 1}


async def test_keeping_them_keeps_them(town: Town, deliberation: int) -> None:
    before = await votes(town)
    await town.says(town.luis, "/opinar")
    await town.taps(town.luis, WITHDRAW, "No borrar")
    assert await votes(town) == before and town.luis.last.text == town.text("erase_kept", "es")


async def test_who_has_not_begun_is_not_offered_it(town: Town) -> None:
    await town.enters(town.luis)
    await opens_voting(town)
    assert WITHDRAW not in labels(await town.says(town.luis, "/opinar"))


async def test_after_the_closing_nobody_finds_them(town: Town, deliberation: int) -> None:
    await town.says(town.luis, "/opinar")
    late = town.luis.tap(WITHDRAW)
    await closes_voting(town, deliberation)
    before = await town.rows()
    await town.receive(late)
    assert town.luis.last.text == town.text("voting_closed", "es", title=TITLE["es"])
    assert await town.rows() == before


async def test_a_forged_withdrawal_touches_nobody_else(town: Town, deliberation: int) -> None:
    before = await votes(town)
    turns = [voter.turn for voter in await town.database.read(lambda db: list(db.query(Voter)))]
    await town.enters(town.outsider)
    for turn in (0, *turns):
        await town.receive(town.outsider.forge_tap(encode(WithdrawVotes(deliberation, turn, True))))
    assert await votes(town) == before


async def test_erasing_takes_votes_and_what_nobody_voted_on_along(town: Town, deliberation: int) -> None:
    own = await voter_of(town, town.luis)
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, SURE)

    assert len(await votes(town)) == 2 and await tally(town) == await sums_of_votes(town)
    rows = await town.rows()
    assert len(rows["participant"]) == len(rows["turnout"]) == len(rows["voter"]) == 1
    assert all(row["seed"] for row in rows["statement"]), "also what was accepted"
    assert all(row["author_id"] is None and row["original"] is None for row in rows["statement"])
    assert own is not None and own.encode() not in kept_bytes(town.database)


async def test_an_accepted_one_goes_with_the_votes_until_somebody_votes_on_it(
    town: Town, deliberation: int
) -> None:
    await begins(town, town.rosa, "qu")
    while town.rosa.last.text != town.text("voting_done", "qu"):
        await town.taps(town.rosa, town.text("vote_agree", "qu"))
    await town.says(town.luis, "/opinar")
    await town.taps(town.luis, WITHDRAW)
    await town.taps(town.luis, SURE)
    (row,) = await statements(town)
    assert (row.text, row.state, row.author_id) == ({"es": WORDS[0]}, "accepted", None)

    await begins(town, town.luis)
    await town.taps(town.luis, "Proponer una afirmación")
    await town.says(town.luis, WORDS[1])
    await town.database.run(accept_statement, (await statements(town))[1].id, account_id=None)
    await town.says(town.luis, "/opinar")
    await town.taps(town.luis, WITHDRAW)
    await town.taps(town.luis, SURE)
    assert [row.text for row in await statements(town)] == [{"es": WORDS[0]}]


async def test_a_rejected_one_that_others_had_voted_on_stays_and_names_nobody(
    town: Town, deliberation: int
) -> None:
    accepted = (await statements(town))[0]
    await begins(town, town.rosa, "qu")
    while town.rosa.last.text != town.text("voting_done", "qu"):
        await town.taps(town.rosa, town.text("vote_agree", "qu"))
    await town.database.run(reject_statement, accepted.id, "unclear", account_id=None)
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, SURE)
    (row,) = await statements(town)
    assert (row.id, row.state, row.author_id) == (accepted.id, "rejected", None)


async def test_votes_and_an_erasure_at_once_leave_the_sums_right(town: Town, deliberation: int) -> None:
    people = [town.api.person(1_800_000_000 + number, first_name="x") for number in range(6)]
    for person in people:
        await town.enters(person)
        await begins(town, person)
        await town.taps(person, YES)
    for person in people[:3]:
        await town.says(person, "/borrar")
    await asyncio.gather(
        *(town.receive(person.tap(SURE)) for person in people[:3]),
        *(town.receive(person.tap(NO)) for person in people[3:]),
    )
    await town.rests()
    assert await tally(town) == await sums_of_votes(town)
    assert len({voter for voter, _ in await votes(town)}) == 5


async def test_who_stops_getting_messages_keeps_their_votes(town: Town, deliberation: int) -> None:
    before = await votes(town)
    await town.says(town.luis, "/salir")
    await town.taps(town.luis, town.text("button_leave_stop", "es"))
    assert await votes(town) == before


async def test_nobody_begins_by_looking_at_their_data(town: Town, deliberation: int) -> None:
    await town.enters(town.outsider)
    before = await town.rows()
    await town.says(town.outsider, "/misdatos", "/opinar")
    assert await town.rows() == before
    await town.receive(town.outsider.forge_tap(encode(VoteOn(deliberation, 7, 1))))
    assert len(await votes(town)) == 4
    await town.receive(town.outsider.forge_tap(encode(TakePart(deliberation))))

    def count(db: Session) -> int:
        return db.query(Statement).filter(Statement.author_id.is_not(None)).count()

    assert await town.database.read(count) == 3
