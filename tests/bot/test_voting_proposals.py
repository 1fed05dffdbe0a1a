"""People put sentences of their own to the vote: read by a person first, with what names somebody covered."""

import logging
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.callback_data import encode
from bot.handlers import attachments
from bot.voting_data import ListProposals, Propose
from core.broadcasts import Kind, list_broadcasts
from core.claims import Restraint
from core.clock import at, now
from core.tables import Delivery
from deliberation.opinions.moderation import accept_statement, reject_statement, write_statement_down
from deliberation.opinions.moderation import seen as seen_as
from deliberation.opinions.proposing import MOST_WAITING
from deliberation.opinions.statements import get_statement
from deliberation.opinions.tables import Deliberation, Statement, Turnout
from deliberation.opinions.telling import tell_authors
from deliberation.relevance import still_wanted
from deliberation.voices.hearing import Hearing
from tests.bot.sendings import SECRETS, photo, voice_note
from tests.bot.town import Town, labels, own_answers, quiet
from tests.bot.voting import (
    SEEDS,
    TITLE,
    YES,
    begins,
    closes_voting,
    opens_voting,
    statements,
    voter_of,
)
from tests.core.kept import kept_bytes

WORDS = "Que haya un parque para los niños del barrio"
LATER = timedelta(minutes=11)
PROPOSE, BACK = "Proponer una afirmación", "↩ Volver sin proponer"


@pytest.fixture
async def deliberation(town: Town) -> int:
    """Luis, in Spanish, and Rosa, in Kichwa, see a statement. What they write is read as in a real house."""
    town.hear = Hearing(town.vault)
    await town.restart()
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    deliberation_id = await opens_voting(town)
    await begins(town, town.luis)
    await begins(town, town.rosa, "qu")
    return deliberation_id


async def told(town: Town) -> list[int]:
    """Ten minutes later the authors are told; which broadcasts carry it."""
    with at(now().replace(microsecond=0) + LATER):
        return await town.database.run(tell_authors)


async def test_words_become_a_statement_that_waits(town: Town, deliberation: int) -> None:
    shown = await town.taps(town.luis, PROPOSE)
    assert shown.text == town.text("propose_how", "es") and labels(shown) == [BACK]
    shown = await town.says(town.luis, f"  {WORDS}\n ")

    (row,) = await statements(town)
    assert (row.number, row.state, row.language, row.text) == (5, "waiting", "es", {"es": WORDS})
    assert row.author_id == await voter_of(town, town.luis)
    assert row.original is not None and town.vault.open(row.original) == WORDS
    assert town.text("proposed", "es") in shown.text and town.text("proposed_stays", "es") in shown.text
    assert town.text("proposed_hidden", "es") not in shown.text
    shown = await town.taps(town.luis, "Seguir votando")
    assert "de 4" in shown.text, "what waits is not put to the vote"


async def test_a_statement_in_kichwa_keeps_its_language(town: Town, deliberation: int) -> None:
    await town.taps(town.rosa, town.text("button_propose", "qu"))
    shown = await town.says(town.rosa, "Ñukanchik wawakunapak pukllana kuska tiyachun")
    (row,) = await statements(town)
    assert (row.language, list(row.text)) == ("qu", ["qu"])
    assert town.text("proposed", "qu") in shown.text


