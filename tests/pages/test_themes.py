"""The pages of themes in a real browser: at 360 px and in both languages, by keyboard, and by dragging."""

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
from deliberation.voices.carrying import carry_over
from deliberation.voices.codebooks import merge_theme, read_codebook
from deliberation.voices.coding_queue import read_desk
from deliberation.voices.coding_sample import draw_sample
from deliberation.voices.coding_task import work_out
from deliberation.voices.codings import record_coding
from deliberation.voices.suggesting import ask_assignment, ask_suggestion, read_task, store_outcome
from i18n.translator import Translator
from tests.deliberation.voices.coded import ANA, CARLOS, closed_with_answers, theme, three_themes
from tests.deliberation.voices.test_themes import ANSWERS, WATER, WORK
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

FIRST, CODED, EMPTY, OPEN = (f"/consultations/{number}" for number in (1, 2, 3, 4))
PAGES = [
    f"{CODED}/themes",
    f"{CODED}/themes/4",
    f"{CODED}/themes/4/split",
    f"{CODED}/coding",
    f"{CODED}/coding/v2-0005",
    f"{CODED}/coding/sample",
    f"{CODED}/reading?sort=theme",
    f"{CODED}/reading?theme=4&by:canton=11",
    f"{EMPTY}/themes",
    f"{EMPTY}/coding",
    f"{EMPTY}/coding/sample",
    f"{OPEN}/themes",
]


def _fill(db: Session) -> None:
    password = hash_password(PASSWORD)
    for role in ("organiser", "council"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=password)
    three_themes(db, closed_with_answers(db), 6)
    coded = closed_with_answers(db, [*ANSWERS, *ANSWERS])
    closed_with_answers(db, WATER[:3])
    closed_with_answers(db, WATER, state="open")
    carry_over(db, coded, 1, seen=0, account_id=ANA)
    db.flush()
    _machine(db, coded, lambda: ask_suggestion(db, coded, 3, seen=1, account_id=ANA))
    other = theme(db, coded, "Riego")
    merge_theme(db, coded, other, 4, seen=read_codebook(db, coded).turn, account_id=ANA)
    draw_sample(db, coded, 5, account_id=ANA)
    for coder in (ANA, CARLOS):
        for number, voice in enumerate(read_desk(db, coded, coder).sample):
            chosen = 5 if coder == CARLOS and number == 0 else 4
            record_coding(db, coded, voice.id, chosen, seen="", account_id=coder)
    for voice in read_desk(db, coded, ANA).voices[:4]:
        if not voice.placed.sample:
            record_coding(db, coded, voice.id, 4, seen="", account_id=ANA)
    db.flush()
    _machine(db, coded, lambda: ask_assignment(db, coded, account_id=ANA))


def _machine(db: Session, consultation_id: int, ask: Any) -> None:
    ask()
    db.flush()
    begun = read_task(db, consultation_id)
    assert begun is not None and store_outcome(db, begun, work_out(begun.task))
    db.flush()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with a codebook that goes on from an earlier one, a sample that two have coded, and an open one."""
    home = tmp_path_factory.mktemp("themes")
    settings = read_settings({"RIMAY_HOME": str(home)})
    database = Database(f"sqlite:///{home / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    with Session(database.engine) as db, db.begin():
        _fill(db)

    async def deliver(broadcast_id: int) -> None:
        """Nothing leaves this test."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await database.dispose()

    services = Services(database, Translator(), settings, Vault(KEY), deliver)
    yield from _serve(create_app(services, lifespan=lifespan))


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_every_page(chromium: Browser, address: str, signed_in: dict[str, Any], view: dict[str, Any]) -> None:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{message.type}: {message.text}")

    wrong: list[str] = []
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        page = context.new_page()
        page.on("console", note)
        for path in PAGES:
            answer = page.goto(path)
            assert answer is not None and answer.status == 200 and page.title(), path
            page.evaluate("document.querySelectorAll('main details').forEach((part) => (part.open = true))")
            found = complaints([], violations(page))
            wrong += [f"{path}: {complaint}" for complaint in found]
            if page.evaluate("document.documentElement.scrollWidth") > view["viewport"]["width"]:
                wrong.append(f"{path}: wider than the screen")
            if page.locator("h1").count() != 1:
                wrong.append(f"{path}: one title a page")
    assert [*said, *wrong] == []


def test_answers_are_coded_by_keyboard_alone(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{CODED}/coding")
    before = page.locator("dl.facts dd").first.inner_text()
    page.get_by_role("link", name="Empezar con la más útil").click()
    page.wait_for_url("**/coding/*")
    first = page.locator(".said").inner_text()
    page.wait_for_load_state("load")  # before that no key means anything
    page.keyboard.press("2")
    page.wait_for_url("**?done=coded**")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("z")
    page.wait_for_url("**?done=coding_undone")
    assert page.locator(".said").inner_text() == first
    page.keyboard.press("u")
    page.wait_for_url("**?done=coded**")
    page.goto(f"{CODED}/coding")
    assert page.locator("dl.facts dd").first.inner_text() != before


def test_an_answer_is_dragged_or_moved_from_a_list(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{FIRST}/themes/1")
    answer = page.locator("[data-answer]").filter(has_text=WATER[0])
    answer.drag_to(page.locator("[data-target]").filter(has_text="Trabajo"))
    page.wait_for_url("**?done=answer_moved*")
    expect(page.locator("[data-answer]").filter(has_text=WATER[0])).to_have_count(0)
    page.goto(f"{FIRST}/themes/2")
    moved = page.locator("[data-answer]").filter(has_text=WATER[0])
    moved.get_by_label("Mover a").select_option("Agua")
    moved.get_by_role("button").click()
    page.wait_for_url("**?done=answer_moved*")
    expect(page.locator("[data-answer]").filter(has_text=WORK[0])).to_have_count(1)
    page.goto(f"{FIRST}/themes/1")
    expect(page.locator("[data-answer]").filter(has_text=WATER[0])).to_have_count(1)
