"""Updates that were set aside: organisers see what kind they are and what failed, and decide."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from core.audit import list_acts
from core.inbox import set_aside
from core.sealing import Vault
from core.tables import WaitingUpdate
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console

SECRET = "me persiguen desde Tulcán"
MESSAGE = {"message": {"text": SECRET, "chat": {"id": 1_700_000_002}, "from": {"first_name": "Luis"}}}


async def aside(console: Console, vault: Vault, number: int, payload: dict[str, Any]) -> None:
    """An update has failed three times."""
    sealed = vault.seal_bytes(json.dumps({"update_id": number} | payload).encode())
    await console.database.run(set_aside, number, b"l" * 32, sealed, fault="KeyError")


async def states(console: Console) -> dict[int, str]:
    """Update → whether it waits or is set aside."""
    query = select(WaitingUpdate.update_id, WaitingUpdate.state)
    return await console.database.read(lambda db: {row[0]: row[1] for row in db.execute(query)})


async def test_where_nothing_failed_the_page_says_so_and_no_link_leads_to_it(browse: Browse) -> None:
    browser = await browse(ANA)

    assert "No hay mensajes apartados" in (await browser.look("/set-aside")).text
    assert "/set-aside" not in (await browser.look("/")).text


async def test_the_kind_and_the_fault_are_shown_and_neither_person_nor_words(
    console: Console, browse: Browse, vault: Vault
) -> None:
    await aside(console, vault, 7, MESSAGE)
    await aside(console, vault, 8, {"callback_query": {"data": "q:1:1:c1:0", "message": {"text": SECRET}}})
    browser = await browse(ANA)

    home, page = (await browser.look("/")).text, (await browser.look("/set-aside")).text

    assert 'href="/set-aside"' in home and "2 mensajes apartados" in home
    assert "texto" in page and "botón" in page and "KeyError" in page
    for secret in (SECRET, "Luis", "1700000002", "q:1:1"):
        assert secret not in page


@pytest.mark.parametrize("role", [BELEN, CARLOS])
async def test_who_does_not_organise_sees_nothing_of_it(
    console: Console, browse: Browse, vault: Vault, role: str
) -> None:
    await aside(console, vault, 7, MESSAGE)
    browser = await browse(role)

    assert (await browser.look("/set-aside")).status_code == 403
    assert "/set-aside" not in (await browser.look("/")).text
    for deed in ("again", "drop"):
        assert (await browser.fill("/account", f"/set-aside/7/{deed}")).status_code == 403
    assert await states(console) == {7: "aside"}


async def test_who_has_not_signed_in_is_sent_to_sign_in(browse: Browse) -> None:
    answer = await (await browse(NOBODY)).look("/set-aside")

    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")


async def test_tried_again_it_waits_for_its_turn(console: Console, browse: Browse, vault: Vault) -> None:
    await aside(console, vault, 7, MESSAGE)
    browser = await browse(ANA)

    answer = await browser.fill("/set-aside", "/set-aside/7/again")

    assert answer.headers["location"] == "/set-aside?done=update_again"
    assert "Se intenta otra vez" in (await browser.look(answer.headers["location"])).text
    assert await states(console) == {7: "waiting"}
    (act,) = await console.database.read(list_acts)
    assert (act.email, act.act, act.subject_id) == ("organiser@ejemplo.ec", "try_again", 7)


async def test_dropped_it_is_gone(console: Console, browse: Browse, vault: Vault) -> None:
    await aside(console, vault, 7, MESSAGE)
    await aside(console, vault, -8, {"strange": True})
    browser = await browse(ANA)

    for number in (7, -8):
        answer = await browser.fill("/set-aside", f"/set-aside/{number}/drop")
        assert answer.headers["location"] == "/set-aside?done=update_dropped"

    assert await states(console) == {}
    assert [act.act for act in await console.database.read(list_acts)] == ["drop", "drop"]


@pytest.mark.parametrize("number", ["9", "x", str(10**30)])
async def test_what_is_not_there_cannot_be_decided_about(
    console: Console, browse: Browse, vault: Vault, number: str
) -> None:
    await aside(console, vault, 7, MESSAGE)

    for deed in ("again", "drop"):
        answer = await (await browse(ANA)).fill("/set-aside", f"/set-aside/{number}/{deed}")
        assert answer.status_code == 404
    assert await states(console) == {7: "aside"}


async def test_of_many_the_newest_are_shown_and_all_are_counted(
    console: Console, browse: Browse, vault: Vault
) -> None:
    for number in range(203):
        await aside(console, vault, number, MESSAGE)
    assert (
        await console.database.read(lambda db: db.scalar(select(func.count(WaitingUpdate.update_id)))) == 203
    )

    page = (await (await browse(ANA)).look("/set-aside")).text

    assert "203 mensajes apartados" in page and "200 más recientes" in page
    assert page.count("/again") == 200
