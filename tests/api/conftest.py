"""The console over a database of its own, and browsers for the people who use it.

Ana organises. Belén sits in the council. Carlos interprets. Nobody is who has not signed in.
"""

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services, Shown
from core.accounts import add_account, find_account, open_sign_in
from core.clock import at
from core.database import Database
from core.errors import NotFound
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import Settings
from core.tables import Participant
from i18n.translator import Translator
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import Choice, Keep, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from tests.deliberation.assemblies.provinces import NOON, found_province, lottery_assembly

ANA, BELEN, CARLOS, NOBODY = "organiser", "council", "interpreter", None
PASSWORD = "cuatro palabras bien largas"


class SimulatorOfTests:
    """Telephones that only remember what was done to them."""

    def __init__(self) -> None:
        self.chats: dict[str, list[Shown]] = {}
        self.acts: list[tuple[str, ...]] = []

    def open_chat(self) -> str:
        return f"chat{len(self.chats) + len(self.acts):028d}"

    def snapshot(self, chat: str) -> list[Shown]:
        if not chat.startswith("chat"):
            raise NotFound
        return self.chats.setdefault(chat, [])

    async def events(self, chat: str) -> AsyncIterator[Shown]:
        yield {"kind": "snapshot", "messages": self.snapshot(chat)}

    def find_file(self, file_id: str) -> None:
        return None

    async def say(self, chat: str, text: str) -> None:
        self.acts.append(("say", chat, text))

    async def tap(self, chat: str, message_id: int, index: int) -> None:
        self.acts.append(("tap", chat, str(message_id), str(index)))

    async def share_location(self, chat: str, latitude: float, longitude: float) -> None:
        self.acts.append(("location", chat))

    async def send_file(self, chat: str, name: str, content: bytes, mime: str) -> None:
        self.acts.append(("file", chat, name, content.decode(), mime))


@dataclass
class Browser:
    """What a person does: looks at a page, fills in its form."""

    client: AsyncClient

    async def look(self, path: str, **headers: str) -> Response:
        return await self.client.get(path, headers=headers)

    async def fill(self, page: str, action: str, files: Any = None, **fields: str) -> Response:
        """Send a form of a page with its token, as a browser does."""
        token = form_token(await self.client.get(page))
        return await self.client.post(action, data={"csrf": token, **fields}, files=files)


def form_token(page: Response) -> str:
    """The token in the forms of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


@dataclass
class Console:
    """The application, its database, and what was handed to delivery."""

    app: FastAPI
    database: Database
    simulator: SimulatorOfTests
    delivered: list[int] = field(default_factory=list)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Argon2 is slow on purpose: once for all tests."""
    return hash_password(PASSWORD)


@pytest.fixture
async def console(
    sqlite_url: str, translator: Translator, settings: Settings, vault: Vault, password_hash: str
) -> AsyncIterator[Console]:
    """The console with one account a role."""
    database = Database(sqlite_url)
    delivered: list[int] = []

    async def deliver(broadcast_id: int) -> None:
        delivered.append(broadcast_id)

    simulator = SimulatorOfTests()
    app = create_app(Services(database, translator, settings, vault, deliver, simulator))
    for role in (ANA, BELEN, CARLOS):
        await database.run(add_account, email=f"{role}@ejemplo.ec", role=role, password_hash=password_hash)
    yield Console(app, database, simulator, delivered)
    await database.dispose()


Browse = Callable[[str | None], Awaitable[Browser]]


@pytest.fixture
async def browse(console: Console) -> AsyncIterator[Browse]:
    """Open a browser for one of the people; the password is not asked, that has its own test."""
    async with AsyncExitStack() as open_clients:

        async def open_for(role: str | None) -> Browser:
            transport = ASGITransport(app=console.app, raise_app_exceptions=False)
            client = AsyncClient(transport=transport, base_url="http://rimay.test")
            await open_clients.enter_async_context(client)
            if role is not None:
                cookie = secrets.token_urlsafe(32)
                client.cookies.set("rimay_sign_in", cookie, domain="rimay.test")
                account = await console.database.read(find_account, f"{role}@ejemplo.ec")
                assert account is not None
                digest = sha256(cookie.encode()).digest()
                await console.database.run(open_sign_in, account.id, digest, secrets.token_urlsafe(32))
            return Browser(client)

        yield open_for


QUESTIONNAIRE = Questionnaire(
    name="needs",
    title={"es": "Necesidades", "qu": "Mutsurishkakuna"},
    version="1",
    languages=("es", "qu"),
    default_language="es",
    nodes=(
        Question(
            "needs",
            Kind.SELECT_MULTIPLE,
            {"es": "¿Qué necesita?", "qu": "Imatatak mutsurinki?"},
            choices=(Choice("work", {"es": "Trabajo", "qu": "Llamkay"}), Choice("health", {"es": "Salud"})),
        ),
        Question("more", Kind.TEXT, {"es": "¿Qué más?", "qu": "Imata ashtawan?"}),
        Question("invite", Kind.SELECT_ONE, {"es": "¿Podemos invitarle?"}, keep=Keep.INVITE),
    ),
)


@pytest.fixture
async def questionnaire(console: Console) -> int:
    """A questionnaire that somebody has uploaded."""
    return await console.database.run(
        store_questionnaire, QUESTIONNAIRE, content=b"", file_name="needs.xlsx", account_id=None
    )


@pytest.fixture
async def draft(console: Console, questionnaire: int) -> int:
    """A consultation that nobody has been asked yet, and three people whom it would reach."""
    await console.database.run(_enrol_three)
    return await console.database.run(
        draft_consultation, questionnaire_id=questionnaire, closes_on=date(2030, 1, 1), account_id=None
    )


@pytest.fixture
async def opened(console: Console, draft: int) -> int:
    """A consultation that is open."""
    await console.database.run(open_consultation, draft, account_id=None)
    return draft


@pytest.fixture
async def assembly(console: Console) -> None:
    """An assembly by lottery in a small province, number 1. Four women speak Kichwa."""

    def settle(db: Session) -> None:
        found_province(db)
        lottery_assembly(db)

    with at(NOON):
        await console.database.run(settle)


def _enrol_three(db: Session) -> None:
    for number in range(3):
        db.add(
            Participant(
                chat_index=number.to_bytes(32),
                chat_sealed=b"sealed",
                language="es",
                profile={"invite": "yes", "needs": ["childcare"]},
                consent_version="1",
                consented_on=date(2026, 11, 1),
            )
        )
