"""Reminders: to who has not come to the end, on the days that were chosen, and to nobody who had enough of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.broadcasts import Kind, find_broadcast
from core.clock import at
from core.tables import Broadcast, Participant
from deliberation.relevance import still_wanted
from surveys.reminders import list_overdue, send_due_reminders
from surveys.tables import Consultation, Participation
from tests.bot.town import Town, labels

OPENED = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa are told of a consultation that reminds after two and after five days."""
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    with at(OPENED):
        opened = await town.opens(closes_on=date(2026, 11, 9))
        await town.delivers(1)

    def remind(db: Session) -> None:
        db.get_one(Consultation, opened).remind_after = [2, 5]

    await town.database.run(remind)
    return opened


async def remind(town: Town, days: float) -> list[int]:
    """What the calendar sends so many days after the opening."""
    with at(OPENED + timedelta(days=days)):
        sent = await town.database.run(send_due_reminders, town.settings.zone)
        for broadcast in sent:
            await town.delivers(broadcast)
        return sent


def reminded(town: Town, person: Person) -> bool:
    """Whether a reminder is the last thing that a person sees."""
    language = "qu" if person is town.rosa else "es"
    return town.text("button_stop_reminding", language) in labels(person.last)


async def id_of(town: Town, person: Person) -> int:
    (participant,) = await town.find(person, Participant)
    return int(participant.id)


async def test_nobody_is_reminded_before_the_day(town: Town, consultation: int) -> None:
    assert await remind(town, 1.9) == []


async def test_who_has_not_finished_is_reminded_once_a_round_in_their_language(
    town: Town, consultation: int
) -> None:
    (first,) = await remind(town, 2)
    assert reminded(town, town.luis)
    assert reminded(town, town.rosa)
    assert town.rosa.last.text.startswith("Munashpaka")
    assert await remind(town, 2.1) == []
    assert await remind(town, 4.9) == []

    (second,) = await remind(town, 5)
    assert second != first


async def test_its_button_goes_on_with_the_consultation(town: Town, consultation: int) -> None:
    with at(OPENED + timedelta(days=2)):
        await remind(town, 2)
        shown = await town.taps(town.luis, town.text("button_answer", "es"))
        assert "¿Cuántos años tiene?" in shown.text


async def test_who_came_to_the_end_hears_no_more(town: Town, consultation: int) -> None:
    with at(OPENED + timedelta(days=1)):
        await town.taps(town.luis, town.text("button_start", "es"))
        await town.answers(town.luis)

    await remind(town, 2)

    assert not reminded(town, town.luis)
    assert reminded(town, town.rosa)


async def test_who_had_enough_says_so_with_one_tap_twice_is_the_same(town: Town, consultation: int) -> None:
    with at(OPENED + timedelta(days=2)):
        await remind(town, 2)
        stop = town.rosa.tap(town.text("button_stop_reminding", "qu"))
        await town.receive(stop)
        assert town.rosa.last.text == town.text("reminders_stopped", "qu")
        await town.receive(stop)
        (own,) = await town.find(town.rosa, Participation)
        assert not own.may_remind

    await remind(town, 5)

    assert town.rosa.last.text == town.text("reminders_stopped", "qu")
    assert reminded(town, town.luis)


async def test_after_days_without_a_worker_only_the_last_one_goes_out(town: Town, consultation: int) -> None:
    assert len(await remind(town, 6)) == 1
    assert await town.database.read(find_broadcast, Kind.UNFINISHED, consultation, 1) is None
    assert await remind(town, 6.1) == []


async def test_when_its_last_day_is_over_nobody_is_reminded_and_it_is_to_be_closed(
    town: Town, consultation: int
) -> None:
    zone = town.settings.zone
    with at(datetime(2026, 11, 10, 4, 59, tzinfo=UTC)):  # still the ninth in Ibarra
        assert await town.database.read(list_overdue, zone) == []
    with at(datetime(2026, 11, 10, 5, 1, tzinfo=UTC)):
        assert await town.database.read(list_overdue, zone) == [consultation]
        assert await town.database.run(send_due_reminders, zone) == []


async def test_a_reminder_on_its_way_passes_over_who_answered_meanwhile(
    town: Town, consultation: int
) -> None:
    zone = town.settings.zone
    luis, rosa = await id_of(town, town.luis), await id_of(town, town.rosa)
    with at(OPENED + timedelta(days=2)):
        (broadcast,) = await town.database.run(send_due_reminders, zone)
        await town.taps(town.luis, town.text("button_start", "es"))
        await town.answers(town.luis)
        assert await town.database.read(still_wanted, broadcast, [luis, rosa], zone) == {rosa}
    with at(OPENED + timedelta(days=30)):
        assert await town.database.read(still_wanted, broadcast, [luis, rosa], zone) == set()


async def test_who_was_not_told_of_it_yet_is_not_reminded(town: Town) -> None:
    await town.enters(town.luis)
    with at(OPENED):
        opened = await town.opens()

    def remind_after(db: Session) -> None:
        db.get_one(Consultation, opened).remind_after = [2]

    await town.database.run(remind_after)
    assert await remind(town, 3) == []
    kinds = await town.database.read(lambda db: list(db.scalars(select(Broadcast.kind))))
    assert kinds == ["opening"]
