"""What people propose is judged by a person, once, and what was sent is gone then."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.moderation import (
    PURPOSES,
    REASONS,
    AlreadyJudged,
    NotWrittenDown,
    NoWayBack,
    PersonalDataFound,
    accept_statement,
    get_recording,
    judge_anew,
    mark_statement,
    open_original,
    reject_statement,
    reword_statement,
    seen,
    translate_statement,
    write_statement_down,
)
from deliberation.opinions.statements import StatementCard, get_statement, list_statements
from deliberation.opinions.tables import Statement
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import MOMENT, cast, opened, proposed, take_part

VOTER = "a" * 32
SEALED: dict[str, Any] = {"original": b"sealed words", "author_id": VOTER}
SPOKEN: dict[str, Any] = {"recording": b"sealed sound", "recording_type": "audio/ogg", "author_id": VOTER}


@pytest.fixture(autouse=True)
def one_day() -> Iterator[None]:
    with at(MOMENT):
        yield


@pytest.fixture
async def talk(database: Database) -> int:
    """A deliberation in which one person votes and proposes."""

    def work(db: Session) -> int:
        first = person(db)
        deliberation_id = opened(db)
        take_part(db, deliberation_id, first, VOTER)
        return deliberation_id

    return await database.run(work)


async def card(database: Database, talk: int, statement: int) -> StatementCard:
    return await database.read(get_statement, talk, statement)


async def acts(database: Database) -> list[str]:
    return [act.act for act in reversed(await database.read(list_acts)) if act.subject == "statement"][3:]


async def test_what_waits_is_listed_in_the_order_of_its_coming(database: Database, talk: int) -> None:
    first = await database.run(proposed, talk, "Más buses", **SEALED)
    second = await database.run(proposed, talk, "", **SPOKEN)
    third = await database.run(proposed, talk, "Menos trámites", **SEALED)
    await database.run(accept_statement, third, account_id=None)

    waiting = await database.read(list_statements, talk, "waiting")

    assert [(each.id, each.spoken, each.sealed) for each in waiting] == [
        (first, False, True),
        (second, True, False),
    ]


async def test_what_is_accepted_is_put_to_the_vote_and_what_was_sent_goes(
    database: Database, talk: int
) -> None:
    statement = await database.run(proposed, talk, "Más buses", **SEALED)

    await database.run(accept_statement, statement, account_id=None)

    judged = await card(database, talk, statement)
    assert (judged.state, judged.judged_at, judged.told, judged.sealed) == ("accepted", MOMENT, False, False)
    assert await acts(database) == ["accept"]


@pytest.mark.parametrize("reason", REASONS)
async def test_what_is_rejected_says_why(database: Database, talk: int, reason: str) -> None:
    statement = await database.run(proposed, talk, "Más buses", **SEALED)

    await database.run(reject_statement, statement, reason, account_id=None)

    judged = await card(database, talk, statement)
    assert (judged.state, judged.reason, judged.sealed) == ("rejected", reason, False)
    assert await acts(database) == ["reject"]


async def test_personal_data_is_accepted_only_by_who_says_so(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Llamen al [phone]", flags=["phone"], **SEALED)

    with pytest.raises(PersonalDataFound):
        await database.run(accept_statement, statement, account_id=None)
    assert (await card(database, talk, statement)).state == "waiting"

    await database.run(accept_statement, statement, confirmed=True, account_id=None)
    assert (await card(database, talk, statement)).state == "accepted"
    assert await acts(database) == ["accept_flagged"]


async def test_other_words_are_flagged_anew_and_the_translation_goes(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Llamen al [phone]", flags=["phone"], **SEALED)
    await reword(database, talk, statement, "Llamen a la [phone] o al 0991234567")
    assert (await card(database, talk, statement)).flags == ("phone",)
    before = await card(database, talk, statement)
    await database.run(
        translate_statement, statement, "qu", "Kayachun", seen_as=seen(before), account_id=None
    )

    await reword(database, talk, statement, "Que haya un número de ayuda")

    after = await card(database, talk, statement)
    assert (after.text, after.translated, after.flags) == ({"es": "Que haya un número de ayuda"}, (), ())
    await database.run(accept_statement, statement, account_id=None)


async def reword(database: Database, talk: int, statement: int, words: str) -> None:
    seen_as = seen(await card(database, talk, statement))
    await database.run(reword_statement, statement, words, seen_as=seen_as, account_id=None)


async def test_a_translation_is_kept_apart_and_covers_personal_data(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Ñanta allichichun", language="qu")
    seen_as = seen(await card(database, talk, statement))

    await database.run(
        translate_statement,
        statement,
        "es",
        "Arreglen el camino, 0991234567",
        seen_as=seen_as,
        account_id=None,
    )

    after = await card(database, talk, statement)
    assert after.text == {"qu": "Ñanta allichichun", "es": "Arreglen el camino, [phone]"}
    assert (after.language, after.translated, after.flags) == ("qu", ("es",), ("phone",))
    assert await acts(database) == ["translate"]


async def test_what_is_put_to_the_vote_may_still_be_translated_but_not_reworded(
    database: Database, talk: int
) -> None:
    statement = await database.run(proposed, talk, "Más buses")
    await database.run(accept_statement, statement, account_id=None)
    seen_as = seen(await card(database, talk, statement))

    with pytest.raises(AlreadyJudged):
        await database.run(reword_statement, statement, "Otra cosa", seen_as=seen_as, account_id=None)
    await database.run(
        translate_statement, statement, "qu", "Ashtawan antawa", seen_as=seen_as, account_id=None
    )

    assert (await card(database, talk, statement)).translated == ("qu",)


async def test_the_authors_own_language_is_not_translated(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Más buses")
    seen_as = seen(await card(database, talk, statement))

    with pytest.raises(Conflict):
        await database.run(translate_statement, statement, "es", "Más", seen_as=seen_as, account_id=None)


async def test_what_was_spoken_is_written_down_before_it_is_judged(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "", **SPOKEN)
    assert await database.read(get_recording, talk, statement) == ("audio/ogg", b"sealed sound")
    with pytest.raises(NotWrittenDown):
        await database.run(accept_statement, statement, account_id=None)

    seen_as = seen(await card(database, talk, statement))
    await database.run(
        write_statement_down,
        statement,
        "qu",
        "Ñanta allichichun, 0991234567",
        seen_as=seen_as,
        account_id=None,
    )

    written = await card(database, talk, statement)
    assert (written.state, written.language, written.spoken) == ("waiting", "qu", True)
    assert (written.text, written.flags) == ({"qu": "Ñanta allichichun, [phone]"}, ("phone",))
    await database.run(accept_statement, statement, confirmed=True, account_id=None)
    with pytest.raises(NotFound):
        await database.read(get_recording, talk, statement)


async def test_what_was_written_has_no_recording_to_write_down(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Más buses")
    seen_as = seen(await card(database, talk, statement))

    with pytest.raises(Conflict):
        await database.run(write_statement_down, statement, "es", "Otra", seen_as=seen_as, account_id=None)


async def test_who_writes_over_what_they_have_not_seen_is_told(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Más buses")
    seen_as = seen(await card(database, talk, statement))
    await database.run(reword_statement, statement, "Más buses", seen_as=seen_as, account_id=None)
    await database.run(reword_statement, statement, "Más trenes", seen_as=seen_as, account_id=None)

    with pytest.raises(Conflict):
        await database.run(reword_statement, statement, "Más barcos", seen_as=seen_as, account_id=None)


Act = Callable[[Session, int], object]
ACTS: dict[str, Act] = {
    "accept": lambda db, one: accept_statement(db, one, account_id=None),
    "reject": lambda db, one: reject_statement(db, one, "unclear", account_id=None),
    "reword": lambda db, one: reword_statement(db, one, "Otra", seen_as="", account_id=None),
    "translate": lambda db, one: translate_statement(db, one, "qu", "Shuk", seen_as="", account_id=None),
    "write": lambda db, one: write_statement_down(db, one, "es", "Otra", seen_as="", account_id=None),
    "mark": lambda db, one: mark_statement(db, one, seed=True, about_person=False, account_id=None),
}


@pytest.mark.parametrize("act", ACTS)
async def test_who_is_late_is_told_so(database: Database, talk: int, act: str) -> None:
    statement = await database.run(proposed, talk, "Más buses")
    await database.run(reject_statement, statement, "off_topic", account_id=None)

    with pytest.raises(AlreadyJudged):
        await database.run(ACTS[act], statement)

    assert (await card(database, talk, statement)).reason == "off_topic"


@pytest.mark.parametrize("act", ACTS)
async def test_nothing_is_judged_after_the_closing(database: Database, talk: int, act: str) -> None:
    statement = await database.run(proposed, talk, "Más buses")
    await database.run(close_deliberation, talk, account_id=None)

    with pytest.raises(AlreadyJudged):
        await database.run(ACTS[act], statement)


@pytest.mark.parametrize("act", ACTS)
async def test_what_is_not_there_is_not_found(database: Database, act: str) -> None:
    with pytest.raises(NotFound):
        await database.run(ACTS[act], 99)


async def test_it_is_judged_anew_while_nobody_voted_and_the_author_was_not_told(
    database: Database, talk: int
) -> None:
    statement = await database.run(proposed, talk, "Más buses", **SEALED)
    await database.run(reject_statement, statement, "unclear", account_id=None)

    await database.run(judge_anew, statement, account_id=None)

    again = await card(database, talk, statement)
    assert (again.state, again.reason, again.judged_at) == ("waiting", None, None)
    await database.run(accept_statement, statement, account_id=None)
    assert await acts(database) == ["reject", "judge_anew", "accept"]


async def test_there_is_no_way_back_once_somebody_voted(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Más buses")
    await database.run(accept_statement, statement, account_id=None)
    await database.run(cast, VOTER, statement, 1)

    with pytest.raises(NoWayBack):
        await database.run(judge_anew, statement, account_id=None)


async def test_there_is_no_way_back_once_the_author_was_told(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Más buses", **SEALED)
    await database.run(reject_statement, statement, "unclear", account_id=None)

    def tell(db: Session) -> None:
        db.get_one(Statement, statement).told = True

    await database.run(tell)

    with pytest.raises(NoWayBack):
        await database.run(judge_anew, statement, account_id=None)


async def test_there_is_no_way_back_to_what_was_never_written_down(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "", **SPOKEN)
    await database.run(reject_statement, statement, "unclear", account_id=None)

    with pytest.raises(NoWayBack):
        await database.run(judge_anew, statement, account_id=None)


async def test_what_was_accepted_by_mistake_is_taken_out_and_keeps_its_votes(
    database: Database, talk: int
) -> None:
    statement = await database.run(proposed, talk, "Más buses")
    await database.run(accept_statement, statement, account_id=None)
    await database.run(cast, VOTER, statement, 1)

    await database.run(reject_statement, statement, "offensive", account_id=None)

    taken = await card(database, talk, statement)
    assert (taken.state, taken.reason, taken.votes.agree) == ("rejected", "offensive", 1)
    assert await acts(database) == ["accept", "take_out"]


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_the_sealed_original_is_opened_for_a_reason_that_is_noted(
    database: Database, talk: int, purpose: str
) -> None:
    statement = await database.run(proposed, talk, "Llamen al [phone]", **SEALED)

    original = await database.run(open_original, talk, statement, purpose, account_id=None)

    assert original == b"sealed words"
    assert await acts(database) == [f"open_original_{purpose}"]


async def test_the_original_is_not_opened_for_no_reason_nor_by_way_of_another_deliberation(
    database: Database, talk: int
) -> None:
    statement = await database.run(proposed, talk, "Llamen al [phone]", **SEALED)
    other = await database.run(opened)

    with pytest.raises(ValueError, match="curious"):
        await database.run(open_original, talk, statement, "curious", account_id=None)
    with pytest.raises(NotFound):
        await database.run(open_original, other, statement, "meaning", account_id=None)
    assert not any(act.startswith("open_original") for act in await acts(database))


async def test_it_is_marked_as_one_to_begin_with_and_as_asking_about_the_person(
    database: Database, talk: int
) -> None:
    statement = await database.run(proposed, talk, "Vivo en Otavalo")

    await database.run(mark_statement, statement, seed=True, about_person=True, account_id=None)

    marked = await card(database, talk, statement)
    assert (marked.seed, marked.about_person, marked.state) == (True, True, "waiting")


async def test_no_act_in_the_log_says_a_word_of_a_statement(database: Database, talk: int) -> None:
    statement = await database.run(proposed, talk, "Llamen al [phone]", **SEALED)
    await reword(database, talk, statement, "Que haya ayuda")
    await database.run(accept_statement, statement, account_id=None)

    logged = repr(await database.read(list_acts))

    assert "ayuda" not in logged
    assert (
        await database.read(lambda db: db.scalar(select(Statement.original).where(Statement.id == 4))) is None
    )
