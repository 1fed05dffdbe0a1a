"""A lean Bot API over HTTP in a process of its own, which can be told to fail: `python -m tests.faults.bot_api`.

It keeps no screens, only a ledger, and answers many thousands of messages a second. It prints its address, and
then takes one command a line from its standard input, in JSON, and answers each with one line:

    {"do": "fail", "how": "lose", "every": 7, "times": 3}      see `Failure`
    {"do": "heal"}                                            no more failures
    {"do": "cut", "seconds": 2}                               nobody can connect; what is open breaks off
    {"do": "know", "chat": 5, "kind": "blocked"}              or "unknown", or "moved" with "to"
    {"do": "report"}, {"do": "asked"}, {"do": "arrived"}, {"do": "unknown"}     see `Ledger`

Where the network breaks in the middle of a call, or an answer says nothing, its chat is noted as `unknown`.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal
from urllib.parse import unquote_plus

from httptools import HttpRequestParser

from bot.botapi_errors import ApiError, bad_request, blocked, server_error, too_many_requests
from tests.faults.ledger import Ledger

Json = dict[str, Any]
_HEARTBEAT = 0.005
_HEAD = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_ME = {"id": 1, "is_bot": True, "first_name": "Rimay", "username": "rimay_bot"}
_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
_ANSWERS: dict[str, Any] = {"getMe": _ME, "getUpdates": [], "getWebhookInfo": _WEBHOOK}
_KEPT = 1000


@dataclass(slots=True)
class Failure:
    """What goes wrong with one in every so many messages from now on.

    how      refuse: an error of the server, `status`; the message is not sent, but the sender cannot know that
             lose: the message is sent, and the connection breaks before the answer
             stall: the message is sent, and the answer takes `seconds`: longer than anybody waits
             patience: 429, to be asked again in `seconds`
    times    how often it goes wrong in all; None: always
    """

    how: Literal["refuse", "lose", "stall", "patience"]
    every: int = 1
    times: int | None = None
    status: int = 500
    seconds: float = 1
    seen: int = 0

    def strikes(self) -> bool:
        """Whether the next message is one of those."""
        if self.times == 0:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Connection(asyncio.Protocol):
    """One connection of a bot; it asks for one thing at a time."""

    def __init__(self, api: "LeanBotApi") -> None:
        self._api = api
        self._parser = HttpRequestParser(self)
        self._url = self._body = b""
        self.transport: asyncio.Transport | None = None
        self.chat: int | None = None
        """Of the call that has no answer yet."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See Protocol."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._api.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """The other side may be a process that was killed: whether it read the answer is its own affair."""
        self._api.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        """See Protocol."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """A call begins."""
        self._url, self._body = url, b""

    def on_body(self, body: bytes) -> None:
        """A piece of its form."""
        self._body += body

    def on_message_complete(self) -> None:
        """The call is here as a whole."""
        self._api.receive(self, self._url.rpartition(b"/")[2].decode(), self._body)

    def answer(self, body: bytes, status: int = 200) -> None:
        """Say what became of the call."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(_HEAD % (status, len(body)) + body)
            self.chat = None

    def refuse(self, error: ApiError) -> None:
        """Say that it was not carried out."""
        self.answer(json.dumps(error.to_json()).encode(), error.status)

    def break_off(self) -> None:
        """The network is gone; a call without an answer stays without one."""
        if self.chat is not None:
            self._api.ledger.unknown.add(self.chat)
            self.chat = None
        if self.transport is not None:
            self.transport.abort()


