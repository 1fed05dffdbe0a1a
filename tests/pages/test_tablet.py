"""A tablet in a village: answers survive a lost connection, a reload and a server that dies; nothing counts twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pages.conftest import PASSWORD
from tests.pages.looking import complaints, violations
from tests.pages.villages import Village

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    village = Village(tmp_path_factory.mktemp("village"))
    village.start()
    yield village
    village.stop()


@pytest.fixture(scope="module")
def remembered(chromium: Browser, village: Village) -> Any:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{village.address}/sign-in")
        page.fill("#field-email", "f@ejemplo.ec")
        page.fill("#field-password", PASSWORD)
        page.click("main button.primary")
        page.wait_for_url(f"{village.address}/entries")
        return context.storage_state()


@pytest.fixture
def tablet(chromium: Browser, village: Village, remembered: Any) -> Iterator[BrowserContext]:
    village.empty()
    context = chromium.new_context(
        base_url=village.address, storage_state=remembered, viewport={"width": 800, "height": 1100}
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


def holds(page: Page, expression: str) -> None:
    """Wait for it from here: our content security policy lets no string be looked at again and again in the page."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def begin(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/consultations/1/entry")
    press(page, "La persona está de acuerdo")
    expect(page.locator("#entry-screen h2")).to_have_text("¿Vive aquí?")
    return page


def press(page: Page, name: str) -> None:
    page.evaluate("document.querySelector('.entry-screen').dataset.before = 'yes'")
    page.locator("#entry").get_by_role("button", name=name).click()
    expect(page.locator("[data-before]")).to_have_count(0)  # another screen, or the same with its answer


def asks(page: Page, label: str) -> None:
    expect(page.locator("#entry-screen h2")).to_contain_text(label)


def choose(page: Page, *labels: str) -> None:
    for label in labels:
        page.locator("#entry-screen .choice", has_text=label).click()
    press(page, "Siguiente")


def say(page: Page, text: str) -> None:
    page.locator("#entry-screen [name=value]").fill(text)
    press(page, "Siguiente")


def stored(page: Page) -> Any:
    return page.evaluate("JSON.parse(localStorage.getItem('rimay-entry-1'))")


def test_a_form_from_consent_to_sending(tablet: BrowserContext, village: Village) -> None:
    page = begin(tablet)
    choose(page, "Yes")
    asks(page, "¿Cuántos años")
    expect(page.locator("#entry-screen")).to_contain_text("Si no lo sabe, estime.")
    say(page, "340")
    expect(page.locator(".field-error")).to_have_text("Escriba menos de 120.")
    expect(page.locator("[name=value]")).to_have_value("340")
    say(page, "34")
    choose(page, "North")
    choose(page, "Work", "Papers")
    say(page, "Rosa")
    press(page, "Sí, uno más")
    say(page, "Luis")
    press(page, "No, es todo")
    say(page, "2020-11-23")
    say(page, "Una escuela")
    asks(page, "Revise las respuestas")
    page.locator(".entry-lines li", has_text="¿Cuántos años").get_by_role("button").click()
    asks(page, "¿Cuántos años")
    say(page, "35")
    asks(page, "Revise las respuestas")
    press(page, "Enviar las respuestas")
    asks(page, "Respuestas enviadas")
    [(state, answers)] = village.responses()
    assert state == "finished" and (answers["age"], answers["needs"]) == ("35", ["work", "papers"])
    assert "home[2]/name" in answers and answers["since"] == "2020-11-23"
    assert stored(page) is None, "nothing of the person stays on the tablet"


