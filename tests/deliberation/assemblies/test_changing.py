"""Moved or called off: who has not declined hears of it, and what is overtaken is not sent any more."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.broadcasts import Kind, get_broadcast, open_broadcast
from core.claims import Restraint, claim_batch
from core.clock import at
from core.database import Database
from core.tables import Participant
from deliberation.assemblies.assembly import (
    AssemblyBackwards,
    AssemblyCancelled,
    AssemblyPast,
    get_assembly,
    invite_willing,
    remind,
)
from deliberation.assemblies.changing import cancel_assembly, count_concerned, move_assembly
from deliberation.assemblies.headlines import get_assembly_headline
from deliberation.assemblies.tables import Invitation
from deliberation.relevance import still_wanted
from tests.deliberation.assemblies.meetings import NOON, STARTS, ZONE, arrive, invited, meeting, tell

LATER = STARTS + timedelta(days=7)


def move(db: Session, assembly_id: int, place: str = "Ibarra") -> int | None:
    """A week later, elsewhere."""
    ends_at = LATER + timedelta(hours=2)
    return move_assembly(db, assembly_id, place=place, starts_at=LATER, ends_at=ends_at, account_id=None)


async def test_who_has_not_declined_hears_of_another_date(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db, map_link="https://mapa.ejemplo.ec/otavalo")
            people = invited(db, assembly_id, "yes", "waiting", "none", "lapsed", "no")
            db.execute(update(Invitation).where(Invitation.answer == "no").values(reason="care"))
            assert count_concerned(db, assembly_id, moving=True) == 4
            broadcast_id = move(db, assembly_id)
            assert broadcast_id is not None
            card = get_broadcast(db, broadcast_id)
            assert (card.kind, card.round, card.sending.new) == (Kind.CHANGED, 1, 4)
            assert arrive(db, broadcast_id) == people[:4]
            told = get_assembly_headline(db, assembly_id)
            assert (told.place, told.starts_at, told.sequence) == ("Ibarra", LATER, 1)
            assert told.map_link is None, "it would lead to where nobody is"
            assert [(act.act, act.subject_id) for act in list_acts(db)] == [("move", assembly_id)]

    await database.run(work)


def declined(db: Session, assembly_id: int, *reasons: str | None) -> list[int]:
    """People who cannot come, each for one of the reasons; None: they did not say why."""
    people = invited(db, assembly_id, *("no" for _ in reasons))
    for person, reason in zip(people, reasons, strict=True):
        db.execute(update(Invitation).where(Invitation.participant_id == person).values(reason=reason))
    return people


async def test_who_could_not_because_of_the_date_or_the_way_or_did_not_say_why_hears_of_a_move_too(
    database: Database,
) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db)
            people = declined(db, assembly_id, "date", "distance", None, "care", "other")
            assert count_concerned(db, assembly_id, moving=True) == 3
            broadcast_id = move(db, assembly_id)
            assert broadcast_id is not None
            assert still_wanted(db, broadcast_id, people, ZONE) == set(people[:3])
            assert arrive(db, broadcast_id) == people[:3]

    await database.run(work)


@pytest.mark.parametrize("was_moved_before", [False, True])
async def test_of_what_is_called_off_they_hear_only_if_they_heard_of_another_date(
    database: Database, was_moved_before: bool
) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db)
            (comes,) = invited(db, assembly_id, "yes")
            people = declined(db, assembly_id, "date", None, "care")
            if was_moved_before:
                move(db, assembly_id)
            told = [comes, *people[:2]] if was_moved_before else [comes]
            assert count_concerned(db, assembly_id, moving=False) == len(told)
            broadcast_id = cancel_assembly(db, assembly_id, account_id=None)
            assert broadcast_id is not None
            assert still_wanted(db, broadcast_id, [comes, *people], ZONE) == set(told)
            assert arrive(db, broadcast_id) == told

    await database.run(work)


async def test_the_silent_have_their_time_anew(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db)
            invited(db, assembly_id, "none", "yes")
            db.execute(update(Invitation).values(answer_by=NOON + timedelta(days=1)))
            move(db, assembly_id)
            by = select(Invitation.answer_by).order_by(Invitation.id)
            assert list(db.scalars(by)) == [None, NOON + timedelta(days=1)]

    await database.run(work)


async def test_the_same_date_and_place_tell_nobody(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db)
            invited(db, assembly_id, "yes")
            assert move(db, assembly_id) is not None
            assert move(db, assembly_id) is None
            assert get_assembly_headline(db, assembly_id).sequence == 1

    await database.run(work)


async def test_called_off_for_good(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db)
            invited(db, assembly_id, "yes", "no")
            broadcast_id = cancel_assembly(db, assembly_id, account_id=None)
            assert broadcast_id is not None
            assert get_broadcast(db, broadcast_id).sending.new == 1
            assert get_assembly(db, assembly_id).is_cancelled
            for use_case in (cancel_assembly, invite_willing, remind):
                with pytest.raises(AssemblyCancelled):
                    use_case(db, assembly_id, account_id=None)
            with pytest.raises(AssemblyCancelled):
                move(db, assembly_id)

    await database.run(work)


async def test_where_nobody_is_to_be_told_nothing_is_sent(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db)
            (person,) = invited(db, assembly_id, "yes")
            db.execute(update(Participant).where(Participant.id == person).values(reachable=False))
            assert move(db, assembly_id) is None
            assert cancel_assembly(db, assembly_id, account_id=None) is None
            assert get_assembly_headline(db, assembly_id).sequence == 2

    await database.run(work)


async def test_what_has_begun_is_not_changed_and_nothing_ends_before_it_begins(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db)
        with at(STARTS):
            with pytest.raises(AssemblyPast):
                move(db, assembly_id)
            with pytest.raises(AssemblyPast):
                cancel_assembly(db, assembly_id, account_id=None)
        with at(NOON):
            for starts_at, refusal in ((NOON, AssemblyPast), (LATER, AssemblyBackwards)):
                with pytest.raises(refusal):
                    move_assembly(
                        db, assembly_id, place="Ibarra", starts_at=starts_at, ends_at=LATER, account_id=None
                    )

    await database.run(work)


async def test_only_what_still_concerns_somebody_is_sent(database: Database) -> None:
    def work(db: Session) -> None:
        with at(NOON):
            assembly_id = meeting(db)
            people = invited(db, assembly_id, "yes", "waiting", "none", "lapsed", "no")
            yes, waiting, silent, lapsed, _no = people
            db.execute(update(Invitation).where(Invitation.answer == "no").values(reason="other"))
            everybody = select(Participant.id)
            invitation = open_broadcast(db, Kind.INVITATION, assembly_id, everybody)
            reminder = open_broadcast(db, Kind.REMINDER, assembly_id, everybody)
            assert still_wanted(db, invitation, people, ZONE) == {waiting, silent}
            assert still_wanted(db, reminder, people, ZONE) == {yes}
            moved = move(db, assembly_id)
            assert moved is not None
            assert still_wanted(db, moved, people, ZONE) == {yes, waiting, silent, lapsed}
            cancelled = cancel_assembly(db, assembly_id, account_id=None)
            assert cancelled is not None
            assert still_wanted(db, cancelled, people, ZONE) == {yes, waiting, silent, lapsed}
            for overtaken in (invitation, reminder, moved):
                assert still_wanted(db, overtaken, people, ZONE) == set()
        with at(LATER):
            assert still_wanted(db, cancelled, people, ZONE) == set(), "nobody would come any more"

    await database.run(work)


async def test_who_has_had_enough_messages_hears_of_a_change_all_the_same(database: Database) -> None:
    def work(db: Session) -> None:
        full = Restraint(per_week=1)
        with at(NOON):
            assembly_id = meeting(db)
            (person,) = invited(db, assembly_id, "yes")
            tell(db, assembly_id, [person])
        with at(NOON + timedelta(days=1)):
            again = open_broadcast(db, Kind.INVITATION, assembly_id, select(Participant.id))
            assert claim_batch(db, again, 0, 9, restraint=full) == [], "no more invitations this week"
            reminder = remind(db, assembly_id, account_id=None)
            assert len(claim_batch(db, reminder, 0, 9, restraint=full)) == 1
        with at(NOON + timedelta(days=2)):
            cancelled = cancel_assembly(db, assembly_id, account_id=None)
            assert cancelled is not None
            assert len(claim_batch(db, cancelled, 0, 9, restraint=full)) == 1

    await database.run(work)
