"""From the console to the telephone: the address that an organiser hands out is that of the running bot."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
from httpx import ASGITransport, AsyncClient

from bot.botapi import BotApi
from bot.botapi_server import BotApiServer
from core.accounts import add_account, open_sign_in
from core.entry_links import get_link, make_link
from core.settings import read_settings
from rimay.chat import Chat
from rimay.composition import Installation, open_installation
from rimay.web import compose


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(BotApi()) as server:
        yield server


@pytest.fixture
async def installation(
    sqlite_url: str, tmp_path_factory: pytest.TempPathFactory, server: BotApiServer
) -> AsyncIterator[Installation]:
    """An installation with a Telegram token, whose Telegram is ours."""
    settings = read_settings(
        {
            "RIMAY_HOME": str(tmp_path_factory.mktemp("home")),
            "RIMAY_DATABASE_URL": sqlite_url,
            "RIMAY_TELEGRAM_TOKEN": server.api.token,
            "RIMAY_TELEGRAM_API": server.base_url,
        }
    )
    installation = open_installation(settings)
    yield installation
    await installation.database.dispose()


async def signed_in(installation: Installation) -> dict[str, str]:
    """The cookie of an organiser."""
    database, cookie = installation.database, secrets.token_urlsafe(32)
    account = await database.run(
        add_account, email="ana@ejemplo.ec", role="organiser", password_hash="unused"
    )
    await database.run(open_sign_in, account.id, sha256(cookie.encode()).digest(), secrets.token_urlsafe(32))
    return {"rimay_sign_in": cookie}


async def test_a_person_who_opens_the_address_of_the_page_is_counted_for_its_link(
    installation: Installation, server: BotApiServer
) -> None:
    link_id = await installation.database.run(make_link, "Terminal", None)
    chat = Chat(installation)
    transport = ASGITransport(app=compose(chat, lambda: None))
    browser = AsyncClient(
        transport=transport, base_url="http://rimay.test", cookies=await signed_in(installation)
    )
    luis = server.api.person(1_700_000_002)

    async with chat.running(), browser:
        page = (await browser.get(f"/links/{link_id}")).text
        opened = re.search(r'href="https://t\.me/rimay_bot\?start=([a-z0-9]+)"', page)
        assert opened is not None
        luis.send(f"/start {opened[1]}")
        async with asyncio.timeout(10):
            while (await installation.database.read(get_link, link_id)).came == 0:
                await asyncio.sleep(0.02)

    assert (await installation.database.read(get_link, link_id)).came == 1
