"""The editor in a browser: quick with a script, whole without, by mouse, by finger and by keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(context: BrowserContext) -> Page:
    """A new draft of three questions, open in a browser."""
    page = context.new_page()
    return written(page)


def written(page: Page) -> Page:
    page.goto("/drafts")
    page.fill("#field-title", "Borrador de prueba")
    page.get_by_role("button", name="Empezar a escribir").click()
    for label in ("Primera", "Segunda", "Tercera"):
        page.fill("#add-label", label)
        page.select_option("#add-kind", "text")
        page.get_by_role("button", name="Añadir", exact=True).click()
        expect(page.locator(".row-label").last).to_have_text(label)
    return page


def order(page: Page) -> list[str]:
    return page.locator(".row-label").all_inner_texts()


def test_a_question_is_moved_by_the_keyboard_and_keeps_it(draft: Page) -> None:
    draft.evaluate("window.still_here = true")
    link = draft.get_by_role("link", name="Tercera")
    link.focus()
    draft.keyboard.press("Alt+ArrowUp")
    expect(draft.locator(".row-label").nth(1)).to_have_text("Tercera")
    expect(draft.get_by_role("link", name="Tercera")).to_be_focused()
    expect(draft.locator("#said")).to_have_text("La pregunta cambió de lugar.")
    assert draft.evaluate("window.still_here"), "the page was not loaded again"


def test_a_question_is_dragged(draft: Page) -> None:
    grip = draft.locator(".grip").nth(2).bounding_box()
    first = draft.locator(".row-card").first.bounding_box()
    assert grip and first
    draft.mouse.move(grip["x"] + 5, grip["y"] + 5)
    draft.mouse.down()
    draft.mouse.move(first["x"] + 40, first["y"] + 4, steps=4)
    draft.mouse.up()
    expect(draft.locator(".row-label").first).to_have_text("Tercera")
    assert order(draft) == ["Tercera", "Primera", "Segunda"]


def test_the_telephone_follows_the_draft(draft: Page) -> None:
    phone = draft.locator("#preview")
    expect(phone.locator(".bubble").last).to_contain_text("Primera")
    phone.get_by_role("textbox").fill("Mi respuesta")
    draft.keyboard.press("Enter")
    expect(phone.locator(".message.mine .bubble").last).to_have_text("Mi respuesta")
    expect(phone.locator(".bubble").last).to_contain_text("Segunda")
    draft.get_by_role("button", name="Quitar: Segunda").click()
    expect(phone.locator(".bubble").last).to_contain_text("Tercera")
    draft.get_by_role("button", name="Deshacer el último cambio").click()
    expect(draft.locator("#preview .bubble").last).to_contain_text("Segunda")


def test_choices_grow_while_one_writes(draft: Page) -> None:
    draft.get_by_role("link", name="Primera").click()
    draft.select_option("#field-kind", "select_one")
    draft.get_by_role("button", name="Guardar", exact=True).click()
    draft.get_by_role("link", name="Primera").click()
    for number in range(6):
        draft.locator(f"[name=choice_label_{number}_0]").fill(f"Opción {number}")
    draft.get_by_role("button", name="Guardar", exact=True).click()
    expect(draft.locator("#preview .key").nth(5)).to_have_text("Opción 5")
    draft.get_by_role("link", name="Segunda").click()
    draft.locator("[name=relevant_subject_0]").select_option("primera")
    assert draft.locator("[name=relevant_value_0]").get_attribute("list") == "offers-primera"
    draft.locator("[name=relevant_value_0]").fill("Opción 3")
    draft.get_by_role("button", name="Guardar", exact=True).click()
    expect(draft.locator(".row-condition")).to_have_text("Solo si: «Primera» es Opción 3")


def test_two_windows_do_not_overwrite_each_other(draft: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto(draft.url.partition("#")[0])
    other.get_by_role("button", name="Bajar: Primera").click()
    expect(other.locator(".row-label").first).to_have_text("Segunda")
    draft.fill("#add-label", "Escrita mientras")
    draft.get_by_role("button", name="Añadir", exact=True).click()
    expect(draft.get_by_role("alert")).to_contain_text("guardó cambios")
    expect(draft.locator("#add-label")).to_have_value("Escrita mientras")
    assert order(draft) == ["Segunda", "Primera", "Tercera"]


def test_a_questionnaire_is_written_without_script(
    chromium: Browser, address: str, signed_in: dict[str, Any]
) -> None:
    with chromium.new_context(
        base_url=address,
        storage_state=signed_in["organiser"],
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
    ) as context:
        page = written(context.new_page())
        page.get_by_role("button", name="Bajar: Primera").click()
        assert order(page) == ["Segunda", "Primera", "Tercera"]
        page.locator("#preview").get_by_role("textbox").fill("Hola")
        page.locator("#preview").get_by_role("button", name="Enviar").click()
        expect(page.locator("#preview .message.mine").last).to_have_text("Hola")
        page.go_back()
        page.get_by_role("button", name="Publicar").click()
        expect(page.locator("h1")).to_have_text("Borrador de prueba")
        assert "/questionnaires/" in page.url
