"""The pages of deliberations and the desk of moderation, in a real browser: by hand, by keyboard, without script."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from bot.samples import Samples
from core.accounts import add_account
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from deliberation.opinions.closing import close_deliberation
from i18n.translator import Translator
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import cast, drafted, opened, proposed, take_part
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

RUNNING, DRAFT, EMPTY, CLOSED = 1, 2, 3, 4
VOTER = "a" * 32
WATER, FLAGGED, SPOKEN, KICHWA, BUSES, TREES = range(4, 10)
DESK = f"/deliberations/{RUNNING}/moderation"
PAGES = [
    "/deliberations",
    "/deliberations/new",
    f"/deliberations/{RUNNING}",
    f"/deliberations/{DRAFT}",
    f"/deliberations/{EMPTY}",
    f"/deliberations/{CLOSED}",
    f"/deliberations/{DRAFT}/words",
    f"/deliberations/{DRAFT}/audience",
    f"/deliberations/{DRAFT}/check",
    f"/deliberations/{DRAFT}/statements",
    f"/deliberations/{DRAFT}/statements/10",
    f"/deliberations/{RUNNING}/statements",
    DESK,
    f"{DESK}?show=rejected",
    f"{DESK}/1",
    f"{DESK}/{WATER}",
    f"{DESK}/{FLAGGED}",
    f"{DESK}/{SPOKEN}",
    f"{DESK}/{KICHWA}",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with deliberations in every state."""
    home = tmp_path_factory.mktemp("deliberations")
    settings = read_settings({"RIMAY_HOME": str(home)})
    database = Database(f"sqlite:///{home / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    vault = Vault(KEY)
    with Session(database.engine) as db, db.begin():
        for role in ("organiser", "council"):
            add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
        _fill(db, vault)

    async def deliver(broadcast_id: int) -> None:
        """Nothing leaves this test."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await database.dispose()

    samples = Samples(Translator(), settings)
    services = Services(database, Translator(), settings, vault, deliver, samples=samples)
    yield from _serve(create_app(services, lifespan=lifespan))


def _fill(db: Session, vault: Vault) -> None:
    people = [person(db, canton="otavalo") for _ in range(8)]
    opened(db, date(2030, 5, 2))
    voter = take_part(db, RUNNING, people[0], VOTER)
    cast(db, voter, 1, 1)
    sent = "Hace falta más agua limpia en el mercado"
    _propose(db, sent, original=vault.seal("Más agua limpia en el mercado"))
    sent = "Llamen a Rosa al 0991234567"
    _propose(db, "Llamen a [name] al [phone]", original=vault.seal(sent), flags=["name", "phone"])
    _propose(db, "", recording=vault.seal_bytes(b"OggS"), recording_type="audio/ogg")
    _propose(db, "Ñanta allichichun", language="qu")
    _propose(db, "Más buses por la noche")
    _propose(db, "Más árboles en el parque")
    drafted(db, date(2030, 5, 2))
    drafted(db, seeds=0)
    close_deliberation(db, opened(db), account_id=None)


def _propose(db: Session, words: str, **more: Any) -> None:
    proposed(db, RUNNING, words, author_id=VOTER, **more)


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
@pytest.mark.parametrize("path", PAGES)
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
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = page.goto(path)
        assert answer is not None and answer.status == 200 and page.title()
        page.evaluate("document.querySelectorAll('main details').forEach((part) => (part.open = true))")
        found = violations(page)
        assert complaints(said, found) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= view["viewport"]["width"]
        assert page.locator("h1").count() == 1


def focused(page: Page) -> str:
    """What has the focus: the name of the field, else its words."""
    text = page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
    return str(text)


def test_the_desk_is_worked_by_keyboard_alone(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{DESK}/{BUSES}")

    page.keyboard.press("k")
    page.wait_for_url(f"**{DESK}/{KICHWA}")
    page.keyboard.press("j")
    page.wait_for_url(f"**{DESK}/{BUSES}")

    page.keyboard.press("e")
    assert focused(page) == "words"
    page.keyboard.type("ra")  # a letter in a field is a letter
    page.keyboard.press("Escape")
    assert focused(page) == "Cambiar las palabras"

    page.keyboard.press("2")
    assert page.url.endswith(f"{DESK}/{BUSES}"), "digits do nothing while no reasons are open"
    page.keyboard.press("r")
    assert focused(page) == "reason"
    page.keyboard.press("3")
    page.wait_for_url(f"**{DESK}/{TREES}?done=rejected&judged={BUSES}")
    assert focused(page) == f"Afirmación {TREES}", "a screen reader goes on at the next one"
    expect(page.get_by_text("No es del tema").first).to_be_visible()

    page.get_by_role("button", name="Deshacer").click()
    page.wait_for_url(f"**{DESK}/{BUSES}?done=anew")
    page.keyboard.press("a")
    page.wait_for_url(f"**{DESK}/{TREES}?done=accepted&judged={BUSES}")


def test_personal_data_stops_the_key_as_it_stops_the_button(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{DESK}/{FLAGGED}")

    page.keyboard.press("a")

    assert page.url.endswith(f"{DESK}/{FLAGGED}")
    assert focused(page) == "confirmed", "the browser asks for the tick"


def test_the_keys_are_explained_and_can_be_turned_off(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{DESK}/{WATER}")
    page.keyboard.press("?")
    expect(page.get_by_text("Motivo, cuando los motivos están abiertos")).to_be_visible()

    page.get_by_label("Usar estas teclas").uncheck()
    page.locator("h1").click()
    page.keyboard.press("j")
    page.goto(f"{DESK}/{WATER}")
    page.keyboard.press("j")
    assert page.url.endswith(f"{DESK}/{WATER}")
    page.keyboard.press("?")
    expect(page.get_by_label("Usar estas teclas")).to_be_hidden()


def test_everything_works_without_script(chromium: Browser, address: str, signed_in: dict[str, Any]) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto(f"{DESK}/{WATER}")
        page.get_by_role("button", name="Unir con la 1").click()
        page.wait_for_url(f"**{DESK}/{FLAGGED}?done=merged&judged={WATER}")
        page.get_by_role("button", name="Deshacer").click()
        page.wait_for_url(f"**{DESK}/{WATER}?done=anew")
        page.locator("#reject summary").click()
        page.get_by_role("button", name="Ya está dicha").click()
        page.wait_for_url(f"**{DESK}/{FLAGGED}?done=rejected&judged={WATER}")


def test_a_deliberation_is_prepared_and_opened_in_the_browser(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/deliberations")
    page.get_by_role("link", name="Preparar una votación").click()
    page.get_by_label("Título · español").fill("La basura")
    page.get_by_label("Pregunta · español").fill("¿Qué hacemos con la basura?")
    page.get_by_role("button", name="Preparar una votación").click()
    page.get_by_text("Añadir muchas de una vez").click()
    page.get_by_label("Una por línea").fill("Uno más | Shuk\nDos veces por semana\nTres tachos en cada calle")
    page.get_by_role("button", name="Añadir todas").click()
    page.get_by_role("link", name="Elegir a quién y abrir").click()
    page.get_by_role("button", name="Revisar").click()
    page.get_by_role("button", name="Abrir la votación").click()
    expect(page.get_by_role("status")).to_contain_text("está saliendo")
    expect(page.get_by_text("0 de 8 personas")).to_be_visible()
