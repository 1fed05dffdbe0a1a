"""An assembly sends somebody: its vote, who would go, the lot that anybody can check, and the report back."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from core.tables import Broadcast, Delivery
from deliberation.council.tables import AgendaItem
from deliberation.empty_seat.accrediting import accredit, take_seat
from deliberation.empty_seat.asking import NotOpen, withdraw_request
from deliberation.empty_seat.delegation import (
    Lot,
    NobodyForward,
    SeatNotOpen,
    SourceMissing,
    ask_for_assembly,
    draw_delegate,
    list_calls,
    list_mandates,
    lot_of,
    put_forward,
)
from deliberation.empty_seat.news import get_seat_news, still_theirs
from deliberation.empty_seat.own_requests import OwnRequest, list_own_requests
from deliberation.empty_seat.register import get_case, list_register
from deliberation.empty_seat.reporting import LONGEST_REPORT, ReportIncomplete, approve_report, write_report
from deliberation.empty_seat.tables import SeatRequest
from surveys.tables import Participation
from tests.deliberation.asked import draft
from tests.deliberation.empty_seat.chairs import (
    NOON,
    STARTS,
    assembly,
    hear,
    rules,
    sits,
    sitting,
    somebody,
)

ROSA, LUIS, INES = b"r" * 32, b"l" * 32, b"i" * 32
SOURCE = {"es": "Lotería Nacional, sorteo 7001", "qu": "Lotería Nacional, 7001 yupay"}
DECLARED = dict.fromkeys(("age", "residence", "office", "interest", "report"), True)
REPORT = {"es": "Votamos por la ventanilla.", "qu": "Wasimanta akllarkanchik."}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with at(NOON):
        yield


@pytest.fixture
async def ballot(database: Database) -> int:
    """Rosa and Luis were at an assembly that voted to ask for the seat; Inés was not."""

    def work(db: Session) -> int:
        rules(db)
        here = [somebody(db, ROSA), somebody(db, LUIS)]
        somebody(db, INES)
        return assembly(db, sitting(db), *here)

    return await database.run(work)


def word(lot: Lot) -> dict[str, str]:
    return {"es": f"{lot.seed}: {lot.numbers} → {lot.drawn}", "qu": str(lot.drawn)}


def recipients(db: Session, kind: Kind, subject: int) -> list[int]:
    query = select(Delivery.participant_id).join(Broadcast, Broadcast.id == Delivery.broadcast_id)
    return sorted(db.scalars(query.where(Broadcast.kind == kind, Broadcast.subject_id == subject)))


async def test_a_vote_that_passed_is_a_mandate_until_it_is_followed(database: Database, ballot: int) -> None:
    assert [each.ballot_id for each in await database.read(list_mandates)] == [ballot]
    assert len(await database.run(ask_for_assembly, ballot, SOURCE, account_id=None)) == 1
    assert await database.run(ask_for_assembly, ballot, SOURCE, account_id=None) == []
    assert await database.read(list_mandates) == []
    assert await database.read(recipients, Kind.SEAT, 1) == [1, 2]


async def test_a_vote_that_failed_asks_for_nothing(database: Database) -> None:
    def work(db: Session) -> int:
        rules(db)
        return assembly(db, sitting(db), passed=False)

    ballot = await database.run(work)
    assert await database.read(list_mandates) == []
    with pytest.raises(NotFound):
        await database.run(ask_for_assembly, ballot, SOURCE, account_id=None)


async def test_the_source_of_the_seed_is_named_before(database: Database, ballot: int) -> None:
    with pytest.raises(SourceMissing):
        await database.run(ask_for_assembly, ballot, {"es": "La lotería"}, account_id=None)


@pytest.mark.parametrize("closed", ["rules", "notice"])
async def test_an_assembly_asks_in_time_and_where_the_rules_know_it(
    database: Database, ballot: int, closed: str
) -> None:
    if closed == "rules":
        await database.run(lambda db: rules(db, by_assembly=False))
    with at(NOON if closed == "rules" else STARTS - timedelta(days=1)), pytest.raises(SeatNotOpen):
        await database.run(ask_for_assembly, ballot, SOURCE, account_id=None)


async def test_who_comes_forward_when_the_seed_is_known_is_not_drawn_from(
    database: Database, ballot: int
) -> None:
    def work(db: Session) -> None:
        ask_for_assembly(db, ballot, SOURCE, account_id=None)
        put_forward(db, ROSA, 1, DECLARED)
        with at(NOON + timedelta(minutes=2)):
            put_forward(db, LUIS, 1, DECLARED)
            early, published = NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)
            with pytest.raises(NobodyForward):
                draw_delegate(db, 1, "4711", word, published_at=early, account_id=None)
            seed = next(str(each) for each in range(99) if lot_of(str(each), (2, 3)) == 3)
            told = draw_delegate(db, 1, seed, word, published_at=published, account_id=None)
        assert db.get_one(SeatRequest, 1).participant_id == 1, "of two numbers Luis's would have won"
        assert len(told) == 2 and db.get_one(SeatRequest, 3).state == "withdrawn"

    await database.run(work)


async def test_nobody_tries_numbers_until_one_wins(database: Database, ballot: int) -> None:
    def work(db: Session) -> None:
        ask_for_assembly(db, ballot, SOURCE, account_id=None)
        first = put_forward(db, LUIS, 1, DECLARED)
        assert isinstance(first, OwnRequest)
        assert withdraw_request(db, LUIS, first.number).state == "withdrawn"
        again = put_forward(db, LUIS, 1, DECLARED)
        assert isinstance(again, OwnRequest)
        assert (again.number, again.state, again.declared) == (first.number, "asked", DECLARED)

    await database.run(work)


async def test_only_who_was_there_and_meets_the_rules_is_drawn_from(database: Database, ballot: int) -> None:
    await database.run(ask_for_assembly, ballot, SOURCE, account_id=None)
    with pytest.raises(NobodyForward):
        await database.run(draw_delegate, 1, "4711", word, published_at=NOON, account_id=None)
    with pytest.raises(NotFound):
        await database.run(put_forward, INES, 1, DECLARED)
    refused = await database.run(put_forward, ROSA, 1, {**DECLARED, "residence": False})
    assert isinstance(refused, NotOpen) and refused.rules == ("residence",)
    first = await database.run(put_forward, ROSA, 1, DECLARED)
    again = await database.run(put_forward, ROSA, 1, DECLARED)
    assert isinstance(first, OwnRequest) and isinstance(again, OwnRequest) and first.number == again.number
    assert await database.read(list_calls, INES) == []
    assert (await database.read(get_case, 1)).forward == 1


async def test_the_lot_is_drawn_once_and_anybody_can_check_it(database: Database, ballot: int) -> None:
    await database.run(ask_for_assembly, ballot, SOURCE, account_id=None)
    await database.run(put_forward, ROSA, 1, DECLARED)
    await database.run(put_forward, LUIS, 1, DECLARED)
    drawn = min((2, 3), key=lambda number: sha256(f"4711:{number}".encode()).hexdigest())
    await database.run(draw_delegate, 1, "4711", word, published_at=NOON, account_id=None)
    with pytest.raises(Conflict):
        await database.run(draw_delegate, 1, "4712", word, published_at=NOON, account_id=None)
    goes, stays = (ROSA, LUIS) if drawn == 2 else (LUIS, ROSA)
    (own,) = await database.read(list_own_requests, goes)
    assert (own.number, own.state, own.reason["es"]) == (1, "asked", f"4711: (2, 3) → {drawn}")
    (left,) = await database.read(list_own_requests, stays)
    assert (left.state, left.declared) == ("withdrawn", {})
    assert [line.number for line in await database.read(list_register)] == [1]
    await database.run(accredit, 1, account_id=None)
    row = await database.read(lambda db: db.get_one(SeatRequest, 1))
    assert (row.state, row.reason) == ("accredited", own.reason), "how it was drawn stays in the register"


def test_everybody_who_went_forward_has_the_same_chance() -> None:
    numbers = range(1, 6)
    drawn = [lot_of(str(seed), list(numbers)) for seed in range(5000)]
    chi_square = sum((drawn.count(number) - 1000) ** 2 / 1000 for number in numbers)
    assert chi_square < 18.47  # 4 degrees of freedom, p = 0.001


async def test_a_call_is_told_to_who_was_there_while_somebody_is_sought(
    database: Database, ballot: int
) -> None:
    await database.run(ask_for_assembly, ballot, SOURCE, account_id=None)
    assert getattr(await database.read(get_seat_news, 1), "source", None) == SOURCE
    assert await database.read(still_theirs, 1, [1, 2, 3]) == {1, 2}
    with at(STARTS):
        assert await database.read(still_theirs, 1, [1, 2, 3]) == set()


@pytest.fixture
async def seated(database: Database) -> int:
    """Luis sat for an item of a consultation that Rosa and Inés answered; Inés only began it."""

    def work(db: Session) -> int:
        rules(db)
        item = sitting(db)
        number = sits(db, LUIS, item)
        consultation = draft(db)
        people = somebody(db, ROSA), somebody(db, INES)
        for person, state in zip(people, ("finished", "started"), strict=True):
            db.add(Participation(participant_id=person, consultation_id=consultation, state=state))
        db.execute(update(AgendaItem).where(AgendaItem.id == item).values(consultation_id=consultation))
        take_seat(db, number, came=True, account_id=None)
        return number

    return await database.run(work)


async def test_a_report_is_covered_read_and_told_to_those_it_speaks_for(
    database: Database, seated: int
) -> None:
    with pytest.raises(Conflict):  # it has not begun
        await database.run(write_report, LUIS, seated, "Fui", hear)
    with at(STARTS + timedelta(hours=3)):
        long = await database.run(write_report, LUIS, seated, "a" * 1501, hear)
        assert getattr(long, "most", None) == LONGEST_REPORT
        said = await database.run(write_report, LUIS, seated, "Hablé con 0991234567\n\nGracias", hear)
        assert isinstance(said, OwnRequest) and said.report == {"es": "Hablé con […] Gracias"}
        with pytest.raises(ReportIncomplete):
            await database.run(approve_report, seated, {"es": "Fui"}, account_id=None)
        await database.run(approve_report, seated, REPORT, account_id=None)
        with pytest.raises(Conflict):
            await database.run(approve_report, seated, REPORT, account_id=None)
        with pytest.raises(Conflict):
            await database.run(write_report, LUIS, seated, "Otra cosa", hear)
    assert await database.read(recipients, Kind.SEAT_REPORT, seated) == [2]


@pytest.mark.parametrize("act", [write_report, approve_report])
async def test_who_did_not_sit_there_reports_nothing(database: Database, seated: int, act: Any) -> None:
    await database.run(take_seat, seated, came=False, account_id=None)
    given: Any = (LUIS, seated, "Fui", hear) if act is write_report else (seated, REPORT)
    with at(STARTS + timedelta(hours=3)), pytest.raises(Conflict):
        await database.run(act, *given, **({} if act is write_report else {"account_id": None}))
