"""The page of analyses in a real browser: with some, with one on its way, and before there is any."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, expect
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from deliberation.opinions.analyses import begin_analysis
from i18n.translator import Translator
from tests.deliberation.opinions.analysed import analyse, analysed, camps
from tests.deliberation.opinions.ballot_box import cast, open_box
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

SOME, NONE = "/deliberations/1/analyses", "/deliberations/2/analyses"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with analyses, one of them published and one on its way."""
    home = tmp_path_factory.mktemp("analyses")
    settings = read_settings({"RIMAY_HOME": str(home)})
    database = Database(f"sqlite:///{home / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    with Session(database.engine) as db, db.begin():
        for role in ("organiser", "council"):
            add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
        analysed(db, published=True)
        cast(db, 1, camps((4, 4, 4), seed=5), since=2)
        analyse(db, 1)
        begin_analysis(db, 1)
        cast(db, open_box(db, 5), [{1: 1}] * 3)

    async def deliver(broadcast_id: int) -> None:
        """Nothing leaves this test."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await database.dispose()

    services = Services(database, Translator(), settings, Vault(KEY), deliver)
    yield from _serve(create_app(services, lifespan=lifespan))


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
@pytest.mark.parametrize("path", [SOME, f"{SOME}?check=1", NONE])
def test_page(
    chromium: Browser, address: str, signed_in: dict[str, Any], path: str, view: dict[str, Any]
) -> None:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{message.type}: {message.text}")

    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        page = context.new_page()
        page.on("console", note)
        answer = page.goto(path)
        assert answer is not None and answer.status == 200 and page.title()
        page.evaluate("document.querySelectorAll('main details').forEach((part) => (part.open = true))")
        found = violations(page)
        assert complaints(said, found) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= view["viewport"]["width"]
        assert page.locator("h1").count() == 1


def test_where_there_is_nothing_yet_to_work_out_it_is_said_and_not_offered(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(NONE)
    expect(page.locator("main")).to_contain_text("hacen falta 7 personas")
    expect(page.get_by_role("button", name="Hacer un análisis ahora")).to_have_count(0)


def test_a_group_is_named_by_keyboard_alone(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(SOME)
    page.locator("summary").filter(has_text="Grupo B").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Vivienda primero")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=group_named")
    expect(page.get_by_text("Vivienda primero")).to_be_visible()
