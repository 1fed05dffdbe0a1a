"""Every page, in a real browser: no violation of WCAG 2.2 AA, no error in the console, nothing cut off at 360."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, expect

from tests.pages.conftest import CLOSED, DRAFT, OPEN
from tests.pages.drafting import EMPTY, WRITTEN
from tests.pages.looking import VIEWS, complaints, violations

pytestmark = pytest.mark.browser

PAGES = [
    ("organiser", "/"),
    ("organiser", "/account"),
    ("organiser", "/privacy"),
    ("organiser", "/questionnaires"),
    ("organiser", "/questionnaires/new"),
    ("organiser", "/questionnaires/1"),
    ("organiser", "/questionnaires/1/recordings"),
    ("organiser", "/questionnaires/1/recordings?language=es"),
    ("organiser", "/questionnaires/1/rehearsal"),
    ("organiser", "/questionnaires/1/rehearsal/result?respondents=2&seed=1"),
    ("organiser", "/questionnaires/1/paper"),
    ("organiser", "/drafts"),
    ("organiser", f"/drafts/{EMPTY}"),
    ("organiser", f"/drafts/{WRITTEN}"),
    ("organiser", f"/drafts/{WRITTEN}/rows/3"),
    ("organiser", f"/drafts/{WRITTEN}/rows/9"),
    ("organiser", f"/drafts/{WRITTEN}/translate"),
    ("organiser", f"/drafts/{WRITTEN}/library"),
    ("organiser", f"/drafts/{WRITTEN}/preview"),
    ("organiser", "/library?search=xyzzy"),
    ("organiser", "/consultations/new?questionnaire=1"),
    ("organiser", f"/consultations/{DRAFT}"),
    ("organiser", f"/consultations/{DRAFT}/opening"),
    ("organiser", f"/consultations/{DRAFT}/opening/check"),
    ("organiser", "/segments"),
    ("organiser", f"/consultations/{OPEN}"),
    ("organiser", f"/consultations/{CLOSED}"),
    ("organiser", f"/consultations/{OPEN}/results"),
    ("organiser", f"/consultations/{OPEN}/export"),
    ("organiser", "/questionnaires/2/versions"),
    ("organiser", "/questionnaires/2/changes?since=1"),
    ("organiser", f"/consultations/{OPEN}/voices"),
    ("organiser", f"/consultations/{OPEN}/words"),
    ("organiser", f"/consultations/{OPEN}/spoken"),
    ("organiser", f"/consultations/{OPEN}/spoken/note"),
    ("organiser", f"/consultations/{OPEN}/files"),
    ("organiser", f"/consultations/{OPEN}/deliveries"),
    ("organiser", "/deliveries"),
    ("organiser", "/deliveries/1"),
    ("organiser", "/deliveries/1/cancel"),
    ("organiser", f"/consultations/{OPEN}/brief"),
    ("organiser", f"/consultations/{CLOSED}/brief"),
    ("organiser", "/entries"),
    ("organiser", f"/consultations/{OPEN}/entry"),
    ("organiser", f"/consultations/{OPEN}/paper-entry"),
    ("organiser", f"/consultations/{OPEN}/paper-import"),
    ("organiser", "/assemblies"),
    ("organiser", "/assemblies/new"),
    ("organiser", "/assemblies/1"),
    ("organiser", "/assemblies/1/move"),
    ("organiser", "/assemblies/1/cancel"),
    ("organiser", "/simulator"),
    ("organiser", "/links"),
    ("organiser", "/links/1"),
    ("organiser", "/links/2"),
    ("organiser", "/set-aside"),
    ("council", "/"),
    ("council", f"/consultations/{CLOSED}/brief"),
    ("council", f"/consultations/{CLOSED}/agenda"),
    ("council", "/agenda/2"),
    (None, "/sign-in"),
    (None, "/simulator"),
    (None, "/simulator?start=abcd2345"),
]


Windows = Callable[[str | None, int], BrowserContext]


@pytest.fixture(scope="module")
def windows(chromium: Browser, address: str, signed_in: dict[str, Any]) -> Iterator[Windows]:
    """The browser of a person of some role, in one of the views; the same for all pages."""
    opened: dict[tuple[str | None, int], BrowserContext] = {}

    def window(role: str | None, view: int) -> BrowserContext:
        if (role, view) not in opened:
            state = signed_in[role] if role else None
            opened[role, view] = chromium.new_context(base_url=address, storage_state=state, **VIEWS[view])
        return opened[role, view]

    yield window
    for context in opened.values():
        context.close()


@pytest.mark.parametrize("view", range(len(VIEWS)), ids=["360 light Spanish", "1280 dark Kichwa"])
@pytest.mark.parametrize(("role", "path"), PAGES)
def test_page(windows: Windows, role: str | None, path: str, view: int) -> None:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{message.type}: {message.text}")

    with windows(role, view).new_page() as page:
        page.on("console", note)
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = page.goto(path)
        assert answer is not None and answer.status == 200 and page.title()
        assert complaints(said, violations(page)) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= VIEWS[view]["viewport"]["width"]
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_form_with_errors(chromium: Browser, address: str, signed_in: dict[str, Any], scheme: Any) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], color_scheme=scheme
    ) as context:
        page = context.new_page()
        page.goto("/assemblies/new")
        page.evaluate("document.querySelector('main form').noValidate = true")
        page.fill("#field-seats", "0")
        page.click("main button.primary")
        expect(page.locator(".errors a").nth(2)).to_be_visible()
        assert complaints([], violations(page)) == []
        page.click(".errors a >> nth=0")
        expect(page).to_have_url(re.compile("#field-title_es$"))
