"""The council's pages in a real browser: every one, and a sitting held and closed by keyboard without script."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.clock import at, now
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from deliberation.commitments.units import add_unit
from deliberation.council.decisions import Verdict
from deliberation.council.holding import Record, close_sitting, decide_in_sitting, write_record
from deliberation.council.items import add_item, save_item
from deliberation.council.proposing import propose_statements
from deliberation.council.sittings import accept_choice, compare_rules, convene, list_candidates, plan_sitting
from deliberation.opinions.tables import Deliberation
from i18n.translator import Translator
from surveys.tables import Consultation, Response, Voice
from tests.deliberation.council.sessions import ZONE, named, plan, proposed, sitting, took_part, wording
from tests.deliberation.opinions.analysed import analysed
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

MANY = [(["work"], "ibarra")] * 20 + [(["work", "health"], "otavalo")] * 18 + [(["home"], "otavalo")] * 10
QUOTED, STATED, OWN = 1, 5, 7
HELD, SITS, PLANNED, EMPTY = range(1, 5)
BOTH = {"es": "Habrá una ventanilla en Otavalo desde mayo.", "qu": "Otavalopi shuk ventanilla tiyanka."}
ORGANISER = [
    "/council",
    "/council/items",
    "/council/items/new",
    f"/council/items/{QUOTED}",
    f"/council/items/{STATED}",
    f"/council/items/{STATED}/edit",
    f"/council/items/{OWN}/put-off",
    "/council/sources",
    "/council/units",
    "/council/sittings",
    "/council/sittings/new",
    *(f"/council/sittings/{made}" for made in (HELD, SITS, PLANNED, EMPTY)),
    f"/council/sittings/{PLANNED}/edit",
    f"/council/sittings/{PLANNED}/choice",
    f"/council/sittings/{PLANNED}/convene",
    f"/council/sittings/{PLANNED}/cancel",
    "/consultations/1/agenda",
    "/consultations/1/brief",
]
BRIEFS = ["/briefs/1/brief", "/briefs/1/brief?language=qu", "/briefs/1/brief?language=both"]
PUBLIC = [*BRIEFS, "/sittings", f"/sittings/{HELD}", f"/sittings/{SITS}", f"/items/{QUOTED}", f"/items/{OWN}"]


def _fill(db: Session) -> None:
    """A sitting that was held, one that goes on, one that is planned, and one without an agenda."""
    for role in ("organiser", "council"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
    _held(db)
    deliberation_id = analysed(db, published=True)
    propose_statements(db, deliberation_id, threshold=5, account_id=None)
    db.get_one(Deliberation, deliberation_id).state = "closed"
    with at(now() - timedelta(days=9)):
        late = add_item(
            db,
            wording("Ferias con cupo", decide_by=(now() + timedelta(days=8)).date()),
            ZONE,
            account_id=None,
        )
        goes_on = sitting(db, [late], starts_at=now() + timedelta(days=8, hours=23))
        convene(db, goes_on, letter_number="013-CP-2026", account_id=None)
    sitting(db, starts_at=now() + timedelta(days=1))
    plan_sitting(db, plan(starts_at=now() + timedelta(days=30)), account_id=None)


def _held(db: Session) -> None:
    """What was asked most was accepted a month ago, what came next was put off."""
    unit = {"es": "Unidad de Movilidad Humana", "qu": "Runakuna Kuyuy Llamkay Uku"}
    in_charge = add_unit(db, unit, "mobility", account_id=None)
    month_ago = now() - timedelta(days=30)
    with at(month_ago):
        consultation_id = named(db, MANY)
        took_part(db, consultation_id)
        asked = db.get_one(Consultation, consultation_id)
        asked.opened_at, asked.closed_at = now() - timedelta(days=9), now()
        first, second, third = proposed(db, consultation_id)
        quote = _quote(db, consultation_id)
        request = {"es": "Abrir una ventanilla en Otavalo.", "qu": "Otavalopi shuk ventanillata paskana."}
        written = wording(
            "Trabajo",
            unit_id=in_charge,
            request=request,
            proposed=BOTH,
            dissent=BOTH,
            voices=((quote, "typical"),),
        )
        save_item(db, first, written, ZONE, account_id=None)
        held = plan_sitting(db, plan(starts_at=month_ago + timedelta(days=9)), account_id=None)
        choices = compare_rules(db, held, [first, second, third], 30, 10, threshold=5)
        accept_choice(db, held, choices, "phragmen", account_id=None)
        convene(db, held, letter_number="012-CP-2026", account_id=None)
    with at(month_ago + timedelta(days=9, hours=1)):
        decide_in_sitting(db, first, Verdict("accepted", BOTH), account_id=None)
        for item in list_candidates(db, held):
            if item.id != first and item.sitting_id == held:
                decide_in_sitting(db, item.id, Verdict("deferred", BOTH), account_id=None)
        write_record(db, held, Record(9, 7, "Prefectura", BOTH), account_id=None)
        close_sitting(db, held, account_id=None)


def _quote(db: Session, consultation_id: int) -> str:
    response = db.query(Response).filter_by(consultation_id=consultation_id).first()
    assert response is not None
    response.may_quote = True
    row = Voice(
        id="voice1",
        response_id=response.id,
        consultation_id=consultation_id,
        path="more",
        language="es",
        text="No consigo trabajo porque me piden la cédula.",
        translation="Cédulata mañakpi mana llamkayta tarinichu.",
        original=b"sealed",
        quote="approved",
    )
    db.add(row)
    db.flush()
    return row.id


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Where the sittings are."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('council') / 'rimay.db'}")
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
    pages = {"organiser": ORGANISER, "council": [f"/agenda/{OWN}", f"/council/sittings/{SITS}"], None: PUBLIC}
    for role, paths in pages.items():
        state = signed_in[role] if role else None
        with chromium.new_context(base_url=address, storage_state=state, **view) as context:
            assert {path: faults for path in paths if (faults := _faults(context, path, view))} == {}


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


def test_what_everybody_reads_is_light(chromium: Browser, address: str) -> None:
    with chromium.new_context(base_url=address, java_script_enabled=False) as context:
        for path in PUBLIC:
            page = context.new_page()
            answer = page.goto(path)
            assert answer is not None and len(answer.body()) < 100_000
            page.close()


def test_the_sign_of_a_count_stands_in_its_line(chromium: Browser, address: str) -> None:
    with chromium.new_context(base_url=address, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(BRIEFS[0])
        sign = page.locator(".count-sign").first.bounding_box()
        assert sign and sign["width"] < 60 and sign["height"] < 36


def test_a_sitting_is_held_and_closed_by_keyboard_without_script(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["council"], java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto(f"/agenda/{OWN}")
        page.focus("input[name=outcome][value=rejected]")
        page.keyboard.press("Space")
        for language in ("es", "qu"):
            page.focus(f"#field-reason_{language}")
            page.keyboard.type(BOTH[language])
        page.focus("main form button.primary")
        page.keyboard.press("Enter")
        page.wait_for_url("**?done=decision_kept*")
        page.fill("#field-members", "9")
        page.focus("#field-present")
        page.keyboard.type("5")
        page.keyboard.press("Enter")
        page.wait_for_url("**?done=recorded*")
        page.focus("form[action$='/close'] button")
        page.keyboard.press("Enter")
        page.wait_for_url("**?done=sitting_closed")
        page.goto(f"/items/{OWN}")
        assert BOTH["es"] in page.content()
