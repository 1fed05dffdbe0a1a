"""One statement at a time: votes are counted once, can be changed, and say nothing of who gave them."""

import asyncio
import logging
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.callback_data import encode
from bot.voting_data import ShowAgain, TakePart, VoteOn
from core.clock import today
from core.tables import Participant
from deliberation.opinions.moderation import reject_statement
from deliberation.opinions.statements import add_seed
from deliberation.opinions.tables import Deliberation, Statement, Turnout, Vote, Voter
from deliberation.relevance import still_wanted
from tests.bot.town import Town, labels, payload, quiet
from tests.bot.voting import (
    GO_ON,
    NO,
    PASS,
    SEEDS,
    TITLE,
    VALUES,
    YES,
    begins,
    closes_voting,
    number_on,
    opened,
    opens_voting,
    said,
    sums_of_votes,
    tally,
    voter_of,
    voters,
    votes,
)

DONE = "Por ahora no hay más afirmaciones"


@pytest.fixture
async def deliberation(town: Town) -> int:
    """Luis has entered in Spanish, Rosa in Kichwa; statements are put to the vote."""
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    return await opens_voting(town)


async def test_the_opening_says_what_it_is_about_and_begins_with_a_tap(town: Town) -> None:
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    _, broadcast_id = await town.database.run(opened, closes_on=date(2099, 12, 24))
    assert (await town.delivers(broadcast_id)).sent == 2

    told = town.luis.last
    assert TITLE["es"] in told.text and "¿Qué cambiamos?" in told.text and "4 afirmaciones" in told.text
    assert "24 de diciembre de 2099" in told.text
    assert TITLE["qu"] in town.rosa.last.text and "Imata shukchishun?" in town.rosa.last.text
    shown = await town.taps(town.luis, "Empezar")
    assert shown.text.startswith(town.text("voting_intro", "es", title=TITLE["es"]))
    assert "Afirmación 1 de 4" in shown.text
    assert labels(shown) == [YES, NO, PASS, town.text("button_propose", "es"), "Salir"]


async def test_who_comes_by_the_command_reads_the_question_too(town: Town, deliberation: int) -> None:
    assert "¿Qué cambiamos?" in (await town.says(town.luis, "/opinar")).text
    assert "Imata shukchishun?" in (await town.says(town.rosa, "/opinar")).text


async def test_of_the_opening_nobody_hears_who_votes_already_or_after_the_closing(town: Town) -> None:
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    deliberation_id, broadcast_id = await town.database.run(opened)
    await begins(town, town.luis)
    await town.taps(town.luis, YES)

    async def wanted() -> set[int]:
        people = {row["id"] for row in (await town.rows())["participant"]}
        return await town.database.read(still_wanted, broadcast_id, people, town.settings.zone)

    (rosa,) = await town.find(town.rosa, Participant)
    assert await wanted() == {rosa.id}
    await closes_voting(town, deliberation_id)
    assert await wanted() == set()


async def test_all_statements_come_one_after_the_other_each_once(town: Town, deliberation: int) -> None:
    shown = await begins(town, town.luis)
    seen = {}
    for number, vote in enumerate((YES, NO, PASS, YES), 1):
        assert f"Afirmación {number} de 4" in shown.text
        seen[number_on(shown)] = VALUES[vote]
        shown = await town.taps(town.luis, vote)

    assert set(seen) == {1, 2, 3, 4}
    assert await said(town, town.luis) == seen
    assert shown.text.startswith(DONE)
    assert await tally(town) == await sums_of_votes(town)
    assert len(town.luis.screen) == len([m for m in town.luis.screen if m.text]), "one message, edited"


async def test_everybody_reads_their_own_language_and_is_told_of_another(
    town: Town, deliberation: int
) -> None:
    shown = await begins(town, town.rosa, "qu")
    for _ in SEEDS:
        words = SEEDS[number_on(shown) - 1]
        note = town.text("statement_written_in_es", "qu")
        assert (f"«{words.get('qu', words['es'])}»") in shown.text
        assert (note in shown.text) == ("qu" not in words)
        shown = await town.taps(town.rosa, town.text("vote_agree", "qu"))
    assert shown.text == town.text("voting_done", "qu")


async def test_what_an_interpreter_has_translated_is_said_to_be_so(town: Town, deliberation: int) -> None:
    def translate(db: Session) -> None:
        for number in range(1, 5):
            statement = db.get_one(Statement, number)
            statement.text = {"es": statement.text["es"], "qu": "Tikrachishka yuyay"}
            statement.translated = ["qu"]

    await town.database.run(translate)
    shown = await begins(town, town.rosa, "qu")
    assert "«Tikrachishka yuyay»" in shown.text
    assert town.text("statement_translated", "qu") in shown.text
    assert town.text("statement_translated", "es") not in (await begins(town, town.luis)).text


