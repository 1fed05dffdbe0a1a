"""What is put before the council from votes, open answers and assemblies: once, and nothing that tells of few."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at, now
from core.database import Database
from core.errors import NotFound
from core.tables import Participant
from deliberation.assemblies.tables import Invitation
from deliberation.assembly_day.ballots import close_ballot
from deliberation.assembly_day.tables import Minutes
from deliberation.council.agenda import list_items, propose_items
from deliberation.council.contributors import contributors_of
from deliberation.council.items import list_pool
from deliberation.council.proposing import propose_agreements, propose_statements, propose_themes
from deliberation.council.tables import AgendaItem
from deliberation.opinions.tables import Turnout
from deliberation.voices.codebooks import read_codebook, settle_themes
from surveys.tables import Participation
from tests.deliberation.assembly_day.rooms import DURING, asked, room
from tests.deliberation.council.sessions import named, person
from tests.deliberation.opinions.analysed import COMMON, analysed
from tests.deliberation.voices.coded import ANA, add_coders, closed_with_answers, three_themes


async def test_common_ground_is_proposed_once_with_its_groups(database: Database) -> None:
    def work(db: Session) -> list[int]:
        deliberation_id = analysed(db, published=True)
        return [propose_statements(db, deliberation_id, threshold=5, account_id=None) for _ in range(2)]

    assert await database.run(work) == [len(COMMON), 0]
    first, *_ = items = await database.read(list_pool)
    assert {item.evidence["statement"] for item in items} == set(COMMON)
    assert {(item.source, item.state) for item in items} == {("statement", "proposed")}
    assert first.evidence["count"] > first.evidence["of"] / 2
    assert [group["number"] for group in first.evidence["groups"]] == [1, 2, 3]


async def test_what_is_not_published_is_not_proposed(database: Database) -> None:
    deliberation_id = await database.run(analysed)
    with pytest.raises(NotFound):
        await database.run(propose_statements, deliberation_id, threshold=5, account_id=None)


async def test_themes_are_proposed_once_they_are_settled(database: Database) -> None:
    def code(db: Session) -> int:
        add_coders(db)
        consultation_id = closed_with_answers(db)
        three_themes(db, consultation_id, labelled=5)
        return consultation_id

    consultation_id = await database.run(code)
    with pytest.raises(NotFound):
        await database.run(propose_themes, consultation_id, threshold=5, account_id=None)

    def settle(db: Session) -> list[int]:
        turn = read_codebook(db, consultation_id).turn
        settle_themes(db, consultation_id, seen=turn, account_id=ANA)
        return [propose_themes(db, consultation_id, threshold=5, account_id=None) for _ in range(2)]

    new, again = await database.run(settle)
    counts = [item.evidence["count"] for item in await database.read(list_items, consultation_id)]
    assert (again, len(counts)) == (0, new) and new
    assert counts == sorted(counts, reverse=True) and min(counts) >= 5


async def _agreed(database: Database, hands: dict[str, int]) -> int:
    """An assembly agreed on something by raised hands, and its minutes are confirmed."""

    def vote(db: Session) -> int:
        assembly_id = room(db, people=30)
        ballot = asked(db, assembly_id)
        close_ballot(db, ballot, hands=hands, threshold=5, account_id=None)
        content: dict[str, Any] = {"ballots": [{"id": ballot}]}
        minutes = Minutes(assembly_id=assembly_id, content=content, changed_at=now(), confirmed_at=now())
        db.add(minutes)
        return assembly_id

    with at(DURING):
        return await database.run(vote)


@pytest.mark.parametrize(
    ("hands", "shown"),
    [
        ({"yes": 18, "no": 7, "abstain": 5}, (18, 7, 5)),
        ({"yes": 26, "no": 2, "abstain": 2}, (None, None, None)),
    ],
)
async def test_an_agreement_comes_with_its_dissent_as_far_as_it_may_be_told(
    database: Database, hands: dict[str, int], shown: tuple[int | None, ...]
) -> None:
    assembly_id = await _agreed(database, hands)
    new = [
        await database.run(propose_agreements, assembly_id, threshold=5, account_id=None) for _ in range(2)
    ]
    [item] = await database.read(list_pool)
    assert new == [1, 0]
    assert tuple(item.evidence[name] for name in ("count", "against", "passed")) == shown
    assert item.evidence["of"] == 30


async def test_a_weighted_number_stands_beside_the_plain_one(database: Database) -> None:
    def work(db: Session) -> dict[str, Any]:
        answers = [(["work"], "ibarra")] * 20 + [(["home"], "ibarra")] * 10
        answers += [(["work"], "otavalo")] * 5 + [(["home"], "otavalo")] * 15
        consultation_id = named(db, answers)
        people = {"canton": {"ibarra": 50_000, "otavalo": 50_000}}
        room(db, people=0, consultation_id=consultation_id, reference=people)
        propose_items(db, consultation_id, threshold=5, account_id=None)
        return {item.title["es"]: item.evidence for item in list_items(db, consultation_id)}

    found = await database.run(work)
    assert (found["Trabajo"]["count"], found["Trabajo"]["of"]) == (25, 50)
    weighted = found["Trabajo"]["weighted"]
    assert weighted["percent"] == 46, "half of two thirds and half of a quarter"
    assert weighted["low"] < 46 < weighted["high"] and weighted["by"] == ["canton"] and weighted["worth"] < 50


async def test_few_people_of_a_canton_leave_no_weighted_number(database: Database) -> None:
    def work(db: Session) -> list[bool]:
        answers = [(["work"], "ibarra")] * 20 + [(["home"], "ibarra")] * 10
        answers += [(["work"], "otavalo")] * 2 + [(["home"], "otavalo")] * 8
        consultation_id = named(db, answers)
        people = {"canton": {"ibarra": 50_000, "otavalo": 50_000}}
        room(db, people=0, consultation_id=consultation_id, reference=people)
        propose_items(db, consultation_id, threshold=5, account_id=None)
        return ["weighted" in item.evidence for item in list_items(db, consultation_id)]

    assert await database.run(work) == [False, False]


async def test_who_contributed_in_several_ways_is_one_person(database: Database) -> None:
    def work(db: Session) -> tuple[set[int], int]:
        assembly_id = room(db, people=2, absent=1)
        came = list(db.scalars(select(Invitation.participant_id).where(Invitation.came)))
        consultation_id = named(db, [])
        deliberation_id = analysed(db)
        outsider, voter = person(db), person(db)
        for each, state in ((came[0], "finished"), (outsider, "started")):
            db.add(Participation(participant_id=each, consultation_id=consultation_id, state=state))
        for each, state in ((came[0], "voted"), (voter, "voted"), (outsider, "asked")):
            db.add(Turnout(participant_id=each, deliberation_id=deliberation_id, state=state))
        item = AgendaItem(
            consultation_id=consultation_id,
            deliberation_id=deliberation_id,
            assembly_id=assembly_id,
            position=1,
            title={},
            evidence={},
        )
        db.add(item)
        db.flush()
        found = list(db.scalars(contributors_of(item)))
        assert set(found) == {*came, voter} and len(found) == len(set(found))
        return set(found), db.query(Participant).count()

    await database.run(work)
