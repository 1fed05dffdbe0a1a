"""The pages of the actor map in a real browser: each at both widths; a file looked at and kept; no script needed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.clock import today
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from deliberation.actors.editing import ActorText, save_actor
from i18n.translator import Translator
from rimay.demonstration.services import fill_map
from tests.deliberation.actors.charting import FOREIGN, MAP
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

PAGES = (
    "/actors",
    "/actors?canton=urcuqui&kind=church",
    "/actors/1",
    "/actors/1/edit",
    "/actors/new",
    "/actors/1/services/new",
    "/actors/service/1",
    "/actors/service/1/texts",
    "/actors/service/1/places/1",
    "/actors/service/1/places/new",
    "/actors/verify",
    "/actors/needs",
    "/actors/exchange",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with the map of the demonstration."""
    home = tmp_path_factory.mktemp("actors")
    settings = read_settings({"RIMAY_HOME": str(home)})
    database = Database(f"sqlite:///{home / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    with Session(database.engine) as db, db.begin():
        for role in ("organiser", "council"):
            add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
        fill_map(db, today(settings.zone))
        save_actor(db, None, ActorText("Sin servicios (ejemplo)", "public", {}, None, None), account_id=None)

    async def deliver(broadcast_id: int) -> None:
        """Nothing leaves this test."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await database.dispose()

    services = Services(database, Translator(), settings, Vault(KEY), deliver)
    yield from _serve(create_app(services, lifespan=lifespan))


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_every_page(
    chromium: Browser, address: str, signed_in: dict[str, Any], tmp_path: Path, view: dict[str, Any]
) -> None:
    bad = tmp_path / "malo.csv"
    bad.write_text(MAP.replace(",ibarra,", ",quito,"), "utf-8")
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        page, said = context.new_page(), list[str]()

        def note(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning") and "400 (Bad Request)" not in message.text:
                said.append(f"{message.type}: {message.text}")

        page.on("console", note)
        for path in PAGES:
            answer = page.goto(path)
            assert answer is not None and answer.status == 200, path
            judge(page, said, view)
        for file in (FOREIGN, bad):
            page.goto("/actors/exchange")
            page.set_input_files("#field-file", file)
            with page.expect_navigation():
                page.get_by_role("button", name=page.locator("form[enctype] button").inner_text()).click()
            judge(page, said, view)
        page.goto("/actors/service/1/places/new")
        page.fill("#field-hours_mo", "a las ocho")
        page.select_option("#field-canton", "ibarra")
        page.locator("main form button.primary").click()
        expect(page.locator(".errors a")).to_have_count(1)
        assert page.input_value("#field-hours_mo") == "a las ocho"
        judge(page, said, view)


def judge(page: Page, said: list[str], view: dict[str, Any]) -> None:
    """No violation, no error, nothing cut off."""
    found = violations(page)
    assert complaints(said, found) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= view["viewport"]["width"], page.url
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_the_public_page_needs_no_script(chromium: Browser, address: str, view: dict[str, Any]) -> None:
    with chromium.new_context(base_url=address, **view) as context:
        page, said = context.new_page(), list[str]()
        page.goto("/services")
        judge(page, said, view)
    with chromium.new_context(base_url=address, java_script_enabled=False, **view) as context:
        page = context.new_page()
        page.goto("/services")
        page.select_option("#field-canton", "otavalo")
        page.select_option("#field-need", "health")
        page.locator("main form button").click()
        expect(page.locator("article")).to_have_count(1)
        expect(page.locator("a[href='tel:+59360000105']")).to_have_count(1)


def test_a_file_is_kept_after_a_look(chromium: Browser, address: str, signed_in: dict[str, Any]) -> None:
    view: dict[str, Any] = VIEWS[0]
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        page = context.new_page()
        page.goto("/actors/exchange")
        page.set_input_files("#field-file", FOREIGN)
        page.locator("form[enctype] button").click()
        page.locator("form[action$=apply] button").click()
        page.wait_for_url("**/actors?done=imported")
        expect(page.locator(".notice.done")).to_have_count(1)
        expect(page.get_by_text("Sin servicios todavía (ejemplo)")).to_have_count(1)
