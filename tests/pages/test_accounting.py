"""A year's account in a real browser: every page, its copy on another server, an answer by keyboard without script."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage
from sqlalchemy.orm import Session

from api.accounting_pack import make_pack
from api.accounting_words import LISTS
from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.clock import today
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from deliberation.accounting.year import read_year
from i18n.translator import Translator
from tests.deliberation.accounting.circles import ANSWER, circle
from tests.deliberation.council.sessions import ZONE
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

LATE, OPEN, ANSWERED = 1, 2, 3
YEAR = today(ZONE).year
PUBLIC = [
    "/accounting",
    f"/accounting/{YEAR}",
    f"/accounting/{YEAR}/observations",
    f"/accounting/{YEAR}/commitments",
]
ORGANISER = [
    "/council/observations",
    "/council/observations?state=late&year=1",
    "/council/observations/new",
    f"/council/observations/{LATE}",
    f"/council/observations/{ANSWERED}",
    f"/council/observations/{LATE}/edit",
]
COPY = [f"{name}{end}.html" for name in ("index", *LISTS) for end in ("", "-qu")]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Where the year is."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('accounting') / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    with Session(database.engine) as db, db.begin():
        for role in ("organiser", "council"):
            add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
        circle(db)
    return database


@pytest.fixture(scope="module")
def address(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console over it."""
    settings = read_settings({"RIMAY_HOME": str(tmp_path_factory.mktemp("home"))})

    async def deliver(broadcast_id: int) -> None:
        """Nothing leaves this test."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await database.dispose()

    services = Services(database, Translator(), settings, Vault(KEY), deliver)
    yield from _serve(create_app(services, lifespan=lifespan))


class _Quiet(SimpleHTTPRequestHandler):
    """A web server that knows nothing but files."""

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def elsewhere(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The copy of the account, in a folder of another server."""
    root = tmp_path_factory.mktemp("www")
    settings = read_settings({"RIMAY_HOME": str(root)})
    with Session(database.engine) as db:
        account = read_year(db, YEAR, threshold=5, zone=ZONE)
    for name, content in make_pack(account, Translator(), settings).items():
        path: Path = root / "cuentas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/cuentas/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_every_page(
    chromium: Browser, address: str, elsewhere: str, signed_in: dict[str, Any], view: dict[str, Any]
) -> None:
    for base, state, paths in (
        (address, signed_in["organiser"], ORGANISER),
        (address, signed_in["council"], [f"/council/observations/{OPEN}"]),
        (address, None, PUBLIC),
        (elsewhere, None, ["index.html", "observations-qu.html"]),
    ):
        with chromium.new_context(base_url=base, storage_state=state, **view) as context:
            assert {path: faults for path in paths if (faults := _faults(context, path, view))} == {}


def _faults(context: BrowserContext, path: str, view: dict[str, Any]) -> list[str]:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "favicon" not in str(message.location):
            said.append(f"{message.type}: {message.text}")

    page = context.new_page()
    page.on("console", note)
    answer = page.goto(path)
    assert answer is not None and answer.status == 200 and page.title(), path
    faults = complaints(said, violations(page))
    if page.evaluate("document.documentElement.scrollWidth") > view["viewport"]["width"]:
        faults.append("wider than the screen")
    page.close()
    return faults


def test_the_copy_leads_nowhere_that_it_does_not_hold(chromium: Browser, elsewhere: str) -> None:
    with chromium.new_context(base_url=elsewhere, java_script_enabled=False) as context:
        for name in COPY:
            page = context.new_page()
            page.goto(name)
            links = page.locator("a[href], link[href]").all()
            for href in {link.get_attribute("href") or "" for link in links}:
                assert page.request.get(f"{elsewhere}{href.partition('#')[0]}").status == 200, (name, href)
            page.close()


def test_an_answer_is_given_by_keyboard_without_script(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto(f"/council/observations/{OPEN}")
        for code, text in ANSWER.items():
            page.focus(f"#field-answer_{code}")
            page.keyboard.type(text)
        page.focus("main form button.primary")
        page.keyboard.press("Enter")
        page.wait_for_url("**?done=observation_answered")
        page.goto(f"/accounting/{YEAR}")
        assert page.locator(f"#observation-{OPEN} blockquote").inner_text() == ANSWER["es"]
