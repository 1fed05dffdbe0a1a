"""Ways in, used in a browser: made, sorted, played in the simulator."""

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

pytestmark = pytest.mark.browser


def test_links_are_sorted_by_what_a_cell_means(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/links")
    places = page.locator("tbody th")
    came = page.locator("th", has_text="Llegaron").first

    came.get_by_role("button").click()
    expect(places).to_have_text(["Fundación Ñukanchik", "Albergue municipal de Ibarra"])
    assert page.locator("tbody td.count").first.inner_text() == "menos de 5", (
        "though its words begin with a letter"
    )
    came.get_by_role("button").click()
    expect(places).to_have_text(["Albergue municipal de Ibarra", "Fundación Ñukanchik"])


def test_the_code_is_on_its_page(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/links/1")
    picture = page.locator(".way-in img")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")
    assert "simulator?start=" in (picture.get_attribute("alt") or "")


def test_coming_by_a_link_is_played_by_one_button_that_then_goes(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/links/1")
    page.locator(".address a").click()
    phone = page.locator("#person-1")
    phone.get_by_role("button", name="Iniciar").focus()
    page.keyboard.press("Enter")

    expect(phone.locator(".message.mine").last).to_contain_text("/start ")
    expect(phone.get_by_role("button", name="Iniciar")).to_have_count(0)
    expect(phone.get_by_role("textbox")).to_be_focused()


def test_it_is_played_without_script_too(chromium: Browser, address: str) -> None:
    with chromium.new_context(base_url=address, java_script_enabled=False, locale="es-EC") as context:
        page = context.new_page()
        page.goto("/simulator?start=k7m2p9qx")
        page.locator("#person-1").get_by_role("button", name="Iniciar").click()
        expect(page.locator("#person-1 .message.mine").last).to_have_text("/start k7m2p9qx")
