"""The demonstration: a whole circle, lived through by synthetic people in the real chat, then served.

It is made in a folder of its own and moved into place when it is complete: a start that was interrupted leaves
nothing half-made, and a second start finds it ready.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.reception import Reception
from core.accounts import add_account
from core.clock import today
from core.entry_links import list_links, make_link
from core.passwords import hash_password, new_password
from core.progress import progress_of
from core.settings import Settings
from deliberation.assemblies.assembly import create_assembly, invite_willing, remind
from deliberation.council.agenda import close_and_propose, list_items
from deliberation.council.decisions import record_decision
from i18n.speech import Speech
from migrations.schema import upgrade
from rimay.analysing import Analyst
from rimay.chat import Chat
from rimay.composition import Installation, open_installation
from rimay.demonstration import assembly, commitments, deliberation, empty_seat, observations, services, words
from rimay.demonstration.characters import invent
from rimay.demonstration.people import Someone
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.voices import judge_quote, list_voices
from surveys.xlsform.reading import read_questionnaire

PEOPLE = 200
SECOND_ROUND = 45
"""How many have come back to the second consultation, which is open when the demonstration is served."""

SPEAKING = 4
"""How many of those answer the open question by voice, where the machine can lend them one."""

_AT_ONCE = 8
_FIRST_CHAT = 10_000
_LOGINS = "logins.json"
_ROLES = ("admin", "organiser", "interpreter", "council", "unit")

Step = Callable[[str, int, int], None]
"""Told how far a part of the loading is: what, how many of, how many."""


@dataclass(frozen=True, slots=True)
class Login:
    """A demonstration login."""

    email: str
    password: str


def demonstration_settings(settings: Settings) -> Settings:
    """The settings of the demonstration: a SQLite database in a folder of its own, and no Telegram."""
    return _settled_in(settings, settings.home / "demo")


def find_logins(settings: Settings) -> list[Login] | None:
    """The logins of a demonstration that is there already."""
    path = settings.home / _LOGINS
    if not path.exists():
        return None
    return [Login(**login) for login in json.loads(path.read_text())]


async def load(settings: Settings, step: Step) -> list[Login]:
    """Make the demonstration in `settings.home`."""
    workshop = settings.home.with_name(settings.home.name + ".loading")
    shutil.rmtree(workshop, ignore_errors=True)
    installation = open_installation(replace(_settled_in(settings, workshop), messages_per_second=1000))
    upgrade(installation.database.engine)
    logins = await _add_logins(installation)
    chat = Chat(installation)
    async with chat.running():
        await _live(chat, step)
    await installation.database.dispose()
    _write_logins(workshop / _LOGINS, logins)
    shutil.rmtree(settings.home, ignore_errors=True)
    workshop.rename(settings.home)
    return logins


def _settled_in(settings: Settings, home: Path) -> Settings:
    return replace(
        settings,
        home=home,
        database_url=f"sqlite:///{home / 'rimay.db'}",
        jobs_url=f"sqlite:///{home / 'jobs.db'}",
        telegram_token=None,
        public_url=None,
        secret_key=None,
        quiet_hours=None,
        messages_per_week=0,
    )


async def _add_logins(installation: Installation) -> list[Login]:
    logins = [Login(f"{role}@demo.rimay", new_password()) for role in _ROLES]
    hashes = await asyncio.gather(*(asyncio.to_thread(hash_password, login.password) for login in logins))
    for role, login, password_hash in zip(_ROLES, logins, hashes, strict=True):
        await installation.database.run(
            add_account, email=login.email, role=role, password_hash=password_hash
        )
    return logins


def _write_logins(path: Path, logins: Iterable[Login]) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        json.dump([{"email": login.email, "password": login.password} for login in logins], file)


async def _live(chat: Chat, step: Step) -> None:
    """The whole circle."""
    town = _Town(chat, step)
    await town.hang_posters()
    await town.map_services()
    consultation_id = await town.open_first()
    await town.answer(range(PEOPLE), come_in=True)
    await town.approve_quotes(consultation_id)
    await town.close(consultation_id)
    await town.decide(consultation_id)
    await town.look_back_on_assembly(consultation_id)
    await town.hold_assembly(consultation_id)
    await town.deliberate()
    await town.open_second()
    town.give_voice()
    await town.answer(range(SECOND_ROUND), come_in=False)


class _Town:
    """The Unit, and the people who take part."""

    def __init__(self, chat: Chat, step: Step) -> None:
        assert chat.api is not None  # the demonstration has no Telegram
        self._chat, self._step = chat, step
        self._database = chat.installation.database
        self._settings = chat.installation.settings
        self._content = NEEDS_ASSESSMENT.read_bytes()
        self._questionnaire: Questionnaire = read_questionnaire(
            self._content, NEEDS_ASSESSMENT.name
        ).questionnaire
        reception = Reception(chat.bot)  # without an allowance: these people are quicker than others
        self._people = [
            Someone(
                chat.api.person(_FIRST_CHAT + number),
                invent(number),
                reception,
                self._questionnaire,
                chat.installation.translator,
            )
            for number in range(PEOPLE)
        ]

    async def open_first(self) -> int:
        self._questionnaire_id = await self._database.run(
            store_questionnaire,
            self._questionnaire,
            content=self._content,
            file_name=NEEDS_ASSESSMENT.name,
            account_id=None,
        )
        return await self._open(None)

    async def hang_posters(self) -> None:
        """A way in for each of a few places."""
        for place in words.LINK_PLACES:
            await self._database.run(make_link, place, None)

    async def map_services(self) -> None:
        """Who helps with what and where."""
        await self._database.run(services.fill_map, today(self._settings.zone))

    async def deliberate(self) -> None:
        """Statements are put to the vote; most people vote on most of them, some propose their own."""
        zone, threshold = self._settings.zone, self._settings.disclosure_threshold
        deliberation_id, broadcast_id = await self._database.run(
            deliberation.prepare_and_open,
            closes_on=today(zone) + timedelta(days=21),
            threshold=threshold,
            zone=zone,
        )
        await self._send(broadcast_id)
        await self._database.run(deliberation.let_people_vote, deliberation_id)
        number = await Analyst(self._database, threshold).make_now(deliberation_id)
        await self._database.run(deliberation.publish, deliberation_id, number, threshold=threshold)
        hear = self._chat.house.hear
        await self._database.run(deliberation.let_people_propose, deliberation_id, hear, zone)

    async def open_second(self) -> None:
        await self._open(words.SECOND_TITLE)

    def give_voice(self) -> None:
        """Some do not write: an interpreter will find their voice notes waiting."""
        speech = Speech()
        if speech.available:
            for someone in self._people[:SPEAKING]:
                someone.speaks(speech.say)

    async def _open(self, title: words.Text | None) -> int:
        consultation_id = await self._database.run(
            draft_consultation,
            questionnaire_id=self._questionnaire_id,
            title=title,
            closes_on=today(self._settings.zone) + timedelta(days=30),
            account_id=None,
        )
        await self._send(await self._database.run(open_consultation, consultation_id, account_id=None))
        return consultation_id

    async def answer(self, numbers: range, *, come_in: bool) -> None:
        """They answer, a few at a time, as people do. Three of four have scanned a poster."""
        links = await self._database.read(list_links)
        ways = [link.code for link in links] + [""]
        codes = {someone: ways[number % len(ways)] for number, someone in enumerate(self._people)}

        async def live(someone: Someone) -> None:
            if come_in:
                await someone.come_in(codes[someone])
            await someone.take_part()

        await self._each([self._people[number] for number in numbers], live)

    async def _each(self, people: list[Someone], act: Callable[[Someone], Awaitable[None]]) -> None:
        gate, done = asyncio.Semaphore(_AT_ONCE), 0

        async def one(someone: Someone) -> None:
            nonlocal done
            async with gate:
                await act(someone)
            done += 1
            self._step("people", done, len(people))

        await asyncio.gather(*(one(someone) for someone in people))

    async def approve_quotes(self, consultation_id: int) -> None:
        """The organiser reads what may be quoted and approves some of it."""
        voices = await self._database.read(list_voices, consultation_id)
        allowed = [voice for voice in voices if voice.may_quote and "[" not in voice.text]
        for place, voice in enumerate(allowed[:14]):
            await self._database.run(judge_quote, voice.id, place % 3 != 2, account_id=None)

    async def close(self, consultation_id: int) -> None:
        threshold = self._settings.disclosure_threshold
        await self._database.run(close_and_propose, consultation_id, threshold=threshold, account_id=None)
        await self._database.scrub()

    async def hold_assembly(self, consultation_id: int) -> None:
        """In two weeks, in the afternoon. Those who would come are invited; most of them answer."""
        day = today(self._settings.zone) + timedelta(days=14)
        starts_at = datetime.combine(day, time(15), tzinfo=self._settings.zone)
        assembly_id = await self._database.run(
            create_assembly,
            consultation_id=consultation_id,
            title=words.ASSEMBLY_TITLE,
            purpose=words.ASSEMBLY_PURPOSE,
            place=words.ASSEMBLY_PLACE,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            seats=40,
            account_id=None,
        )
        await self._send(await self._database.run(invite_willing, assembly_id, account_id=None))
        await self._each(self._people, Someone.answer_invitation)
        await self._send(await self._database.run(remind, assembly_id, account_id=None))

    async def look_back_on_assembly(self, consultation_id: int) -> None:
        """One was held already: drawn, attended, voted, written down; now it asks for the seat and for an account."""
        run, threshold = self._database.run, self._settings.disclosure_threshold
        item_id = await run(empty_seat.convene_council, consultation_id, self._settings.zone)
        assembly_id, invitation = await run(assembly.plan_and_draw, consultation_id, threshold=threshold)
        await self._send(invitation)
        await self._each(self._people, Someone.answer_invitation)
        await run(assembly.let_people_in, assembly_id, self._chat.installation.vault)
        for ballot_id in await run(assembly.prepare_ballots, assembly_id, item_id):
            await self._send(await run(assembly.open_to_room, ballot_id))
            await run(assembly.vote, assembly_id, ballot_id, threshold=threshold)
        await self._database.scrub()
        await run(assembly.put_back, assembly_id, self._settings.zone)
        await self._send(await run(assembly.write_minutes, assembly_id, threshold=threshold))
        await run(empty_seat.ask, assembly_id, item_id, self._chat.house.hear)
        await run(observations.observe, assembly_id, self._settings.zone)

    async def decide(self, consultation_id: int) -> None:
        """The council decides on two items; the others are still before it."""
        items = await self._database.read(list_items, consultation_id)
        for item, (outcome, reason) in zip(items, words.DECISIONS, strict=False):
            broadcast_id = await self._database.run(
                record_decision, item.id, outcome=outcome, reason=reason, account_id=None
            )
            await self._send(broadcast_id)
            await self._each(self._people, Someone.judge_decision)
        await self._database.run(commitments.promise, consultation_id, self._settings.zone)

    async def _send(self, broadcast_id: int) -> None:
        """Through the durable jobs, like every message out, until everybody has it on their screen."""
        await self._chat.jobs.deliver(broadcast_id)
        while (sending := await self._database.read(progress_of, broadcast_id)).new or sending.sending:
            self._step("sending", sending.total - sending.new, sending.total)
            await asyncio.sleep(0.1)
