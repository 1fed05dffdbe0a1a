"""The pages of a draw in a real browser: its form, its steps, who is missing, and what everybody sees."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.clock import at, now
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Participant, Table
from deliberation.assemblies.draw_pools import freeze_pool, prepare_draw
from deliberation.assemblies.draws import (
    Announced,
    commit_draw,
    draw_seats,
    invite_drawn,
)
from deliberation.assemblies.group_quotas import add_group_quotas
from deliberation.assemblies.quotas import listed, propose_quotas
from deliberation.assemblies.tables import Assembly, Invitation
from i18n.translator import Translator
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import Choice, Keep, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from tests.deliberation.opinions.analysed import analysed
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

ASKED = {
    Keep.GENDER: {"woman": "Mujer", "man": "Hombre"},
    Keep.CANTON: {"ibarra": "Ibarra", "otavalo": "Otavalo", "cotacachi": "Cotacachi"},
}
REFERENCE = {
    "gender": {"woman": 51_000, "man": 49_000},
    "canton": {"ibarra": 50_000, "otavalo": 30_000, "cotacachi": 20_000},
}
BARE, SEALED, DUE, DRAWN, INVITED, TOO_NARROW = range(1, 7)


def _fill(db: Session) -> None:
    """Five assemblies, each a step further than the one before, and one with quotas that cannot be met."""
    for role in ("organiser", "council"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
    questions = tuple(
        Question(
            keep.value,
            Kind.SELECT_ONE,
            {"es": keep.value},
            choices=tuple(Choice(value, {"es": label}) for value, label in choices.items()),
            keep=keep,
        )
        for keep, choices in ASKED.items()
    )
    asked = Questionnaire("profile", {"es": "Perfil"}, "1", ("es",), "es", questions)
    stored = store_questionnaire(db, asked, content=b"", file_name="p.xlsx", account_id=None)
    for number in range(160):
        canton = ("ibarra", "otavalo", "cotacachi")[number % 7 % 3]
        alone = canton == "cotacachi" and number < 140  # of whom three are women
        gender = "woman" if number % 3 == 0 and not alone else "man"
        said = {"invite": "yes", "gender": gender, "canton": canton}
        row = Participant(
            language="qu" if number % 5 == 0 else "es",
            profile=said,
            consent_version="1",
            consented_on=date(2026, 11, 1),
            chat_sealed=b"x",
        )
        db.add(row)
    db.flush()
    consultation = draft_consultation(db, questionnaire_id=stored, closes_on=None, account_id=None)
    open_consultation(db, consultation, account_id=None)
    for _ in range(6):
        _assembly(db)
    narrow = db.get_one(Assembly, TOO_NARROW)
    narrow.quotas = [{**quota, "max": quota["min"]} for quota in narrow.quotas or ()]
    db.get_one(Assembly, BARE).quotas = None
    counted = analysed(db, published=True)
    add_group_quotas(db, BARE, counted, 5, account_id=None)
    _draw(db)


def _draw(db: Session) -> None:
    """Each as far as it is: sealed, due, drawn, invited. Two of them are for everybody."""
    before = now() - timedelta(days=3)
    draw_id = 0
    for assembly_id in (SEALED, DUE, DRAWN, INVITED):
        with at(before):
            moment = before + timedelta(days=1) if assembly_id > SEALED else before + timedelta(days=9)
            pool = freeze_pool(db, assembly_id, open_to=5 if assembly_id in (SEALED, DRAWN) else None)
            announced = Announced("Lotería Nacional, sorteo 6543", moment)
            draw_id = commit_draw(db, pool, prepare_draw(pool), announced, account_id=None)
        if assembly_id in (DRAWN, INVITED):
            draw_seats(db, draw_id, "12 34 56 78 90", account_id=None)
    invite_drawn(db, draw_id, account_id=None)
    for number, invitation in enumerate(db.scalars(select(Invitation))):
        invitation.answer = ("yes", "yes", "no", "none")[number % 4]
        invitation.reason = "date" if invitation.answer == "no" else None
        invitation.needs = ["transport", "food"] if number % 2 else ["transport"]
    db.get_one(Assembly, INVITED).costs = {"transport": "4.50"}


def _assembly(db: Session) -> None:
    starts_at = now() + timedelta(days=20)
    db.add(
        Assembly(
            title={"es": "Asamblea de vivienda", "qu": "Wasimanta tantanakuy"},
            purpose={"es": "Hablar de vivienda"},
            agenda={"es": "Arriendos"},
            covers={"es": "Pasaje y comida"},
            place="Otavalo, plaza de Ponchos",
            map_link="https://mapas.ejemplo.ec/plaza",
            languages=["qu"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            seats=30,
            way="lottery",
            reference=REFERENCE,
            quotas=listed(propose_quotas(REFERENCE, 30)),
        )
    )
    db.flush()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with assemblies at every step of a draw."""
    home = tmp_path_factory.mktemp("draws")
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
@pytest.mark.parametrize(
    "path",
    [
        "/assemblies/new",
        f"/assemblies/{BARE}",
        f"/assemblies/{BARE}/edit",
        f"/assemblies/{BARE}/population",
        f"/assemblies/{BARE}/quotas",
        f"/assemblies/{BARE}/draw",
        f"/assemblies/{BARE}/draw?panel_size=30",
        f"/assemblies/{SEALED}/draw",
        f"/assemblies/{SEALED}/draw?panel_size=45",
        f"/assemblies/{DUE}/draw",
        f"/assemblies/{DRAWN}/draw",
        f"/assemblies/{INVITED}/draw",
        f"/assemblies/{INVITED}/report",
        f"/assemblies/{INVITED}/costs",
    ],
)
def test_page(
    chromium: Browser, address: str, signed_in: dict[str, Any], path: str, view: dict[str, Any]
) -> None:
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        _looked_at(context, path, view)


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
@pytest.mark.parametrize("path", ["/draws/1", "/draws/3", "/draws/4"])
def test_public_page(chromium: Browser, address: str, path: str, view: dict[str, Any]) -> None:
    with chromium.new_context(base_url=address, **view) as context:
        _looked_at(context, path, view)


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_what_stands_in_the_way_of_a_draw(
    chromium: Browser, address: str, signed_in: dict[str, Any], view: dict[str, Any]
) -> None:
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        page = context.new_page()
        page.goto(f"/assemblies/{TOO_NARROW}/draw")
        page.fill("#field-source", "Lotería Nacional, sorteo 6543")
        page.fill("#field-source_at", f"{now() + timedelta(days=5):%Y-%m-%dT%H:%M}")
        page.check("input[name=access][value=witnesses]")
        page.keyboard.press("Enter")
        page.wait_for_selector("section[role=alert]")
        found = violations(page)
        assert complaints([], found) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= view["viewport"]["width"]


