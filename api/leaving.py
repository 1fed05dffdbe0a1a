"""Streams end with their process: a page that follows something would hold it back for as long as it is open."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class StreamsEnd:
    """Ends what streams events as soon as the process is told to leave. The browser comes back by itself, and finds
    the process that took over. All other requests are answered to their end.

    leaving: is set when the process has to go
    """

    def __init__(self, app: ASGIApp, *, leaving: asyncio.Event) -> None:
        self.app = app
        self.leaving = leaving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; to a stream, leaving looks as if its reader had gone."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        streams, complete = asyncio.Event(), False

        async def stream_has_to_end() -> Message:
            await self.leaving.wait()
            await streams.wait()
            return {"type": "http.disconnect"}

        async def receive_or_end() -> Message:
            ways = [asyncio.ensure_future(receive()), asyncio.ensure_future(stream_has_to_end())]
            try:
                done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                return done.pop().result()
            finally:
                for way in ways:
                    way.cancel()

        async def send_and_note(message: Message) -> None:
            nonlocal complete
            if message["type"] == "http.response.start":
                media_type = Headers(raw=message["headers"]).get("content-type", "")
                if media_type.startswith("text/event-stream"):
                    streams.set()
            else:
                complete = not message.get("more_body", False)
            await send(message)

        await self.app(scope, receive_or_end, send_and_note)
        if streams.is_set() and self.leaving.is_set() and not complete:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
