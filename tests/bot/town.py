"""A small town for the tests of the chat: three people with phones, one house, one questionnaire."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.application import Bot, build_bot
from bot.botapi import BotApi
from bot.botapi_chat import Message
from bot.botapi_person import Person
from bot.botapi_request import InProcessRequest
from bot.context import House
from bot.delivery import Courier
from bot.reception import Reception
from core.database import Database
from core.inbox import list_people_waiting
from core.outbox import list_unclaimed_chunks
from core.progress import Sending, progress_of
from core.sealing import Vault
from core.settings import Settings
from core.tables import Table
from i18n.speech import Speech
from i18n.translator import Translator
from surveys.consultations import close_consultation, draft_consultation, open_consultation
from surveys.questionnaire import Choice, Keep, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.speech.speaking import Speaker
from surveys.submission import Heard
from surveys.tables import Participation, Response, Voice
from surveys.xlsform.accompanying import AccompanyingFile

ROSA, LUIS, OUTSIDER = 1_700_000_001, 1_700_000_002, 1_700_000_003
"""Rosa speaks Kichwa, Luis Spanish; the outsider never consents."""

Rows = dict[str, list[dict[str, Any]]]


def label(es: str, qu: str) -> Mapping[str, str]:
    """A text in both languages."""
    return {"es": es, "qu": qu}


def choices(**labels: str) -> tuple[Choice, ...]:
    """Choices whose Kichwa is marked, so that a test sees which language a button speaks."""
    return tuple(Choice(value, label(text, f"{text} (kichwa)")) for value, text in labels.items())


QUESTIONNAIRE = Questionnaire(
    "needs",
    label("Necesidades", "Mutsurishkakuna"),
    "1",
    ("es", "qu"),
    "es",
    (
        Question("hello", Kind.NOTE, label("Son pocas preguntas.", "Ashalla tapuykuna.")),
        Question(
            "age",
            Kind.INTEGER,
            label("¿Cuántos años tiene?", "Mashna watata charinki?"),
            required="true()",
            constraint=". >= 0 and . < 120",
            constraint_message=label("Escriba su edad en años.", "Mashna watata killkay."),
        ),
        Question(
            "canton",
            Kind.SELECT_ONE,
            label("¿En qué cantón vive?", "Maypi kawsanki?"),
            required="true()",
            choices=choices(ibarra="Ibarra", otavalo="Otavalo", cotacachi="Cotacachi"),
        ),
        Question(
            "needs",
            Kind.SELECT_MULTIPLE,
            label("¿Qué necesita con más urgencia?", "Imata mutsurinki?"),
            required="true()",
            choices=choices(work="Trabajo", health="Salud", home="Vivienda", papers="Documentos"),
            constraint="count-selected(.) <= 2",
        ),
        Question("arrived", Kind.DATE, label("¿Cuándo llegó?", "Ima punchata chayamurkanki?")),
        Question("place", Kind.GEOPOINT, label("¿Dónde vive?", "Maypi kawsanki?")),
        Question("words", Kind.TEXT, label("¿Qué más quiere decir?", "Imata rimanata munanki?")),
        Question(
            "invite",
            Kind.SELECT_ONE,
            label("¿Le podemos invitar a una asamblea?", "Tantanakuyman shamunkichu?"),
            choices=choices(yes="Me gustaría", no="Ahora no"),
            keep=Keep.INVITE,
        ),
        Question(
            "attend",
            Kind.SELECT_MULTIPLE,
            label("¿Qué necesita para venir?", "Imata mutsurinki shamunkapak?"),
            relevant="/data/invite = 'yes'",
            choices=choices(bus="Transporte", care="Cuidado de niños"),
            keep=Keep.NEEDS,
        ),
    ),
)

TOTAL = 8
"""Questions of it that are asked of someone who would come."""


def hear(vault: Vault) -> Any:
    """How open answers are read here: a telephone number is hidden."""

    def read(text: str) -> Heard:
        words = ["[…]" if word.isdigit() else word for word in text.split()]
        return Heard("es", " ".join(words), vault.seal(text))

    return read


class Town:
    """Everybody talks to the real handlers through the in-memory Bot API."""

    def __init__(self, database: Database, vault: Vault, translator: Translator, settings: Settings) -> None:
        self.database = database
        self.vault = vault
        self.translator = translator
        self.settings = replace(settings, messages_per_second=1000)
        self.speaker: Speaker | None = None
        self.hear = hear(vault)
        self.api = BotApi(first_update_id=5_000)
        self.rosa = self.api.person(ROSA, first_name="Rosa", language_code="es")
        self.luis = self.api.person(LUIS, first_name="Luis", language_code="es")
        self.outsider = self.api.person(OUTSIDER, first_name="Blanca")
        self.bot, self.receive = self._build()

    def _build(self) -> tuple[Bot, Reception]:
        house = House(self.settings, self.database, self.vault, self.translator, self.hear, self.speaker)
        ways = InProcessRequest(self.api), InProcessRequest(self.api)
        bot = build_bot(house, token=self.api.token, request=ways[0], updates_request=ways[1])
        return bot, Reception(bot, waits=(0, 0))

    async def start(self) -> None:
        """Open the doors."""
        await self.bot.initialize()

    async def speaks(self, speech: Speech) -> None:
        """From now on the house reads aloud."""
        self.speaker = Speaker(self.database, speech)
        await self.restart()

    async def stop(self) -> None:
        """Close them."""
        await self.receive.close()
        await self.bot.shutdown()

    async def restart(self) -> None:
        """Another process with the same database: nothing is remembered but what is stored."""
        await self.stop()
        self.bot, self.receive = self._build()
        await self.start()

    def breaks(self, database: Any) -> None:
        """From now on the house has this database, which fails."""
        house = self.bot.bot_data
        self.bot.bot_data = House(house.settings, database, house.vault, house.translator, house.hear)

    def mends(self) -> None:
        """It has its own again."""
        self.breaks(self.database)

    # What people do

    async def says(self, person: Person, *texts: str) -> Message:
        """Types texts, one after the other; what the bot shows last."""
        for text in texts:
            await self.receive(person.send(text))
        return person.last

    async def taps(self, person: Person, *buttons: str) -> Message:
        """Presses buttons, one after the other, where they are nearest."""
        for button in buttons:
            await self.receive(person.tap(button))
        return person.last

    async def rests(self) -> None:
        """Until nothing that somebody sent waits for its turn any more."""
        async with asyncio.timeout(20):
            while await self.database.read(list_people_waiting):
                await asyncio.sleep(0.01)

    async def enters(self, person: Person, language: str = "es") -> Message:
        """Start, language, consent."""
        await self.says(person, "/start")
        await self.taps(person, self.text("language_" + language, language))
        return await self.taps(person, self.text("button_consent_yes", language))

    async def answers(
        self, person: Person, language: str = "es", *, words: str = "Quiero un curso", comes: bool = True
    ) -> Message:
        """Answers the whole questionnaire and sends it in."""
        mark = " (kichwa)" if language == "qu" else ""
        done, skip = self.text("button_done", language), self.text("button_skip", language)
        await self.says(person, "34")
        await self.taps(person, "Otavalo" + mark, "Trabajo" + mark, "Salud" + mark, done)
        await self.says(person, "23/11/2025")
        await self.taps(person, skip)
        await self.says(person, words)
        await self.taps(person, ("Me gustaría" if comes else "Ahora no") + mark)
        if comes:
            await self.taps(person, "Transporte" + mark, done)
        return await self.taps(person, self.text("button_send", language))

    # What the house does

    async def opens(
        self,
        *,
        closes_on: date | None = None,
        asking: Questionnaire = QUESTIONNAIRE,
        files: Collection[AccompanyingFile] = (),
    ) -> int:
        """A consultation is opened."""

        def work(db: Session) -> int:
            questionnaire_id = store_questionnaire(
                db, asking, content=b"xlsx", file_name="needs.xlsx", account_id=None, files=files
            )
            consultation_id = draft_consultation(
                db, questionnaire_id=questionnaire_id, closes_on=closes_on, account_id=None
            )
            open_consultation(db, consultation_id, account_id=None)
            return consultation_id

        return await self.database.run(work)

    def courier(self) -> Courier:
        """Who carries broadcasts."""
        return Courier(
            bot=self.bot.bot,
            database=self.database,
            vault=self.vault,
            translator=self.translator,
            settings=self.settings,
        )

    async def delivers(self, broadcast_id: int) -> Sending:
        """A broadcast is carried to its end."""
        # A chat takes one message a second: where a test holds the clock, a second one would wait for ever.
        async with asyncio.timeout(30):
            for chunk in await self.database.read(list_unclaimed_chunks, broadcast_id):
                await self.courier().carry(broadcast_id, chunk)
        return await self.database.read(progress_of, broadcast_id)

    async def closes(self, consultation_id: int) -> None:
        """It is closed for good."""
        await self.database.run(close_consultation, consultation_id, account_id=None)
        await self.database.scrub()

    def text(self, key: str, language: str, **params: object) -> str:
        """A sentence of the participants' catalogue."""
        return self.translator.text("chat." + key, language, **params)

    async def rows(self) -> Rows:
        """Everything stored about people and what they said: two of these are equal when nothing changed."""
        return await self.database.read(read_everything)

    async def find(self, person: Person, table: type[Table]) -> list[Any]:
        """The rows of a table that belong to a person."""
        index = self.vault.index(str(person.chat.id))
        return await self.database.read(_rows_of, index, table)