async def test_what_names_somebody_is_covered_before_anybody_reads_it(
    town: Town, deliberation: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await town.taps(town.luis, PROPOSE)
    shown = await town.says(town.luis, "Llamen a doña Zoila Guamán al 0991234567 para el agua")
    (row,) = await statements(town)
    assert "0991234567" not in row.text["es"] and "[phone]" in row.text["es"]
    assert "phone" in row.flags
    assert town.text("proposed_hidden", "es") in shown.text
    assert b"0991234567" not in kept_bytes(town.database)
    assert "0991234567" not in caplog.text
    shown = await town.taps(town.luis, town.text("button_proposals", "es"))
    assert "[teléfono]" in shown.text


@pytest.mark.parametrize(
    ("words", "key"),
    [("Sí", "proposal_too_short"), ("12345678", "proposal_too_short"), ("agua " * 60, "proposal_too_long")],
)
async def test_what_is_no_sentence_is_asked_for_again(
    town: Town, deliberation: int, words: str, key: str
) -> None:
    await town.taps(town.luis, PROPOSE)
    shown = await town.says(town.luis, words)
    length = len(" ".join(words.split()))
    facts = {"most": 280, "length": length} if key.endswith("long") else {}
    assert shown.text == town.text(key, "es", **facts)
    assert await statements(town) == []
    await town.says(town.luis, WORDS)
    assert len(await statements(town)) == 1


async def test_the_same_update_twice_is_one_statement(town: Town, deliberation: int) -> None:
    await town.taps(town.luis, PROPOSE)
    update = town.luis.send(WORDS)
    await town.receive(update)
    after = await town.rows()
    await town.receive(update)
    await town.restart()
    await town.receive(update)
    await town.says(town.luis, "Otra cosa que digo")
    assert await town.rows() == after


async def test_a_repeated_update_does_not_take_up_the_writing_again(town: Town, deliberation: int) -> None:
    propose = town.luis.tap(PROPOSE)
    await town.receive(propose)
    await town.restart()
    await town.receive(propose)
    (turnout,) = await town.find(town.luis, Turnout)
    assert turnout.writing and BACK in labels(town.luis.last), "whoever still writes is told so again"
    await town.taps(town.luis, BACK)
    before = await town.rows()
    await town.restart()
    await town.receive(propose)
    assert await town.rows() == before
    await town.says(town.luis, WORDS)
    assert await statements(town) == []


async def test_a_button_or_a_command_leaves_the_writing(town: Town, deliberation: int) -> None:
    propose = town.luis.tap(PROPOSE)
    for leave in ("back", "command", "vote", "other"):
        await town.receive({**propose, "update_id": town.luis.send("x")["update_id"]})
        (turnout,) = await town.find(town.luis, Turnout)
        assert turnout.writing, leave
        match leave:
            case "back":
                await town.receive(town.luis.forge_tap(encode(Propose(deliberation, begins=False))))
            case "command":
                await town.says(town.luis, "/ayuda")
            case "vote":
                await begins(town, town.luis)
            case "other":
                await town.receive(town.luis.forge_tap(encode(ListProposals(deliberation))))
        (turnout,) = await town.find(town.luis, Turnout)
        assert not turnout.writing, leave
        await town.says(town.luis, WORDS)
    assert await statements(town) == []


async def test_it_comes_before_the_question_on_screen_and_that_is_asked_again(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    question = town.luis.last
    assert "¿Cuántos años tiene?" in question.text
    await opens_voting(town)
    statement = await begins(town, town.luis)
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, town.text("button_continue", "es"))
    await town.receive(town.luis.tap(PROPOSE, statement))
    await town.says(town.luis, "Son 34 los buses que faltan")

    assert len(await statements(town)) == 1
    assert await own_answers(town, town.luis) == {}
    assert "¿Cuántos años tiene?" in town.luis.last.text and town.luis.last is not question
    await town.says(town.luis, "34")
    assert await own_answers(town, town.luis) == {"age": "34"}


async def test_a_tap_on_the_question_leaves_the_writing(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    await town.says(town.luis, "34")
    question = town.luis.last
    await opens_voting(town)
    await begins(town, town.luis)
    await town.taps(town.luis, PROPOSE)
    await town.receive(town.luis.tap("Otavalo", question))
    await town.says(town.luis, "Trabajo")
    assert await statements(town) == []
    assert (await own_answers(town, town.luis))["canton"] == "otavalo"


async def test_what_is_written_in_the_middle_of_voting_is_not_kept_and_that_is_said(
    town: Town, deliberation: int
) -> None:
    before = await town.rows()
    shown = await town.says(town.luis, WORDS)
    assert await town.rows() == before
    assert shown.text == town.text("voting_typed", "es")
    assert labels(shown) == ["Seguir votando", PROPOSE]
    await town.taps(town.luis, PROPOSE)
    await town.says(town.luis, WORDS)
    assert len(await statements(town)) == 1


async def test_a_voice_note_waits_for_somebody_to_write_it_down(town: Town, deliberation: int) -> None:
    await town.taps(town.luis, PROPOSE)
    await town.receive(town.luis.send_voice(voice_note()))

    (row,) = await statements(town)
    assert (row.text, row.state, row.recording_type) == ({}, "waiting", "audio/ogg")
    assert row.recording is not None
    content = town.vault.open_bytes(row.recording)
    assert content.startswith(b"OggS") and not any(secret in content for secret in SECRETS)
    assert town.text("proposed_spoken", "es") in town.luis.last.text
    listed = await town.taps(town.luis, town.text("button_proposals", "es"))
    assert town.text("proposal_spoken", "es") in listed.text

    card = await town.database.read(get_statement, deliberation, row.id)
    await town.database.run(write_statement_down, row.id, "es", WORDS, seen_as=seen_as(card), account_id=None)
    await town.database.run(accept_statement, row.id, account_id=None)
    (row,) = await statements(town)
    assert (row.text, row.recording) == ({"es": WORDS}, None)


async def test_a_photo_is_no_statement(town: Town, deliberation: int) -> None:
    await town.taps(town.luis, PROPOSE)
    await town.receive(town.luis.send_photo(photo()))
    assert await statements(town) == []
    assert town.text("propose_how", "es") in town.luis.last.text
    await town.says(town.luis, WORDS)
    assert len(await statements(town)) == 1


async def test_of_who_has_gone_elsewhere_meanwhile_no_voice_is_stored(
    town: Town, deliberation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.taps(town.luis, PROPOSE)
    fetch = attachments._fetch

    async def slow(*given: object) -> object:
        found = await fetch(*given)  # type: ignore[arg-type]
        await town.database.run(lambda db: db.execute(update(Turnout).values(writing=False)))
        return found

    monkeypatch.setattr(attachments, "_fetch", slow)
    await town.receive(town.luis.send_voice(voice_note()))
    assert await statements(town) == []


async def test_what_is_put_to_the_vote_already_is_voted_on(town: Town, deliberation: int) -> None:
    await town.taps(town.luis, PROPOSE)
    shown = await town.says(town.luis, "el mercado necesita MAS agua limpia.")
    assert shown.text == town.text("proposal_there", "es")
    assert await statements(town) == []
    shown = await town.taps(town.luis, town.text("button_vote_on_it", "es"))
    assert f"«{SEEDS[0]['es']}»" in shown.text
    await town.taps(town.luis, YES)


async def test_ones_own_words_a_second_time_are_not_stored(town: Town, deliberation: int) -> None:
    for _ in range(2):
        await town.receive(town.luis.forge_tap(encode(Propose(deliberation))))
        await town.says(town.luis, WORDS)
    assert town.luis.last.text == town.text("proposal_yours", "es")
    assert len(await statements(town)) == 1


async def test_a_few_may_wait_and_no_more(town: Town, deliberation: int) -> None:
    for number in range(MOST_WAITING + 1):
        await town.receive(town.luis.forge_tap(encode(Propose(deliberation))))
        await town.says(town.luis, f"{WORDS}, y son {number}")
    assert len(await statements(town)) == MOST_WAITING
    enough = town.text("proposals_enough", "es", most=MOST_WAITING)
    assert any(message.text == enough for message in town.luis.screen)


async def test_where_nobody_may_propose_it_is_not_offered(town: Town) -> None:
    await town.enters(town.luis)
    deliberation_id = await opens_voting(town, takes_statements=False)
    assert PROPOSE not in labels(await begins(town, town.luis))
    await town.receive(town.luis.forge_tap(encode(Propose(deliberation_id))))
    assert town.luis.last.text == town.text("proposals_closed", "es")
    await town.says(town.luis, WORDS)
    assert await statements(town) == []


async def test_authors_are_told_once_what_became_of_it_and_nobody_else(town: Town, deliberation: int) -> None:
    for words in (WORDS, "Que el agua llegue a las casas altas"):
        await town.receive(town.luis.forge_tap(encode(Propose(deliberation))))
        await town.says(town.luis, words)
    first, second = [row.id for row in await statements(town)]
    assert await told(town) == []
    await town.database.run(accept_statement, first, account_id=None)
    await town.database.run(reject_statement, second, "off_topic", account_id=None)
    assert await town.database.run(tell_authors) == [], "who judges may think again"

    (broadcast_id,) = await told(town)
    assert await told(town) == []
    assert (await town.delivers(broadcast_id)).sent == 1
    message = town.luis.last
    assert message.text == town.text("proposals_judged", "es", title=TITLE["es"])
    assert WORDS not in message.text
    assert town.text("proposals_judged", "qu", title=TITLE["qu"]) not in [m.text for m in town.rosa.screen]
    shown = await town.taps(town.luis, town.text("button_proposals", "es"))
    assert f"«{WORDS}»\n{town.text('proposal_state_accepted', 'es')}" in shown.text
    assert town.text("rejected_off_topic", "es") in shown.text


async def test_every_reason_is_said_in_both_languages(town: Town, deliberation: int) -> None:
    reasons = ("repeated", "personal", "off_topic", "offensive", "unclear", "several", "closed")
    for language in ("es", "qu"):
        assert len({town.text("rejected_" + reason, language) for reason in reasons}) == len(reasons)


async def test_what_was_merged_is_told_with_the_other_ones_words(town: Town, deliberation: int) -> None:
    await town.taps(town.luis, PROPOSE)
    await town.says(town.luis, WORDS)
    (row,) = await statements(town)

    def merge(db: Session) -> None:
        values = {"state": "merged", "merged_into": 1, "judged_at": now()}
        db.execute(update(Statement).where(Statement.id == row.id).values(values))

    await town.database.run(merge)
    shown = await town.taps(town.luis, town.text("button_proposals", "es"))
    assert town.text("proposal_merged", "es", statement=SEEDS[0]["es"]) in shown.text


async def test_a_second_sitting_is_another_message(town: Town, deliberation: int) -> None:
    for number in (1, 2):
        await town.receive(town.luis.forge_tap(encode(Propose(deliberation))))
        await town.says(town.luis, f"{WORDS} {'muy ' * number} grande")
        row = (await statements(town))[-1]
        await town.database.run(accept_statement, row.id, account_id=None)
        assert len(await told(town)) == 1
    cards = await town.database.read(list_broadcasts, [(Kind.STATEMENTS, deliberation)])
    assert [card.round for card in cards] == [2, 1]


async def test_who_has_withdrawn_or_after_the_closing_nobody_is_told(town: Town, deliberation: int) -> None:
    await town.taps(town.luis, PROPOSE)
    await town.says(town.luis, WORDS)
    (row,) = await statements(town)
    await town.database.run(accept_statement, row.id, account_id=None)
    (broadcast_id,) = await told(town)
    await town.database.run(lambda db: db.execute(update(Turnout).values(voter_id=None)))
    courier = town.courier()
    courier._restraint = Restraint(0, partial(still_wanted, zone=town.settings.zone))
    await courier.carry(broadcast_id, 0)
    states = await town.database.read(
        lambda db: list(db.scalars(select(Delivery.state).where(Delivery.broadcast_id == broadcast_id)))
    )
    assert states == ["skipped"]


async def test_closing_while_somebody_writes(
    town: Town, deliberation: int, caplog: pytest.LogCaptureFixture
) -> None:
    await town.taps(town.luis, PROPOSE)
    await closes_voting(town, deliberation)
    before = await town.rows()
    await town.says(town.luis, WORDS)
    assert await town.rows() == before
    assert quiet(caplog.records)
    assert WORDS.encode() not in kept_bytes(town.database)


async def test_what_waits_when_it_closes_names_nobody(town: Town, deliberation: int) -> None:
    await town.taps(town.luis, PROPOSE)
    await town.says(town.luis, WORDS)
    await closes_voting(town, deliberation)
    (row,) = await statements(town)
    assert (row.state, row.reason, row.author_id, row.original) == ("rejected", "closed", None, None)
    assert await told(town) == []
    state = await town.database.read(lambda db: db.get_one(Deliberation, deliberation).state)
    assert state == "closed"
