"""Our own Bot API: a small Telegram in memory, for the simulator, the tests and the load tests.

It enforces the real limits and answers the real errors, so that what works here works there. It belongs to
one event loop. `bot.botapi_request` offers it to python-telegram-bot in process, `bot.botapi_server` over HTTP.
"""

import asyncio
from collections import Counter
from typing import Any, Self

from bot.botapi_chat import Chat, Json, Message, Watcher
from bot.botapi_errors import AnswerLost, ApiError, Failure, bad_request, blocked
from bot.botapi_files import Files
from bot.botapi_methods import METHODS, get_updates
from bot.botapi_person import Person
from bot.botapi_text import Entity
from bot.botapi_updates import Updates
from core.clock import now

TOKEN = "1:in-memory"
OPEN_QUERIES = 10_000
START_OF_2025 = 1_735_689_600


class BotApi:
    """All chats with one bot.

    opens_chats: a call to an unknown chat opens it instead of answering "chat not found" (load tests, and
                 simulated people who wrote before a restart)
    history:     messages kept a chat
    delay:       seconds that every call takes, as the network would
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        opens_chats: bool = False,
        history: int = 500,
        delay: float = 0,
        first_update_id: int = 1,
        first_message_id: int = 1,
    ) -> None:
        self.token = token
        self.history = history
        self.delay = delay
        self.sender: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Rimay",
            "username": "rimay_bot",
        }
        self.calls: Counter[str] = Counter()
        self.files = Files()
        self.updates = Updates(first_update_id)
        self.commands: dict[str, list[Json]] = {}
        self.webhook: Json = {"url": ""}
        self.queries: dict[str, Chat] = {}
        self._opens_chats = opens_chats
        self._first_message_id = first_message_id
        self._next_query_id = first_update_id
        self._chats: dict[int, Chat] = {}
        self._failures: list[Failure] = []

    @classmethod
    def continuing(cls, **options: Any) -> Self:
        """A Bot API whose ids go on after a restart: never below those given out before it.

        Update ids are milliseconds (far above Telegram's own), message ids tenths of seconds since 2025.
        """
        moment = now().timestamp()
        tenths = max(int((moment - START_OF_2025) * 10), 1)
        return cls(first_update_id=int(moment * 1000), first_message_id=tenths, **options)

    # What tests and the simulator ask for

    def person(self, chat_id: int, *, language_code: str | None = None, first_name: str = "Ana") -> Person:
        """The person of this chat; meeting them for the first time opens the chat."""
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._open(chat_id, first_name=first_name, language_code=language_code)
        return Person(self, chat)

    def subscribe(self, chat_id: int, *, limit: int = 256) -> Watcher:
        """The events of a chat, for one more listener: `with api.subscribe(1) as events: async for ...`.

        A listener that falls `limit` events behind loses them and finds a single `lagged` instead.
        """
        return Watcher(self.person(chat_id).chat, limit)

    def forget_chat(self, chat_id: int) -> None:
        """Drop a chat and everything on its screen."""
        self._chats.pop(chat_id, None)

    def fail(
        self,
        error: ApiError | AnswerLost,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
    ) -> None:
        """Let the next `times` calls, of this method and to this chat when given, fail with `error`."""
        self._failures.append(Failure(error, method, chat_id, times))

    # What bots call

    async def call(self, method: str, given: Json) -> Any:
        """Carry out one method. `given` holds typed values, not JSON text; files are `Upload`s.

        Raises ApiError for a refusal, AnswerLost when a test has asked for it.
        """
        self.calls[method] += 1
        lost = self._take_failure(method, given.get("chat_id")) if self._failures else None
        if self.delay:
            await asyncio.sleep(self.delay)
        if method == "getUpdates":
            return await get_updates(self, given)
        act = METHODS.get(method)
        if act is None:
            raise ApiError(404, "Not Found: method not found")
        result = act(self, given)
        if lost is not None:
            raise lost
        return result

    def _take_failure(self, method: str, chat_id: object) -> AnswerLost | None:
        failure = next((each for each in self._failures if each.matches(method, chat_id)), None)
        if failure is None:
            return None
        failure.times -= 1
        if failure.times <= 0:
            self._failures.remove(failure)
        if isinstance(failure.error, ApiError):
            raise failure.error
        return failure.error

    # What the methods stand on

    def moment(self) -> int:
        """Now, as Telegram writes it: whole seconds."""
        return int(now().timestamp())

    def reach(self, given: Json) -> Chat:
        """The chat of a call, if the bot may write to it."""
        if "chat_id" not in given:
            raise bad_request("chat_id is empty")
        try:
            chat_id = int(given["chat_id"])
        except (TypeError, ValueError):
            raise bad_request("chat not found") from None
        chat = self._chats.get(chat_id)
        if chat is None:
            if not self._opens_chats:
                raise bad_request("chat not found")
            chat = self._open(chat_id)
        if chat.blocked:
            raise blocked()
        return chat

    def _open(self, chat_id: int, *, first_name: str = "Ana", language_code: str | None = None) -> Chat:
        chat = Chat(
            chat_id, first_name=first_name, language_code=language_code, next_id=self._first_message_id
        )
        self._chats[chat_id] = chat
        return chat

    # What the person's side stands on

    def receive(
        self, chat: Chat, content: Json, text: str = "", entities: list[Entity] | None = None
    ) -> Json:
        """A message from the person: put on the screen and made an update."""
        message = Message(chat.next_id, self.moment(), False, text, entities or [], content)
        message.reply_to = chat.take_reply()
        if chat.uses_up_keyboard(message):
            message.keyboard = []
        chat.add(message, self.history)
        return self.updates.publish("message", message.to_json(chat.json, chat.user))

    def ask(self, chat: Chat, message: Message, data: str) -> Json:
        """A tap on a button, on its way to the bot."""
        query_id = str(self._next_query_id)
        self._next_query_id += 1
        self.queries[query_id] = chat
        chat.waiting.add(query_id)
        if len(self.queries) > OPEN_QUERIES:
            oldest = next(iter(self.queries))
            self.queries.pop(oldest).waiting.discard(oldest)
        body = {
            "id": query_id,
            "from": chat.user,
            "message": message.to_json(chat.json, self.sender),
            "chat_instance": str(chat.id),
            "data": data,
        }
        return self.updates.publish("callback_query", body)