async def test_the_same_update_twice_and_the_same_tap_twice_are_one_vote(
    town: Town, deliberation: int
) -> None:
    await begins(town, town.luis)
    tap = town.luis.tap(YES)
    await town.receive(tap)
    after, on_screen = await town.rows(), town.luis.last.text

    await town.receive(tap)
    await town.restart()
    await town.receive(tap)
    await town.receive({**tap, "update_id": town.luis.send("x")["update_id"]})

    assert await town.rows() == after
    assert town.luis.last.text == on_screen


async def test_a_tap_on_a_statement_that_has_passed_changes_nothing(town: Town, deliberation: int) -> None:
    first = number_on(await begins(town, town.luis))
    stale = town.luis.tap(NO)
    await town.taps(town.luis, YES, YES)
    before = await said(town, town.luis)

    await town.receive({**stale, "update_id": town.luis.send("x")["update_id"]})

    assert await said(town, town.luis) == before
    assert before[first] == 1
    assert "Afirmación 3 de 4" in town.luis.last.text
    assert town.luis.toasts[-1] == town.text("stale_button", "es")


async def test_the_last_vote_can_be_changed_at_once(town: Town, deliberation: int) -> None:
    first = number_on(await begins(town, town.luis))
    await town.taps(town.luis, YES)
    shown = await town.taps(town.luis, "↩ Atrás")

    assert town.text("statement_voted", "es", vote=YES) in shown.text
    assert number_on(shown) == first and "✅ " + YES in labels(shown)
    shown = await town.taps(town.luis, NO)
    assert await said(town, town.luis) == {first: -1}
    assert await tally(town) == {first: (0, 1, 0)}
    assert "Afirmación 2 de 4" in shown.text


async def test_any_vote_can_be_changed_from_the_list(town: Town, deliberation: int) -> None:
    shown = await begins(town, town.luis)
    first = number_on(shown)
    await town.taps(town.luis, YES, YES, YES)
    listed = await town.taps(town.luis, "Mis votos")
    assert listed.text.startswith(town.text("my_votes", "es", title=TITLE["es"]))
    assert sum(f"» {YES}" in line for line in listed.text.splitlines()) == 3

    await town.taps(town.luis, str(first))
    await town.taps(town.luis, PASS)
    assert (await said(town, town.luis))[first] == 0
    assert await tally(town) == await sums_of_votes(town)


async def test_who_goes_on_votes_on_what_is_left(town: Town, deliberation: int) -> None:
    first = number_on(await begins(town, town.luis))
    await town.taps(town.luis, YES, "↩ Atrás", "Salir")
    assert town.luis.last.text == town.text("voting_left", "es")
    shown = await town.taps(town.luis, GO_ON)
    assert number_on(shown) != first and "Afirmación 2 de 4" in shown.text


async def test_what_an_analysis_has_seen_stays_when_a_vote_is_changed(town: Town, deliberation: int) -> None:
    first = number_on(await begins(town, town.luis))
    await town.taps(town.luis, YES)

    def analyse(db: Session) -> None:
        db.get_one(Deliberation, deliberation).round += 1

    await town.database.run(analyse)
    await town.taps(town.luis, "↩ Atrás", NO)
    rows = (await town.rows())["vote"]
    assert [(row["since"], row["until"], row["value"]) for row in rows] == [(1, 2, 1), (2, None, -1)]
    assert await tally(town) == {first: (0, 1, 0)}


async def test_who_comes_later_finds_it_open_too(town: Town) -> None:
    await opens_voting(town)
    shown = await town.enters(town.luis)
    assert shown.text.startswith(town.text("votings", "es"))
    assert "Afirmación 1 de 4" in (await town.taps(town.luis, "Empezar")).text


async def test_one_that_was_opened_to_others_is_not_there(town: Town, deliberation: int) -> None:
    def narrow(db: Session) -> None:
        db.get_one(Deliberation, deliberation).audience = {"canton": ["otavalo"]}

    await town.database.run(narrow)
    await town.enters(town.outsider)
    assert (await town.says(town.outsider, "/opinar")).text == town.text("votings_none", "es")
    before = await town.rows()
    await town.says(town.luis, "/opinar")
    update = town.outsider.forge_tap(encode(TakePart(deliberation)))
    await town.receive(update)
    await town.receive(town.outsider.forge_tap(encode(VoteOn(deliberation, 1, 1))))
    assert await town.rows() == before


async def test_who_never_consented_leaves_no_trace(town: Town, deliberation: int) -> None:
    await town.says(town.outsider, "/start")
    before = await town.rows()
    for carried in (TakePart(deliberation), VoteOn(deliberation, 1, 1), ShowAgain(deliberation, 1)):
        await town.receive(town.outsider.forge_tap(encode(carried)))
    await town.says(town.outsider, "/opinar")
    assert await town.rows() == before


async def test_a_forged_button_votes_for_nobody_else(town: Town, deliberation: int) -> None:
    await begins(town, town.luis)
    await town.taps(town.luis, YES)
    carried = payload(town.luis.last, YES)
    await begins(town, town.rosa, "qu")
    before = await votes(town)
    await town.receive(town.rosa.forge_tap(carried))
    assert await votes(town) == before


