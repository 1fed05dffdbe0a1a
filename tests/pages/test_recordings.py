"""The recordings in a real browser: heard, replaced by a person's, and given back to the machine."""

import subprocess

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.speaking import real_speech

pytestmark = pytest.mark.browser

LENGTH = """async (sound) => {
  sound.load();
  await new Promise((done, fail) => { sound.onloadedmetadata = done; sound.onerror = fail; });
  return sound.duration;
}"""


def test_a_text_is_heard_and_a_person_takes_the_machines_place(context: BrowserContext) -> None:
    real_speech()
    tone = ("-f", "lavfi", "-i", "sine=duration=2", "-f", "mp3", "pipe:1")
    voice = subprocess.run(("ffmpeg", "-v", "error", *tone), capture_output=True, check=True).stdout
    page = context.new_page()
    page.goto("/questionnaires/1/recordings?language=qu")
    text = page.locator(".recordings > li", has_text="Imata ashtawan?")
    expect(text.locator(".mark")).to_have_text("voz de la máquina")
    assert 0.5 < text.locator("audio").evaluate(LENGTH) < 10

    text.locator("summary").press("Enter")
    text.locator("input[type=file]").set_input_files(
        {"name": "voz.mp3", "mimeType": "audio/mpeg", "buffer": voice}
    )
    text.get_by_role("button", name="Subir la grabación").click()
    expect(page.get_by_text("La grabación está guardada.")).to_be_visible()
    expect(text.locator(".mark")).to_have_text("voz de una persona")
    assert 1.9 < text.locator("audio").evaluate(LENGTH) < 2.1

    text.locator("summary").click()
    text.get_by_role("button", name="Quitar la grabación").click()
    expect(text.locator(".mark")).to_have_text("voz de la máquina")
