"""The pages of opinions in a real browser: readable, within the width, by keyboard and without script."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from i18n.translator import Translator
from tests.deliberation.opinions.analysed import analyse, analysed
from tests.deliberation.opinions.ballot_box import open_box
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

HERE = "/deliberations/1/opinions"
PAGES = [
    ("organiser", HERE),
    ("organiser", f"{HERE}?view=council"),
    ("organiser", f"{HERE}/groups/1"),
    ("organiser", f"{HERE}/statements?order=division"),
    ("organiser", f"{HERE}/export"),
    ("organiser", "/deliberations/2/opinions"),
    ("council", "/opinions"),
    ("council", HERE),
    ("council", f"{HERE}/groups/2"),
    ("council", f"{HERE}/statements"),
    ("council", "/deliberations/2/opinions"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with one deliberation that was analysed twice, and one that nobody has voted in."""
    home = tmp_path_factory.mktemp("opinions")
    database = Database(f"sqlite:///{home / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    with Session(database.engine) as db, db.begin():
        for role in ("organiser", "council"):
            add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
        analyse(db, analysed(db, published=True))
        open_box(db, 3)

    async def deliver(broadcast_id: int) -> None:
        """Nothing leaves this test."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await database.dispose()

    services = Services(
        database, Translator(), read_settings({"RIMAY_HOME": str(home)}), Vault(KEY), deliver, None
    )
    yield from _serve(create_app(services, lifespan=lifespan))


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
@pytest.mark.parametrize(("role", "path"), PAGES)
def test_page(
    chromium: Browser, address: str, signed_in: dict[str, Any], role: str, path: str, view: dict[str, Any]
) -> None:
    said: list[str] = []
    with chromium.new_context(base_url=address, storage_state=signed_in[role], **view) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = page.goto(path)
        assert answer is not None and answer.status == 200 and page.title()
        found = violations(page)
        assert complaints(said, found) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= view["viewport"]["width"]
        assert page.locator("h1").count() == 1


def test_all_of_it_is_read_without_script_and_by_keyboard(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto(HERE)
        page.get_by_role("link", name="Ver todas las afirmaciones").press("Enter")
        page.wait_for_url(f"**{HERE}/statements")
        first = page.locator("tbody tr").first.inner_text()
        page.get_by_role("link", name="Por división").press("Enter")
        page.wait_for_url("**order=division")
        assert page.locator("tbody tr").first.inner_text() != first
        assert page.get_by_role("link", name="Por división").get_attribute("aria-current") == "true"


def test_the_map_says_in_words_what_it_shows_and_follows_the_dark(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        with chromium.new_context(
            base_url=address, storage_state=signed_in["organiser"], color_scheme=scheme
        ) as context:
            page = context.new_page()
            page.goto(HERE)
            drawing = page.get_by_role("img", name="Mapa de opiniones")
            assert drawing.count() == 1
            assert "Hay 3 grupos de opinión" in (drawing.locator("desc").text_content() or "")
            ground = page.locator(".map-ground")
            grounds.append(ground.evaluate("each => getComputedStyle(each).fill"))
    assert grounds[0] == "rgb(255, 255, 255)" != grounds[1]