async def test_a_statement_that_is_taken_out_is_passed_over(town: Town, deliberation: int) -> None:
    shown = await begins(town, town.luis)
    gone = number_on(shown)
    await town.database.run(reject_statement, gone, "unclear", account_id=None)
    shown = await town.taps(town.luis, YES)
    assert await votes(town) == {}
    assert number_on(shown) != gone and "Afirmación 1 de 3" in shown.text


async def test_who_has_voted_on_all_sees_what_is_new(town: Town, deliberation: int) -> None:
    await begins(town, town.luis)
    await town.taps(town.luis, YES, YES, YES, YES)
    await town.database.run(add_seed, deliberation, {"es": "Más árboles"}, account_id=None)
    assert "«Más árboles»" in (await begins(town, town.luis)).text


async def test_closing_in_the_middle_is_said_and_keeps_what_was_voted(
    town: Town, deliberation: int, caplog: pytest.LogCaptureFixture
) -> None:
    await begins(town, town.luis)
    await town.taps(town.luis, YES)
    late = town.luis.tap(NO)
    own = await voter_of(town, town.luis)
    await closes_voting(town, deliberation)
    before = await town.rows()

    await town.receive(late)
    closed = town.text("voting_closed", "es", title=TITLE["es"])
    assert town.luis.last.text == closed
    for carried in (TakePart(deliberation), ShowAgain(deliberation, 1)):
        await town.receive(town.luis.forge_tap(encode(carried)))
        assert town.luis.last.text == closed
    assert await town.rows() == before
    assert (await tally(town)) == await sums_of_votes(town) != {}
    assert own not in {voter.id for voter in await voters(town)}
    assert (await town.says(town.luis, "/opinar")).text == town.text("votings_none", "es")
    assert quiet(caplog.records)


async def test_after_the_last_day_nobody_votes(town: Town) -> None:
    await town.enters(town.luis)
    deliberation_id = await opens_voting(town, closes_on=today(town.settings.zone))
    await begins(town, town.luis)

    def yesterday(db: Session) -> None:
        db.get_one(Deliberation, deliberation_id).closes_on = today(town.settings.zone) - timedelta(days=1)

    await town.database.run(yesterday)
    assert (await town.taps(town.luis, YES)).text == town.text("voting_closed", "es", title=TITLE["es"])
    assert await votes(town) == {}


async def test_after_a_consultation_the_one_that_goes_on_from_it_is_offered(
    town: Town, consultation: int
) -> None:
    await opens_voting(town, consultation_id=consultation)
    await town.answers(town.luis)
    thanks = next(m for m in reversed(town.luis.screen) if "Gracias" in m.text)
    assert town.text("voting_follows", "es", title=TITLE["es"]) in thanks.text
    await town.receive(town.luis.tap(town.text("button_start_voting", "es"), thanks))
    assert any("Afirmación 1 de 4" in message.text for message in town.luis.screen)


async def test_two_taps_at_once_in_two_processes_are_one_vote(town: Town, deliberation: int) -> None:
    await begins(town, town.luis)
    first, second = town.luis.tap(YES), town.luis.tap(NO)
    _, other = town._build()
    await town.bot.initialize()
    await asyncio.gather(town.receive(first), other(second))
    await town.rests()
    await other.close()
    assert len(await said(town, town.luis)) == 1
    assert await tally(town) == await sums_of_votes(town)


async def test_many_who_vote_at_once_are_all_counted(town: Town, deliberation: int) -> None:
    people = [town.api.person(1_800_000_000 + number, first_name="x") for number in range(12)]
    for person in people:
        await town.enters(person)
        await begins(town, person)
    for _ in SEEDS:
        await asyncio.gather(*(town.receive(person.tap(YES)) for person in people))
        await town.rests()
    assert await tally(town) == dict.fromkeys((1, 2, 3, 4), (12, 0, 0))
    assert await tally(town) == await sums_of_votes(town)


async def test_nothing_of_who_votes_is_logged(
    town: Town, deliberation: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await begins(town, town.luis)
    await town.taps(town.luis, YES, NO)
    own = await voter_of(town, town.luis)
    assert own is not None and own not in caplog.text and str(town.luis.chat.id) not in caplog.text


async def test_the_turnout_says_that_somebody_votes_and_not_what(town: Town, deliberation: int) -> None:
    await begins(town, town.luis)
    (turnout,) = await town.find(town.luis, Turnout)
    assert turnout.state == "asked"
    await town.taps(town.luis, YES)
    (turnout,) = await town.find(town.luis, Turnout)
    assert turnout.state == "voted"
    names = {column.name for column in (*Voter.__table__.columns, *Vote.__table__.columns)}
    assert not {name for name in names if "participant" in name or "chat" in name or name.endswith("_at")}
