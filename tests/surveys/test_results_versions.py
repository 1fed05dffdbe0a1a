"""Answers to several versions are counted together where the question is the same, and it is said what changed."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select as select_rows
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.database import Database
from surveys.questionnaire import Kind, Node
from surveys.questionnaires import store_questionnaire
from surveys.results import Results, results_of
from surveys.tables import Response
from surveys.versioning.comparison import What
from surveys.versioning.versions import move_to_version
from tests.surveys.consulting import Sent, hold_consultation, take_part
from tests.surveys.people import group, integer, question, questionnaire, select, several


def hold(
    db: Session, old: Sequence[Node], before: Sequence[Sent], new: Sequence[Node], after: Sequence[Sent]
) -> int:
    """Some people answer a version, then others the next."""
    consultation = hold_consultation(db, questionnaire(*old), before)
    following = store_questionnaire(db, questionnaire(*new), content=b"", file_name="f.xlsx", account_id=None)
    move_to_version(db, consultation, following, account_id=None)
    for sent in after:
        take_part(db, consultation, sent)
    return consultation


async def results(
    database: Database, *arguments: Sequence[Node] | Sequence[Sent], threshold: int | None = None
) -> Results:
    consultation = await database.run(hold, *arguments)  # type: ignore[arg-type]
    return await database.read(results_of, consultation, threshold=threshold)


def counts(found: Results, path: str) -> dict[str, int | None]:
    [result] = [each for each in found.questions if each.path == path]
    return {row.value: row.count for row in result.rows}


async def test_the_same_question_is_counted_once(database: Database) -> None:
    found = await results(
        database,
        [select("canton", "ibarra", "gone"), integer("age")],
        [Sent({"canton": "ibarra", "age": "20"}), Sent({"canton": "gone"})],
        [group("about", select("about/canton", "ibarra", "fresh"))],
        [Sent({"about/canton": "ibarra"}), Sent({"about/canton": "fresh"})],
    )
    assert [result.path for result in found.questions] == ["about/canton", "age"]
    assert counts(found, "about/canton") == {"ibarra": 2, "fresh": 1, "gone": 1}
    assert found.questions[0].base == 4 and found.questions[1].base == 1
    assert [version.number for version in found.versions] == [1, 2]


async def test_what_changed_stands_beside_the_result(database: Database) -> None:
    found = await results(
        database,
        [select("canton", "ibarra", "gone"), question("words")],
        [Sent({"words": "hola"})],
        [select("canton", "ibarra", "fresh"), question("more")],
        [Sent({"more": "nada"})],
    )
    told = {
        result.path: [(number, change.what) for number, change in result.changes]
        for result in found.questions
    }
    assert told == {
        "canton": [(2, What.CHOICE_ADDED), (2, What.CHOICE_REMOVED)],
        "words": [(2, What.REMOVED)],
        "more": [(2, What.ADDED)],
    }


async def test_another_kind_is_counted_apart(database: Database) -> None:
    found = await results(
        database,
        [question("age", Kind.TEXT)],
        [Sent({"age": "twenty"})],
        [integer("age")],
        [Sent({"age": "20"}), Sent({"age": "30"})],
    )
    assert sorted((result.kind, result.base) for result in found.questions) == [("integer", 2), ("text", 1)]


async def test_a_question_that_a_small_version_did_not_ask_gives_no_count_away(database: Database) -> None:
    """Three people answered the older version: how many were asked the new question would tell it."""
    found = await results(
        database,
        [several("needs", "work", "food")],
        [Sent({"needs": ["work"]})] * 3,
        [several("needs", "work", "food"), select("canton", "ibarra", "otavalo")],
        [Sent({"needs": ["work", "food"], "canton": "ibarra"})] * 12
        + [Sent({"needs": ["food"], "canton": "otavalo"})] * 8,
        threshold=5,
    )
    canton = next(result for result in found.questions if result.path == "canton")
    assert canton.base is None


@pytest.mark.parametrize("noted", [True, False])
async def test_a_response_without_a_version_answered_the_consultations_own(
    database: Database, noted: bool
) -> None:
    consultation = await database.run(
        hold_consultation, questionnaire(integer("age")), [Sent({"age": "20"}), Sent({"age": "30"})]
    )

    def note(db: Session) -> None:
        found = db.scalars(select_rows(Response.id)).first()
        db.execute(update(Response).where(Response.id == found).values(questionnaire_id=1 if noted else None))

    await database.run(note)
    found = await database.read(results_of, consultation, threshold=None)
    assert found.questions[0].base == 2
