"""What pages do when they are used: with a keyboard, without script, and while things change."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.pages.conftest import DRAFT, OPEN

pytestmark = pytest.mark.browser


def test_the_first_tab_leads_past_the_navigation(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_a_table_is_sorted_by_its_header(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/assemblies/1")
    header = page.locator("th", has_text="Persona").first
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "ascending"
    assert page.locator("tbody th").first.inner_text() == "Persona 1"
    header.get_by_role("button").click()
    assert page.locator("tbody th").first.inner_text() == "Persona 60", "by number, not by letter"


def test_who_came_is_marked_in_place(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/assemblies/1")
    page.evaluate("window.still_here = true")
    button = page.locator("#came-1")
    button.click()
    expect(page.locator("#came-1")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#came-1")).to_be_focused()
    assert page.evaluate("window.still_here"), "the page was not loaded again"
    page.locator("#came-1").click()
    expect(page.locator("#came-1")).to_have_attribute("aria-pressed", "false")


def test_the_live_figures_say_that_they_are_live(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"/consultations/{OPEN}")
    expect(page.locator("[data-live-state].live")).to_be_visible()
    expect(page.locator('[data-figure="finished"]')).to_have_text("40")


def test_a_conversation_by_keyboard_alone(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/simulator")
    phone = page.locator("#person-1")
    phone.get_by_role("textbox").fill("Buenos días")
    page.keyboard.press("Enter")
    expect(phone.locator(".message.mine").last).to_have_text("Buenos días")
    expect(phone.get_by_role("textbox")).to_have_value("")
    phone.get_by_role("button", name="Salud").focus()
    page.keyboard.press("Enter")
    expect(phone.get_by_role("button", name="✓ Salud")).to_be_focused()


def test_no_word_of_a_button_is_broken_on_a_narrow_telephone(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/simulator")
    pieces = page.locator("#person-1").evaluate(
        """phone => {
            const words = ["Washaman", "Yallina", "Kallarinaman"].map((word) => {
                const key = document.createElement("button");
                key.className = "key";
                key.innerHTML = "<span>↩ <b></b></span>";
                key.querySelector("b").textContent = word;
                return key;
            });
            phone.querySelector(".keys-row").replaceChildren(...words);
            return words.map((key) => key.querySelector("b").getClientRects().length);
        }"""
    )
    assert pieces == [1, 1, 1]


@pytest.fixture
def without_script(chromium: Browser, address: str, signed_in: dict[str, Any]) -> Any:
    context = chromium.new_context(
        base_url=address,
        storage_state=signed_in["organiser"],
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


def test_the_menu_unfolds_without_script(without_script: BrowserContext) -> None:
    page = without_script.new_page()
    page.goto("/")
    page.locator("summary", has_text="Menú").click()
    page.locator(".menu a", has_text="Asambleas").click()
    expect(page.locator("h1")).to_have_text("Asambleas")


def test_marking_and_talking_work_without_script(without_script: BrowserContext) -> None:
    page = without_script.new_page()
    page.goto("/assemblies/1")
    page.locator("#came-2").click()
    expect(page.locator("#came-2")).to_have_attribute("aria-pressed", "true")
    page.goto("/simulator")
    page.locator("#person-1").get_by_role("textbox").fill("Hola")
    page.locator("#person-1").get_by_role("button", name="Enviar").click()
    expect(page.locator("#person-1 .message.mine").last).to_have_text("Hola")


def test_what_is_printed_is_the_notice_alone(context: BrowserContext) -> None:
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(f"/consultations/{DRAFT}")
    assert not page.locator(".masthead").is_visible() and not page.locator(".actions").first.is_visible()
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("language", ["es", "qu"])
@pytest.mark.parametrize("width", [360, 1000, 1217, 1280])
def test_the_languages_stand_beside_the_name(
    chromium: Browser, address: str, signed_in: dict[str, Any], language: str, width: int
) -> None:
    """Whatever the words of the navigation are called: these are not pushed to a line of their own."""
    with chromium.new_context(
        base_url=address,
        storage_state=signed_in["organiser"],
        viewport={"width": width, "height": 800},
        locale=f"{language}-EC",
    ) as context:
        page = context.new_page()
        page.goto("/assemblies")
        assert page.locator(f'.tongue [value="{language}"]').get_attribute("aria-pressed") == "true"
        name, languages = page.locator(".name").bounding_box(), page.locator(".tongue").bounding_box()
        assert name and languages and languages["y"] < name["y"] + name["height"]
        if width == 360:
            page.locator(".menu summary").press("Enter")
        expect(page.locator('a[href="/account"]:visible')).to_have_count(1)
