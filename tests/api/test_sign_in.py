"""Signing in: by password only, not by trying passwords out, and out again for good."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import Response

from api.attempts import Attempts
from api.routes.house import accounts
from core.clock import at
from tests.api.conftest import NOBODY, PASSWORD, Browse, Browser

EMAIL = "organiser@ejemplo.ec"
MORNING = datetime(2026, 11, 24, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts are counted by the process: each test begins with none."""
    monkeypatch.setattr(accounts, "_tries_of_account", Attempts(limit=5))
    monkeypatch.setattr(accounts, "_tries_of_address", Attempts(limit=30))


async def sign_in(
    browser: Browser, *, email: str = EMAIL, password: str = PASSWORD, onward: str = "/"
) -> Response:
    return await browser.fill("/sign-in", "/sign-in", email=email, password=password, next=onward)


async def test_the_right_password_opens_the_console(browse: Browse) -> None:
    browser = await browse(NOBODY)
    answer = await sign_in(browser, email=" Organiser@Ejemplo.ec ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await browser.look("/")).status_code == 200


async def test_a_wrong_password_and_an_unknown_account_sound_alike(browse: Browse) -> None:
    browser = await browse(NOBODY)
    wrong = await sign_in(browser, password="equivocada")
    unknown = await sign_in(browser, email="nadie@ejemplo.ec")
    assert wrong.status_code == unknown.status_code == 400
    said = "El correo o la clave no son correctos."
    assert said in wrong.text and said in unknown.text
    assert EMAIL in wrong.text, "what was typed is kept"
    assert "equivocada" not in wrong.text, "but never a password"


async def test_after_five_failures_even_the_right_password_waits(browse: Browse) -> None:
    browser = await browse(NOBODY)
    with at(MORNING):
        for _ in range(5):
            assert (await sign_in(browser, password="equivocada")).status_code == 400
        assert (await sign_in(browser)).status_code == 429
        assert (await sign_in(browser, email="council@ejemplo.ec")).status_code == 303, "others do not wait"
    with at(MORNING + timedelta(minutes=16)):
        assert (await sign_in(await browse(NOBODY))).status_code == 303


async def test_the_cookie_is_hidden_from_scripts_and_other_sites(browse: Browse) -> None:
    answer = await sign_in(await browse(NOBODY))
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "max-age" not in cookie


async def test_signing_out_ends_it_on_the_server_too(browse: Browse) -> None:
    browser = await browse(NOBODY)
    await sign_in(browser)
    cookies = dict(browser.client.cookies)
    await browser.fill("/account", "/sign-out")
    browser.client.cookies.update(cookies)
    assert (await browser.look("/")).headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    "elsewhere", ["https://otro.ejemplo", "//otro.ejemplo", "/\\otro.ejemplo", "javascript:1"]
)
async def test_signing_in_never_leads_to_another_site(browse: Browse, elsewhere: str) -> None:
    assert (await sign_in(await browse(NOBODY), onward=elsewhere)).headers["location"] == "/"


async def test_signing_in_leads_on_to_where_one_was_going(browse: Browse) -> None:
    browser = await browse(NOBODY)
    asked = await browser.look("/assemblies/new")
    assert asked.headers["location"] == "/sign-in?next=/assemblies/new"
    assert 'value="/assemblies/new"' in (await browser.look("/sign-in?next=/assemblies/new")).text
    assert (await sign_in(browser, onward="/assemblies/new")).headers["location"] == "/assemblies/new"


async def test_the_pages_are_read_in_the_language_that_was_chosen(browse: Browse) -> None:
    browser = await browse(NOBODY)
    answer = await browser.fill("/sign-in", "/language", language="qu", next="/sign-in")
    assert answer.headers["location"] == "/sign-in"
    page = await browser.look("/sign-in")
    assert 'lang="qu-EC"' in page.text and "Yaykuna" in page.text
