"""The pages of commitments and of the register in a real browser; and a report by keyboard without script."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser
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
from deliberation.commitments.programmes import save_programme
from deliberation.commitments.progress import Report, report_progress
from deliberation.commitments.promising import add_commitment, drop_commitment, put_off_commitment
from deliberation.commitments.proofs import Proof
from deliberation.commitments.tables import CommitmentReply
from deliberation.commitments.units import add_unit, name_speakers
from i18n.translator import Translator
from tests.deliberation.commitments.promises import BOTH, REASON, programme, promise, promised
from tests.deliberation.council.sessions import ZONE
from tests.pages.conftest import KEY, PASSWORD, _serve
from tests.pages.looking import VIEWS
from tests.pages.test_council import _faults

pytestmark = pytest.mark.browser

OVERDUE, KEPT, PUT_OFF, DROPPED, FRESH = range(1, 6)
PUBLIC = [
    "/commitments",
    "/commitments?light=green&sdg=3.8",
    *(f"/commitments/{each}" for each in (OVERDUE, KEPT, PUT_OFF, DROPPED)),
]
ORGANISER = [
    "/commitments/new?item=1",
    f"/commitments/{KEPT}",
    f"/commitments/{FRESH}/edit",
    f"/commitments/{FRESH}/put-off",
    f"/commitments/{FRESH}/drop",
    f"/commitments/{OVERDUE}/report",
    "/council/register",
    "/council/programmes/new",
    "/council/programmes/1",
    "/council/matrix",
    "/council/units/1",
    "/council/items/1",
]
LINK = "https://www.imbabura.gob.ec/actas/2026/ventanilla-de-movilidad-humana-otavalo.pdf"


def _fill(db: Session) -> None:
    """One of each kind: late, kept with a proof, put off, dropped, fresh; three units, one of them idle."""
    for role in ("organiser", "council", "unit"):
        add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash=hash_password(PASSWORD))
    day = now().date()
    with at(now() - timedelta(days=200)):
        town = promised(db, due_on=day - timedelta(days=100))
        for name in ("Desarrollo Económico", "Soberanía Alimentaria"):
            add_unit(db, {"es": name, "qu": name}, "economy", institution="MAG", account_id=None)
        for days, unit, goals in ((-20, 1, ("3.8",)), (10, 1, ("10.7",)), (40, 2, ("8.8",)), (90, 2, ())):
            due = day + timedelta(days=days)
            add_commitment(db, town.item, promise(unit, sdg=goals), due, ZONE, account_id=None)
        kept = Report(BOTH, 520.0, LINK, Proof("application/pdf", b"%PDF-1.7"), finished=True)
        report_progress(db, KEPT, kept, ZONE, account_id=None)
        report_progress(db, OVERDUE, Report(BOTH, 12.5), ZONE, account_id=None)
    put_off_commitment(db, PUT_OFF, day + timedelta(days=80), REASON, ZONE, account_id=None)
    drop_commitment(db, DROPPED, REASON, ZONE, account_id=None)
    name_speakers(db, 1, {3}, account_id=None)
    save_programme(db, None, programme(1, evidence_link=LINK), ZONE, account_id=None)
    save_programme(db, None, programme(2, inclusion="no"), ZONE, account_id=None)
    for reply, count in (("yes", 40), ("partly", 21), ("no", 30)):
        db.add(CommitmentReply(commitment_id=OVERDUE, reply=reply, count=count, released=count))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with commitments of each kind."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('commitments') / 'rimay.db'}")
    Table.metadata.create_all(database.engine)
    with Session(database.engine) as db, db.begin():
        _fill(db)
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
    for role, paths in (("organiser", ORGANISER), (None, PUBLIC)):
        state = signed_in[role] if role else None
        with chromium.new_context(base_url=address, storage_state=state, **view) as context:
            assert {path: faults for path in paths if (faults := _faults(context, path, view))} == {}


def test_progress_is_reported_by_keyboard_without_script(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto(f"/commitments/{FRESH}/report")
        link, number = (page.locator(f"#field-{name}").bounding_box() for name in ("link", "value"))
        assert link and number and link["height"] == number["height"], "an address is typed like all else"
        for language in ("es", "qu"):
            page.focus(f"#field-note_{language}")
            page.keyboard.type(BOTH[language])
        page.focus("input[name=stand][value=goes_on]")
        page.keyboard.press("Space")
        page.focus("main form button.primary")
        page.keyboard.press("Enter")
        page.wait_for_url("**?done=reported")
        assert BOTH["es"] in page.content()
