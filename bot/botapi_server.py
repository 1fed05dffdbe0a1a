"""Our Bot API over HTTP, at `base_url`: `python -m bot.botapi_server --port 8081`.

A bot reaches it with `Application.builder().base_url(server.base_url).base_file_url(server.base_file_url)`.
When the bot has set a webhook, updates are posted to it, one after the other, each until it is accepted.
"""

import argparse
import asyncio
import json
import logging
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from aiohttp import BodyPartReader, ClientError, ClientSession, ClientTimeout, web

from bot.botapi import TOKEN, BotApi
from bot.botapi_chat import Json
from bot.botapi_errors import AnswerLost, ApiError, bad_request
from bot.botapi_files import Upload
from bot.botapi_rules import UPLOAD_LIMIT

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
RETRY_SECONDS = 0.2
_TEXTS = frozenset({"text", "caption", "callback_query_id", "parse_mode", "url", "secret_token", "action"})


class BotApiServer:
    """Serves a `BotApi` inside an `async with` block; port 0 takes a free one."""

    def __init__(self, api: BotApi, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.api = api
        self.address = f"http://{host}:{port}"
        self._host, self._port = host, port
        application = web.Application(client_max_size=UPLOAD_LIMIT + 1024 * 1024)
        application.router.add_get("/file/bot{token}/{path:.+}", self._download)
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        self._pushing: asyncio.Task[None] | None = None

    @property
    def base_url(self) -> str:
        """What the bot takes as `base_url`."""
        return f"{self.address}/bot"

    @property
    def base_file_url(self) -> str:
        """What the bot takes as `base_file_url`."""
        return f"{self.address}/file/bot"

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self.address = f"http://{self._host}:{self._runner.addresses[0][1]}"
        self._pushing = asyncio.create_task(self._push())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pushing is not None:
            self._pushing.cancel()
            with suppress(asyncio.CancelledError):
                await self._pushing
        await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check(request.match_info["token"])
            result = await self.api.call(request.match_info["method"], await _read(request))
        except ApiError as error:
            return _answer(error.to_json(), error.status)
        except AnswerLost:
            if request.transport is not None:
                request.transport.close()
            raise web.HTTPServiceUnavailable from None
        return _answer({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check(request.match_info["token"])
        except ApiError as error:
            return _answer(error.to_json(), error.status)
        file = self.api.files.find_by_path(request.match_info["path"])
        if file is None:
            return _answer(ApiError(404, "Not Found").to_json(), 404)
        return web.Response(body=file.content, content_type="application/octet-stream")

    def _check(self, token: str) -> None:
        if ":" not in token:
            raise ApiError(404, "Not Found")
        if token != self.api.token:
            raise ApiError(401, "Unauthorized")

    async def _push(self) -> None:
        """Post updates to the webhook, while there is one."""
        async with ClientSession(timeout=ClientTimeout(total=30)) as client:
            while True:
                if not self.api.webhook["url"]:
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                with suppress(ApiError):  # the bot went over to long polling meanwhile
                    await self._push_waiting(client)

    async def _push_waiting(self, client: ClientSession) -> None:
        for update in await self.api.updates.fetch(timeout=RETRY_SECONDS):
            if not await self._post(client, update):
                await asyncio.sleep(RETRY_SECONDS)
                return
            self.api.updates.forget(update["update_id"])

    async def _post(self, client: ClientSession, update: Json) -> bool:
        secret = self.api.webhook.get("secret_token")
        headers = {SECRET_HEADER: secret} if secret else {}
        try:
            async with client.post(self.api.webhook["url"], json=update, headers=headers) as response:
                return response.ok
        except (ClientError, TimeoutError) as error:
            log.warning("webhook cannot be reached: %s", type(error).__name__)
            return False


def _answer(body: Json, status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


async def _read(request: web.Request) -> Json:
    """The call's parameters, from query, form, multipart or JSON, each with its real type."""
    given: Json = {name: _typed(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json" and request.can_read_body:
        body = _loaded(await request.text())
        if not isinstance(body, dict):
            raise bad_request("can't parse request JSON object")
        return given | {name: _typed(name, value) for name, value in body.items()}
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                given[part.name] = await _read_part(part)
        return given
    return given | {name: _typed(name, value) for name, value in (await request.post()).items()}


async def _read_part(part: BodyPartReader) -> Any:
    content = bytes(await part.read())
    if part.filename is None:
        return _typed(str(part.name), content.decode(errors="replace"))
    return Upload(part.filename, content, part.headers.get("Content-Type", "application/octet-stream"))


def _typed(name: str, value: Any) -> Any:
    """Everything but texts comes as JSON: numbers, true and false, keyboards, lists."""
    if name in _TEXTS or not isinstance(value, str):
        return value
    loaded = _loaded(value)
    return value if loaded is None else loaded


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


async def serve(port: int, token: str, delay: float) -> None:
    """Serve a Bot API that knows every chat, until stopped."""
    api = BotApi(token=token, opens_chats=True, history=20, delay=delay)
    async with BotApiServer(api, port=port) as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.botapi_server", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that every call takes")
    options = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(options.port, options.token, options.delay))


if __name__ == "__main__":
    main()
