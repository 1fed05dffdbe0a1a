"""The console as a real server, filled, and a real browser in front of it."""

import asyncio
import shutil
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services, Shown
from bot.preview import Preview
from bot.samples import Samples
from core.accounts import add_account
from core.claims import claim_batch
from core.clock import at, now
from core.database import Database
from core.entry_links import count_coming, count_enrolment, end_link, make_link
from core.inbox import set_aside
from core.outbox import Settled, settle
from core.passwords import hash_password
from core.progress import State
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Participant, Table
from deliberation.assemblies.assembly import create_assembly, invite_willing
from deliberation.assemblies.tables import Invitation
from deliberation.audience.criteria import Audience
from deliberation.audience.segments import save_segment
from deliberation.council.agenda import close_and_propose, list_items
from deliberation.council.decisions import record_decision
from i18n.speech import Speech
from i18n.translator import Translator
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import ATTACHED, Choice, Keep, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.speech.speaking import Speaker
from surveys.tables import Attachment, Participation, Response, Voice
from surveys.versioning.versions import move_to_version
from tests.bot.sendings import film, photo, voice_note
from tests.pages.drafting import write_drafts

CHROMIUM = next(
    filter(Path.exists, (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))),
    Path("/usr/bin/chromium"),
)
"""Without windows it takes half as long: the whole one draws its own frame, too, for every page that is opened."""
PASSWORD = "cuatro palabras bien largas"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)  # a machine may be busy with other tests
OPEN, DRAFT, CLOSED = 1, 2, 3
KEY = bytes(range(32))
NEEDS = (
    ("work", "Trabajo", range(28)),
    ("documents", "Documentos y regularización", range(14, 40)),
    ("health", "Salud", range(0, 40, 4)),
)


CANTONS = tuple(Choice(name.lower(), {"es": name}) for name in ("Ibarra", "Otavalo", "Cotacachi"))


class Telephones:
    """A simulator whose people have already talked a little."""

    def __init__(self) -> None:
        self.screens: dict[str, list[Shown]] = {}
        self.news: dict[str, asyncio.Queue[Shown]] = {}

    def open_chat(self) -> str:
        return f"chat{len(self.screens)}"

    def snapshot(self, chat: str) -> list[Shown]:
        if chat not in self.screens:
            self.screens[chat] = [
                _message(1, "me", "/start"),
                _message(2, "bot", "<b>Pregunta 3 de 15</b>\n¿Qué necesita?", ["Trabajo", "Salud"]),
            ]
        return self.screens[chat]

    async def events(self, chat: str) -> AsyncIterator[Shown]:
        news = self.news[chat] = asyncio.Queue()
        yield {"kind": "snapshot", "messages": self.snapshot(chat)}
        while True:
            yield await news.get()

    def find_file(self, file_id: str) -> None:
        return None

    async def say(self, chat: str, text: str) -> None:
        await self._show(chat, _message(len(self.screens[chat]) + 1, "me", text))

    async def tap(self, chat: str, message_id: int, index: int) -> None:
        labels = ["✓ Trabajo", "Salud"] if index == 0 else ["Trabajo", "✓ Salud"]
        changed = _message(message_id, "bot", "¿Qué necesita?", labels)
        self.screens[chat][message_id - 1] = changed
        await self.news[chat].put(changed | {"kind": "edit"})

    async def share_location(self, chat: str, latitude: float, longitude: float) -> None:
        await self.say(chat, "aquí")

    async def send_file(self, chat: str, name: str, content: bytes, mime: str) -> None:
        await self.say(chat, f"{name} {len(content)} {mime}")

    async def _show(self, chat: str, shown: Shown) -> None:
        self.screens[chat].append(shown)
        if chat in self.news:
            await self.news[chat].put(shown)


