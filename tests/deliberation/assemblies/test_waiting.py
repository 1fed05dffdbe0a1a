"""More were drawn than there are seats: who says yes first has one, and a seat that is given back goes to who waits."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.tables import Participant
from deliberation.assemblies.attendance import answer_invitation, get_own_seat
from deliberation.assemblies.replacing import choose_next, find_vacancy, keep_deadlines, offer_seats
from deliberation.assemblies.tables import Invitation
from tests.deliberation.assemblies.meetings import NOON, answers, arrive, drawn, invited, say, tell

DAY = timedelta(days=1)


def answer(db: Session, assembly_id: int, person: int, *, comes: bool = True) -> str:
    """What becomes of somebody's yes or no."""
    chat = db.get_one(Participant, person).chat_index = person.to_bytes(32)
    db.flush()
    return answer_invitation(db, chat, assembly_id, comes=comes).answer


def fill(db: Session, assembly_id: int) -> list[int]:
    """What the timetable does, and the message arrives: whom it reached."""
    keep_deadlines(db, assembly_id)
    vacancy = find_vacancy(db, assembly_id)
    broadcast_id = offer_seats(db, vacancy, choose_next(vacancy)) if vacancy else None
    return [] if broadcast_id is None else arrive(db, broadcast_id)


async def test_who_says_yes_while_seats_are_free_has_one_and_who_comes_later_waits(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db, of_each=3)
        with at(NOON):
            people = [*pool["man"][:3], *pool["woman"][:3]]
            said = [answer(db, assembly_id, person) for person in people]
            assert said == ["yes"] * 4 + ["waiting"] * 2
            assert answer(db, assembly_id, people[4]) == "waiting", "a second tap changes nothing"
            assert fill(db, assembly_id) == [], "all seats are taken"

    await database.run(work)


async def test_a_seat_that_is_given_back_goes_to_the_one_who_waits_and_keeps_the_quotas(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db, of_each=4)
        men, women = pool["man"], pool["woman"]
        with at(NOON):
            say(db, assembly_id, "yes", *men[:2], *women[:2])
            say(db, assembly_id, "waiting", men[2], women[2])
            assert answer(db, assembly_id, women[0], comes=False) == "no"
            assert answer(db, assembly_id, men[2]) == "waiting", (
                "the quotas say who is next, not who is quick"
            )
            assert answer(db, assembly_id, women[3]) == "waiting", "nobody passes those who wait"
            (next_one,) = fill(db, assembly_id)
            assert next_one in (women[2], women[3])
            assert answer(db, assembly_id, men[3]) == "waiting", "the seat is held for her"
            assert answer(db, assembly_id, next_one) == "yes"

    await database.run(work)


async def test_where_only_those_wait_who_miss_the_quotas_the_seat_is_theirs_all_the_same(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db, of_each=3)
        men, women = pool["man"], pool["woman"]
        with at(NOON):
            say(db, assembly_id, "yes", *men[:2], *women[:2])
            say(db, assembly_id, "waiting", men[2])
            say(db, assembly_id, "no", *women[1:3])
            assert fill(db, assembly_id) == [men[2]], "they were promised to hear of it"

    await database.run(work)


async def test_no_replacement_is_asked_while_as_many_come_or_still_may_as_there_are_seats(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db, of_each=3)
        men, women = pool["man"], pool["woman"]
        with at(NOON):
            tell(db, assembly_id, [*men[:3], *women[:3]])
            say(db, assembly_id, "yes", men[0])
            say(db, assembly_id, "no", *women[:2])
            assert fill(db, assembly_id) == [], "one comes, three may still"
            say(db, assembly_id, "no", women[2])
            (asked,) = fill(db, assembly_id)
            assert asked in women[3:]
            say(db, assembly_id, "yes", asked)
        with at(NOON + 3 * DAY):  # the two other men were silent: the seats are a man's and a woman's
            others = fill(db, assembly_id)
        assert len(others) == 2 and {*others} & {*men[3:]} and {*others} & {*women[3:]}

    await database.run(work)


async def test_who_waits_comes_before_a_replacement(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db, of_each=3)
        men, women = pool["man"], pool["woman"]
        with at(NOON):
            say(db, assembly_id, "waiting", women[0])
            say(db, assembly_id, "no", *men[:3], *women[1:3])
            vacancy = find_vacancy(db, assembly_id)
            assert vacancy is not None
            choice = choose_next(vacancy)
            mine = Invitation.participant_id == women[0], Invitation.assembly_id == assembly_id
            assert choice.waiting == (db.scalar(select(Invitation.id).where(*mine)),)
            assert len(choice.tickets) == 3
            assert fill(db, assembly_id) == sorted([women[0], *men[3:], *_one_of(women[3:], choice.tickets)])

    await database.run(work)


def _one_of(people: list[int], tickets: tuple[str, ...]) -> list[int]:
    return [person for person in people if f"{person:016x}" in tickets]


async def test_where_as_many_were_drawn_as_there_are_seats_silence_holds_one(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db)
        with at(NOON):
            (late,) = invited(db, assembly_id, "lapsed")
            assert answer(db, assembly_id, late) == "waiting"
            assert fill(db, assembly_id) == []
            assert answer(db, assembly_id, pool["man"][0]) == "yes"
        assert answers(db, assembly_id)[late] == "waiting"

    await database.run(work)


async def test_a_ticket_says_how_many_were_drawn_for_how_many_seats(database: Database) -> None:
    def work(db: Session) -> None:
        assembly_id, pool = drawn(db, of_each=3)
        with at(NOON):
            answer(db, assembly_id, pool["man"][0])
            _, ticket = get_own_seat(db, pool["man"][0].to_bytes(32), assembly_id)
        assert ticket is not None
        assert (ticket.people, ticket.panel_size, ticket.seats) == (10, 6, 4)

    await database.run(work)
