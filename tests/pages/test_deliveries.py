"""A sending in a real browser: it shows by itself what happens, and is steered by keyboard and without script."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

SENDING = "/deliveries/1"


@pytest.fixture
def sending(context: BrowserContext) -> Iterator[Page]:
    """The page of a sending that is going out; it goes out again when the test has ended."""
    page = context.new_page()
    page.goto(SENDING)
    expect(page.get_by_role("button", name="Pausar")).to_be_visible()
    yield page
    page.goto(SENDING)
    resume = page.get_by_role("button", name="Reanudar")
    if resume.count():
        resume.press("Enter")


def test_what_another_organiser_does_is_seen_without_a_click(
    sending: Page, chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(base_url=address, storage_state=signed_in["organiser"]) as other:
        page = other.new_page()
        page.goto(SENDING)
        page.get_by_role("button", name="Pausar").press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("En pausa")
    expect(sending.get_by_role("button", name="Reanudar")).to_be_visible(timeout=20_000)


def test_a_doubt_is_decided_by_keyboard_and_the_numbers_follow(
    sending: Page, context: BrowserContext
) -> None:
    watching = context.new_page()
    watching.goto("/deliveries")
    waiting = watching.locator('[data-figure="1-new"]')
    before = int(waiting.inner_text())
    doubts = sending.get_by_role("row").filter(has_text="Envío")
    count = doubts.count()
    doubts.nth(1).get_by_role("button", name="Reenviar").press("Enter")
    expect(doubts).to_have_count(count - 1)
    watching.bring_to_front()
    expect(waiting).to_have_text(str(before + 1), timeout=20_000)


def test_all_of_it_works_without_script(chromium: Browser, address: str, signed_in: dict[str, Any]) -> None:
    state = signed_in["organiser"]
    with chromium.new_context(base_url=address, storage_state=state, java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto("/deliveries")
        page.get_by_role("link", name="Por salir").click()
        page.get_by_role("link", name="La consulta: Necesidades").last.click()
        page.goto(SENDING)
        page.get_by_role("button", name="Pausar").click()
        expect(page.get_by_role("status").first).to_contain_text("En pausa")
        page.get_by_role("button", name="Reanudar").click()
        expect(page.get_by_role("button", name="Pausar")).to_be_visible()
        page.get_by_role("link", name="Cancelar el envío").click()
        expect(page.get_by_role("button", name="Sí, cancelar")).to_be_visible()
        page.get_by_role("link", name="No, volver").click()
        expect(page.get_by_role("button", name="Pausar")).to_be_visible()