class LeanBotApi:
    """Every chat exists, unless it was told otherwise. Each answer takes `delay` seconds."""

    def __init__(self, delay: float = 0.0) -> None:
        self.ledger = Ledger()
        self.connections: set[Connection] = set()
        self._delay = delay
        self._failures: list[Failure] = []
        self._chats: dict[int, ApiError] = {}
        self._moved: dict[int, int] = {}
        self._texts: dict[bytes, str] = {}
        self._server: asyncio.Server | None = None
        self._port = 0

    async def listen(self) -> str:
        """Let bots connect; the address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            partial(Connection, self), "127.0.0.1", self._port, reuse_address=True, backlog=1000
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self._port}/bot"

    async def watch_itself(self) -> None:
        """Notice when this process does not get to run."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(_HEARTBEAT)
            if self.ledger.calls:  # what comes before the first call changes no figure
                self.ledger.stall = max(self.ledger.stall, loop.time() - before - _HEARTBEAT)

    # What bots call

    def receive(self, connection: Connection, method: str, body: bytes) -> None:
        """Answer one call, now or later."""
        if method != "sendMessage":
            result = _ANSWERS.get(method, True)
            answer = json.dumps({"ok": True, "result": result}).encode()
            asyncio.get_running_loop().call_later(1.0 if result == [] else 0.0, connection.answer, answer)
            return
        given = dict(part.split(b"=", 1) for part in body.split(b"&"))
        connection.chat = chat = int(given[b"chat_id"])
        self.ledger.note_call(chat, asyncio.get_running_loop().time())
        act = self._act(connection, chat, given)
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, act)
        else:
            act()

    def _act(self, connection: Connection, chat: int, given: dict[bytes, bytes]) -> Callable[[], None]:
        """Carry out what can be carried out; the answer comes later."""
        if chat in self._chats:
            return partial(connection.refuse, self._chats[chat])
        if chat in self._moved:
            return partial(connection.answer, _moved_to(self._moved[chat]), 400)
        failure = next((failure for failure in self._failures if failure.strikes()), None)
        if failure is not None and failure.how == "patience":
            self.ledger.note_quiet(asyncio.get_running_loop().time() + self._delay, failure.seconds)
            return partial(connection.refuse, too_many_requests(int(failure.seconds)))
        if failure is not None and failure.how == "refuse":
            self.ledger.unknown.add(chat)
            return partial(connection.refuse, server_error(failure.status))
        self.ledger.note_message(chat)
        answer = self._message(chat, given)
        if failure is None:
            return partial(connection.answer, answer)
        self.ledger.unknown.add(chat)
        if failure.how == "lose":
            return connection.break_off
        return partial(_answer_after, failure.seconds, connection, answer)

    def _message(self, chat: int, given: dict[bytes, bytes]) -> bytes:
        """The message as Telegram tells it. A broadcast has few texts: what they look like is remembered."""
        what = given[b"text"] + b"&" + given.get(b"reply_markup", b"")
        rest = self._texts.get(what)
        if rest is None:
            if len(self._texts) > _KEPT:
                self._texts.clear()
            message = {"from": _ME, "date": 1_800_000_000, "text": unquote_plus(given[b"text"].decode())}
            if b"reply_markup" in given:
                message["reply_markup"] = json.loads(unquote_plus(given[b"reply_markup"].decode()))
            rest = self._texts[what] = json.dumps(message)[1:]
        head = f'{{"ok":true,"result":{{"message_id":{len(self.ledger.calls)},'
        return f'{head}"chat":{{"id":{chat},"type":"private","first_name":"Ana"}},{rest}}}'.encode()

    # What it is told

    async def obey(self, command: Json) -> Any:
        """Carry out one command; what it answers."""
        match command.pop("do"):
            case "fail":
                self._failures.append(Failure(**command))
            case "heal":
                self._failures.clear()
            case "cut":
                await self._cut(**command)
            case "know":
                self._know(**command)
            case "report":
                return asdict(self.ledger.report())
            case "asked":
                return self.ledger.asked
            case "arrived":
                return self.ledger.arrived
            case "unknown":
                return sorted(self.ledger.unknown)
            case what:
                raise ValueError(what)
        return None

    async def _cut(self, seconds: float) -> None:
        assert self._server is not None
        self._server.close()
        for connection in tuple(self.connections):
            connection.break_off()
        await asyncio.sleep(seconds)
        await self.listen()

    def _know(self, chat: int, kind: str, to: int = 0) -> None:
        match kind:
            case "blocked":
                self._chats[chat] = blocked()
            case "unknown":
                self._chats[chat] = bad_request("chat not found")
            case "moved":
                self._moved[chat] = to


def _answer_after(seconds: float, connection: Connection, answer: bytes) -> None:
    asyncio.get_running_loop().call_later(seconds, connection.answer, answer)


def _moved_to(chat: int) -> bytes:
    error = bad_request("group chat was upgraded to a supergroup chat").to_json()
    return json.dumps(error | {"parameters": {"migrate_to_chat_id": chat}}).encode()


async def serve(delay: float) -> None:
    """Answer bots, and obey who started this process until they let go."""
    api = LeanBotApi(delay)
    print(await api.listen(), flush=True)
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(partial(asyncio.StreamReaderProtocol, commands), sys.stdin)
    watching = asyncio.create_task(api.watch_itself())
    while line := await commands.readline():
        print(json.dumps(await api.obey(json.loads(line))), flush=True)
    watching.cancel()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.bot_api", description=main.__doc__)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that every call takes")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args().delay))


if __name__ == "__main__":
    main()
