"""Whether Telegram answers, and whether it can reach this house."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import timedelta

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.inquiry import Standing, ask_telegram
from core.clock import now
from core.settings import Settings
from rimay.examination.finding import Finding, note, right, wrong

WEBHOOK = "/telegram"

_PATIENCE = 10.0
_RECENT = timedelta(hours=1)
_MANY = 100
_ALIVE = 200


async def examine_reach(settings: Settings) -> list[Finding]:
    """The port of this house, and both ways to and from Telegram; the simulator needs neither."""
    found = [await _port(settings)]
    if settings.simulated:
        found.append(right("chat", "cli.doctor_simulated"))
        if settings.public_url is not None:
            found.append(wrong("public_url", "cli.doctor_public_without_token"))
        return found
    found += await _telegram(settings)
    if settings.public_url is not None:
        found.append(await _public_url(settings.public_url))
    return found


async def _telegram(settings: Settings) -> list[Finding]:
    try:
        async with asyncio.timeout(_PATIENCE):
            there = await ask_telegram(settings)
    except (OSError, TimeoutError):
        return [wrong("chat", "upkeep.doctor_telegram_silent")]
    if there is None:
        return [wrong("chat", "upkeep.doctor_telegram_refused")]
    return [right("chat", "upkeep.doctor_telegram", bot=there.name), *_updates(there, settings.public_url)]


def _updates(there: Standing, public_url: str | None) -> Iterator[Finding]:
    if public_url is not None and there.address != public_url + WEBHOOK:
        yield note("webhook", "upkeep.doctor_webhook_unset")
    elif public_url is None and there.address:
        yield note("webhook", "upkeep.doctor_webhook_elsewhere")
    if there.failed_at is not None and there.failure and now() - there.failed_at < _RECENT:
        yield wrong("webhook", "upkeep.doctor_webhook_fails", failure=there.failure)
    elif there.pending > _MANY:
        yield wrong("webhook", "upkeep.doctor_webhook_pending", count=there.pending)
    else:
        yield right("webhook", "upkeep.doctor_webhook", count=there.pending)


async def _public_url(url: str) -> Finding:
    status = await _health(url)
    if status is None:
        return wrong("public_url", "upkeep.doctor_public_url_silent", url=url)
    if status != _ALIVE:
        return wrong("public_url", "upkeep.doctor_public_url_other", url=url, status=status)
    return right("public_url", "upkeep.doctor_public_url", url=url)


async def _port(settings: Settings) -> Finding:
    """Free, or Rimay's own."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            return right("port", "cli.doctor_port")
        except OSError:
            pass
    here = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    if await _health(f"http://{here}:{settings.port}") == _ALIVE:
        return right("port", "upkeep.doctor_running")
    return wrong("port", "cli.doctor_port_taken")


async def _health(url: str) -> int | None:
    """The status of the answer, 0 where something else than Rimay answers well; None where nothing answers."""
    timeout = ClientTimeout(total=_PATIENCE)
    try:
        async with ClientSession(timeout=timeout) as client, client.get(f"{url}/healthz") as answer:
            is_ours = await answer.text() == "ok"
            return 0 if answer.status == _ALIVE and not is_ours else answer.status
    except (ClientError, OSError, TimeoutError, ValueError):
        return None
