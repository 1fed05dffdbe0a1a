"""Protection, originals, quotes and the summary in a real browser: at 360 px, in both languages, by keyboard."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
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
from deliberation.actors.tables import Actor, Service, ServicePlace
from deliberation.voices.filtering import hear_all
from deliberation.voices.protection_cases import list_waiting, set_case_aside
from deliberation.voices.protection_watch import keep_looks, list_unread, look_at
from deliberation.voices.summaries import compute, keep_summary, read_standing
from deliberation.voices.theme_quotes import find_quotes, judge_theme_quote, offer_quotes
from i18n.translator import Translator
from surveys.tables import Voice
from tests.deliberation.voices.summed import sum_up
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

MADE, BARE = "/consultations/1", "/consultations/2"
HURT = "hurt1"
PAGES = [
    "/",
    "/protection",
    "/protection/2",
    f"{MADE}/voices/{HURT}/original",
    f"{MADE}/voices",
    f"{MADE}/quotes",
    f"{MADE}/quotes/translate",
    f"{MADE}/quotes/choose/1",
    f"{MADE}/summary",
    f"{MADE}/summary/1/4",
    f"{BARE}/quotes",
    f"{BARE}/summary",
]


class Model:
    """A language model that repeats what it is asked."""

    async def suggest(self, task: str, sentence: str) -> str:
        return sentence


def _fill(db: Session) -> None:
    password = hash_password(PASSWORD)
    for role in ("organiser", "council"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=password)
    made = sum_up(db)
    db.flush()
    db.get_one(Voice, HURT).original = Vault(KEY).seal("Mi esposo Ramiro me pega.")
    sum_up(db, may_quote=False)
    db.flush()
    keep_looks(db, look_at(list_unread(db)))
    set_case_aside(db, list_waiting(db)[0], account_id=1)
    offer_quotes(db, made, find_quotes(hear_all(db, made)), account_id=1)
    judge_theme_quote(db, made, 1, True, account_id=1)
    standing = read_standing(db, made)
    keep_summary(db, made, compute(standing, 5), digest=standing.digest, account_id=1)
    actor = Actor(uid="a", name="Casa de la Mujer", changed_at=now())
    db.add(actor)
    db.flush()
    name = {"es": "Acogida", "qu": "Chaskiy"}
    db.add(Service(uid="s", actor_id=actor.id, name=name, protection=True, changed_at=now()))
    db.flush()
    place = {"canton": "all", "phone": "06 292 0000", "address": "Calle Sucre, Ibarra"}
    db.add(ServicePlace(uid="p", service_id=1, **place))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console of its own."""
    home = tmp_path_factory.mktemp("testimony")
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

    settings = read_settings({"RIMAY_HOME": str(home)})
    services = Services(database, Translator(), settings, Vault(KEY), deliver, wording=Model())
    yield from _serve(create_app(services, lifespan=lifespan))


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_every_page(chromium: Browser, address: str, signed_in: dict[str, Any], view: dict[str, Any]) -> None:
    wrong: dict[str, list[str]] = {}
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"], **view) as context:
        for path in PAGES:
            if found := _look(context.new_page(), path, view["viewport"]["width"]):
                wrong[path] = found
    assert wrong == {}


def _look(page: Page, path: str, width: int) -> list[str]:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{message.type}: {message.text}")

    page.on("console", note)
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        return [f"status {answer and answer.status}"]
    found = complaints(said, violations(page))
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the screen")
    if page.locator("h1").count() != 1:
        found.append("not one heading")
    page.close()
    return found


def test_by_keyboard_from_the_first_page_to_a_referral_and_an_approved_summary(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], locale="es-EC"
    ) as context:
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/")
        page.get_by_role("link", name="1 caso de protección por atender").press("Enter")
        page.get_by_role("link", name="Leer el primer caso").press("Enter")
        page.get_by_role("button", name="Anotar que se derivó").press("Enter")
        expect(page.get_by_text("No hay casos por atender")).to_be_visible()

        page.goto(f"{MADE}/voices/{HURT}/original")
        page.get_by_label("Alguien puede estar en peligro").press("Space")
        page.get_by_role("button", name="Abrir y dejar anotado").press("Enter")
        expect(page.get_by_text("Ramiro")).to_be_visible()

        page.goto(f"{MADE}/summary/1/4")
        page.get_by_role("button", name="Pedir palabras (español)").press("Enter")
        page.get_by_role("button", name="Usar estas palabras").press("Enter")
        page.get_by_role("link", name="Resumen de las voces").press("Enter")
        page.get_by_role("button", name="Aprobar para el consejo").press("Enter")
        expect(page.get_by_text("cada frase salió igual")).to_be_visible()