def test_without_a_connection_the_rest_is_written_down_and_sent_when_it_returns(
    tablet: BrowserContext, village: Village
) -> None:
    page = begin(tablet)
    choose(page, "No")
    asks(page, "¿Cuántos años")
    tablet.set_offline(True)
    say(page, "34")
    expect(page.locator("#entry-offline")).to_be_visible()
    asks(page, "¿Qué barrio?")
    expect(page.locator("#entry-screen")).to_contain_text("no siempre corresponde")
    press(page, "Saltar")
    choose(page, "Work")
    say(page, "Rosa")
    press(page, "No, es todo")
    say(page, "2020-11-23")
    say(page, "Una escuela")
    asks(page, "Todo está anotado")
    press(page, "Guardar en la tableta")
    expect(page.locator("#entry-kept li")).to_contain_text("espera la conexión")
    asks(page, "Antes de empezar")
    tablet.set_offline(False)
    expect(page.locator("#entry-kept")).to_be_hidden(timeout=20_000)
    [(state, answers)] = village.responses()
    assert state == "finished"
    assert answers == {
        "lives_here": "no", "age": "34", "needs": ["work"], "home[1]/name": "Rosa",
        "since": "2020-11-23", "more": "Una escuela",
    }  # fmt: skip
    assert stored(page) is None


def test_what_is_wrong_is_told_when_the_connection_returns(tablet: BrowserContext, village: Village) -> None:
    page = begin(tablet)
    tablet.set_offline(True)
    choose(page, "No")
    say(page, "340")
    for _ in range(2):
        press(page, "Saltar")
    say(page, "Rosa")
    press(page, "No, es todo")
    for _ in range(2):
        press(page, "Saltar")
    press(page, "Guardar en la tableta")
    tablet.set_offline(False)
    expect(page.locator("#entry-kept li")).to_contain_text("por corregir", timeout=20_000)
    page.locator("#entry-kept li button").click()
    expect(page.locator(".field-error")).to_have_text("Escriba menos de 120.")
    say(page, "34")
    asks(page, "Revise las respuestas")
    press(page, "Enviar las respuestas")
    asks(page, "Respuestas enviadas")
    assert [state for state, _ in village.responses()] == ["finished"]


def test_a_reload_in_the_middle_of_a_word_goes_on_there(tablet: BrowserContext) -> None:
    page = begin(tablet)
    choose(page, "No")
    page.locator("[name=value]").press_sequentially("3")
    page.reload()
    asks(page, "¿Cuántos años")
    expect(page.locator("[name=value]")).to_have_value("3")


def test_the_page_opens_and_goes_on_without_a_connection(tablet: BrowserContext, village: Village) -> None:
    page = begin(tablet)
    choose(page, "No")
    asks(page, "¿Cuántos años")
    page.evaluate("navigator.serviceWorker.ready")
    holds(page, "caches.open('rimay-entry').then((c) => c.keys()).then((k) => k.length > 5)")
    tablet.set_offline(True)
    page.reload()
    expect(page.locator("#entry-offline")).to_be_visible()
    asks(page, "¿Cuántos años")
    say(page, "34")
    asks(page, "¿Qué barrio?")
    tablet.set_offline(False)
    press(page, "Saltar")
    asks(page, "¿Qué necesita?")
    expect(page.locator("#entry-offline")).to_be_hidden()


def test_a_server_that_dies_between_two_answers_loses_nothing(
    tablet: BrowserContext, village: Village
) -> None:
    page = begin(tablet)
    choose(page, "No")
    asks(page, "¿Cuántos años")
    village.stop()
    say(page, "34")
    asks(page, "¿Qué barrio?")
    village.start()
    press(page, "Saltar")
    asks(page, "¿Qué necesita?")
    assert stored(page)["entries"].popitem()[1]["taken"] == 3


