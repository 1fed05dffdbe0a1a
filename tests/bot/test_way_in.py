"""The address of the chat: the bot's own name, asked of Telegram once."""

from telegram.error import NetworkError
from telegram.ext import ExtBot

from bot.botapi import BotApi
from bot.botapi_request import InProcessRequest
from bot.way_in import WayIn


class AwayForAWhile(InProcessRequest):
    """The way to Telegram is cut for the first calls."""

    def __init__(self, api: BotApi, lost: int) -> None:
        super().__init__(api)
        self.lost = lost
        self.calls = 0

    async def do_request(self, *args: object, **kwargs: object) -> tuple[int, bytes]:
        self.calls += 1
        if self.calls <= self.lost:
            raise NetworkError("cut")
        return await super().do_request(*args, **kwargs)  # type: ignore[arg-type]


async def test_a_code_leads_to_the_chat_of_the_bot_and_its_name_is_asked_once() -> None:
    api = BotApi()
    way = AwayForAWhile(api, lost=0)
    way_in = WayIn(ExtBot(api.token, request=way, get_updates_request=InProcessRequest(api)))

    assert await way_in.address("k7m2p9qx") == "https://t.me/rimay_bot?start=k7m2p9qx"
    assert await way_in.address("b") == "https://t.me/rimay_bot?start=b"
    assert way.calls == 1


async def test_while_telegram_is_away_there_is_no_address_and_then_there_is() -> None:
    api = BotApi()
    way = AwayForAWhile(api, lost=1)
    way_in = WayIn(ExtBot(api.token, request=way, get_updates_request=InProcessRequest(api)))

    assert await way_in.address("a") is None
    assert await way_in.address("a") == "https://t.me/rimay_bot?start=a"
