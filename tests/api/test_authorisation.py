"""Who may do what. Nobody is sent to sign in; who is signed in and may not is told so."""

import pytest

from core.entry_links import make_link
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console

EVERYBODY = {ANA, BELEN, CARLOS}
PAGES = [
    ("/", EVERYBODY),
    ("/account", EVERYBODY),
    ("/questionnaires", {ANA, CARLOS}),
    ("/questionnaires/{questionnaire}", {ANA, CARLOS}),
    ("/questionnaires/{questionnaire}/recordings", {ANA, CARLOS}),
    ("/questionnaires/{questionnaire}/paper", {ANA, CARLOS}),
    ("/questionnaires/{questionnaire}/rehearsal", {ANA, CARLOS}),
    ("/questionnaires/{questionnaire}/paper.pdf?language=es&copies=1", {ANA, CARLOS}),
    ("/questionnaires/new", {ANA}),
    ("/consultations/new?questionnaire={questionnaire}", {ANA}),
    ("/consultations/{draft}", EVERYBODY),
    ("/consultations/{draft}/opening", {ANA}),
    ("/consultations/{draft}/opening/check", {ANA}),
    ("/segments", {ANA}),
    ("/consultations/{draft}/results", {ANA, CARLOS}),
    ("/consultations/{draft}/export.csv", {ANA}),
    ("/consultations/{draft}/export", {ANA}),
    ("/consultations/{draft}/dictionary.csv", {ANA}),
    ("/questionnaires/{questionnaire}/versions", {ANA, CARLOS}),
    ("/consultations/{draft}/voices", {ANA, CARLOS}),
    ("/consultations/{draft}/words", {ANA, CARLOS}),
    ("/consultations/{draft}/spoken", {ANA, CARLOS}),
    ("/consultations/{draft}/files", {ANA}),
    ("/consultations/{draft}/deliveries", {ANA}),
    ("/deliveries", {ANA}),
    ("/deliveries.csv", {ANA}),
    ("/consultations/{draft}/agenda", EVERYBODY),
    ("/consultations/{draft}/live", EVERYBODY),
    ("/assemblies", {ANA}),
    ("/assemblies/new", {ANA}),
    ("/links", {ANA}),
    ("/links.csv", {ANA}),
    ("/links/{link}", {ANA}),
    ("/links/{link}/qr.png", {ANA}),
    ("/links/{link}/qr.svg", {ANA}),
    ("/links/{link}/poster.pdf", {ANA}),
]
DEEDS = [
    ("/questionnaires", {ANA}),
    ("/consultations", {ANA}),
    ("/consultations/{draft}/open", {ANA}),
    ("/consultations/{draft}/opening", {ANA}),
    ("/consultations/{draft}/opening/count", {ANA}),
    ("/consultations/{draft}/opening/segment", {ANA}),
    ("/consultations/{draft}/schedule", {ANA}),
    ("/consultations/{draft}/unschedule", {ANA}),
    ("/segments/1/rename", {ANA}),
    ("/segments/1/delete", {ANA}),
    ("/consultations/{draft}/close", {ANA}),
    ("/consultations/{draft}/version", {ANA}),
    ("/consultations/{draft}/voices/0", {ANA}),
    ("/consultations/{draft}/spoken/0", {ANA, CARLOS}),
    ("/assemblies", {ANA}),
    ("/assemblies/1/invitations", {ANA}),
    ("/assemblies/1/reminders", {ANA}),
    ("/assemblies/1/invitations/1", {ANA}),
    ("/agenda/1", {BELEN}),
    ("/deliveries/1/pause", {ANA}),
    ("/deliveries/1/cancel", {ANA}),
    ("/deliveries/1/doubts", {ANA}),
    ("/links", {ANA}),
    ("/links/{link}/end", {ANA}),
    ("/links/{link}/reopen", {ANA}),
]


@pytest.fixture
async def link(console: Console) -> int:
    """A way in that is handed out."""
    return await console.database.run(make_link, "Terminal", None)


@pytest.mark.parametrize(("path", "allowed"), PAGES)
async def test_pages_are_for(
    browse: Browse, questionnaire: int, draft: int, link: int, path: str, allowed: set[str]
) -> None:
    path = path.format(questionnaire=questionnaire, draft=draft, link=link)
    seen = {role: (await (await browse(role)).look(path)).status_code for role in (ANA, BELEN, CARLOS)}
    assert {role for role, status in seen.items() if status != 403} == allowed
    assert all(status in (200, 303, 403) for status in seen.values())
    refused = await (await browse(NOBODY)).look(path)
    assert refused.status_code == 303 and refused.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("path", "allowed"), DEEDS)
async def test_deeds_are_for(browse: Browse, draft: int, link: int, path: str, allowed: set[str]) -> None:
    path = path.format(draft=draft, link=link)
    done = {role: (await (await browse(role)).fill("/account", path)).status_code for role in EVERYBODY}
    assert {role for role, status in done.items() if status != 403} == allowed
    refused = await (await browse(NOBODY)).fill("/sign-in", path)
    assert (refused.status_code, refused.headers["location"]) == (303, "/sign-in")


async def test_a_program_that_is_not_signed_in_gets_a_401(browse: Browse) -> None:
    answer = await (await browse(NOBODY)).look("/", accept="application/json")
    assert (answer.status_code, answer.json()) == (401, {"error": "sign_in_needed"})


async def test_belen_reads_only_what_is_closed(browse: Browse, opened: int) -> None:
    assert f"/consultations/{opened}" not in (await (await browse(BELEN)).look("/")).text
    assert f"/consultations/{opened}" in (await (await browse(ANA)).look("/")).text


async def test_the_simulator_is_open_to_who_tries_it(console: Console, browse: Browse) -> None:
    assert (await (await browse(NOBODY)).look("/simulator")).status_code == 200
