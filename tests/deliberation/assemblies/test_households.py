"""Who lives together says so by a word, and of a household one person at most has a seat."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.tables import Participant
from deliberation.assemblies.attendance import answer_invitation
from deliberation.assemblies.draws import draw_seats
from deliberation.assemblies.households import (
    LARGEST,
    Household,
    HouseholdFull,
    HouseholdUnknown,
    NotWilling,
    begin_household,
    get_household,
    join_household,
    leave_household,
    readable_word,
)
from deliberation.assemblies.published_draws import get_draw_file, get_published_draw, will_file_be_open
from deliberation.assemblies.replacing import choose_next, find_vacancy
from deliberation.assemblies.tables import HOUSEHOLD, DrawTicket, Invitation
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.verification import all_hold, verify
from tests.deliberation.asked import person
from tests.deliberation.assemblies.meetings import NOON as MEETING_NOON
from tests.deliberation.assemblies.meetings import drawn, say
from tests.deliberation.assemblies.provinces import LOTTERY_AT, NOON, commit, found_province, lottery_assembly

LUIS, ROSA, OUTSIDER = b"luis", b"rosa", b"outsider"
WORD = "abcdefgh23"


def known(db: Session, chat: bytes, invite: str = "yes") -> None:
    """Somebody with a chat."""
    number = person(db, invite=invite, gender="woman")
    db.execute(update(Participant).where(Participant.id == number).values(chat_index=chat))


def settle(db: Session, *homes: tuple[int, ...]) -> None:
    """These people live together, by participant id."""
    for number, members in enumerate(homes, 2):
        for member in members:
            profile = db.get_one(Participant, member).profile
            db.get_one(Participant, member).profile = {**profile, HOUSEHOLD: f"abcdefgh2{number}"}
    db.flush()


async def test_one_gets_a_word_and_the_others_join_by_it(database: Database) -> None:
    def check(db: Session) -> None:
        known(db, LUIS)
        known(db, ROSA)
        assert get_household(db, LUIS) == Household()
        begun = begin_household(db, LUIS)
        assert begun.people == 1 and readable_word(f" {begun.word.upper()} ") == begun.word
        assert begin_household(db, LUIS) == begun, "asked twice, one word"
        assert join_household(db, ROSA, begun.word) == Household(begun.word, 2)
        assert join_household(db, ROSA, begun.word).people == 2
        assert leave_household(db, LUIS) == Household() == leave_household(db, LUIS)
        assert get_household(db, ROSA).people == 1
        kept = db.scalar(select(Participant.profile).where(Participant.chat_index == LUIS))
        assert kept == {"invite": "yes", "gender": "woman"}

    await database.run(check)


async def test_a_word_that_nobody_has_that_is_full_or_that_may_not_be_kept_is_refused(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        known(db, LUIS)
        known(db, OUTSIDER, invite="no")
        with pytest.raises(HouseholdUnknown):
            join_household(db, LUIS, WORD)
        with pytest.raises(NotWilling):
            begin_household(db, OUTSIDER)
        for _ in range(LARGEST):
            person(db, invite="yes", household=WORD)
        with pytest.raises(HouseholdFull):
            join_household(db, LUIS, WORD)
        with pytest.raises(NotWilling):
            join_household(db, OUTSIDER, WORD)
        assert get_household(db, LUIS) == Household()

    await database.run(check)


@pytest.mark.parametrize("typed", ["", "hola", "abcdefgh1l", "abcdefgh234", "a'; drop--"])
def test_what_can_be_no_word_is_none(typed: str) -> None:
    assert readable_word(typed) is None


async def test_of_a_household_one_is_drawn_and_anybody_verifies_it(
    database: Database, tmp_path: Path
) -> None:
    def check(db: Session) -> None:
        found_province(db)
        couples = [(number, 20 + number) for number in range(1, 13)]
        settle(db, *couples[:8])
        with at(NOON):
            draw_id = commit(db, lottery_assembly(db))
        with at(LOTTERY_AT + timedelta(hours=1)):
            draw_seats(db, draw_id, "12 34", account_id=None)
        file = get_draw_file(db, draw_id, 1, witness=True)
        path = tmp_path / "draw.json"
        path.write_text(json.dumps(file))
        assert all_hold(verify(read_draw_file(path)))
        assert len(file["households"]) == 8 and len(file["selected"]) == 10
        assert all(len(set(home) & set(file["selected"])) <= 1 for home in file["households"])
        kept = list(db.scalars(select(DrawTicket)))
        salted = {each.features[HOUSEHOLD] for each in kept if HOUSEHOLD in each.features}
        assert len(salted) == 8 and not any("abcdefgh" in each for each in salted)
        assert "abcdefgh" not in json.dumps(file)

    await database.run(check)


async def test_who_lives_together_counts_as_one_when_it_is_judged_whether_few_are_alike(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        for _ in range(2):
            found_province(db, men=8, women=8)
        assembly_id = lottery_assembly(db)
        assert will_file_be_open(db, assembly_id, 4)
        settle(db, (1, 3), (17, 19))  # two homes of two men who speak Spanish … alike, but only two homes
        assert not will_file_be_open(db, assembly_id, 4)
        with at(NOON):
            draw_id = commit(db, assembly_id)
        assert not get_published_draw(db, draw_id, 4).file_is_open

    await database.run(check)


async def test_a_free_seat_goes_to_nobody_whose_household_has_one(database: Database) -> None:
    def check(db: Session) -> None:
        with at(MEETING_NOON):
            assembly_id, pool = drawn(db, men=3, women=4)
            man, woman, waiting = pool["man"][0], pool["woman"][0], pool["man"][2]
            homes = {man: "h1", waiting: "h1", woman: "h2", pool["woman"][2]: "h2"}
            for ticket in db.scalars(select(DrawTicket)):
                ticket.features = {**ticket.features, HOUSEHOLD: homes.get(ticket.participant_id, "")}
            db.add(Invitation(assembly_id=assembly_id, participant_id=waiting, answer="waiting"))
            say(db, assembly_id, "yes", man, woman)
            say(db, assembly_id, "no", pool["woman"][1])
            say(db, assembly_id, "lapsed", pool["man"][1])
            vacancy = find_vacancy(db, assembly_id)
            assert vacancy is not None and vacancy.seats == 2
            choice = choose_next(vacancy)
        assert choice.tickets == (f"{pool['woman'][3]:016x}",), "the one woman who lives with nobody seated"
        assert choice.waiting == (), "who waits lives with a man who comes"

    await database.run(check)


async def test_who_comes_back_waits_while_somebody_of_the_household_has_the_seat(
    database: Database,
) -> None:
    def check(db: Session) -> None:
        with at(MEETING_NOON):
            assembly_id, pool = drawn(db)
            first, second = pool["woman"][:2]
            for ticket in db.scalars(
                select(DrawTicket).where(DrawTicket.participant_id.in_((first, second)))
            ):
                ticket.features = {**ticket.features, HOUSEHOLD: "h1"}
            db.execute(update(Participant).where(Participant.id == first).values(chat_index=LUIS))
            say(db, assembly_id, "no", first)
            say(db, assembly_id, "yes", second)
            assert answer_invitation(db, LUIS, assembly_id, comes=True).answer == "waiting"
            say(db, assembly_id, "no", second)
            assert answer_invitation(db, LUIS, assembly_id, comes=True).answer == "yes"

    await database.run(check)
