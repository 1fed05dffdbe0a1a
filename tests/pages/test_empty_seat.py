"""The pages of the empty seat in a real browser: narrow and wide, in both languages, by keyboard and to axe."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.clock import now
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from deliberation.council.tables import AgendaItem, Sitting
from deliberation.empty_seat.accrediting import deny, take_seat
from deliberation.empty_seat.asking import say_purpose
from deliberation.empty_seat.delegation import ask_for_assembly, put_forward
from deliberation.empty_seat.rules import Rules, asked_of
from deliberation.empty_seat.tables import SeatRequest
from i18n.translator import Translator
from tests.deliberation.empty_seat.chairs import (
    REASON,
    asks,
    assembly,
    hear,
    rules,
    sits,
    sitting,
    somebody,
)
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

OPEN, UNMET, SITTING, DENIED, CALL, REPORTING = 1, 2, 3, 4, 5, 8
SOURCE = {"es": "Lotería Nacional, sorteo 7001", "qu": "Lotería Nacional, 7001 yupay"}


def _fill(db: Session) -> None:
    """One request in each state, an assembly that seeks somebody, one that has still to ask, one who may report."""
    for role in ("organiser", "council"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
    rules(db, foreigners=False)
    rules(db)
    item = sitting(db, starts_at=now() + timedelta(days=10))
    for index, unmet in ((b"a" * 32, ()), (b"b" * 32, ("residence",))):
        somebody(db, index)
        asks(db, index, item, *unmet)
    say_purpose(db, b"a" * 32, OPEN, "Que la ventanilla abra también los sábados.", hear)
    sits(db, b"c" * 32, item)
    somebody(db, b"d" * 32)
    asks(db, b"d" * 32, item)
    deny(db, DENIED, ["interest"], REASON, account_id=None)
    here = [somebody(db, b"e" * 32), somebody(db, b"f" * 32)]
    ask_for_assembly(db, assembly(db, item, *here), SOURCE, account_id=None)
    declared = {rule.value: True for rule in asked_of(Rules())}
    for index in (b"e" * 32, b"f" * 32):
        put_forward(db, index, CALL, declared)
    _who_may_report(db)
    assembly(db, item)


def _who_may_report(db: Session) -> None:
    item = sitting(db, starts_at=now() + timedelta(days=9))
    number = sits(db, b"g" * 32, item)
    assert number == REPORTING
    take_seat(db, number, came=True, account_id=None)
    row = db.get_one(SeatRequest, number)
    row.report = {"es": "Hablé de los horarios. El consejo aceptó abrir un sábado al mes."}
    met = db.get_one(Sitting, db.get_one(AgendaItem, item).sitting_id)
    met.starts_at = now() - timedelta(hours=3)
    db.flush()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the console is served for these tests."""
    home = tmp_path_factory.mktemp("chair")
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


PAGES = [
    "/empty-seat",
    "/empty-seat/rules",
    "/empty-seat/register",
    "/empty-seat/ballots/2",
    *(f"/empty-seat/requests/{number}" for number in (OPEN, UNMET, SITTING, DENIED, CALL, REPORTING)),
]


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_every_page_is_readable_for_everybody(
    chromium: Browser, address: str, signed_in: dict[str, Any], view: dict[str, Any]
) -> None:
    wrong: dict[str, list[str]] = {}
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        page = context.new_page()
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        for path in PAGES:
            answer = page.goto(path)
            assert answer is not None and answer.status == 200, path
            found = complaints(said, violations(page))
            width = page.evaluate("document.documentElement.scrollWidth")
            if found or width > view["viewport"]["width"] or page.locator("h1").count() != 1:
                wrong[path] = [*found, f"{width} wide"]
    assert wrong == {}


def test_whoever_has_no_account_reads_the_register(chromium: Browser, address: str) -> None:
    with chromium.new_context(base_url=address, locale="es-EC") as context:
        page = context.new_page()
        page.goto("/empty-seat/register")
        assert page.locator("table").first.locator("tbody tr").count() == 6
        assert page.get_by_text("Una condición de la persona").count() == 1


def test_faults_of_the_rules_lead_to_their_fields(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/empty-seat/rules")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("#field-least_age", "99")
    page.uncheck("input[name=by_person]")
    page.uncheck("input[name=by_assembly]")
    page.click("main button.primary")
    expect(page.locator(".errors a")).to_have_count(2)
    assert complaints([], violations(page)) == []
    page.click(".errors a >> nth=1")
    expect(page.locator("#field-by_person")).to_be_focused()
