"""Choosing whom a consultation asks: with scripts the number follows what is ticked, without them a button counts."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.pages.conftest import DRAFT

pytestmark = pytest.mark.browser

OPENING = f"/consultations/{DRAFT}/opening"


def test_the_number_follows_what_is_ticked(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(OPENING)
    number = page.locator("#headcount")
    expect(number).to_contain_text("Llegará a 60 personas")
    page.check("input[value=otavalo]")
    expect(number).to_contain_text("Llegará a 30 personas")
    expect(number).to_contain_text("no han dicho su cantón")
    page.keyboard.press("Shift+Tab")  # the focus stays where it was while the number changes
    page.keyboard.press("Space")
    expect(number).to_contain_text("Llegará a 50 personas")
    assert page.is_checked("input[value=ibarra]")
    page.fill("#field-remind_after", "4")
    page.click("text=Otavalo en kichwa")
    expect(number).to_contain_text("Nadie cumple")
    assert page.is_checked("input[value=qu]") and page.input_value("#field-remind_after") == "4"


def test_without_scripts_one_chooses_counts_and_looks_once_more(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address, storage_state=signed_in["organiser"], java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto(OPENING)
        page.check("input[value=ibarra]")
        number = page.locator("#headcount")
        page.click("text=Contar otra vez")
        expect(number).to_contain_text("Llegará a 20 personas")
        page.click("main button.primary")
        page.wait_for_url("**/opening/check")
        expect(number).to_contain_text("Llegará a 20 personas")
        expect(page.locator(".phone .bubble")).to_have_count(2)
        page.click("text=Cambiar")
        page.uncheck("input[value=ibarra]")
        page.click("main button.primary")
        expect(number).to_contain_text("Llegará a 60 personas")
