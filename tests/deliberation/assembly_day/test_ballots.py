"""A ballot of an assembly: who may vote, what counts, and that nobody can tell afterwards who voted what."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from core.tables import Broadcast, Delivery, Owed
from deliberation.assemblies.tables import Invitation
from deliberation.assembly_day.ballot_results import BallotKind, Result
from deliberation.assembly_day.balloting import (
    NotInTheRoom,
    cast_vote,
    get_paper,
    list_open_papers,
    list_own_ballots,
    tick_option,
)
from deliberation.assembly_day.ballots import (
    AnotherBallotOpen,
    close_ballot,
    close_forgotten_ballot,
    create_ballot,
    get_ballot,
    list_forgotten_ballots,
    open_ballot,
    rewrite_ballot,
    tell_latecomers,
    void_ballot,
)
from deliberation.assembly_day.relevance import still_voting
from deliberation.assembly_day.tables import Ballot, BallotVote, BallotVoter
from deliberation.opinions.own_votes import erase_person
from tests.deliberation.assembly_day.rooms import ASKED, BEGAN, DURING, asked, chat, room


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    with at(DURING):
        yield


def count(db: Session, table: type[Ballot | BallotVote | BallotVoter]) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def told(db: Session, ballot_id: int) -> list[int]:
    """Whom broadcasts of a ballot went to."""
    query = select(Delivery.participant_id).join(Broadcast).where(Broadcast.subject_id == ballot_id)
    return sorted(db.scalars(query.where(Broadcast.kind == Kind.BALLOT)))


def close(db: Session, /, ballot_id: int, **hands: int) -> Result:
    return close_ballot(db, ballot_id, hands, threshold=5, account_id=None)


async def test_the_last_vote_of_a_person_counts_and_a_repeated_one_changes_nothing(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        ballot = asked(db, room(db))
        for number in range(5):
            cast_vote(db, chat(number), ballot, "yes")
        cast_vote(db, chat(0), ballot, "no")
        assert cast_vote(db, chat(0), ballot, "no").chosen == ("no",)
        assert get_ballot(db, ballot).voted == 5
        assert close(db, ballot) == Result(5, passed=True, counts={"yes": 4, "no": 1, "abstain": 0})

    await database.run(work)


async def test_only_who_came_votes_whatever_a_button_says(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db, absent=1)
        ballot = asked(db, assembly)
        draft = create_ballot(db, assembly, BallotKind.PROPOSAL, ASKED, account_id=None)
        with pytest.raises(NotInTheRoom):
            cast_vote(db, chat(6), ballot, "yes")
        for forged in ((draft, "yes"), (999, "yes"), (ballot, "maybe")):
            with pytest.raises(NotFound):
                cast_vote(db, chat(0), *forged)
        assert count(db, BallotVoter) == count(db, BallotVote) == 0
        assert list_open_papers(db, chat(6)) == []
        assert [paper.ballot_id for paper in list_open_papers(db, chat(0))] == [ballot]

    await database.run(work)


async def test_a_vote_after_the_closing_changes_nothing_and_is_told_so(database: Database) -> None:
    def work(db: Session) -> None:
        ballot = asked(db, room(db))
        for number in range(5):
            cast_vote(db, chat(number), ballot, "yes")
        close(db, ballot)
        late = cast_vote(db, chat(5), ballot, "no")
        assert not late.is_open and late.chosen == () and count(db, BallotVoter) == 5
        with pytest.raises(Conflict):
            close(db, ballot)

    await database.run(work)


async def test_a_closed_ballot_ties_nobody_to_a_vote_and_scrubbing_is_owed(database: Database) -> None:
    def work(db: Session) -> None:
        ballot = asked(db, room(db))
        for number in (3, 1, 4, 0, 5):
            cast_vote(db, chat(number), ballot, "yes")
        assert list_own_ballots(db, chat(3))[0].paper.chosen == ("yes",)
        close(db, ballot)
        assert count(db, BallotVote) == 0
        rows = db.execute(select(BallotVoter.participant_id, BallotVoter.vote_id)).all()
        assert all(vote_id is None for _, vote_id in rows) and len(rows) == 5
        assert list_own_ballots(db, chat(3))[0].paper.chosen == ()
        assert db.scalar(select(Owed.name)) is not None

    await database.run(work)


async def test_fewer_secret_votes_than_the_threshold_are_not_even_kept(database: Database) -> None:
    def work(db: Session) -> None:
        ballot = asked(db, room(db))
        for number in range(4):
            cast_vote(db, chat(number), ballot, "yes")
        close(db, ballot, yes=1, no=1)
        assert db.get_one(Ballot, ballot).result == {"voters": 6, "counts": None, "passed": True}

    await database.run(work)


async def test_points_of_an_order_are_ticked_and_taken_back_three_at_most(database: Database) -> None:
    def work(db: Session) -> None:
        ballot = asked(db, room(db), BallotKind.ORDER)
        for value in ("4", "1", "2"):
            tick_option(db, chat(0), ballot, value, on=True)
        assert tick_option(db, chat(0), ballot, "3", on=True).chosen == ("1", "2", "4")
        assert tick_option(db, chat(0), ballot, "1", on=False).chosen == ("2", "4")
        assert tick_option(db, chat(0), ballot, "1", on=False).chosen == ("2", "4")
        for value in ("2", "4"):
            tick_option(db, chat(0), ballot, value, on=False)
        assert get_ballot(db, ballot).voted == count(db, BallotVote) == 0

    await database.run(work)


async def test_two_workers_count_a_person_once_and_a_closing_loses_nobody(database: Database) -> None:
    ballot = await database.run(lambda db: asked(db, room(db, 8)))
    await asyncio.gather(
        *(database.run(cast_vote, chat(number), ballot, "yes") for number in range(8)),
        *(database.run(cast_vote, chat(number), ballot, "no") for number in range(8)),
        *(database.run(cast_vote, chat(0), ballot, "abstain") for _ in range(4)),
    )
    late = asyncio.gather(*(database.run(cast_vote, chat(number), ballot, "yes") for number in range(8)))
    result, _ = await asyncio.gather(database.run(close, ballot), late)
    assert result.voters == sum((result.counts or {}).values()) == 8
    assert await database.read(lambda db: count(db, BallotVote)) == 0


async def test_a_room_votes_on_one_thing_at_a_time(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db)
        asked(db, assembly)
        with pytest.raises(AnotherBallotOpen):
            asked(db, assembly)
        asked(db, room_of_others(db))

    def room_of_others(db: Session) -> int:
        return room(db, 0)

    await database.run(work)


async def test_who_comes_in_later_is_told_once_and_who_has_voted_is_not(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db, 2, absent=2)
        ballot = asked(db, assembly)
        assert told(db, ballot) == [1, 2]
        assert tell_latecomers(db) == []
        db.execute(Invitation.__table__.update().values(came=True))  # type: ignore[attr-defined]
        cast_vote(db, chat(2), ballot, "yes")
        assert len(tell_latecomers(db)) == 1 and told(db, ballot) == [1, 2, 4]
        assert tell_latecomers(db) == []
        assert still_voting(db, ballot, [1, 2, 3, 4]) == {1, 2, 4}
        close(db, ballot)
        assert still_voting(db, ballot, [1, 2, 3, 4]) == set()

    await database.run(work)


async def test_a_ballot_that_nobody_closed_closes_itself_once(database: Database) -> None:
    ballot = await database.run(lambda db: asked(db, room(db)))
    assert await database.read(list_forgotten_ballots) == []
    with at(BEGAN + timedelta(hours=9)):
        assert await database.read(list_forgotten_ballots) == [ballot]
        assert await database.run(close_forgotten_ballot, ballot, 5)
        assert not await database.run(close_forgotten_ballot, ballot, 5)


async def test_the_vote_of_who_erases_themselves_goes_with_them(database: Database) -> None:
    def work(db: Session) -> None:
        ballot = asked(db, room(db))
        for number in range(6):
            cast_vote(db, chat(number), ballot, "yes")
        erase_person(db, chat(0))
        assert count(db, BallotVote) == 5
        assert close(db, ballot).voters == 5
        erase_person(db, chat(1))
        assert get_ballot(db, ballot).result == Result(
            5, passed=True, counts={"yes": 5, "no": 0, "abstain": 0}
        )

    await database.run(work)


async def test_a_void_ballot_throws_the_votes_away_unread(database: Database) -> None:
    def work(db: Session) -> None:
        ballot = asked(db, room(db))
        cast_vote(db, chat(0), ballot, "yes")
        void_ballot(db, ballot, account_id=None)
        card = get_ballot(db, ballot)
        assert card.result == Result(void=True) and count(db, BallotVote) == 0

    await database.run(work)


async def test_what_the_room_was_asked_is_not_rewritten(database: Database) -> None:
    def work(db: Session) -> None:
        assembly = room(db)
        draft = create_ballot(db, assembly, BallotKind.PROPOSAL, ASKED, account_id=None)
        rewrite_ballot(db, draft, {"es": "Otra", "qu": "Shuktak"}, account_id=None)
        open_ballot(db, draft, account_id=None)
        assert get_paper(db, chat(0), draft).text["es"] == "Otra"
        with pytest.raises(Conflict):
            rewrite_ballot(db, draft, ASKED, account_id=None)

    await database.run(work)
