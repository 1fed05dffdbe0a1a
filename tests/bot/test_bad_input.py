"""Whatever comes in, the answer is kind or silent, the place is kept, and nothing is changed for anybody."""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.botapi_errors import AnswerLost, blocked, server_error, too_many_requests
from bot.botapi_person import Person
from core.database import Database
from core.tables import Participant
from core.updates import once
from tests.bot.town import LUIS, ROSA, Town, quiet

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

Json = dict[str, Any]
GROUP = -1_001_234_567_890
SECRET = "me persiguen desde Tulcán"


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa stand at the second question."""
    consultation_id = await town.opens()
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    await town.says(town.luis, "34")
    await town.says(town.rosa, "60")
    return consultation_id


def in_group(update: Json) -> Json:
    """The same update, sent in a group where everybody reads."""
    for body in update.values():
        if isinstance(body, dict):
            for part in (body, body.get("message", {})):
                if "chat" in part:
                    part["chat"] = {"id": GROUP, "type": "supergroup", "title": "Barrio"}
    return update


def edited(person: Person, text: str) -> Json:
    """A correction of what was said before."""
    return person.edit(next(message for message in person.screen if not message.from_bot), text)


def posted(person: Person, text: str) -> Json:
    """A post in a channel that the bot was added to."""
    message = person.send(text)["message"] | {"chat": {"id": GROUP, "type": "channel", "title": "Noticias"}}
    return {"update_id": 90_001, "channel_post": message}


def inline(person: Person) -> Json:
    """A tap on a button of a message that is not in any chat."""
    update = person.forge_tap("o:1")
    del update["callback_query"]["message"]
    return update | {"callback_query": update["callback_query"] | {"inline_message_id": "x"}}


PASSED_OVER: dict[str, Callable[[Person], Json]] = {
    "an edited answer": lambda person: edited(person, "35"),
    "an edited command": lambda person: edited(person, "/borrar"),
    "a kind that nobody knows": Person.send_unknown,
    "a post in a channel": lambda person: posted(person, "Otavalo"),
    "a command in a channel": lambda person: posted(person, "/start"),
    "a talk in a group": lambda person: in_group(person.send("Otavalo")),
    "a place in a group": lambda person: in_group(person.share_location(0.35, -78.12)),
    "a tap in a group": lambda person: in_group(person.forge_tap("q:1:2:c1:0")),
    "a consent in a group": lambda person: in_group(person.forge_tap("c:y:es")),
    "a tap outside of any chat": inline,
}


@pytest.mark.parametrize("name", PASSED_OVER)
async def test_what_is_no_answer_is_passed_over(
    town: Town, consultation: int, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = await town.rows()
    update = PASSED_OVER[name](town.luis)
    shown = [(message.id, message.text) for message in town.luis.screen]

    await town.receive(update)

    assert await town.rows() == before
    assert [(message.id, message.text) for message in town.luis.screen] == shown
    assert quiet(caplog.records)
    assert "¿Qué necesita con más urgencia?" in (await town.says(town.luis, "Otavalo")).text


async def test_in_a_group_a_command_is_answered_with_why_not(town: Town) -> None:
    town.api.person(GROUP)
    await town.receive(in_group(town.luis.send("/start")))

    assert town.api.person(GROUP).last.text == town.translator.in_every_language("chat.private_only")
    assert town.api.person(GROUP).last.labels == []


@pytest.mark.parametrize(
    ("send", "answer"),
    [
        (Person.send_sticker, "unsupported"),
        (Person.send_voice, "refusal_wants_choice"),
        (Person.send_photo, "refusal_wants_choice"),
    ],
)
async def test_what_cannot_be_read_is_answered_kindly_and_the_place_is_kept(
    town: Town, consultation: int, send: Callable[[Person], Json], answer: str
) -> None:
    before = await town.rows()
    for person, language in ((town.luis, "es"), (town.rosa, "qu")):
        await town.receive(send(person))
        assert person.last.text.startswith(town.text(answer, language))

    assert await town.rows() == before


async def test_a_stranger_who_sends_a_sticker_is_welcomed(town: Town) -> None:
    await town.receive(town.outsider.send_sticker())

    assert town.outsider.last.labels == [["Español", "Kichwa"]]


async def test_a_command_that_does_not_exist_shows_those_that_do(town: Town, consultation: int) -> None:
    before = await town.rows()
    shown = await town.says(town.luis, "/votar")

    assert "/consultas" in shown.text
    assert await town.rows() == before


async def test_the_longest_text_is_refused_and_the_longest_allowed_is_kept(
    town: Town, consultation: int
) -> None:
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar", "Saltar")
    shown = await town.says(town.luis, "ñ" * 4096)
    assert town.text("refusal_too_long", "es", limit=4000) in shown.text

    shown = await town.says(town.luis, "ñandú " * 600)
    assert "¿Le podemos invitar" in shown.text
    await town.taps(town.luis, "Ahora no", "Enviar mis respuestas")
    await town.says(town.luis, "/misdatos")

    assert all(len(message.text) <= 4096 for message in town.luis.screen)
    assert sum(message.text.count("ñandú") for message in town.luis.screen if message.from_bot) == 600


@pytest.mark.parametrize(
    "text", ["🧉" * 2048, "\u202e\u0000evil", "<b>&amp;", "' OR 1=1 --", "{title} %s", "\ufeff"]
)
async def test_a_strange_text_is_an_answer_like_any_other(town: Town, consultation: int, text: str) -> None:
    await town.taps(town.luis, "Otavalo", "Trabajo", "Listo", "Saltar", "Saltar")
    await town.says(town.luis, text)
    await town.says(town.luis, "/misdatos")

    assert town.luis.last.text != town.translator.in_every_language("chat.trouble")
    assert "¿Qué más quiere decir?" in "".join(m.text for m in town.luis.screen[-4:])


# Forged buttons

HUGE = "gjdgxr" * 5
FORGED = [
    "", "x", "garbage", "q", "q::::", "q:1:2:c99:0", "q:1:2:t0:0", "q:1:2:c2gosa7pa2gv:0", "q:1:99:c0:0",
    "q:2gosa7pa2gv:1:c0:0", f"q:{HUGE}:1:c0:0", "q:999:1:c0:0", "q:1:2:w:2gosa7pa2gv", "o:999", "o:2gosa7pa2gv",
    "s:1", "s:999", "u:1:n", "u:999:y", "i:1:y", "i:999:n", "i:2gosa7pa2gv:y", "r:1:y", "r:999:p", "x:9", "c:y:en",
    "l:fr", "ñ" * 32, "q:1:2:c0:0:0", "Q:1:2:c0:0", "q:1:2:k:0",
]  # fmt: skip


async def test_a_forged_button_changes_nothing_for_anybody(
    town: Town, consultation: int, caplog: pytest.LogCaptureFixture
) -> None:
    await town.says(town.outsider, "/start")
    before = await town.rows()

    for data in FORGED:
        for person in (town.luis, town.rosa, town.outsider):
            await town.receive(person.forge_tap(data))
            assert person.unanswered == 0, data
        assert await town.rows() == before, data

    assert quiet(caplog.records)


async def test_jumbles_of_real_buttons_never_fail(
    town: Town, consultation: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(20261123)
    parts = [
        "q",
        "o",
        "s",
        "u",
        "i",
        "r",
        "1",
        "2",
        "3",
        "a",
        "c0",
        "c1",
        "t1",
        "f0",
        "d",
        "k",
        "b",
        "w",
        "y",
        "n",
    ]
    for _ in range(150):
        data = ":".join(chance.choice(parts) for _ in range(chance.randint(1, 5)))
        await town.receive(chance.choice([town.luis, town.rosa]).forge_tap(data))

    assert quiet(caplog.records)
    people = (await town.rows())["participant"]
    assert len(people) == 2


async def test_another_persons_button_answers_for_who_taps_it(town: Town, consultation: int) -> None:
    await town.taps(town.rosa, "Otavalo (kichwa)")
    rosas = next(b.data for row in town.rosa.last.buttons for b in row if b.label.startswith("Trabajo"))
    before = await town.rows()

    await town.receive(town.luis.forge_tap(str(rosas)))
    await town.receive(town.outsider.send("/start"))
    await town.receive(town.outsider.forge_tap(str(rosas)))

    assert await town.rows() == before, "of another turn: nothing happens to Luis, and nothing ever to Rosa"


async def test_a_tap_on_a_message_that_was_deleted_is_answered_below(town: Town, consultation: int) -> None:
    update = town.luis.tap("Otavalo")
    del town.luis.chat.messages[town.luis.last.id]

    await town.receive(update)

    assert "¿Qué necesita con más urgencia?" in town.luis.last.text
    assert town.luis.unanswered == 0


# Updates that are none


NO_UPDATES: list[Json] = [
    {},
    {"update_id": 1},
    {"update_id": "x", "message": {}},
    {"update_id": None},
    {"update_id": [1], "message": {"message_id": 1}},
    {"update_id": 2, "message": "hola"},
    {"update_id": 3, "message": []},
    {"update_id": 4, "message": {"message_id": 1, "date": 1, "chat": {"id": "x", "type": "private"}}},
    {"update_id": 5, "message": {"message_id": 1, "date": "ayer", "chat": {"id": 1, "type": "private"}}},
    {"update_id": 6, "message": {"message_id": 1, "date": 10**30, "chat": {"id": 1, "type": "private"}}},
    {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": [1], "type": "private"}}},
    {"update_id": 8, "callback_query": {"id": 1}},
    {"update_id": 9, "callback_query": {"id": "1", "from": 5, "data": {}}},
    {"update_id": 10, "my_chat_member": {"chat": {"id": 1, "type": "private"}}},
    {
        "update_id": 2**70,
        "message": {"message_id": 1, "date": 1, "chat": {"id": 2**70, "type": "private"}},
    },
]


async def test_what_is_no_update_is_passed_over(town: Town, consultation: int) -> None:
    before = await town.rows()

    for payload in NO_UPDATES:
        await town.receive(payload)
        assert await town.rows() == before, payload


# Trouble


class Failing:
    """A database that refuses, and quotes what it was given, as databases do."""

    def __init__(self, database: Database) -> None:
        self.read = database.read
        self.keep = database.run

    async def run(self, use_case: Any, *args: Any, **named: Any) -> Any:
        if use_case is not once:  # what the reception notes of updates that fail
            return await self.keep(use_case, *args, **named)
        params = {"answer": SECRET, "chat": LUIS}
        raise IntegrityError("INSERT INTO response", params, ValueError(f"Key ({SECRET}, {LUIS}) exists"))


async def test_trouble_is_told_without_who_and_what(
    town: Town, consultation: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = await town.rows()
    town.breaks(Failing(town.database))
    await town.says(town.luis, SECRET)
    tapped = town.luis.tap("Otavalo")
    await town.receive(tapped)

    assert town.luis.last.text == town.translator.in_every_language("chat.trouble")
    assert town.luis.unanswered == 0
    logged = caplog.text + repr([record.__dict__ for record in caplog.records])
    assert "IntegrityError" in logged
    for secret in (SECRET, str(LUIS), "Luis", str(ROSA)):
        assert secret not in logged

    town.mends()
    assert await town.rows() == before
    assert "¿Qué necesita" in (await town.says(town.luis, "Otavalo")).text


async def test_who_blocks_the_bot_while_it_answers_is_left_in_peace(
    town: Town, consultation: int, caplog: pytest.LogCaptureFixture
) -> None:
    update = town.luis.send("Otavalo")
    town.api.fail(blocked(), chat_id=LUIS)

    await town.receive(update)

    (person,) = await town.find(town.luis, Participant)
    assert not person.reachable
    assert quiet(caplog.records)


async def test_when_telegram_asks_to_wait_the_answer_comes_afterwards(
    town: Town, consultation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    town.api.fail(too_many_requests(3), chat_id=LUIS, method="sendMessage")
    monkeypatch.setattr("bot.context.asyncio.sleep", sleep)
    shown = await town.says(town.luis, "Otavalo")

    assert waited == [3.0]
    assert "¿Qué necesita con más urgencia?" in shown.text


@pytest.mark.parametrize("error", [server_error(), server_error(502), AnswerLost()])
async def test_when_telegram_fails_the_place_is_kept(town: Town, consultation: int, error: Any) -> None:
    town.api.fail(error, chat_id=LUIS, times=2)
    await town.says(town.luis, "Otavalo")

    shown = await town.says(town.luis, "Trabajo")

    assert "¿Cuándo llegó?" in shown.text


async def test_a_wheel_that_cannot_be_stopped_stops_nothing_else(
    town: Town, consultation: int, caplog: pytest.LogCaptureFixture
) -> None:
    town.api.fail(server_error(), method="answerCallbackQuery")
    shown = await town.taps(town.luis, "Otavalo")

    assert "¿Qué necesita con más urgencia?" in shown.text
    assert quiet(caplog.records)


async def test_many_people_at_once_are_all_answered(town: Town) -> None:
    await town.opens()
    crowd = [town.api.person(2_000_000 + number) for number in range(20)]

    await asyncio.gather(*(town.enters(person) for person in crowd))

    assert len((await town.rows())["participant"]) == 20
    assert all("¿Cuántos años tiene?" in person.last.text for person in crowd)