def read_everything(db: Session) -> Rows:
    """Table → its rows. Which updates were seen, or were set aside, is no part of it: it says nothing of people."""
    apart = {"seen_update", "waiting_update"}
    tables = [table for table in Table.metadata.sorted_tables if table.name not in apart]
    filled = db.execute(select(*(exists().select_from(table) for table in tables))).one()  # most are not
    return {
        table.name: [dict(row) for row in db.execute(select(table).order_by(*table.primary_key)).mappings()]
        if used
        else []
        for table, used in zip(tables, filled, strict=True)
    }


def _rows_of(db: Session, index: bytes, table: Any) -> list[Any]:
    participant = Table.metadata.tables["participant"]
    if table.__table__ is participant:
        return list(db.scalars(select(table).where(table.chat_index == index)))
    query = select(table).join(participant, participant.c.id == table.participant_id)
    return list(db.scalars(query.where(participant.c.chat_index == index)))


def quiet(records: list[logging.LogRecord]) -> bool:
    """Whether nothing went wrong on the bot's side."""
    return not [record for record in records if record.levelno >= logging.WARNING]


# What tests look at


async def own_response(town: Town, person: Person) -> Response:
    """The response that a person is giving."""
    (participation,) = await town.find(person, Participation)
    response = await town.database.read(lambda db: db.get(Response, participation.response_id))
    assert response is not None
    return response


async def own_answers(town: Town, person: Person) -> dict[str, Any]:
    """What a person has answered so far, sent in or not."""
    return dict(((await own_response(town, person)).progress or {}).get("answers", {}))


async def place_of(town: Town, person: Person) -> str | None:
    """The question on a person's screen, as it is stored."""
    progress = (await own_response(town, person)).progress
    assert progress is not None
    return progress.get("place")


async def list_voices(town: Town) -> list[Voice]:
    """All open answers."""
    return await town.database.read(lambda db: list(db.scalars(select(Voice))))


def labels(message: Message) -> list[str]:
    """What can be tapped."""
    return [label for row in message.labels for label in row]


def payload(message: Message, label: str) -> str:
    """What a button carries."""
    return next(button.data or "" for row in message.buttons for button in row if button.label == label)
