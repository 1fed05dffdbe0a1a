"""The rehearsal in a browser: live, by keyboard, stopped, and without script."""

from collections.abc import Iterator
from time import sleep
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from api.routes.questionnaires import rehearsals
from surveys.rehearsal.rehearsal import Rehearsal
from tests.pages.looking import complaints, violations

pytestmark = pytest.mark.browser

PAGE = "/questionnaires/1/rehearsal"


def test_people_are_counted_and_what_was_found_takes_the_focus(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(PAGE)
    page.fill("#field-respondents", "8")
    page.keyboard.press("Enter")
    expect(page.locator("[data-result]")).to_be_focused(timeout=20_000)
    expect(page.locator("[data-running]")).to_be_hidden()
    expect(page.locator("[data-found]")).to_contain_text("Llegaron al final 8 de 8 personas.")
    assert page.locator("[data-found] tbody tr").count() >= 4
    assert complaints([], violations(page)) == []


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """People who take their time, so that there is something to stop, and news after each of them."""
    steps = Rehearsal.steps

    def slowly(self: Rehearsal) -> Iterator[int]:
        for begun in steps(self):
            sleep(0.1)
            yield begun

    monkeypatch.setattr(Rehearsal, "steps", slowly)
    monkeypatch.setattr(rehearsals, "_NEWS_EVERY", 0.0)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_stopped_it_keeps_what_was_found_and_makes_room_for_the_next(
    context: BrowserContext, time: str
) -> None:
    page = context.new_page()
    page.goto(PAGE)
    page.fill("#field-respondents", "500")
    page.locator("main form.card button").click()
    stop = page.get_by_role("button", name="Parar")
    expect(stop).to_be_focused()
    expect(page.locator("[data-result]")).to_be_visible(timeout=20_000)
    page.keyboard.press("Enter")
    expect(page.locator('[data-notice="stopped"]')).to_be_visible()
    expect(page.locator("[data-result]")).to_be_visible()
    expect(page.get_by_role("button", name="Ensayar", exact=True)).to_be_focused()


@pytest.mark.parametrize("width", [360, 1280])
def test_without_script_the_result_is_a_page(
    chromium: Browser, address: str, signed_in: dict[str, Any], width: int
) -> None:
    with chromium.new_context(
        base_url=address,
        storage_state=signed_in["organiser"],
        java_script_enabled=False,
        viewport={"width": width, "height": 740},
    ) as context:
        page = context.new_page()
        page.goto(PAGE)
        page.fill("#field-respondents", "3")
        page.locator("main form.card button").click()
        expect(page.locator("[data-found]")).to_contain_text("Llegaron al final 3 de 3 personas.")
