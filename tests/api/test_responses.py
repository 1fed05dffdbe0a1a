"""What every response carries, and how a request can end badly."""

import pytest

from api.headers import SECURITY_HEADERS
from tests.api.conftest import ANA, NOBODY, Browse, Console


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/static/page.css", "/health", "/simulator"])
async def test_every_response_has_the_security_headers(browse: Browse, path: str) -> None:
    answer = await (await browse(ANA)).look(path)
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "http" not in policy and "default-src 'none'" in policy


async def test_pages_are_not_kept_and_files_are(browse: Browse) -> None:
    browser = await browse(ANA)
    assert (await browser.look("/")).headers["cache-control"] == "no-store"
    assert "immutable" in (await browser.look("/static/page.css?v=0123456789")).headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/questionnaires/99", "/questionnaires/x", "/agenda/x", "/simulator/9/text"]
)
async def test_what_is_not_there_is_said_in_a_page(browse: Browse, path: str) -> None:
    answer = await (await browse(ANA)).look(path)
    assert answer.status_code in (404, 405, 403)
    assert "<main" in answer.text


async def test_a_program_gets_json(browse: Browse) -> None:
    answer = await (await browse(ANA)).look("/questionnaires/99", accept="application/json")
    assert answer.status_code == 404 and answer.json()["error"] == "not_found"


async def test_a_mistake_of_ours_is_a_page_too(
    console: Console, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.questionnaires.questionnaires.list_questionnaires", lambda db: 1 / 0)
    answer = await (await browse(ANA)).look("/questionnaires")
    assert answer.status_code == 500
    assert "Algo falló de nuestro lado" in answer.text and "ZeroDivisionError" not in answer.text
    assert answer.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]


async def test_the_process_says_that_it_is_alive(browse: Browse) -> None:
    assert (await (await browse(NOBODY)).look("/health")).text == "ok"