def _message(number: int, sender: str, text: str, labels: list[str] | None = None) -> Shown:
    buttons = [[{"label": label, "index": index} for index, label in enumerate(labels or [])]]
    return {
        "kind": "message",
        "id": number,
        "from": sender,
        "date": 0,
        "text": text,
        "buttons": buttons if labels else [],
    }


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the console is served for all tests of pages."""
    home = tmp_path_factory.mktemp("console")
    settings = read_settings({"RIMAY_HOME": str(home)})
    database = Database(f"sqlite:///{home / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    with Session(database.engine) as db, db.begin():
        _fill(db, hash_password(PASSWORD))
        write_drafts(db)

    async def deliver(broadcast_id: int) -> None:
        """Nothing leaves this test."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await database.dispose()

    vault = Vault(KEY)
    speaker = Speaker(database, Speech())
    preview = Preview(Translator(), settings.zone)
    services = Services(
        database,
        Translator(),
        settings,
        vault,
        deliver,
        Telephones(),
        preview=preview,
        speaker=speaker,
        samples=Samples(Translator(), settings),
    )
    yield from _serve(create_app(services, lifespan=lifespan))


def _serve(app: FastAPI) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, else the test is skipped. A module at a time: its event loop is in the way of other tests."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, address: str) -> dict[str, Any]:
    """What a browser remembers of each person who has signed in, by role."""
    remembered: dict[str, Any] = {}
    for role in ("organiser", "council"):
        with chromium.new_context() as context:
            page = context.new_page()
            page.goto(f"{address}/sign-in")
            page.fill("#field-email", f"{role}@ejemplo.ec")
            page.fill("#field-password", PASSWORD)
            page.click("main button.primary")
            page.wait_for_url(f"{address}/")
            remembered[role] = context.storage_state()
    return remembered


@pytest.fixture
def context(chromium: Browser, address: str, signed_in: dict[str, Any]) -> Iterator[BrowserContext]:
    """A browser of the organiser's, as wide as a desk."""
    context = chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


def _questionnaire() -> Questionnaire:
    choices = tuple(Choice(value, {"es": label}) for value, label, _ in NEEDS)
    childcare = Choice("childcare", {"es": "Cuidado de niñas y niños", "qu": "Wawakunata rikuy"})
    return Questionnaire(
        name="needs",
        title={"es": "Necesidades en Imbabura", "qu": "Imbaburapi imata mutsurishkata"},
        version="1",
        languages=("es", "qu"),
        default_language="es",
        nodes=(
            Question("needs", Kind.SELECT_MULTIPLE, {"es": "¿Qué necesita?"}, choices=choices),
            Question("age", Kind.INTEGER, {"es": "¿Cuántos años tiene?"}, constraint=". < 120"),
            Question("more", Kind.TEXT, {"es": "¿Qué más?", "qu": "Imata ashtawan?"}),
            Question("house", Kind.IMAGE, {"es": "Mande una foto de su casa."}),
            Question(
                "attend", Kind.SELECT_MULTIPLE, {"es": "¿Para venir?"}, choices=(childcare,), keep=Keep.NEEDS
            ),
            Question("canton", Kind.SELECT_ONE, {"es": "¿En qué cantón?"}, choices=CANTONS, keep=Keep.CANTON),
        ),
    )


def _edited() -> Questionnaire:
    """The next version: one question in other words, one choice more, one question less."""
    needs, age, more, _, attend, canton = _questionnaire().nodes
    assert isinstance(needs, Question)
    food = Choice("food", {"es": "Alimentos", "qu": "Mikuna"})
    needs = replace(needs, label={"es": "¿Qué le hace falta ahora?"}, choices=(*needs.choices, food))
    return replace(_questionnaire(), nodes=(needs, age, more, attend, canton))


def _fill(db: Session, password_hash: str) -> None:
    """Something to see on every page."""
    for role in ("organiser", "council"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=password_hash)
    for number in range(60):
        db.add(_participant(number))
    db.flush()
    questionnaire = store_questionnaire(
        db, _questionnaire(), content=b"", file_name="needs.xlsx", account_id=None
    )
    save_segment(db, "Otavalo en kichwa", Audience(cantons=("otavalo",), languages=("qu",)), account_id=None)
    for _ in (OPEN, DRAFT, CLOSED):
        draft_consultation(db, questionnaire_id=questionnaire, closes_on=date(2030, 5, 2), account_id=None)
    for consultation in (OPEN, CLOSED):
        open_consultation(db, consultation, account_id=None)
        _answer(db, consultation)
    edited = store_questionnaire(db, _edited(), content=b"", file_name="needs.xlsx", account_id=None)
    move_to_version(db, OPEN, edited, account_id=None)
    _send(db)
    _cut_off(db)
    close_and_propose(db, CLOSED, threshold=5, account_id=None)
    reason = {"es": "Habrá una ventanilla.", "qu": "Shuk wasi tiyanka."}
    record_decision(db, list_items(db, CLOSED)[0].id, outcome="accepted", reason=reason, account_id=None)
    _meet(db)
    _hand_out(db)
    set_aside(db, 7, b"p" * 32, Vault(KEY).seal('{"message": {"text": "hola"}}'), fault="KeyError")


