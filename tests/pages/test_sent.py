"""What people sent, in a real browser: heard, seen and written down."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.pages.conftest import OPEN

pytestmark = pytest.mark.browser


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="apt-get install ffmpeg")
def test_a_voice_note_is_heard_and_written_down_by_keyboard_alone(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"/consultations/{OPEN}/spoken")
    page.get_by_role("link", name="Escuchar el primero").press("Enter")
    page.locator("audio").evaluate(
        "player => { player.muted = true; return player.play().then(() => player.duration > 0 || Promise.reject()) }"
    )
    page.locator("audio").evaluate(
        """player => new Promise((heard, broken) => {
            player.onerror = broken; player.onseeked = heard; player.currentTime = 0.3;
        })"""
    )
    page.get_by_label("Lo que dice").fill("Necesito que arreglen el camino a la escuela")
    page.get_by_label("Idioma en que habla").select_option("es")
    page.get_by_role("button", name="Guardar y seguir").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Guardado.")
    expect(page.locator(".listing .mark")).to_have_text("transcrito")
    page.goto(f"/consultations/{OPEN}/voices", timeout=30_000)  # all of them are read for their tone
    expect(page.get_by_text("arreglen el camino")).to_be_visible()


def test_photos_are_seen(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"/consultations/{OPEN}/files")
    photo = page.get_by_role("img", name="Foto 1")
    photo.scroll_into_view_if_needed()
    photo.evaluate("photo => photo.decode()")
    assert photo.evaluate("photo => photo.naturalWidth") == 480


def test_a_file_is_picked_on_a_simulated_telephone(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/simulator")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "casa.jpg", "mimeType": "image/jpeg", "buffer": b"1234"}
    )
    page.get_by_role("button", name="Mandar archivo").first.click()
    expect(page.get_by_text("casa.jpg 4 image/jpeg")).to_be_visible()
    assert page.locator("input[type=file]").first.input_value() == ""


def test_a_file_that_is_too_large_says_so(context: BrowserContext, tmp_path: Path) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto("/simulator")
    large = tmp_path / "casa.jpg"
    large.write_bytes(bytes(11 * 1024 * 1024))
    page.locator("input[type=file]").first.set_input_files(large)
    page.get_by_role("button", name="Mandar archivo").first.click()
    toast = page.locator(".toast").first
    expect(toast).to_contain_text("10 MB")
    page.clock.run_for(5_000)
    expect(toast).to_contain_text("10 MB")
    page.clock.run_for(5_000)
    expect(toast).to_have_text("")
