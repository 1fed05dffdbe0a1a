"""A helper's telephone at the door: it goes on without a line and counts nobody twice; and the organiser's day."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pages.conftest import PASSWORD
from tests.pages.halls import Hall
from tests.pages.looking import VIEWS, complaints, violations
from tests.pages.test_tablet import holds

pytestmark = pytest.mark.browser

DAY = "/assemblies/1/day"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    return Hall(tmp_path_factory.mktemp("hall"))


@pytest.fixture(scope="module")
def here(hall: Hall) -> Iterator[str]:
    yield from hall.serve()


@pytest.fixture
def telephone(chromium: Browser, here: str) -> Iterator[BrowserContext]:
    """A helper's, of 360 pixels."""
    context = chromium.new_context(base_url=here, viewport={"width": 360, "height": 740}, locale="es-EC")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def organiser(chromium: Browser, here: str) -> Any:
    """What the browser of the organiser remembers."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{here}/sign-in")
        page.fill("#field-email", "o@ejemplo.ec")
        page.fill("#field-password", PASSWORD)
        page.click("main button.primary")
        page.wait_for_url(f"{here}/")
        return context.storage_state()


def stands(telephone: BrowserContext, hall: Hall) -> Page:
    """The helper opens the link of the door."""
    page = telephone.new_page()
    page.goto(f"/door#{hall.secret}")
    expect(page.locator("h1")).to_have_text("Entrada principal")
    assert hall.secret not in page.url
    return page


def shows(page: Page, code: str, says: str) -> None:
    """Somebody shows a code, and the page says so."""
    page.fill("#code", code)
    page.keyboard.press("Enter")
    expect(page.locator("#door-told")).to_contain_text(says)


def test_codes_are_taken_and_a_mistake_is_taken_back(telephone: BrowserContext, hall: Hall) -> None:
    page = stands(telephone, hall)
    before, _ = hall.inside()
    shows(page, hall.codes[0].lower(), f"Puede entrar ({hall.codes[0][-2:]})")
    shows(page, hall.codes[0], "ya anotó ese código")
    shows(page, "K7M2P", "seis letras")
    shows(page, "222222", "no es de esta asamblea")
    expect(page.locator(".door-last li")).to_have_count(1)
    assert hall.codes[0] not in page.locator("main").inner_text(), "of a code two letters are shown"
    assert hall.inside()[0] == before + 1
    page.locator(".door-last button").click()
    expect(page.locator("#door-waiting")).to_have_text("Todo está enviado.")
    assert hall.inside()[0] == before
    assert complaints([], violations(page)) == []


def test_without_a_line_it_goes_on_and_hands_everything_over_once(
    telephone: BrowserContext, hall: Hall
) -> None:
    page = stands(telephone, hall)
    before, _ = hall.inside()
    page.evaluate("navigator.serviceWorker.ready")
    holds(page, "caches.open('rimay-entry').then((c) => c.keys()).then((k) => k.length > 5)")
    telephone.set_offline(True)
    shows(page, hall.codes[1], "está en la lista")
    expect(page.locator("#door-offline")).to_be_visible()
    shows(page, "222222", "No está en la lista")
    page.reload()
    expect(page.locator(".door-last li")).to_have_count(1)
    shows(page, hall.codes[1], "ya anotó ese código")
    shows(page, hall.codes[2], "está en la lista")
    for _ in range(3):
        page.get_by_role("button", name="Una persona más").click()
    expect(page.locator("#door-others output")).to_have_text("3")
    expect(page.locator("#door-waiting")).to_have_text("Por enviar: 2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert complaints([], violations(page)) == []
    telephone.set_offline(False)
    expect(page.locator("#door-waiting")).to_have_text("Todo está enviado.", timeout=20_000)
    holds(page, "JSON.parse(localStorage.getItem('rimay-door-1')).others === null")
    assert hall.inside() == (before + 2, 3)
    page.get_by_role("button", name="Dejar esta puerta").click()
    expect(page.locator("h1")).to_have_text("La puerta de una asamblea")
    assert page.evaluate("Object.keys(localStorage)") == [], "nothing of the door stays on the telephone"


def test_a_code_that_another_camera_has_read_is_taken(telephone: BrowserContext, hall: Hall) -> None:
    page = stands(telephone, hall)
    page.goto(f"/door#{hall.codes[5]}")
    expect(page.locator("#door-told")).to_contain_text("Puede entrar")
    own = (
        telephone.browser.new_context(base_url=page.url.removesuffix("/door")) if telephone.browser else None
    )
    assert own is not None
    mine = own.new_page()
    mine.goto(f"/door#{hall.codes[6]}")
    expect(mine.locator("#door-own-code")).to_be_visible()
    assert hall.codes[6] not in mine.url
    own.close()


CAMERA = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect(video) { return video.readyState ? [{ rawValue: "https://rimay.ejemplo.ec/door#CODE" }] : []; }
};
navigator.mediaDevices.getUserMedia = async () => {
  const paper = document.createElement("canvas");
  paper.getContext("2d").fillRect(0, 0, 9, 9);
  return paper.captureStream();
};
"""


def test_where_the_browser_reads_codes_the_camera_is_offered(telephone: BrowserContext, hall: Hall) -> None:
    telephone.add_init_script(CAMERA.replace("CODE", hall.codes[8]))
    page = stands(telephone, hall)
    assert page.evaluate("document.featurePolicy.allowsFeature('camera')")
    page.get_by_role("button", name="Leer con la cámara").click()
    expect(page.locator("#door-told")).to_contain_text(f"Puede entrar ({hall.codes[8][-2:]})")
    expect(page.locator("#door-video")).to_be_visible()
    page.get_by_role("button", name="Apagar la cámara").click()
    expect(page.locator("#door-video")).to_be_hidden()


def test_the_day_changes_in_place_while_people_come_in(
    chromium: Browser, telephone: BrowserContext, here: str, hall: Hall, organiser: Any
) -> None:
    with chromium.new_context(base_url=here, storage_state=organiser) as context:
        day = context.new_page()
        day.goto(DAY)
        came = day.locator('[data-figure="came"]')
        before = int(came.inner_text())
        shows(stands(telephone, hall), hall.codes[7], "Puede entrar")
        expect(came).to_have_text(str(before + 1), timeout=20_000)


@pytest.mark.parametrize("view", VIEWS, ids=["360 light Spanish", "1280 dark Kichwa"])
def test_every_page_of_the_day(chromium: Browser, here: str, hall: Hall, organiser: Any, view: Any) -> None:
    said: list[str] = []
    with chromium.new_context(base_url=here, storage_state=organiser, **view) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(DAY)
        if page.locator("#walk-in button").count():
            page.locator("#walk-in button").click()
        for path in (DAY, f"{DAY}/doors/1", f"{DAY}/poster", "/door", f"/door#{hall.secret}"):
            page.goto(path)
            if "#" in path:
                page.wait_for_selector("#door-form")
            found = violations(page)
            assert complaints(said, found) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= view["viewport"]["width"], path
            assert page.locator("h1").count() == 1