def _hand_out(db: Session) -> None:
    """Two ways in: by one some have come, the other is not handed out any more."""
    link = make_link(db, "Albergue municipal de Ibarra", None)
    for _ in range(23):
        count_coming(db, link)
    for _ in range(17):
        count_enrolment(db, link)
    ended = make_link(db, "Fundación Ñukanchik", None)
    count_coming(db, ended)
    end_link(db, ended, None)


def _participant(number: int) -> Participant:
    return Participant(
        chat_index=number.to_bytes(32),
        chat_sealed=b"sealed",
        language="qu" if number % 4 == 0 else "es",
        profile={"invite": "yes", "needs": ["childcare"] if number % 2 else []}
        | ({"canton": CANTONS[number % 2].value} if number % 6 else {}),
        consent_version="1",
        consented_on=date(2026, 11, 1),
    )


def _answer(db: Session, consultation: int) -> None:
    mine = Participation.consultation_id == consultation
    db.execute(update(Participation).where(mine, Participation.participant_id <= 40).values(state="finished"))
    for number in range(40):
        response = Response(
            id=f"{consultation}-{number}",
            consultation_id=consultation,
            state="finished",
            language="es",
            answers={
                "needs": [value for value, _, people in NEEDS if number in people],
                "age": str(18 + number),
            },
            may_quote=True,
        )
        db.add(response)
        db.flush()
        if number < 12:
            db.add(_voice(response, "No hay turnos en el centro de salud y queda muy lejos de la casa."))


def _send(db: Session) -> None:
    """One person spoke, and sent a photo, a film and a paper."""
    vault, recorded = Vault(KEY), shutil.which("ffmpeg") is not None
    contents = (
        ("more", "audio/ogg", voice_note() if recorded else b"OggS"),
        ("house", "image/jpeg", photo((640, 480))),
        ("house", "video/mp4", film() if recorded else b"ftyp"),
        ("house", "application/pdf", b"%PDF-1.7"),
    )
    for number, (path, media_type, content) in enumerate(contents):
        row = Attachment(
            id=f"file{number}",
            response_id=f"{OPEN}-{20 + number}",
            consultation_id=OPEN,
            path=path,
            media_type=media_type,
            size=len(content),
            sealed=vault.seal_bytes(content),
        )
        db.add(row)
        response = db.get_one(Response, row.response_id)
        response.answers = {**(response.answers or {}), path: ATTACHED + row.id}
        if path == "more":
            voice = _voice(response, "")
            voice.id, voice.attachment_id = "note", row.id
            db.add(voice)


def _cut_off(db: Session) -> None:
    """The opening was going out when the power went: some of it has not left, of some nobody knows."""
    with at(now() - timedelta(hours=1)):
        first, second, *_ = claim_batch(db, 1, 0, 6)
        failed = Settled(first.delivery_id, State.FAILED, "BadRequest")
        settle(db, 1, 0, [failed, Settled(second.delivery_id, State.SENT)])


def _voice(response: Response, text: str) -> Voice:
    return Voice(
        id=f"voice-{response.id}",
        response_id=response.id,
        consultation_id=response.consultation_id,
        path="more",
        language="es",
        text=text,
        original=b"sealed",
        quote="approved" if response.id.endswith("0") else "none",
    )


def _meet(db: Session) -> None:
    starts_at = now() + timedelta(days=9)
    assembly = create_assembly(
        db,
        consultation_id=None,
        title={"es": "Asamblea de vivienda"},
        purpose={"es": "Hablar de vivienda"},
        place="Otavalo",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        seats=20,
        account_id=None,
    )
    invite_willing(db, assembly, account_id=None)
    db.flush()
    for number, invitation in enumerate(db.scalars(select(Invitation))):
        invitation.answer = ("yes", "no", "none", "waiting")[number % 4]