def test_a_reply_that_is_lost_is_asked_for_again_and_nothing_is_taken_twice(
    tablet: BrowserContext, village: Village
) -> None:
    page = begin(tablet)

    def lose_the_reply(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/consultations/1/entry", lose_the_reply, times=1)
    choose(page, "No")
    expect(page.locator("#entry-offline")).to_be_visible()
    say(page, "34")
    asks(page, "¿Qué necesita?")
    entry = stored(page)["entries"].popitem()[1]
    assert (entry["taken"], len(entry["writes"])) == (2, 2)
    assert len(village.responses()) == 1


def test_a_correction_after_the_reply_to_sending_is_lost_counts(
    tablet: BrowserContext, village: Village
) -> None:
    page = begin(tablet)
    choose(page, "No")
    say(page, "34")
    press(page, "Saltar")
    say(page, "Rosa")
    press(page, "No, es todo")
    for _ in range(2):
        press(page, "Saltar")
    asks(page, "Revise las respuestas")

    def lose_the_reply(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/consultations/1/entry", lose_the_reply, times=1)
    press(page, "Enviar las respuestas")
    asks(page, "¿Qué barrio?")
    [(state, answers)] = village.responses()
    assert (state, answers["age"]) == ("finished", "34")
    tablet.set_offline(True)
    while "años" not in page.locator("#entry-screen h2").inner_text():
        press(page, "Atrás")
    say(page, "35")
    press(page, "Saltar")
    asks(page, "Todo está anotado")
    press(page, "Guardar en la tableta")
    tablet.set_offline(False)
    expect(page.locator("#entry-kept")).to_be_hidden(timeout=20_000)
    [(state, answers)] = village.responses()
    assert (state, answers["age"]) == ("finished", "35") and stored(page) is None


def test_a_consent_taken_back_without_a_connection_reaches_the_server(
    tablet: BrowserContext, village: Village
) -> None:
    page = begin(tablet)
    choose(page, "No")
    asks(page, "¿Cuántos años")
    tablet.set_offline(True)
    say(page, "34")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Borrar este formulario").click()
    asks(page, "Antes de empezar")
    [entry] = stored(page)["entries"].values()
    assert (entry["writes"], "typed" in entry) == ([], False), "the answers do not stay on the tablet"
    assert [state for state, _ in village.responses()] == ["open"]
    expect(page.locator("#entry-kept")).to_be_hidden()
    tablet.set_offline(False)
    holds(page, "localStorage.getItem('rimay-entry-1') === null")
    assert village.responses() == [("gone", None)]


def test_two_people_one_after_the_other_and_back(tablet: BrowserContext) -> None:
    page = begin(tablet)
    choose(page, "No")
    press(page, "Seguir después")
    press(page, "La persona está de acuerdo")
    asks(page, "¿Vive aquí?")
    expect(page.locator("#entry-kept li")).to_have_count(1)
    page.locator("#entry-kept li button").click()
    asks(page, "¿Cuántos años")


def test_a_second_page_on_the_same_tablet_does_not_write(tablet: BrowserContext) -> None:
    begin(tablet)
    other = tablet.new_page()
    other.goto("/consultations/1/entry")
    expect(other.locator("#entry-trouble")).to_contain_text("otra pestaña")
    expect(other.locator("#entry-form")).to_be_hidden()


def test_by_keyboard_alone_and_in_the_other_language(tablet: BrowserContext) -> None:
    page = tablet.new_page()
    page.goto("/consultations/1/entry")
    page.locator(".entry-tongues").get_by_label("Kichwa").check()
    expect(page.locator(".entry-aloud")).to_contain_text("hatun tantanakuy")
    page.get_by_role("button", name="La persona está de acuerdo").focus()
    page.keyboard.press("Enter")
    asks(page, "Kaypi kawsankichu?")
    expect(page.locator("#entry-screen h2")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    asks(page, "¿Cuántos años")
    page.keyboard.press("Tab")
    page.keyboard.type("34")
    page.keyboard.press("Enter")
    asks(page, "¿Qué necesita?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_for_everybody(
    chromium: Browser, village: Village, remembered: Any, scheme: Any
) -> None:
    view: Any = {"width": 360, "height": 740}
    with chromium.new_context(
        base_url=village.address, storage_state=remembered, color_scheme=scheme, viewport=view
    ) as context:
        context.set_default_timeout(15_000)
        page = begin(context)
        found = complaints([], violations(page))
        choose(page, "Yes")
        say(page, "340")
        for _ in range(8):
            expect(page.locator("#entry-screen h2")).to_be_focused()
            found += complaints([], violations(page))
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            if page.locator(".field-error").count():
                say(page, "34")
            elif page.get_by_role("button", name="No, es todo").is_visible():
                press(page, "No, es todo")
            elif page.get_by_role("button", name="Enviar").is_visible():
                break
            else:
                press(page, "Saltar")
        assert found == []
