"""Votes of a room and minutes in a real browser: every page, the wall that follows the votes, closing by keyboard."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, expect
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account, find_account
from core.clock import at
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from deliberation.assembly_day.ballot_results import BallotKind
from deliberation.assembly_day.balloting import cast_vote, tick_option
from deliberation.assembly_day.ballots import close_ballot, create_ballot
from deliberation.assembly_day.minutes import confirm_minutes, correct_minutes, draft_minutes, rewrite_minutes
from i18n.translator import Translator
from tests.deliberation.assembly_day.rooms import ASKED, BEGAN, POINTS, asked, chat, room
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

EMPTY, VOTING = 1, 2
COUNTED, FEW, ORDERED, DRAFT, OPEN = range(1, 6)
CONFIRMED, CORRECTION = 1, 2
NOTES = {"es": "Abrió la coordinadora.", "qu": "Pushakmi paskarka."}
PAGES = [
    f"/assemblies/{EMPTY}/ballots",
    f"/assemblies/{EMPTY}/minutes",
    f"/assemblies/{VOTING}/ballots",
    f"/assemblies/{VOTING}/ballots/new",
    f"/assemblies/{VOTING}/ballots/new?kind=order",
    *(f"/assemblies/{VOTING}/ballots/{ballot}" for ballot in (COUNTED, ORDERED, DRAFT, OPEN)),
    *(f"/assemblies/{VOTING}/ballots/{ballot}/screen" for ballot in (ORDERED, OPEN)),
    f"/assemblies/{VOTING}/ballots/{OPEN}/close",
    f"/minutes/{CORRECTION}",
    f"/minutes/{CORRECTION}/edit",
    f"/minutes/{CONFIRMED}/correct",
]


def _fill(db: Session) -> None:
    """An assembly without anything; another with a vote in every state, minutes, and others that correct them."""
    for role in ("organiser", "council"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
    with at(BEGAN):
        room(db, 0)
        _vote(db, room(db, 12, others=6, agenda={"es": "Arriendos\nTrabajo", "qu": "Wasi mañachiy\nLlamkay"}))


def _vote(db: Session, assembly: int) -> None:
    counted = asked(db, assembly)
    for number in range(12):
        cast_vote(db, chat(number), counted, "no" if number % 4 == 0 else "yes")
    close_ballot(db, counted, {"yes": 3, "abstain": 2}, threshold=5, account_id=None)
    few = asked(db, assembly)
    cast_vote(db, chat(1), few, "yes")
    close_ballot(db, few, {}, threshold=5, account_id=None)
    order = asked(db, assembly, BallotKind.ORDER)
    for number in range(12):
        for point in ("1", "2") if number % 2 else ("3", "4"):
            tick_option(db, chat(number), order, point, on=True)
    close_ballot(db, order, {}, threshold=5, account_id=None)
    minutes = draft_minutes(db, assembly, threshold=5, account_id=None)
    rewrite_minutes(db, minutes, 0, notes=NOTES, dissent={counted: NOTES}, account_id=None)
    for role in ("organiser", "council"):
        account = find_account(db, f"{role}@ejemplo.ec")
        assert account is not None
        confirm_minutes(db, minutes, 1, account_id=account.id)
    correct_minutes(db, minutes, NOTES, account_id=None)
    create_ballot(db, assembly, BallotKind.ORDER, ASKED, options=POINTS, account_id=None)
    open_one = asked(db, assembly)
    for number in range(7):
        cast_vote(db, chat(number), open_one, "yes")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Where the votes are."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('ballots') / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    with Session(database.engine) as db, db.begin():
        _fill(db)
    return database


@pytest.fixture(scope="module")
def address(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console over them."""
    settings = read_settings({"RIMAY_HOME": str(tmp_path_factory.mktemp("home"))})

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
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        assert {path: faults for path in PAGES if (faults := _faults(context, path, view))} == {}


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_who_has_no_account_reads_what_is_confirmed(
    chromium: Browser, address: str, view: dict[str, Any]
) -> None:
    with chromium.new_context(base_url=address, **view) as context:
        for path in ("/minutes", f"/minutes/{CONFIRMED}"):
            assert _faults(context, path, view) == []


def _faults(context: BrowserContext, path: str, view: dict[str, Any]) -> list[str]:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{message.type}: {message.text}")

    page = context.new_page()
    page.on("console", note)
    answer = page.goto(path)
    assert answer is not None and answer.status == 200 and page.title(), path
    page.evaluate("document.querySelectorAll('main details').forEach((part) => (part.open = true))")
    faults = complaints(said, violations(page))
    if page.evaluate("document.documentElement.scrollWidth") > view["viewport"]["width"]:
        faults.append("wider than the screen")
    page.close()
    return faults


def test_the_wall_follows_the_votes_and_a_vote_is_closed_by_keyboard_without_script(
    chromium: Browser, address: str, signed_in: dict[str, Any], database: Database
) -> None:
    ballot = f"/assemblies/{VOTING}/ballots/{OPEN}"
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"]) as context:
        wall = context.new_page()
        wall.goto(f"{ballot}/screen")
        voted = wall.locator("[data-figure=voted]")
        expect(voted).to_have_text("7")
        with Session(database.engine) as db, db.begin():
            cast_vote(db, chat(7), OPEN, "no")
        expect(voted).to_have_text("8")
        assert "A favor" not in wall.content()
        with chromium.new_context(
            base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False
        ) as plain:
            page = plain.new_page()
            page.goto(f"{ballot}/close")
            page.focus("#field-hands_yes")
            page.keyboard.type("2")
            page.keyboard.press("Enter")
            page.wait_for_url("**?done=counted")
        expect(wall.locator("section[lang=es] .wall-outcome")).to_contain_text("A favor: 9. En contra: 1.")
