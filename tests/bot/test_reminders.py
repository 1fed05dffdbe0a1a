"""Reminders: to who has not come to the end, on the days that were chosen, and to nobody who had enough of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.broadcasts import Kind, find_broadcast
from core.clock import at
from core.courses import cancel_broadcast
from core.tables import Participant
from deliberation.relevance import still_wanted
from surveys import reminders
from surveys.reminders import list_due_reminders, list_overdue
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
        sent = await due(town)
        for broadcast in sent:
            await town.delivers(broadcast)
        return sent


async def due(town: Town) -> list[int]:
    """The broadcasts of the reminders that are due."""
    zone = town.settings.zone
    consultations = await town.database.read(list_due_reminders, zone)
    opened = [await town.database.run(reminders.remind, one, zone) for one in consultations]
    return [broadcast for broadcast in opened if broadcast is not None]


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
        assert await due(town) == []


async def test_a_reminder_on_its_way_passes_over_who_answered_meanwhile(
    town: Town, consultation: int
) -> None:
    zone = town.settings.zone
    luis, rosa = await id_of(town, town.luis), await id_of(town, town.rosa)
    with at(OPENED + timedelta(days=2)):
        (broadcast,) = await due(town)
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
    assert not reminded(town, town.luis)


async def test_who_comes_after_the_day_is_not_reminded_on_a_day_that_nobody_chose(
    town: Town, consultation: int
) -> None:
    for person, language in ((town.luis, "es"), (town.rosa, "qu")):
        with at(OPENED + timedelta(days=1)):
            await town.taps(person, town.text("button_start", language))
            await town.answers(person, language)
    assert await remind(town, 2) == []  # nobody is left to be reminded, and the day passes

    with at(OPENED + timedelta(days=4)):
        await town.enters(town.outsider)
        await town.says(town.outsider, "34")
    assert await remind(town, 4.1) == []
    assert await remind(town, 5) != []
    assert reminded(town, town.outsider)


async def test_who_heard_of_it_only_just_is_not_reminded_yet(town: Town) -> None:
    await town.enters(town.luis)
    with at(OPENED):
        opened = await town.opens()
    await town.database.run(_remind_after, opened, [2, 5])
    with at(OPENED + timedelta(days=2) - timedelta(hours=1)):  # the sending was paused until then
        await town.delivers(1)

    assert await remind(town, 2) == []
    assert await remind(town, 5) != []


async def test_from_whom_the_opening_was_kept_nobody_hears_of_it_by_a_reminder(town: Town) -> None:
    await town.enters(town.luis)
    with at(OPENED):
        opened = await town.opens()
    await town.database.run(_remind_after, opened, [2])
    await town.database.run(cancel_broadcast, 1, account_id=None)

    assert await remind(town, 2) == []


def _remind_after(db: Session, consultation_id: int, days: list[int]) -> None:
    db.get_one(Consultation, consultation_id).remind_after = days
