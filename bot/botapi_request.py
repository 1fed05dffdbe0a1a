"""python-telegram-bot talking to our Bot API without leaving the process."""

from typing import Any
from urllib.parse import unquote

from telegram.error import TimedOut
from telegram.request import BaseRequest, RequestData

from bot.botapi import BotApi
from bot.botapi_chat import Json
from bot.botapi_errors import AnswerLost, ApiError
from bot.botapi_files import Upload


class _Answer(bytes):
    """A response body that never was bytes: in process there is no reason to write JSON and read it again."""

    body: Json


def _answer(body: Json) -> _Answer:
    answer = _Answer()
    answer.body = body
    return answer


class InProcessRequest(BaseRequest):
    """Hands every call straight to a `BotApi`. Give it as `.request()` and as `.get_updates_request()`."""

    __slots__ = ("_api",)

    def __init__(self, api: BotApi) -> None:
        self._api = api

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @property
    def read_timeout(self) -> float:
        """Never reached."""
        return 5.0

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """See BaseRequest. A lost answer is a TimedOut, as with a real connection."""
        if method == "GET":
            return self._download(url)
        try:
            result = await self._api.call(url[url.rindex("/") + 1 :], _read(request_data))
        except ApiError as error:
            return error.status, _answer(error.to_json())
        except AnswerLost:
            raise TimedOut from None
        return 200, _answer({"ok": True, "result": result})

    def _download(self, url: str) -> tuple[int, bytes]:
        path = unquote(url).partition(f"/file/bot{self._api.token}/")[2]
        file = self._api.files.find_by_path(path)
        return (404, _answer(ApiError(404, "Not Found").to_json())) if file is None else (200, file.content)

    @staticmethod
    def parse_json_payload(payload: bytes) -> Json:
        """See BaseRequest."""
        return payload.body if isinstance(payload, _Answer) else BaseRequest.parse_json_payload(payload)


def _read(data: RequestData | None) -> Json:
    if data is None:
        return {}
    given: Json = data.parameters
    if data.contains_files:
        for name, (filename, content, mime) in data.multipart_data.items():
            given[name] = Upload(filename, content if isinstance(content, bytes) else content.read(), mime)
    return given
