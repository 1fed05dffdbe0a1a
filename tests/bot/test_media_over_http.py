"""Voices, pictures and albums over a real connection: what the way to Telegram carries, Telegram takes."""

from telegram import Bot, InputMediaPhoto

from bot.botapi import BotApi
from bot.botapi_server import BotApiServer
from bot.transport import AiohttpRequest

LUIS = 1_700_000_002


async def test_files_go_out_once_and_then_by_their_id() -> None:
    async with BotApiServer(BotApi()) as server:
        luis = server.api.person(LUIS)
        ways = AiohttpRequest(), AiohttpRequest()
        bot = Bot(server.api.token, base_url=server.base_url, request=ways[0], get_updates_request=ways[1])
        async with bot:
            first = await bot.send_voice(LUIS, b"OggS", duration=2, filename="voice.ogg")
            assert first.voice is not None
            await bot.send_voice(LUIS, first.voice.file_id)
            film = await bot.send_video(LUIS, b"film", filename="video.mp4")
            pictures = [
                InputMediaPhoto(f"png {n}".encode(), caption=str(n), filename="image.png") for n in (1, 2)
            ]
            album = await bot.send_media_group(LUIS, pictures)
            again = await bot.send_media_group(
                LUIS, [InputMediaPhoto(each.photo[-1].file_id, caption=each.caption) for each in album]
            )

        assert film.video is not None
        assert [each.caption for each in again] == ["1", "2"]
        assert len({each.media_group_id for each in album}) == 1
        assert len(server.api.files._by_id) == 4
        sent = [message.content for message in luis.screen]
        assert [next(iter(content)) for content in sent] == [*["voice"] * 2, "video", *["photo"] * 4]
        file = server.api.files.find(sent[1]["voice"]["file_id"])
        assert file is not None and (file.content, file.mime) == (b"OggS", "audio/ogg")
