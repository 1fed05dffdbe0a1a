"""Messages out: everyone reachable gets each once, in their language; what is in doubt is never sent again."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.announcements import Announcer
from bot.botapi_errors import AnswerLost, ApiError, bad_request, blocked, server_error, too_many_requests
from bot.botapi_person import Person
from bot.botapi_request import InProcessRequest
from bot.hearing import Hearing
from bot.message import Message
from bot.transport import NeverSent
from core.broadcasts import Kind, open_broadcast
from core.clock import at, now
from core.doubts import list_in_doubt
from core.people import Contact, enrol, stop_reaching
from core.progress import Sending, State, progress_of
from core.quiet_hours import QuietHours
from core.tables import Delivery, Participant
from surveys.responses import erase_participant
from tests.bot.town import LUIS, ROSA, Town

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

FIRST, LAST = 3_000_000, 3_000_030


@pytest.fixture
async def opening(town: Town) -> int:
    """Luis, Rosa and thirty neighbours take part; a consultation is opened: its broadcast."""
    for person, language in ((town.luis, "es"), (town.rosa, "qu")):
        await town.enters(person, language)
    for chat_id in range(FIRST, LAST):
        town.api.person(chat_id)
        sealed = Contact(town.vault.index(str(chat_id)), town.vault.seal(str(chat_id)))
        await town.database.run(enrol, sealed, "es", "1")
    town.api.calls.clear()
    await town.opens()
    return 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery._PATIENCE", 0.001)


def announced(person: Person) -> int:
    """How often a person was told of the opening."""
    titles = "Necesidades", "Mutsurishkakuna"
    return sum(
        any(title in message.text for title in titles) for message in person.screen if message.from_bot
    )


async def test_an_opening_reaches_everyone_once_in_their_language(town: Town, opening: int) -> None:
    sending = await town.delivers(opening)

    assert sending == Sending(total=32, new=0, sending=0, sent=32, blocked=0, failed=0)
    assert town.api.calls["sendMessage"] == 32
    unit = town.settings.unit_name
    told = town.translator.plural("chat.opening_undated", "es", 8, unit=unit, title="Necesidades")
    assert (town.luis.last.text, town.luis.last.labels) == (told, [["Empezar"]])
    told = town.translator.plural("chat.opening_undated", "qu", 8, unit=unit, title="Mutsurishkakuna")
    assert (town.rosa.last.text, town.rosa.last.labels) == (told, [[town.text("button_start", "qu")]])
    assert announced(town.api.person(LAST - 1)) == 1


async def test_its_button_begins_the_consultation(town: Town, opening: int) -> None:
    await town.delivers(opening)

    shown = await town.taps(town.rosa, town.text("button_start", "qu"))

    assert "Mashna watata charinki?" in shown.text


async def test_carrying_a_chunk_twice_sends_nothing_twice(town: Town, opening: int) -> None:
    courier, twin = town.courier(), town.courier()
    await asyncio.gather(courier.carry(opening, 0), twin.carry(opening, 0))
    await courier.carry(opening, 0)

    assert town.api.calls["sendMessage"] == 32
    assert announced(town.luis) == 1


async def test_who_blocked_the_bot_is_not_written_to_again(town: Town, opening: int) -> None:
    town.luis.chat.blocked = True
    sending = await town.delivers(opening)

    assert (sending.sent, sending.blocked) == (31, 1)
    (person,) = await town.find(town.luis, Participant)
    assert not person.reachable

    town.api.calls.clear()
    consultation_id = await town.opens()
    sending = await town.delivers(consultation_id)
    assert (sending.total, sending.sent) == (31, 31)


async def test_who_left_since_is_passed_over_and_nobody_behind_them_is_forgotten(
    town: Town, opening: int
) -> None:
    for chat_id in (LUIS, ROSA, *range(FIRST, LAST - 2)):  # a whole batch of them
        await town.database.run(stop_reaching, town.vault.index(str(chat_id)))

    sending = await town.delivers(opening)

    assert (sending.sent, sending.blocked, sending.new) == (2, 30, 0)


async def test_who_erased_themselves_since_is_not_written_to(town: Town, opening: int) -> None:
    await town.database.run(erase_participant, town.vault.index(str(LUIS)))

    sending = await town.delivers(opening)

    assert (sending.total, sending.sent) == (31, 31)
    assert announced(town.luis) == 0


async def test_a_chat_that_is_gone_counts_as_left(town: Town, opening: int) -> None:
    town.api.forget_chat(LUIS)
    sending = await town.delivers(opening)

    assert (sending.sent, sending.blocked) == (31, 1)


async def test_when_telegram_asks_to_wait_nothing_is_lost(town: Town, opening: int, impatient: None) -> None:
    town.api.fail(too_many_requests(1), times=3)
    before = asyncio.get_running_loop().time()

    sending = await town.delivers(opening)

    assert sending.sent == 32
    assert asyncio.get_running_loop().time() - before >= 1
    assert announced(town.luis) == announced(town.rosa) == 1


async def test_what_never_left_is_tried_again(
    town: Town, opening: int, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = 40
    carried = InProcessRequest.do_request

    async def carry(way: InProcessRequest, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        nonlocal down
        down -= 1
        if down >= 0:
            raise NeverSent("no connection")
        return await carried(way, url, *args, **kwargs)

    monkeypatch.setattr(InProcessRequest, "do_request", carry)
    await town.courier().carry(opening, 0)

    assert (await town.database.read(progress_of, opening)).sent == 32
    assert town.api.calls["sendMessage"] == 32


@pytest.mark.parametrize("error", [AnswerLost(), server_error(502)])
async def test_while_telegram_answers_nobody_one_batch_and_few_probes_are_in_doubt(
    town: Town, opening: int, monkeypatch: pytest.MonkeyPatch, error: ApiError | AnswerLost
) -> None:
    monkeypatch.setattr("bot.hearing._FIRST", 0.001)
    carried, allow = InProcessRequest.do_request, Hearing.allow
    down, probes, unanswered = True, 0, 0

    async def carry(way: InProcessRequest, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        nonlocal unanswered
        if down:
            unanswered += 1
            town.api.fail(error)
        return await carried(way, *args, **kwargs)

    def mend_at_the_third_probe(hearing: Hearing, count: int) -> int:
        nonlocal down, probes
        probes += hearing.lost
        down = down and probes < 3
        return allow(hearing, count)

    monkeypatch.setattr(InProcessRequest, "do_request", carry)
    monkeypatch.setattr(Hearing, "allow", mend_at_the_third_probe)
    sending = await town.delivers(opening)

    assert probes == 3
    assert unanswered == sending.sending <= 25 + 2
    assert sending == Sending(32, 0, unanswered, 32 - unanswered, 0, 0)
    assert {announced(town.api.person(chat)) for chat in (LUIS, ROSA, *range(FIRST, LAST))} <= {0, 1}


async def test_the_job_of_a_chunk_ends_although_more_were_counted_than_wait(town: Town, opening: int) -> None:
    await town.database.run(lambda db: db.execute(update(Delivery).values(state=State.SENT)))

    sending = await town.delivers(opening)

    assert sending == Sending(total=32, new=0, sending=0, sent=32, blocked=0, failed=0)
    assert town.api.calls["sendMessage"] == 0


@pytest.mark.parametrize("error", [AnswerLost(), server_error(), server_error(502)])
async def test_what_is_in_doubt_stays_so_and_is_never_sent_again(
    town: Town, opening: int, error: ApiError | AnswerLost
) -> None:
    town.api.fail(error, chat_id=LUIS)
    sending = await town.delivers(opening)
    assert (sending.sent, sending.sending) == (31, 1)
    assert sending.at_rest

    sending = await town.delivers(opening)

    assert (sending.sent, sending.sending) == (31, 1)
    assert announced(town.luis) <= 1
    (own,) = await town.find(town.luis, Delivery)
    with at(now() + timedelta(minutes=2)):
        doubts = await town.database.read(list_in_doubt, opening)
    assert [doubt.delivery_id for doubt in doubts] == [own.id]


async def test_what_telegram_refuses_for_another_reason_has_failed_and_the_person_stays(
    town: Town, opening: int
) -> None:
    town.api.fail(bad_request("something is wrong with the text"), chat_id=LUIS)
    sending = await town.delivers(opening)

    assert (sending.sent, sending.failed) == (31, 1)
    (person,) = await town.find(town.luis, Participant)
    assert person.reachable


async def test_who_blocks_at_that_very_moment_is_noted(town: Town, opening: int) -> None:
    town.api.fail(blocked(), chat_id=ROSA)
    sending = await town.delivers(opening)

    assert (sending.sent, sending.blocked) == (31, 1)


async def test_a_message_that_cannot_be_written_leaves_nobody_in_doubt(
    town: Town, opening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise KeyError("no such text")

    with monkeypatch.context() as patch:
        patch.setattr("bot.announcements.Announcer.write", fail)
        with pytest.raises(KeyError):
            await town.courier().carry(opening, 0)

    assert (await town.database.read(progress_of, opening)).new == 32


async def test_deliveries_hold_ids_and_the_log_holds_nothing(
    town: Town, opening: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    town.api.fail(bad_request("refused"), chat_id=LUIS)
    town.api.fail(AnswerLost(), chat_id=ROSA)
    await town.delivers(opening)

    stored = repr((await town.rows())["delivery"])
    for secret in (str(LUIS), str(ROSA), str(FIRST), "Necesidades", "Luis"):
        assert secret not in stored
        assert secret not in caplog.text


async def test_a_large_broadcast_has_chunks_of_250(town: Town) -> None:
    def crowd(db: Any) -> int:
        for number in range(501):
            enrol(db, Contact(f"{number:032}".encode(), b"sealed"), "es", "1")
        return open_broadcast(db, Kind.OPENING, 1, select(Participant.id))

    await town.database.run(crowd)

    chunks = [row["chunk"] for row in (await town.rows())["delivery"]]
    assert [chunks.count(chunk) for chunk in range(3)] == [250, 250, 1]


# When, and how


async def test_nothing_leaves_at_night_and_everything_in_the_morning(town: Town, opening: int) -> None:
    hours = QuietHours(time(20), time(8), town.settings.zone)
    town.settings = replace(town.settings, quiet_hours=hours)
    evening = datetime(2030, 1, 7, 20, 0, tzinfo=town.settings.zone)

    with at(evening):
        assert (await town.delivers(opening)).new == 32
    with at(evening + timedelta(hours=12)):
        assert (await town.delivers(opening)).sent == 32


async def test_a_broadcast_under_way_stops_when_the_night_begins(town: Town, opening: int) -> None:
    class Dusk(QuietHours):
        def end_of_quiet(self, moment: datetime) -> datetime | None:
            return moment + timedelta(hours=12) if town.api.calls["sendMessage"] >= 10 else None

    town.settings = replace(town.settings, quiet_hours=Dusk(time(20), time(8), town.settings.zone))

    sending = await town.delivers(opening)

    assert sending.sent >= 10
    assert sending.sending == 0, "what was claimed is free again"
    assert sending.new == 32 - sending.sent > 0


@pytest.mark.parametrize(("pace", "at_once"), [(25, 2), (950, 8), (1000, 8), (10_000, 8)])
async def test_no_more_chunks_are_taken_at_once_than_the_pace_of_telegram_needs(
    town: Town, pace: int, at_once: int
) -> None:
    town.settings = replace(town.settings, messages_per_second=pace)
    assert town.courier().chunks_at_once == at_once


@pytest.mark.parametrize("paid", [True, False])
async def test_telegram_charges_for_a_broadcast_only_where_it_may(
    town: Town, opening: int, paid: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.settings = replace(town.settings, paid_broadcast=paid)
    carried, asked = InProcessRequest.do_request, list[bool]()

    async def carry(way: InProcessRequest, *args: Any, **kw: Any) -> tuple[int, bytes]:
        asked.append("allow_paid_broadcast" in kw["request_data"].parameters)
        return await carried(way, *args, **kw)

    monkeypatch.setattr(InProcessRequest, "do_request", carry)
    await town.delivers(opening)

    assert asked == [paid] * 32


async def test_a_long_text_comes_in_pieces_and_its_buttons_with_the_last(
    town: Town, opening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.post._APART", 0.01)
    write = Announcer.write

    def write_at_length(announcer: Announcer, language: str) -> Message:
        return Message("Léalo con calma. " * 400, write(announcer, language).rows)

    monkeypatch.setattr(Announcer, "write", write_at_length)
    sending = await town.delivers(opening)

    assert sending.sent == 32
    first, second = town.luis.screen[-2:]
    assert (first.labels, second.labels) == ([], [["Empezar"]])


async def test_a_text_that_has_begun_to_arrive_is_never_begun_again(
    town: Town, opening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.post._APART", 0.01)
    monkeypatch.setattr(Announcer, "write", lambda *_: Message("Léalo con calma. " * 400))
    carried, calls = InProcessRequest.do_request, 0

    async def carry(way: InProcessRequest, *args: Any, **kw: Any) -> tuple[int, bytes]:
        nonlocal calls
        calls += 1
        if calls == 33:  # a second piece
            raise NeverSent("no connection")
        return await carried(way, *args, **kw)

    monkeypatch.setattr(InProcessRequest, "do_request", carry)
    sending = await town.delivers(opening)

    assert (sending.sent, sending.sending) == (31, 1)
    assert town.api.calls["sendMessage"] == 63