def _looked_at(context: Any, path: str, view: dict[str, Any]) -> None:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{message.type}: {message.text}")

    page = context.new_page()
    page.on("console", note)
    answer = page.goto(path)
    assert answer is not None and answer.status == 200 and page.title()
    page.evaluate("document.querySelectorAll('main details').forEach((part) => (part.open = true))")
    found = violations(page)
    assert complaints(said, found) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= view["viewport"]["width"]


def test_a_draw_goes_on_without_script_and_by_keyboard(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto(f"/assemblies/{DUE}/draw")
        page.focus("#field-seed")
        page.keyboard.type("12 34 56")
        page.keyboard.press("Tab")
        page.keyboard.type("12 34 56")
        page.keyboard.press("Enter")
        page.wait_for_url("**/draw?done=saved")
        assert page.locator("text=Invitar a las 30 personas sorteadas").count() == 1


def test_how_many_are_drawn_is_chosen_by_keyboard_and_its_quotas_are_seen(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False, **VIEWS[0]
    ) as context:
        page = context.new_page()
        page.goto(f"/assemblies/{TOO_NARROW}/draw")
        page.fill("#field-panel_size", "36")
        page.keyboard.press("Enter")
        page.wait_for_url("**/draw?panel_size=36*")
        rows = page.locator("table", has_text="Cuotas de las 36 personas sorteadas").locator("tbody tr")
        assert rows.count() == 5
        assert (rows.last.text_content() or "").split() == ["Género:", "Mujer", "13–13", "15–16"]
        assert page.locator("text=Sellar la lista para sortear a 36 personas").count() == 1
        assert page.input_value("#field-panel_size") == "36"


def test_who_may_check_a_draw_is_chosen_by_keyboard_and_anybody_then_downloads_it(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False, **VIEWS[0]
    ) as context:
        page = context.new_page()
        page.goto(f"/assemblies/{BARE}/draw")
        assert page.is_checked("input[name=access][value=open]")
        page.focus("input[name=access][value=open]")
        page.keyboard.press("ArrowDown")
        assert page.is_checked("input[name=access][value=witnesses]")
        page.keyboard.press("ArrowUp")
        assert page.is_checked("input[name=access][value=open]")
    with chromium.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/draws/3")
        assert page.locator("text=no se cuenta de").count() > 0
        with page.expect_download() as download:
            page.click("text=Descargar el archivo")
        assert '"alike": 5' in download.value.path().read_text()


def test_somebody_without_an_account_finds_their_ticket(chromium: Browser, address: str) -> None:
    with chromium.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        with page.expect_download() as download:
            page.goto("/draws/4")
            page.click("text=Todos los boletos con su probabilidad")
        lines = download.value.path().read_text().splitlines()
        ticket = next(line.split(",")[0] for line in lines if line.endswith(",1"))
        page.fill("#field-ticket", ticket)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Este boleto salió sorteado.")
        assert ticket not in page.url
