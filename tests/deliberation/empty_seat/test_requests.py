"""The empty seat from the request to the register, on a database: asked, decided, agreed, withdrawn, forgotten."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import Kind
from core.claims import Restraint, claim_batch
from core.clock import at
from core.database import Database
from core.errors import Conflict, NotFound
from core.sealing import Vault
from core.tables import Broadcast, Delivery
from deliberation.empty_seat.accrediting import DenialUnexplained, RulesUnmet, accredit, deny, take_seat
from deliberation.empty_seat.asking import (
    LONGEST_PURPOSE,
    NotOpen,
    RulesChanged,
    TooLong,
    ask_for_seat,
    say_purpose,
    withdraw_request,
)
from deliberation.empty_seat.credentials import find_by_credential, make_credential
from deliberation.empty_seat.items import list_offer
from deliberation.empty_seat.own_requests import get_own_request, list_own_requests
from deliberation.empty_seat.positions import settle_seats, state_position
from deliberation.empty_seat.purging import purge_requests
from deliberation.empty_seat.register import get_case, list_register
from deliberation.empty_seat.rule_book import BasisMissing, find_rules, list_rules, set_rules
from deliberation.empty_seat.rules import Rule, Rules
from deliberation.empty_seat.tables import SeatRequest
from deliberation.opinions.own_votes import erase_person
from tests.deliberation.empty_seat.chairs import (
    NOON,
    REASON,
    STARTS,
    asks,
    hear,
    rules,
    sits,
    sitting,
    somebody,
)

ROSA, LUIS, INES = b"r" * 32, b"l" * 32, b"i" * 32
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with at(NOON):
        yield


@pytest.fixture
async def item(database: Database) -> int:
    """An item of a sitting in ten days, the usual rules, and Rosa."""

    def work(db: Session) -> int:
        rules(db)
        somebody(db, ROSA)
        return sitting(db)

    return await database.run(work)


def told(db: Session) -> dict[int, list[int]]:
    """Request → the people that each message about it is for."""
    found: dict[int, list[int]] = {}
    query = select(Broadcast.subject_id, Delivery.participant_id).join(
        Delivery, Delivery.broadcast_id == Broadcast.id
    )
    for subject, person in db.execute(query.where(Broadcast.kind == Kind.SEAT).order_by(Broadcast.id)):
        found.setdefault(subject, []).append(person)
    return found


def state_of(db: Session, number: int) -> str:
    return db.get_one(SeatRequest, number).state


async def test_a_request_is_stored_once_with_the_rules_of_its_time(database: Database, item: int) -> None:
    def work(db: Session) -> tuple[Any, ...]:
        first = asks(db, ROSA, item)
        again = asks(db, ROSA, item)
        rules(db, least_age=18)
        kept = get_case(db, first.number)
        return first.number, again.number, kept.book.rules.least_age, len(list_rules(db))

    assert await database.run(work) == (1, 1, 16, 2)


async def test_two_workers_store_one_request(database: Database, item: int) -> None:
    def once(_: int) -> int:
        with at(NOON), Session(database.engine) as db, db.begin():
            return asks(db, ROSA, item).number

    with ThreadPoolExecutor(2) as workers:
        assert set(workers.map(once, range(2))) == {1}


async def test_two_workers_do_not_give_the_last_place_twice(database: Database, item: int) -> None:
    def prepare(db: Session) -> None:
        rules(db, most_people=1)
        somebody(db, LUIS)
        asks(db, ROSA, item)
        asks(db, LUIS, item)

    def give(number: int) -> str:
        try:
            with at(NOON), Session(database.engine) as db, db.begin():
                accredit(db, number, account_id=None)
        except RulesUnmet:
            return "full"
        return "sits"

    await database.run(prepare)
    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(give, (1, 2))) == ["full", "sits"]


async def test_what_is_not_the_persons_fault_is_refused_at_once(database: Database, item: int) -> None:
    def late(db: Session) -> Any:
        book = find_rules(db)
        assert book is not None
        declared = {"age": True, "residence": True, "office": True, "interest": True, "report": True}
        return ask_for_seat(db, ROSA, item, book.id, declared), list(db.scalars(select(SeatRequest)))

    with at(STARTS - DAY):
        assert await database.run(late) == (NotOpen((Rule.NOTICE,)), [])
    with at(STARTS - DAY):
        assert (await database.read(list_offer)).items == []
    assert [each.id for each in (await database.read(list_offer)).items] == [item]


@pytest.mark.parametrize("declared", [{}, {"age": True}, {"age": True, "nationality": True}])
async def test_other_declarations_than_the_rules_ask_for_begin_anew(
    database: Database, item: int, declared: dict[str, bool]
) -> None:
    assert await database.run(ask_for_seat, ROSA, item, 1, declared) == RulesChanged(item)


async def test_without_rules_there_is_no_seat(database: Database) -> None:
    def work(db: Session) -> Any:
        somebody(db, ROSA)
        return ask_for_seat(db, ROSA, sitting(db), 1, {}), list_offer(db).book

    assert await database.run(work) == (NotOpen((Rule.SITTING,)), None)


@pytest.mark.parametrize("basis", [{}, {"es": "Ordenanza 12"}, {"es": "Ordenanza 12", "qu": " "}])
async def test_no_rule_without_its_legal_basis(database: Database, basis: dict[str, str]) -> None:
    with pytest.raises(BasisMissing):
        await database.run(set_rules, Rules(), basis, account_id=None)


async def test_the_same_rules_again_change_nothing(database: Database) -> None:
    assert await database.run(rules) == await database.run(rules) == 1


async def test_who_does_not_meet_a_rule_may_ask_and_is_not_accredited(database: Database, item: int) -> None:
    number = (await database.run(asks, ROSA, item, "residence")).number
    with pytest.raises(RulesUnmet):
        await database.run(accredit, number, account_id=None)
    await database.run(deny, number, ["residence"], {}, account_id=None)

    def look(db: Session) -> Any:
        line = list_register(db)[0]
        return line.state, line.reasons, told(db)

    assert await database.read(look) == ("denied", ("residence",), {1: [1]})


@pytest.mark.parametrize("reason", [{}, {"es": "No"}, {"es": "No", "qu": " "}])
async def test_nobody_is_denied_without_a_rule_or_a_reason(
    database: Database, item: int, reason: dict[str, str]
) -> None:
    await database.run(asks, ROSA, item)
    with pytest.raises(DenialUnexplained):
        await database.run(deny, 1, ["no such rule"], reason, account_id=None)
    await database.run(deny, 1, [], REASON, account_id=None)
    assert await database.run(deny, 1, [], REASON, account_id=None) == []
    assert await database.read(state_of, 1) == "denied"
    with pytest.raises(Conflict):
        await database.run(accredit, 1, account_id=None)
    assert (await database.run(asks, ROSA, item)).number == 1  # the answer stands


async def test_one_person_sits_with_a_vote_and_is_told_once(database: Database, item: int) -> None:
    await database.run(asks, ROSA, item)
    await database.run(accredit, 1, account_id=None)
    await database.run(accredit, 1, account_id=None)
    assert await database.read(told) == {1: [1]}
    assert await database.read(state_of, 1) == "accredited"


async def test_no_weekly_limit_keeps_the_answer_from_who_asked(database: Database, item: int) -> None:
    await database.run(asks, ROSA, item)
    (first,) = await database.run(accredit, 1, account_id=None)
    full = Restraint(per_week=1)
    assert len(await database.run(claim_batch, first, 0, 5, restraint=full)) == 1
    (second,) = await database.run(deny, 1, [], REASON, account_id=None)
    with at(NOON + timedelta(hours=1)):
        assert len(await database.run(claim_batch, second, 0, 5, restraint=full)) == 1


async def test_two_who_say_the_same_have_one_vote_and_else_are_heard(database: Database, item: int) -> None:
    await database.run(sits, LUIS, item)
    await database.run(sits, INES, item)

    def states(db: Session) -> list[str]:
        return [state_of(db, number) for number in (1, 2)]

    first = await database.run(state_position, LUIS, 1, "yes")
    assert not first.agreed and first.together == 2
    await database.run(state_position, INES, 2, "no")
    assert await database.read(states) == ["heard", "heard"]
    assert await database.read(lambda db: get_own_request(db, LUIS, 1).reasons) == ("agree",)
    assert (await database.run(state_position, INES, 2, "yes")).agreed  # they talked
    assert await database.read(states) == ["accredited", "accredited"]
    await database.run(state_position, INES, 2, "yes")
    # Luis: accredited, joined by Inés, heard, with a vote; Inés: accredited, and what she did herself she saw.
    assert await database.read(told) == {1: [2, 2, 2, 2], 2: [3]}


async def test_who_has_not_agreed_when_it_begins_is_heard(database: Database, item: int) -> None:
    await database.run(sits, LUIS, item)
    await database.run(sits, INES, item)
    await database.run(state_position, LUIS, 1, "yes")
    assert await database.run(settle_seats) == []
    with at(STARTS):
        assert len(await database.run(settle_seats)) == 2
        assert await database.run(settle_seats) == []
        with pytest.raises(Conflict):
            await database.run(state_position, INES, 2, "yes")
    assert await database.read(state_of, 2) == "heard"


async def test_who_is_left_alone_has_the_vote_again(database: Database, item: int) -> None:
    await database.run(sits, LUIS, item)
    await database.run(sits, INES, item)
    await database.run(state_position, LUIS, 1, "yes")
    await database.run(state_position, INES, 2, "no")
    await database.run(withdraw_request, INES, 2)
    await database.run(withdraw_request, INES, 2)
    assert await database.read(state_of, 1) == "accredited"
    row = await database.read(lambda db: db.get_one(SeatRequest, 2))
    assert (row.state, row.declared, row.purpose, row.code) == ("withdrawn", {}, "", None)


@pytest.mark.parametrize("act", ["position", "withdraw", "purpose", "code"])
async def test_a_forged_button_touches_nobody_elses_request(
    database: Database, vault: Vault, item: int, act: str
) -> None:
    await database.run(sits, LUIS, item)
    acts: dict[str, Any] = {
        "position": (state_position, ROSA, 1, "yes"),
        "withdraw": (withdraw_request, ROSA, 1),
        "purpose": (say_purpose, ROSA, 1, "palabras", hear),
        "code": (make_credential, ROSA, 1, vault),
    }
    with pytest.raises(NotFound):
        await database.run(*acts[act])
    with pytest.raises(NotFound):
        await database.run(state_position, LUIS, 1, "perhaps")


async def test_the_purpose_is_covered_and_the_last_one_counts(database: Database, item: int) -> None:
    await database.run(asks, ROSA, item)
    await database.run(say_purpose, ROSA, 1, "Otra cosa", hear)
    said = await database.run(say_purpose, ROSA, 1, "Llame al 0991234567  por favor", hear)
    assert getattr(said, "purpose", None) == "Llame al […] por favor"
    too_long = await database.run(say_purpose, ROSA, 1, "a" * 601, hear)
    assert too_long == TooLong(601, LONGEST_PURPOSE)


async def test_a_new_code_replaces_the_one_before(database: Database, vault: Vault, item: int) -> None:
    await database.run(sits, LUIS, item)
    first = await database.run(make_credential, LUIS, 1, vault)
    second = await database.run(make_credential, LUIS, 1, vault)
    assert await database.read(find_by_credential, first, vault) is None
    assert await database.read(find_by_credential, second.lower().replace("-", " "), vault) == 1
    assert await database.read(find_by_credential, "no", vault) is None
    await database.run(asks, ROSA, item)
    with pytest.raises(Conflict):
        await database.run(make_credential, ROSA, 2, vault)


async def test_only_who_was_accredited_takes_the_seat(database: Database, item: int) -> None:
    await database.run(asks, ROSA, item)
    with pytest.raises(Conflict):
        await database.run(take_seat, 1, came=True, account_id=None)
    await database.run(accredit, 1, account_id=None)
    await database.run(take_seat, 1, came=True, account_id=None)
    assert await database.read(lambda db: list_register(db)[0].came)


async def test_what_nobody_decided_in_time_says_so(database: Database, item: int) -> None:
    await database.run(asks, ROSA, item)
    with at(STARTS):
        (own,) = await database.read(list_own_requests, ROSA)
        assert (own.state, own.standing) == ("asked", "late")
        with pytest.raises(RulesUnmet):
            await database.run(accredit, 1, account_id=None)


async def test_who_erases_themselves_is_withdrawn_and_the_register_keeps_its_numbers(
    database: Database, item: int
) -> None:
    await database.run(sits, LUIS, item)
    await database.run(sits, INES, item)
    await database.run(say_purpose, INES, 2, "palabras", hear)
    await database.run(state_position, LUIS, 1, "yes")
    await database.run(state_position, INES, 2, "no")
    await database.run(erase_person, INES)
    row = await database.read(lambda db: db.get_one(SeatRequest, 2))
    assert (row.state, row.participant_id, row.declared, row.purpose) == ("withdrawn", None, {}, "")
    assert len(await database.run(settle_seats)) == 1
    assert await database.read(state_of, 1) == "accredited"
    assert [line.number for line in await database.read(list_register)] == [2, 1]


async def test_after_the_sitting_what_was_declared_goes_and_later_the_tie(
    database: Database, vault: Vault, item: int
) -> None:
    await database.run(sits, LUIS, item)
    await database.run(say_purpose, LUIS, 1, "palabras", hear)
    await database.run(make_credential, LUIS, 1, vault)

    def look(db: Session) -> Any:
        row = db.get_one(SeatRequest, 1)
        return row.declared != {}, row.purpose, row.code is not None, row.participant_id is not None

    await database.run(purge_requests)
    assert await database.read(look) == (True, "palabras", True, True)
    with at(STARTS + 2 * DAY):
        await database.run(purge_requests)
    assert await database.read(look) == (False, "", False, True)
    with at(STARTS + 61 * DAY):
        await database.run(purge_requests)
    assert await database.read(look) == (False, "", False, False)
    assert await database.read(list_own_requests, LUIS) == []
